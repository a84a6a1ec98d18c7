from collections.abc import Iterable

import sqlalchemy as sa

from crm.alignment import queries, queries_sheet
from crm.alignment.models import MARKS, Goal, Level, Relation, Strategy
from crm.alignment.models_sheet import GoalOrigin, GoalParent, SheetSetup
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db


class JudgedError(DomainError):
    """Somebody else judged this pair meanwhile."""

    def __init__(self, theirs: int, yours: int):
        super().__init__(f"Somebody else judged {theirs} here while you judged {yours}.")
        self.theirs = theirs


def mark(
    engagement: Engagement, goal_id: int, strategy_id: int, value: int, *, by, was: int | None = None
) -> None:
    """Judge how strongly the strategy serves the goal. The note of an earlier judgement stays.

    With `was`, the mark that the judge saw, another that somebody gave meanwhile is not overwritten.
    """
    if value not in MARKS:
        raise DomainError("A relation is 0, 1, 3 or 9.")
    relation = _relation(engagement, goal_id, strategy_id)
    if was is not None and relation.mark not in (was, value):
        raise JudgedError(relation.mark, value)
    relation.mark, relation.user_id = value, by.id


def explain(engagement: Engagement, goal_id: int, strategy_id: int, note: str | None, *, by) -> None:
    relation = _relation(engagement, goal_id, strategy_id)
    relation.note, relation.user_id = note, by.id


def _relation(engagement: Engagement, goal_id: int, strategy_id: int) -> Relation:
    relation = queries.find_relation(engagement, goal_id, strategy_id)
    if relation:
        return relation
    if not queries.holds_pair(engagement, goal_id, strategy_id):
        raise DomainError("This goal or strategy is no longer on the worksheet. Load the page again.")
    relation = Relation(
        **engagement.whereabouts,
        goal_id=goal_id,
        strategy_id=strategy_id,
        mark=0,
    )
    db.session.add(relation)
    return relation


def add(thing: Goal | Strategy, engagement: Engagement) -> None:
    """Put a new goal or strategy at the end of the worksheet."""
    thing.engagement_id, thing.organisation_id = engagement.id, engagement.organisation_id
    thing.position = queries.next_position(type(thing), engagement)
    db.session.add(thing)


def nest(goal: Goal, parent_id: int | None) -> None:
    """Make the goal part of a larger one, or of none."""
    db.session.flush()
    nested = db.session.scalar(sa.select(GoalParent).where(GoalParent.goal_id == goal.id))
    if parent_id is None:
        if nested:
            db.session.delete(nested)
        return
    if parent_id in queries_sheet.below(goal.engagement_id, goal.id):
        raise DomainError("A goal cannot be part of itself, nor of a goal that is part of it.")
    if nested:
        nested.parent_id = parent_id
    else:
        db.session.add(_on_thread(GoalParent(goal_id=goal.id, parent_id=parent_id), goal))


#: What is carried down with a goal: its owner, weight and SMART text are the hospital's own.
CARRIED = ("statement", "why", "perspective", "horizon_on", "how_measured", "unit")
ONE_DOWN = {Level.SYSTEM: Level.ORGANISATION, Level.ORGANISATION: Level.SERVICE_LINE}


def carry_down(engagement: Engagement, goal_ids: Iterable[int], *, by) -> list[Goal]:
    """Copy goals of the parent's engagements to this worksheet, each tied to where it came from."""
    offered = {row.id for row in queries_sheet.goals_above(engagement, by)}
    carried = []
    for key in goal_ids:
        if key not in offered:
            raise DomainError("One of these goals cannot be carried down any more. Load the page again.")
        above = db.session.get(Goal, key)
        goal = Goal(**{name: getattr(above, name) for name in CARRIED}, level=ONE_DOWN.get(above.level))
        add(goal, engagement)
        db.session.flush()
        db.session.add(_on_thread(GoalOrigin(goal_id=goal.id, origin_id=key), goal))
        carried.append(goal)
    return carried


def _on_thread(row, beside):
    row.engagement_id, row.organisation_id = beside.engagement_id, beside.organisation_id
    return row


def set_up(engagement: Engagement) -> SheetSetup:
    """The setup of the worksheet, made with its defaults where there is none yet."""
    setup = queries_sheet.find_setup(engagement.id)
    if setup is None:
        setup = SheetSetup(**engagement.whereabouts)
        db.session.add(setup)
    return setup
