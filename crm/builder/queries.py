"""A view as its reader may see it: what is left out for them, its rows, and the report made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import lazy_loader as lazy

from crm import clock
from crm.builder.definition import COUNT, Definition, RefusedError, Summing
from crm.builder.fields import Field, Sort
from crm.builder.queries_choices import filter_words, names_of, title_of
from crm.builder.seeing import Seen, as_seen
from crm.builder.statements import Asking
from crm.deadlines import go_on
from crm.extensions import db
from crm.readers import become, known
from crm.reporting.catalogue import read_apart
from reports import built
from reports.built_cells import Group, Sum
from reports.model import Column, Report
from reports.streams import Part, Stream

pd = lazy.load("pandas")

MOST_GROUPS = 20_000
PART = 2_000


def _turned(field: Field) -> Callable:
    """How a value of the column is told."""
    if field.sort is Sort.YES:
        return lambda value: None if value is None else ("Yes" if value else "No")
    if field.sort is Sort.CHOICE:
        return lambda value: None if value is None else field.words[str(value)]
    if field.sort is Sort.HOURS:
        return lambda value: None if value is None else int(value) / 60
    if field.sort is Sort.INTEGER:
        return lambda value: None if value is None else int(value)
    return lambda value: value


def _claims(field: Field) -> tuple[str, str]:
    """What a yes and a no of the column claim, where they stand without its name: Late, Not late."""
    return field.label, f"Not {field.label.lower()}"


def _named(field: Field) -> Callable:
    """How a value of the column names a group."""
    if field.sort is not Sort.YES:
        return _turned(field)
    yes, no = _claims(field)
    return lambda value: None if value is None else (yes if value else no)


def _order(field: Field) -> tuple[str, ...]:
    return _claims(field) if field.sort is Sort.YES else tuple(field.words.values())


@dataclass(frozen=True)
class View:
    """A view for one reader: made once, told as a page or as a file."""

    user: object
    wanted: Definition
    name: str | None = None

    @cached_property
    def seen(self) -> Seen:
        return as_seen(self.user, self.wanted)

    @property
    def definition(self) -> Definition:
        return self.seen.definition

    @cached_property
    def today(self) -> date:
        return clock.today(self.user)

    @cached_property
    def asking(self) -> Asking:
        return Asking(self.definition, self.user.role, self.today)

    @property
    def _values(self) -> dict:
        return {"reader": self.user.id, "today": self.today}

    @property
    def fields(self) -> list[Field]:
        return [self.seen.fields[name] for name in self.definition.columns]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        labels = [one.label for one in self.fields]
        return tuple(
            Column(
                one.name,
                one.label if labels.count(one.label) == 1 else f"{one.label} ({one.step.lower()})",
                one.kind,
                total=one.has_total,
            )
            for one in self.fields
        )

    def page(self, most: int) -> Report:
        """With the first rows of a list, and the sums over all of them."""
        return read_apart(self._grouped if self.definition.is_grouped else lambda: self._begun(most))

    def whole(self) -> Report:
        """With every row."""
        return read_apart(self._grouped if self.definition.is_grouped else self._listed)

    def _begun(self, most: int) -> Report:
        whole, sums = self.counted
        return built.listed(self._frame(most), self.columns, self._told(), whole, sums)

    @cached_property
    def counted(self) -> tuple[int, dict]:
        """How many rows a list has, and what its columns add up to."""
        added = [one for one in self.fields if one.has_total]
        row = db.session.execute(self.asking.counted(one.name for one in added), self._values).one()
        return row[0], {one.name: _turned(one)(value) for one, value in zip(added, row[1:], strict=True)}

    def _listed(self) -> Report:
        return built.listed(self._frame(None), self.columns, self._told())

    def _frame(self, most: int | None) -> pd.DataFrame:
        rows = db.session.execute(self.asking.listed(most), self._values).all()
        return pd.DataFrame(
            {one.name: part for one, part in zip(self.fields, self._part(rows), strict=True)}, dtype=object
        )

    def _part(self, rows) -> Part:
        values = list(zip(*rows, strict=True)) or [()] * (len(self.fields) + 1)
        return [list(map(_turned(one), column)) for one, column in zip(self.fields, values[:-1], strict=True)]

    def stream(self) -> Stream:
        """The list in parts, for one that is too long to be held."""
        told, parts = self._told(), self._parts(known())
        return Stream(told.name, told.title, self.columns, parts, self.counted[0], self.today, told.made_at)

    def _parts(self, reader) -> Iterator[Part]:
        """The rows, asked for when the first is wanted: the transaction of the page is over by then."""
        become(reader)
        found = db.session.execute(
            self.asking.listed(None), self._values, execution_options={"yield_per": PART}
        )
        for rows in found.partitions():
            go_on()
            yield self._part(rows)

    def _grouped(self) -> Report:
        rows = db.session.execute(self.asking.grouped(MOST_GROUPS + 1), self._values).mappings().all()
        if len(rows) > MOST_GROUPS:
            raise RefusedError(
                f"This makes more than {MOST_GROUPS:,} groups. Group by less, or narrow the view by a filter."
            )
        turns = {f"g{at}": _named(self.seen.fields[one.on]) for at, one in enumerate(self.asking.keys)}
        told = [
            {name: turns[name](value) if name in turns else value for name, value in row.items()}
            for row in rows
        ]
        return built.grouped(
            pd.DataFrame(told, dtype=object), self._groups(), self._sums(), self._told(),
            is_spread=self.definition.pivot is not None,
        )  # fmt: skip

    def _groups(self) -> tuple[Group, ...]:
        fields, found = self.seen.fields, []
        for one in self.asking.keys:
            label = fields[one.on].label
            label = f"{label}, by {one.grain}" if one.grain and one.grain != "day" else label
            found.append(Group(str(one), label, one.grain, _order(fields[one.on])))
        return tuple(found)

    def _sums(self) -> tuple[Sum, ...]:
        keys = [one.on for one in self.asking.keys]
        return tuple(_sum(self.seen, one, keys) for one in self.definition.sums)

    def _told(self) -> built.Told:
        definition = self.definition
        return built.Told(
            self.name or title_of(definition), self._subtitle(), definition.base.name, definition.base.many,
            self.today, clock.now(), definition.sort, definition.chart, self.seen.notes,
        )  # fmt: skip

    def _subtitle(self) -> str:
        people = names_of(self.definition.filters, self.definition)
        told = [filter_words(one, self.definition, people) for one in self.definition.filters]
        return " · ".join(told) or f"All {self.definition.base.many} that you may see"


def _sum(seen: Seen, one: Summing, keys: list[str]) -> Sum:
    if one.how is None:
        return Sum(COUNT, f"Number of {seen.definition.base.many}", "integer")
    field = seen.fields[one.on]
    kind = "number" if one.how == "average" and field.kind == "integer" else field.kind
    label = field.label if one.how == "sum" else f"{field.label}, {one.how.label.lower()}"
    apart = keys.index(field.apart) if field.apart else None
    return Sum(str(one), label, kind, one.how.value, one.on, apart)
