"""A view as one statement: one row for each row of the base, and only then grouped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa

from crm.access import Reader
from crm.builder.days import period_of
from crm.builder.definition import Definition, Grouping
from crm.builder.fields import Base, Field, How, Many
from crm.builder.values import criterion

ROWS = "counted_rows"


def _joined(base: Base, used: Iterable[Field | Many]) -> sa.FromClause:
    """The base and the tables that these columns are of, each once, each with one row at most."""
    wanted: set[str] = set()
    waiting = [name for one in used for name in one.via]
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += base.joins[name].after
    source: sa.FromClause = base.rows.table
    done: set[str] = set()
    while wanted - done:
        ready = (n for n in base.joins if n in wanted - done and not set(base.joins[n].after) - done)
        name = next(ready)
        source = source.outerjoin(base.joins[name].target, base.joins[name].on)
        done.add(name)
    return source


@dataclass(frozen=True)
class Asking:
    """A definition as it is asked by a reader of a role, on a day."""

    definition: Definition
    role: str
    today: date

    @property
    def base(self) -> Base:
        return self.definition.base

    @cached_property
    def _criteria(self) -> list[sa.ColumnElement[bool]]:
        asked = self.base.asked
        own = self.base.rows.visible_to(Reader(self.role))
        return [
            own, *(criterion(asked[f.on], f.asks, f.values, self.today) for f in self.definition.filters)
        ]  # fmt: skip

    def _rows(self, shown: Iterable[tuple[Field, sa.ColumnElement]]) -> sa.Select:
        shown = list(shown)
        used = [field for field, _ in shown] + [self.base.asked[f.on] for f in self.definition.filters]
        columns = [column for _, column in shown] or [sa.literal_column("1").label("one")]
        return sa.select(*columns).select_from(_joined(self.base, used)).where(*self._criteria)

    def _labelled(self, names: Iterable[str]) -> list[tuple[Field, sa.ColumnElement]]:
        return [(field := self.base.fields[name], field.value.label(name)) for name in names]

    def listed(self, most: int | None) -> sa.Select:
        """The rows one by one, in their order, with the key of each last."""
        definition = self.definition
        by = definition.sort.removeprefix("-")
        statement = self._rows(self._labelled(definition.columns))
        key = self.base.rows.id
        order = [key]
        if by:
            value = self.base.fields[by].value
            # What is missing comes last, whichever way: the databases would not agree.
            order = [value.is_(None), value.desc() if definition.sort.startswith("-") else value, key]
        statement = statement.add_columns(key.label("row_key")).order_by(*order)
        return statement if most is None else statement.limit(most)

    def counted(self, sums: Iterable[str]) -> sa.Select:
        """How many rows there are, and the sums of these columns over all of them."""
        sums = list(sums)
        rows = self._rows(self._labelled(sums)).subquery(ROWS)
        return sa.select(sa.func.count(), *(sa.func.sum(rows.c[name]) for name in sums)).select_from(rows)

    @cached_property
    def keys(self) -> tuple[Grouping, ...]:
        """What is grouped by: the rows, then what is spread across columns."""
        pivot = self.definition.pivot
        return (*self.definition.groups, pivot) if pivot else self.definition.groups

    @cached_property
    def numbers(self) -> dict[str, frozenset[How]]:
        """The columns that are put together, and how; an average is told from sum and count."""
        found: dict[str, set[How]] = {}
        for one in self.definition.sums:
            if one.how:
                found.setdefault(one.on, set()).add(How.SUM if one.how is How.AVERAGE else one.how)
        return {name: frozenset(hows) for name, hows in found.items()}

    def _grouped_by(self, at: int, one: Grouping) -> list[tuple[Field, sa.ColumnElement]]:
        field = self.base.fields[one.on]
        value = period_of(one.grain, field.value) if one.grain else field.value
        return [(field, value.label(f"g{at}")), (field, (value if one.grain else field.key).label(f"k{at}"))]

    def grouped(self, most: int) -> sa.Select:
        """A row for each group: its names and keys, the number of rows, and for each number what is asked."""
        shown = [pair for at, one in enumerate(self.keys) for pair in self._grouped_by(at, one)]
        rows = self._rows([*shown, *self._labelled(self.numbers)]).subquery(ROWS)
        keys = [rows.c[column.name] for _, column in shown]
        numbers = [part for name, hows in self.numbers.items() for part in _put_together(rows.c[name], hows)]
        return (
            sa.select(*keys, sa.func.count().label("n"), *numbers)
            .select_from(rows).group_by(*keys).limit(most)
        )  # fmt: skip


_FUNCTIONS = {How.SUM: sa.func.sum, How.LEAST: sa.func.min, How.MOST: sa.func.max}


def _put_together(column: sa.ColumnElement, hows: frozenset[How]) -> list[sa.ColumnElement]:
    parts = [sa.func.count(column).label(f"{column.name}.count")]
    return parts + [
        function(column).label(f"{column.name}.{how}") for how, function in _FUNCTIONS.items() if how in hows
    ]
