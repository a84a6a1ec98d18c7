from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np
import sqlalchemy as sa

from crm.access import Reader, Role
from crm.alignment.models import Goal, Relation, Strategy
from crm.alignment.models_sheet import GoalOrigin, GoalParent, SheetSetup
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.methods import alignment

pd = lazy.load("pandas")

_OF_ENGAGEMENT = sa.bindparam("engagement")
g, r, s = columns(Goal), columns(Relation), columns(Strategy)
GOALS = (
    sa.select(
        g.id,
        g.statement,
        g.weight,
        g.perspective,
        g.horizon_on,
        g.smart_text,
        g.importance_rank,
        owner_name(g),
    )
    .where(g.engagement_id == _OF_ENGAGEMENT)
    .order_by(g.position, g.id)
)
STRATEGIES = (
    sa.select(s.id, s.statement, s.effort_hours, s.audience, s.channels, owner_name(s))
    .where(s.engagement_id == _OF_ENGAGEMENT)
    .order_by(s.position, s.id)
)


class SheetGoal(NamedTuple):
    id: int
    statement: str
    weight: int
    owner: str | None
    horizon_on: date | None
    parent_id: int | None = None
    #: How deep it is nested: 0 for one that is part of no larger goal.
    depth: int = 0


class SheetStrategy(NamedTuple):
    id: int
    statement: str
    effort_hours: int | None
    owner: str | None


class SheetRelation(NamedTuple):
    goal_id: int
    strategy_id: int
    mark: int
    note: str | None


#: What stands in a cell that nobody has judged.
BLANK = SheetRelation(0, 0, 0, None)


@dataclass(frozen=True)
class Worksheet:
    """The goals and strategies of one engagement, in their order, with what relates them.

    A goal that is part of a larger one stands below it.
    """

    engagement_id: int
    goals: Sequence[SheetGoal]
    strategies: Sequence[SheetStrategy]
    relations: dict[tuple[int, int], SheetRelation]
    #: For goals that were carried down: the statement of the larger one, where the reader may see that.
    origins: dict[int, str] = field(default_factory=dict)
    #: The day on which the worksheet is to be reviewed next.
    review_on: date | None = None

    @cached_property
    def marks(self) -> list[list[int]]:
        """Goals by strategies: 0 where nobody has judged yet."""
        return [[self.mark(goal.id, strategy.id) for strategy in self.strategies] for goal in self.goals]

    def row(self, goal_id: int) -> list[tuple[int, int, str | None]]:
        """Strategy, mark and note of each cell of a goal's row."""
        found = ((one.id, self.relations.get((goal_id, one.id), BLANK)) for one in self.strategies)
        return [(key, relation.mark, relation.note) for key, relation in found]

    def mark(self, goal_id: int, strategy_id: int) -> int:
        relation = self.relations.get((goal_id, strategy_id))
        return relation.mark if relation else 0

    @cached_property
    def score(self) -> alignment.Alignment | None:
        """None as long as there is no goal that weighs anything."""
        weights = [goal.weight for goal in self.goals]
        if not any(weights):
            return None
        effort = tuple(strategy.effort_hours or 0 for strategy in self.strategies)
        return _scored(tuple(weights), tuple(map(tuple, self.marks)), effort)


@lru_cache(maxsize=1024)
def _scored(weights: tuple, marks: tuple, effort: tuple) -> alignment.Alignment:
    """The score follows from these numbers alone, so it is kept for whoever reads them again."""
    cells = np.array(marks, dtype=float).reshape(len(weights), len(effort))
    return alignment.score(weights, cells, effort=effort if any(effort) else None)


def goals_of(engagement_id: int) -> Sequence[sa.Row]:
    """The goals in their order: id, statement, weight, perspective, horizon_on, smart_text,
    importance_rank, owner.
    """
    return db.session.execute(GOALS, {"engagement": engagement_id}).all()


def strategies_of(engagement_id: int) -> Sequence[sa.Row]:
    """The strategies in their order: id, statement, effort_hours, audience, channels, owner."""
    return db.session.execute(STRATEGIES, {"engagement": engagement_id}).all()


def worksheet(engagement: Engagement, reader=None) -> Worksheet:
    """The whole worksheet in one statement; for a reader, with where its goals come from and its review."""
    parts: dict[str, list[sa.Row]] = defaultdict(list)
    asked = {"engagement": engagement.id, "reader": reader.id if reader else 0}
    for row in db.session.execute(_sheet(reader.role if reader else None), asked).all():
        parts[row[0]].append(row)
    return Worksheet(
        engagement.id,
        nested([SheetGoal(*row[1:2], *row[3:7], row[2]) for row in parts["goal"]]),
        [SheetStrategy(*row[1:2], *row[3:6]) for row in parts["strategy"]],
        {
            (goal, strategy): SheetRelation(goal, strategy, mark, note)
            for _, goal, strategy, note, mark, *_ in parts["relation"]
        },
        {row.key: row.text for row in parts["origin"]},
        next((row.day for row in parts["setup"]), None),
    )


def nested(goals: Sequence[SheetGoal]) -> Sequence[SheetGoal]:
    """The goals as a tree that is read downwards: each larger one, then its parts, else in their order."""
    if not any(goal.parent_id for goal in goals):
        return goals
    there, parts = {goal.id for goal in goals}, defaultdict(list)
    for goal in goals:
        parts[goal.parent_id if goal.parent_id in there else None].append(goal)
    found = list(_below(parts, None, 0))
    below = {goal.id for goal in found}
    return found + [goal for goal in goals if goal.id not in below]  # None is lost, even in a circle.


