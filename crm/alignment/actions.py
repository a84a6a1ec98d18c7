from crm.alignment import queries
from crm.alignment.models import MARKS, Goal, Relation, Strategy
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
        engagement_id=engagement.id,
        organisation_id=engagement.organisation_id,
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
