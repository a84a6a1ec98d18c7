"""What one engagement hands to the next: read off one, laid on another, its days counted from the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import auto

import sqlalchemy as sa

from crm.alignment.models import Goal, Perspective, Strategy
from crm.base import Labelled
from crm.engagements.actions import set_budget
from crm.engagements.models import Budget, Engagement, FeeBasis, ServiceLine
from crm.engagements.models_work import Deliverable
from crm.extensions import db
from crm.roadmap.models import Milestone, MilestoneNeed, MilestoneState
from crm.roadmap.queries import needs_by_milestone


class Part(Labelled):
    AGREEMENT = auto()
    HOURS = auto()
    DELIVERABLES = auto()
    GOALS_AND_STRATEGIES = auto()
    MILESTONES = auto()


TEXTS = ("scope", "out_of_scope", "assumptions", "client_duties")


def read(engagement: Engagement, parts: set[Part]) -> dict:
    """The wanted parts of an engagement, without names, marks and days of its own."""
    found: dict = {"days": (engagement.ends_on - engagement.starts_on).days if engagement.ends_on else None}
    if Part.AGREEMENT in parts:
        found |= {name: getattr(engagement, name) for name in TEXTS}
        found["fee_basis"] = engagement.fee_basis.value if engagement.fee_basis else None
    readers = {
        Part.HOURS: ("hours", _hours),
        Part.DELIVERABLES: ("deliverables", _deliverables),
        Part.MILESTONES: ("milestones", _milestones),
    }
    for part, (name, reader) in readers.items():
        if part in parts:
            found[name] = reader(engagement)
    if Part.GOALS_AND_STRATEGIES in parts:
        found |= {"goals": _goals(engagement), "strategies": _strategies(engagement)}
    return found


def _rows(model, engagement: Engagement, *order) -> list:
    wanted = sa.select(model).where(model.engagement_id == engagement.id)
    return list(db.session.scalars(wanted.order_by(*order, model.id)))


def _after(day: date | None, engagement: Engagement) -> int | None:
    return (day - engagement.starts_on).days if day else None


def _hours(engagement: Engagement) -> dict[str, int]:
    return {row.service_line.value: row.hours for row in _rows(Budget, engagement)}


def _deliverables(engagement: Engagement) -> list[dict]:
    return [
        {"title": row.title, "acceptance": row.acceptance, "after": _after(row.due_on, engagement)}
        for row in _rows(Deliverable, engagement, Deliverable.due_on.is_(None), Deliverable.due_on)
    ]


def _goals(engagement: Engagement) -> list[dict]:
    return [
        {
            "statement": row.statement,
            "weight": row.weight,
            "perspective": row.perspective.value if row.perspective else None,
            "smart_text": row.smart_text,
            "after": _after(row.horizon_on, engagement),
        }
        for row in _rows(Goal, engagement, Goal.position)
    ]


def _strategies(engagement: Engagement) -> list[dict]:
    names = ("statement", "effort_hours", "audience", "channels")
    return [
        {name: getattr(row, name) for name in names} for row in _rows(Strategy, engagement, Strategy.position)
    ]


def _milestones(engagement: Engagement) -> list[dict]:
    strategies = [row.id for row in _rows(Strategy, engagement, Strategy.position)]
    kept = [
        row
        for row in _rows(Milestone, engagement, Milestone.baseline_on)
        if row.state is not MilestoneState.DROPPED
    ]
    places = {row.id: place for place, row in enumerate(kept)}
    needs = needs_by_milestone(engagement.id)
    return [
        {
            "title": row.title,
            "description": row.description,
            "phase": row.phase,
            "takes_days": row.takes_days,
            "after": _after(row.baseline_on, engagement),
            "strategy": strategies.index(row.strategy_id) if row.strategy_id in strategies else None,
            "needs": [places[key] for key in needs.get(row.id, ()) if key in places],
        }
        for row in kept
    ]


@dataclass(frozen=True)
class Laid:
    """The thread on which rows are laid, and the day from which theirs are counted."""

    engagement: Engagement

    def day(self, after: int | None) -> date | None:
        return None if after is None else self.engagement.starts_on + timedelta(after)

    def add(self, model, **values):
        row = model(**self.engagement.whereabouts, **values)
        db.session.add(row)
        return row


def fill(content: dict) -> dict:
    """What a form for a new engagement begins with."""
    values = {name: content.get(name) for name in TEXTS}
    values["fee_basis"] = FeeBasis(content["fee_basis"]) if content.get("fee_basis") else None
    return values | {f"hours_{line}": hours for line, hours in content.get("hours", {}).items()}


def lay(content: dict, engagement: Engagement) -> None:
    """Hang on an engagement that was just begun what an outline holds besides the form's own fields."""
    laid = Laid(engagement)
    for row in content.get("deliverables", ()):
        laid.add(Deliverable, title=row["title"], acceptance=row["acceptance"], due_on=laid.day(row["after"]))
    for position, row in enumerate(content.get("goals", ())):
        perspective = Perspective(row["perspective"]) if row["perspective"] else None
        own = {key: value for key, value in row.items() if key not in ("after", "perspective")}
        own |= {"perspective": perspective, "horizon_on": laid.day(row["after"]), "position": position}
        laid.add(Goal, **own)
    strategies = [
        laid.add(Strategy, **row, position=place) for place, row in enumerate(content.get("strategies", ()))
    ]
    db.session.flush()
    _lay_milestones(laid, content.get("milestones", ()), strategies)


def _lay_milestones(laid: Laid, rows: Sequence[dict], strategies: list[Strategy]) -> None:
    made = []
    for row in rows:
        day, place = laid.day(row["after"] or 0), row["strategy"]
        strategy_id = strategies[place].id if strategies and place is not None else None
        own = {name: row.get(name) for name in ("title", "description", "phase")}
        own |= {"takes_days": row.get("takes_days", 0), "baseline_on": day, "planned_on": day}
        made.append(laid.add(Milestone, **own, strategy_id=strategy_id))
    db.session.flush()
    for one, row in zip(made, rows, strict=True):
        for place in row.get("needs", ()):
            laid.add(MilestoneNeed, milestone_id=one.id, needs_id=made[place].id)


def set_hours(content: dict, engagement: Engagement) -> None:
    set_budget(engagement, {line: content.get("hours", {}).get(line.value) for line in ServiceLine})
