"""What a closed round has shown: the marks of each cell, and who stands where on the disputed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.alignment import queries as alignment
from crm.alignment.models import MARKS, Goal, Relation, Strategy
from crm.columns import columns
from crm.extensions import db
from crm.judging.models import Judgement, Rater, Round
from crm.judging.spread import Cell, Voice

j, u, a, rel = columns(Judgement), columns(User), columns(Rater), columns(Relation)
g, s = columns(Goal), columns(Strategy)
#: How many disputed cells a page shows in full.
SHOWN = 20


@dataclass(frozen=True)
class Spread:
    """A closed round: its goals and strategies in their order, its cells by goal and strategy."""

    round: Round
    goals: Sequence[sa.Row]
    strategies: Sequence[sa.Row]
    cells: dict[tuple[int, int], Cell]

    @cached_property
    def disputed(self) -> list[Cell]:
        """The widest apart first, then the most scattered, then in the order of the worksheet."""
        order = {key: at for at, key in enumerate(self._keys())}
        found = [cell for cell in self.cells.values() if cell.is_disputed]
        return sorted(found, key=lambda cell: (-cell.said.span, -cell.said.spread, order[cell.key]))

    @cached_property
    def plain(self) -> list[Cell]:
        """The cells that somebody judged and nobody disputes, in the order of the worksheet."""
        cells = (self.cells.get(key) for key in self._keys())
        return [cell for cell in cells if cell and not cell.is_disputed]

    @cached_property
    def to_take(self) -> list[Cell]:
        """The undisputed cells that do not stand on the worksheet as their median says."""
        return [cell for cell in self.plain if cell.stands != cell.said.median]

    @cached_property
    def to_agree(self) -> list[Cell]:
        """The disputed cells that nobody has agreed on since the round was closed."""
        return [cell for cell in self.disputed if not self.is_agreed(cell)]

    def is_agreed(self, cell: Cell) -> bool:
        closed_at = self.round.closed_at
        return bool(cell.changed_at and closed_at and cell.changed_at > closed_at)

    def _keys(self) -> Iterator[tuple[int, int]]:
        return ((goal.id, strategy.id) for goal in self.goals for strategy in self.strategies)


def spread_of(round: Round, user) -> Spread:
    """The whole round in three statements, as far as `user` may see its marks."""
    goals = alignment.goals_of(round.engagement_id)
    strategies = alignment.strategies_of(round.engagement_id)
    asked = {"round": round.id, "reader": user.id}
    names = {row.id: row.statement for row in goals}, {row.id: row.statement for row in strategies}
    rows = db.session.execute(_cells(user.role), asked).all()
    cells = [
        Cell(row.goal_id, row.strategy_id, names[0][row.goal_id], names[1][row.strategy_id], tuple(row[2:6]),
             row.stands, row.changed_at)
        for row in rows if row.goal_id in names[0] and row.strategy_id in names[1]
    ]  # fmt: skip
    return Spread(round, goals, strategies, {cell.key: cell for cell in cells})


@cache
def _cells(role: Role) -> sa.Select:
    """How many gave each mark, by cell, aggregated before the agreed mark is joined."""
    counts = [sa.func.count().filter(j.mark == mark).label(f"said_{mark}") for mark in MARKS]
    said = (
        sa.select(j.goal_id, j.strategy_id, *counts)
        .where(j.round_id == sa.bindparam("round"), j.is_revealed, j.visible_to(Reader(role)))
        .group_by(j.goal_id, j.strategy_id)
        .subquery()
    )
    stands = sa.and_(rel.goal_id == said.c.goal_id, rel.strategy_id == said.c.strategy_id)
    return (
        sa.select(*said.c, rel.mark.label("stands"), rel.updated_at.label("changed_at"))
        .outerjoin(rel.table, stands)
        .order_by(said.c.goal_id, said.c.strategy_id)
    )


def voices_of(round: Round, cells: Sequence[Cell], user) -> dict[tuple[int, int], list[Voice]]:
    """Who said what on these cells, the highest first."""
    if not cells:
        return {}
    asked = {"round": round.id, "reader": user.id, "keys": [cell.key for cell in cells]}
    found: dict[tuple[int, int], list[Voice]] = {cell.key: [] for cell in cells}
    for row in db.session.execute(_voices(user.role), asked):
        found[row.goal_id, row.strategy_id].append(Voice(row.name, row.mark, row.note, row.is_from_client))
    return found


@cache
def _voices(role: Role) -> sa.Select:
    keys = sa.tuple_(j.goal_id, j.strategy_id).in_(sa.bindparam("keys", expanding=True))
    return (
        sa.select(j.goal_id, j.strategy_id, u.name, j.mark, j.note, a.is_from_client)
        .join(u.table, u.id == j.user_id)
        .join(a.table, sa.and_(a.round_id == j.round_id, a.user_id == j.user_id))
        .where(j.round_id == sa.bindparam("round"), j.is_revealed, j.visible_to(Reader(role)), keys)
        .order_by(j.goal_id, j.strategy_id, j.mark.desc(), u.name, u.id)
    )


def marks_of(round: Round, user) -> Sequence[sa.Row]:
    """Every mark of a round that `user` may see: goal, strategy, rater, side, mark, note."""
    return db.session.execute(_marks(user.role), {"round": round.id, "reader": user.id}).all()


@cache
def _marks(role: Role) -> sa.Select:
    return (
        sa.select(
            g.statement.label("goal"), s.statement.label("strategy"), u.name, a.is_from_client, j.mark, j.note
        )
        .select_from(j.table)
        .join(g.table, g.id == j.goal_id)
        .join(s.table, s.id == j.strategy_id)
        .join(u.table, u.id == j.user_id)
        .join(a.table, sa.and_(a.round_id == j.round_id, a.user_id == j.user_id))
        .where(j.round_id == sa.bindparam("round"), j.is_revealed, j.visible_to(Reader(role)))
        .order_by(g.position, g.id, s.position, s.id, u.name, u.id)
    )
