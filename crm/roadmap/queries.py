from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from types import SimpleNamespace

import lazy_loader as lazy
import sqlalchemy as sa

from crm.access import Reader, Role
from crm.alignment.models import Strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Contact
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneNeed, MilestoneState
from crm.roadmap.network import outlook

pd = lazy.load("pandas")


def mine(user, model) -> sa.ColumnElement[bool]:
    """Whether a row of `model` is the user's own to do, on whichever side they stand."""
    contact = columns(Contact)
    contacts = sa.select(contact.id).where(contact.user_id == user.id)
    return sa.or_(
        sa.and_(model.owner_user_id.is_not(None), model.owner_user_id == user.id),
        sa.and_(model.owner_contact_id.is_not(None), model.owner_contact_id.in_(contacts)),
    )


def milestones_of(engagement_id: int, user=None, until: date | None = None) -> Sequence[sa.Row]:
    """The roadmap in the order of its plan; `is_mine` says what `user` has to do.

    With `until`, what was done after that day is still in progress, as it then was.
    """
    keys = {"engagement": engagement_id, "reader": user.id if user else 0}
    rows = db.session.execute(_milestones(user.role if user else None), keys).all()
    return [then(row, until) for row in rows] if until else rows


@cache
def _milestones(role: Role | None) -> sa.Select:
    m, strategy = columns(Milestone), columns(Strategy)
    own = mine(Reader(role), m) if role else sa.false()
    return (
        sa.select(
            m.id,
            m.title,
            m.state,
            m.strategy_id,
            m.baseline_on,
            m.planned_on,
            m.actual_on,
            m.description,
            m.phase,
            m.takes_days,
            strategy.statement.label("strategy"),
            owner_name(m),
            own.label("is_mine"),
        )
        .outerjoin(strategy.table, strategy.id == m.strategy_id)
        .where(m.engagement_id == sa.bindparam("engagement"))
        .order_by(m.planned_on, m.id)
    )


def hold(engagement_id: int) -> None:
    """Hold the engagement until the transaction ends: two who tie milestones together take turns."""
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())


def needs_by_milestone(engagement_id: int) -> dict[int, list[int]]:
    """For each milestone that waits: those that it waits for."""
    found: dict[int, list[int]] = {}
    for row in db.session.execute(_needs(), {"engagement": engagement_id}):
        found.setdefault(row.milestone_id, []).append(row.needs_id)
    return found


@cache
def _needs() -> sa.Select:
    n = columns(MilestoneNeed)
    here = n.engagement_id == sa.bindparam("engagement")
    return sa.select(n.milestone_id, n.needs_id).where(here).order_by(n.milestone_id, n.needs_id)


def needs_of(milestone: Milestone) -> Sequence[MilestoneNeed]:
    return db.session.scalars(
        sa.select(MilestoneNeed).where(MilestoneNeed.milestone_id == milestone.id).order_by(MilestoneNeed.id)
    ).all()


def titles(engagement_id: int) -> dict[int, str]:
    """The milestones of an engagement by id, in the order of the plan; those of one name are told apart."""
    rows = db.session.execute(
        sa.select(Milestone.id, Milestone.title, Milestone.planned_on)
        .where(Milestone.engagement_id == engagement_id)
        .order_by(Milestone.planned_on, Milestone.id)
    ).all()
    names = Counter(row.title for row in rows)
    return {row.id: row.title if names[row.title] == 1 else f"{row.title} ({row.id})" for row in rows}


def phases(engagement_id: int) -> Sequence[str]:
    """The names of phases in use, by name."""
    phase = sa.select(Milestone.phase).where(
        Milestone.engagement_id == engagement_id, Milestone.phase.is_not(None)
    )
    return db.session.scalars(phase.distinct().order_by(Milestone.phase)).all()


