"""Marks that several people agreed on go onto the worksheet, each with its reason where it owes one."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.alignment.models import MARKS, Goal, Relation, Strategy
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db

#: So many steps of the scale from what stands, a mark owes its reason.
FAR = 2
OWED = "Say why: a 9, and a change of two steps or more, stand with their reason."
GONE = "This goal or strategy is no longer on the worksheet. Load the page again."


class Agreed(NamedTuple):
    mark: int
    note: str | None = None


def agree_on(engagement: Engagement, agreed: Mapping[tuple[int, int], Agreed], *, by) -> None:
    """Put these marks onto the worksheet, by goal and strategy. All of them, or none."""
    known = {
        (row.goal_id, row.strategy_id): row
        for row in db.session.scalars(sa.select(Relation).where(Relation.engagement_id == engagement.id))
    }
    goals, strategies = (
        set(db.session.scalars(sa.select(model.id).where(model.engagement_id == engagement.id)))
        for model in (Goal, Strategy)
    )
    for (goal_id, strategy_id), said in agreed.items():
        if goal_id not in goals or strategy_id not in strategies:
            raise DomainError(GONE)
        relation = known.get((goal_id, strategy_id))
        if owes_reason(said.mark, relation.mark if relation else None) and not said.note:
            raise DomainError(OWED)
        if relation is None:
            relation = Relation(
                **engagement.whereabouts,
                goal_id=goal_id, strategy_id=strategy_id,
            )  # fmt: skip
            db.session.add(relation)
        relation.mark, relation.note, relation.user_id = said.mark, said.note, by.id
        relation.updated_at = clock.now()  # That it was agreed again is new, even where it stays as it was.
    db.session.flush()


def owes_reason(mark: int, before: int | None) -> bool:
    """Whether a mark has to say why, given the one that stands; None where none does."""
    if mark not in MARKS:
        raise DomainError("A relation is 0, 1, 3 or 9.")
    far = before is not None and abs(MARKS.index(mark) - MARKS.index(before)) >= FAR
    return mark == MARKS[-1] or far