def _below(parts: dict[int | None, list[SheetGoal]], key: int | None, depth: int) -> Iterator[SheetGoal]:
    for goal in parts[key]:
        yield goal._replace(depth=depth)
        yield from _below(parts, goal.id, depth + 1)


@cache
def _sheet(role: Role | None) -> sa.CompoundSelect:
    """Several kinds of row: a goal with its weight, a strategy with its effort, a relation with its mark."""
    parts = [*_parts(), *(_parts_for(Reader(role)) if role else ())]
    return sa.union_all(*parts).order_by("part", "position", "key", "other")


NO_KEY, NO_TEXT = sa.cast(sa.null(), sa.Integer), sa.cast(sa.null(), sa.String)
NO_DAY = sa.cast(sa.null(), sa.Date)


def _parts() -> tuple[sa.Select, ...]:
    p = columns(GoalParent)
    parent = sa.select(p.parent_id).where(p.goal_id == g.id).scalar_subquery()
    goals = sa.select(
        sa.literal("goal").label("part"),
        g.id.label("key"),
        parent.label("other"),
        g.statement.label("text"),
        g.weight.label("number"),
        owner_name(g),
        g.horizon_on.label("day"),
        g.position.label("position"),
    )
    strategies = sa.select(
        sa.literal("strategy"), s.id, NO_KEY, s.statement, s.effort_hours, owner_name(s), NO_DAY, s.position
    )
    relations = sa.select(
        sa.literal("relation"), r.goal_id, r.strategy_id, r.note, r.mark, NO_TEXT, NO_DAY, sa.literal(0)
    )
    return (
        goals.where(g.engagement_id == _OF_ENGAGEMENT),
        strategies.where(s.engagement_id == _OF_ENGAGEMENT),
        relations.where(r.engagement_id == _OF_ENGAGEMENT),
    )


def _parts_for(reader: Reader) -> tuple[sa.Select, ...]:
    """Where a goal was carried down from, and when the worksheet is reviewed."""
    from_, setup = columns(GoalOrigin), columns(SheetSetup)
    origins = sa.select(
        sa.literal("origin"), from_.goal_id, NO_KEY, g.statement, NO_KEY, NO_TEXT, NO_DAY, sa.literal(0)
    ).join(g.table, g.id == from_.origin_id)
    setups = sa.select(
        sa.literal("setup"), setup.id, NO_KEY, NO_TEXT, NO_KEY, NO_TEXT, setup.review_on, sa.literal(0)
    )
    return (
        origins.where(from_.engagement_id == _OF_ENGAGEMENT, g.visible_to(reader)),
        setups.where(setup.engagement_id == _OF_ENGAGEMENT),
    )


def find_relation(engagement: Engagement, goal_id: int, strategy_id: int) -> Relation | None:
    return db.session.scalar(
        sa.select(Relation).where(
            Relation.engagement_id == engagement.id,
            Relation.goal_id == goal_id,
            Relation.strategy_id == strategy_id,
        )
    )


def holds_pair(engagement: Engagement, goal_id: int, strategy_id: int) -> bool:
    """Whether goal and strategy are both of this engagement."""
    pair = (
        sa.select(Goal.id)
        .join(Strategy, Strategy.engagement_id == Goal.engagement_id)
        .where(Goal.id == goal_id, Strategy.id == strategy_id, Goal.engagement_id == engagement.id)
    )
    return db.session.scalar(pair) is not None


def next_position(model: type, engagement: Engagement) -> int:
    last = sa.select(sa.func.max(model.position)).where(model.engagement_id == engagement.id)
    return (db.session.scalar(last) or 0) + 1


def goals_frame(sheet: Worksheet) -> pd.DataFrame:
    """goal_id, goal, weight_share, owner, horizon_on, best_relation: one row a goal."""
    total = sum(goal.weight for goal in sheet.goals) or 1
    rows = [
        (goal.id, goal.statement, goal.weight / total, goal.owner, goal.horizon_on, max(marks, default=0))
        for goal, marks in zip(sheet.goals, sheet.marks, strict=True)
    ]
    columns = ["goal_id", "goal", "weight_share", "owner", "horizon_on", "best_relation"]
    return pd.DataFrame(rows, columns=columns)


def strategies_frame(sheet: Worksheet) -> pd.DataFrame:
    """strategy_id, strategy, owner, effort_hours, share: one row a strategy."""
    shares = sheet.score.shares if sheet.score else [0.0] * len(sheet.strategies)
    rows = [
        (strategy.id, strategy.statement, strategy.owner, strategy.effort_hours, float(share))
        for strategy, share in zip(sheet.strategies, shares, strict=True)
    ]
    return pd.DataFrame(rows, columns=["strategy_id", "strategy", "owner", "effort_hours", "share"])


def relations_frame(sheet: Worksheet) -> pd.DataFrame:
    """goal_id, strategy_id, value: one row a judgement."""
    rows = [(row.goal_id, row.strategy_id, row.mark) for row in sheet.relations.values()]
    return pd.DataFrame(rows, columns=["goal_id", "strategy_id", "value"])