def open_followers(milestone: Milestone) -> Sequence[Milestone]:
    """The open milestones that wait for it, straight or by others."""
    n = MilestoneNeed
    following = sa.select(n.milestone_id).where(n.needs_id == milestone.id).cte("following", recursive=True)
    following = following.union(
        sa.select(n.milestone_id).join(following, n.needs_id == following.c.milestone_id)
    )
    return db.session.scalars(
        sa.select(Milestone)
        .where(
            Milestone.id.in_(sa.select(following.c.milestone_id)), Milestone.state.in_(sorted(OPEN_MILESTONE))
        )
        .order_by(Milestone.id)
    ).all()


def undelivered(engagement: Engagement) -> Sequence[Strategy]:
    """The strategies of the worksheet that no milestone delivers, in their order."""
    wanted = sa.select(Strategy).where(_is_loose(Strategy, Milestone))
    ordered = wanted.order_by(Strategy.position, Strategy.id)
    return db.session.scalars(ordered, {"engagement": engagement.id}).all()


def count_undelivered(engagement: Engagement) -> int:
    return db.session.scalar(_loose(), {"engagement": engagement.id})


@cache
def _loose() -> sa.Select:
    s, m = columns(Strategy), columns(Milestone)
    return sa.select(sa.func.count()).select_from(s.table).where(_is_loose(s, m))


def _is_loose(strategy, milestone) -> sa.ColumnElement[bool]:
    delivers = sa.exists().where(
        milestone.strategy_id == strategy.id, milestone.state != MilestoneState.DROPPED
    )
    return sa.and_(strategy.engagement_id == sa.bindparam("engagement"), ~delivers)


def then(row: sa.Row, day: date) -> sa.Row | SimpleNamespace:
    """A milestone as it stood on a day: what was done later was still in progress."""
    if not row.actual_on or row.actual_on <= day:
        return row
    return SimpleNamespace(**{**row._mapping, "state": MilestoneState.IN_PROGRESS, "actual_on": None})


def slip(row: sa.Row, today: date) -> int:
    """Days after the baseline: of the day done, of the plan, or of today where the plan is past."""
    if row.state in OPEN_MILESTONE:
        return (max(row.planned_on, today) - row.baseline_on).days
    return ((row.actual_on or row.planned_on) - row.baseline_on).days


def is_late(row: sa.Row, today: date) -> bool:
    return row.state in OPEN_MILESTONE and row.planned_on < today


def roadmap_frame(engagement: Engagement, today: date) -> pd.DataFrame:
    """One row a milestone, as reports.roadmap wants it: with what it waits for and when it will be there."""
    milestones, needs = milestones_of(engagement.id), needs_by_milestone(engagement.id)
    ahead, titles = outlook(milestones, needs, today), {m.id: m.title for m in milestones}
    rows = [
        {
            "milestone": m.title,
            "phase": m.phase,
            "strategy": m.strategy,
            "owner": m.owner,
            "waits_for": ", ".join(titles[key] for key in needs.get(m.id, ())) or None,
            "baseline_on": m.baseline_on,
            "planned_on": m.planned_on,
            "forecast_on": ahead.forecast.get(m.id),
            "actual_on": m.actual_on,
            "state": "Late" if is_late(m, today) else m.state.label,
            "slip_days": slip(m, today),
            "critical": "yes" if m.id in ahead.critical else None,
        }
        for m in milestones
    ]
    return pd.DataFrame(rows, columns=list(ROADMAP))


#: The columns of that frame.
ROADMAP = (
    "milestone", "phase", "strategy", "owner", "waits_for", "baseline_on", "planned_on", "forecast_on",
    "actual_on", "state", "slip_days", "critical",
)  # fmt: skip


def milestones_frame(engagement: Engagement, as_of: date) -> pd.DataFrame:
    """One row a milestone, as reports.progress wants it; `slip_days` are after the baseline."""
    rows = [
        (
            m.title,
            m.strategy,
            m.owner,
            m.baseline_on,
            m.planned_on,
            m.actual_on,
            "Late" if is_late(m, as_of) else m.state.label,
            slip(m, as_of),
        )
        for m in milestones_of(engagement.id, until=as_of)
    ]
    columns = [
        "milestone",
        "strategy",
        "owner",
        "baseline_on",
        "planned_on",
        "actual_on",
        "state",
        "slip_days",
    ]
    return pd.DataFrame(rows, columns=columns)
