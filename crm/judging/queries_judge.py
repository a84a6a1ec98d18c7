"""What one rater judges: their own marks, and what the round before has shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from crm.accounts.models import User
from crm.alignment import queries as alignment
from crm.columns import columns
from crm.extensions import db
from crm.judging import queries
from crm.judging.models import Judgement, Round

j, u = columns(Judgement), columns(User)


@dataclass(frozen=True)
class ToJudge:
    """Goals and strategies in their order; one's own marks, of the round before too; its ranges."""

    goals: Sequence[sa.Row]
    strategies: Sequence[sa.Row]
    mine: Sequence[sa.Row]
    before: Sequence[sa.Row]
    #: Lowest and highest mark of the round before, by goal and strategy.
    ranges: dict[tuple[int, int], tuple[int, int]]
    #: Who said what in the round before, where one goal is looked at: by strategy.
    said: dict[int, list[sa.Row]]


def to_judge(round: Round, user, goal_id: int | None = None) -> ToJudge:
    """For the whole worksheet, or for one goal of it with what everybody said of that before."""
    last = queries.round_before(round)
    asked = {"round": round.id, "before": last.id if last else None, "user": user.id, "goal": goal_id}
    is_one = goal_id is not None
    own = db.session.execute(_own(is_one), asked).all()
    ranges = db.session.execute(_ranges(is_one), asked).all() if last else ()
    said: dict[int, list[sa.Row]] = {}
    if last and goal_id is not None:
        for row in db.session.execute(_said(), asked):
            said.setdefault(row.strategy_id, []).append(row)
    return ToJudge(
        alignment.goals_of(round.engagement_id),
        alignment.strategies_of(round.engagement_id),
        [row for row in own if row.round_id == round.id],
        [row for row in own if row.round_id != round.id],
        {(goal, strategy): (low, high) for goal, strategy, low, high in ranges},
        said,
    )


def _given(name: str) -> sa.BindParameter:
    return sa.bindparam(name, type_=sa.Integer)


def _where(is_one: bool) -> list[sa.ColumnElement[bool]]:
    """Of one goal, or of all."""
    return [j.goal_id == _given("goal")] if is_one else []


@cache
def _own(is_one: bool) -> sa.Select:
    """What counts comes first, then the draft after it; one that a later mark has superseded is left out."""
    later = j.table.alias("later")
    superseded = sa.exists().where(
        later.c.round_id == j.round_id, later.c.user_id == j.user_id, later.c.goal_id == j.goal_id,
        later.c.strategy_id == j.strategy_id, later.c.counts, later.c.updated_at >= j.updated_at,
    )  # fmt: skip
    return (
        sa.select(j.round_id, j.goal_id, j.strategy_id, j.mark, j.note, j.counts)
        .where(
            j.round_id.in_((_given("round"), _given("before"))),
            j.user_id == _given("user"),
            sa.or_(j.counts, sa.not_(superseded)),
            *_where(is_one),
        )
        .order_by(j.round_id, j.goal_id, j.strategy_id, j.counts.desc(), j.id)
    )


@cache
def _ranges(is_one: bool) -> sa.Select:
    lowest, highest = sa.func.min(j.mark), sa.func.max(j.mark)
    return (
        sa.select(j.goal_id, j.strategy_id, lowest, highest)
        .where(j.round_id == _given("before"), j.is_revealed, *_where(is_one))
        .group_by(j.goal_id, j.strategy_id)
        .order_by(j.goal_id, j.strategy_id)
    )


@cache
def _said() -> sa.Select:
    return (
        sa.select(j.strategy_id, u.name, j.mark, j.note)
        .join(u.table, u.id == j.user_id)
        .where(j.round_id == _given("before"), j.goal_id == _given("goal"), j.is_revealed)
        .order_by(j.strategy_id, j.mark.desc(), u.name, u.id)
    )


def said_before(round: Round, goal_id: int, strategy_id: int) -> Sequence[sa.Row]:
    """Who said what of one cell in the round before, the highest first: name, mark, note."""
    last = queries.round_before(round)
    if not last:
        return ()
    asked = {"before": last.id, "goal": goal_id, "strategy": strategy_id}
    return db.session.execute(_said().where(j.strategy_id == _given("strategy")), asked).all()
