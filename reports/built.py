"""A view that somebody put together: its rows one by one, or grouped, spread across columns and added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.built_cells import ALL, OTHERS, Cells, Group, Sum
from reports.charts_built import chart_of
from reports.figures import records, share, table
from reports.model import Chart, Column, Fact, Report, Table

pd = lazy.load("pandas")

#: Columns that a pivot may fill; what is rarer stands together in one more.
MOST_COLUMNS = 40
NOTHING = "Nothing fits this view. Widen its period, or take a filter away."


@dataclass(frozen=True)
class Told:
    """What a view is called and how it is told. `name` is that of its files, `many` names what it counts;
    `sort` is the name of a group or a sum, with a minus for the greatest first; `chart` is bar, line or
    nothing."""

    title: str
    subtitle: str
    name: str
    many: str
    as_of: date
    made_at: datetime
    sort: str = ""
    chart: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Head(Table):
    """The first rows of a table that has `whole` of them, and sums over all."""

    whole: int = 0
    sums: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.whole

    @property
    def totals(self) -> dict[str, int | float | Decimal]:
        return {column.name: self.sums[column.name] or 0 for column in self.columns if column.total}


def listed(
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    told: Told,
    whole: int | None = None,
    sums: Mapping[str, Any] | None = None,
) -> Report:
    """The rows of `frame` as they come. Where these are only the first, `whole` says how many there are, and
    `sums` what each column that has a total adds up to over all of them."""
    title = told.many.capitalize()
    texts = ("rows", title, columns, frame, NOTHING)
    one = Table(*texts) if whole is None else Head(*texts, whole=whole, sums=sums or {})
    facts = [Fact(title, text.show(len(one), "integer"))]
    facts += [
        Fact(column.label, text.show(one.totals[column.name], column.kind), "in all")
        for column in columns
        if column.total and len(one)
    ]
    return _report(told, (one,), facts[:6])


def grouped(
    frame: pd.DataFrame,
    groups: tuple[Group, ...],
    sums: tuple[Sum, ...],
    told: Told,
    *,
    is_spread: bool = False,
) -> Report:
    """A row for each group, and for the last of `groups` columns where it `is_spread`.

    `frame`: for each group g0 (its name, or the first day of its period) and k0 (what tells it from another
    of that name), n (rows in it), and for the column of each sum NAME.count, NAME.sum, NAME.least, NAME.most
    as far as they are asked for; hours are in minutes. Each total is merged out of these parts, so an average
    is one over all rows.
    """
    return _Grouped(Cells(records(frame), groups, sums, is_spread=is_spread), told).report()


def _report(told: Told, tables: Iterable[Table], facts: Iterable[Fact], **more) -> Report:
    notes = told.notes + more.pop("notes", ())
    return Report(
        name=told.name, title=told.title, subtitle=told.subtitle, as_of=told.as_of, made_at=told.made_at,
        tables=tuple(tables), facts=tuple(facts), notes=notes, **more,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Grouped:
    cells: Cells
    told: Told

    def report(self) -> Report:
        notes: tuple[str, ...] = ()
        chart, why_not = self._chart()
        if why_not:
            notes += (why_not,)
        if self.gathered:
            many = text.count(len(self.gathered), "column")
            notes += (
                f"{many} of the fewest {self.told.many} stand together under “{OTHERS}”: a page holds "
                f"{self.most_columns}. Filter by fewer to see them one by one.",
            )
        words = self.told.many.capitalize()
        title = f"{words}, grouped" if self.cells.rows_by else words
        one = table("groups", title, self.columns, self.rows, NOTHING, keys=max(len(self.cells.rows_by), 1))
        charts = (chart,) if chart else ()
        return _report(
            self.told, (one,), self._facts(), findings=tuple(self._findings()), charts=charts, notes=notes
        )

    @cached_property
    def most_columns(self) -> int:
        return MOST_COLUMNS // len(self.cells.sums)

    @cached_property
    def gathered(self) -> frozenset:
        """The keys of the columns that stand together as others: those of the fewest rows."""
        keys = self.cells.across
        ordered = sorted(keys, key=lambda key: (-self.cells.at(ALL, key).n, keys.index(key)))
        return frozenset(ordered[self.most_columns :])

    @cached_property
    def across(self) -> list[tuple[str, str, list]]:
        """The columns of a pivot: name, label and the keys that stand in each; the others last."""
        if not self.cells.is_spread:
            return []
        shown = [key for key in self.cells.across if key not in self.gathered]
        labels = self.cells.labels_across(shown)
        found = [(f"c{at}", label, [key]) for at, (key, label) in enumerate(zip(shown, labels, strict=True))]
        return found + ([("others", OTHERS, list(self.gathered))] if self.gathered else [])

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        firsts = tuple(
            Column(f"by{at}", group.label, "text") for at, group in enumerate(self.cells.rows_by)
        ) or (Column("by0", self.told.many.capitalize(), "text"),)
        sums, is_several = self.cells.sums, len(self.cells.sums) > 1
        spread = [
            self._column(f"{name}-{at}", f"{label} · {one.label}" if is_several else label, one)
            for name, label, _ in self.across
            for at, one in enumerate(sums)
        ]
        word = "All · {}" if is_several or not self.across else "All"
        if not self.across:
            word = "{}"
        last = [
            self._column(f"all-{at}", word.format(one.label), one)
            for at, one in enumerate(sums)
            if self.cells.can_merge(one)
        ]
        return (*firsts, *spread, *last)

    def _column(self, name: str, label: str, one: Sum) -> Column:
        adds = one.how in ("count", "sum") and one.apart is None and one.kind != "money"
        return Column(name, label, one.kind, total=adds)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        made = [self._row(key) for key in self.cells.rows]
        by = self.told.sort.removeprefix("-")
        names = [one.name for one in self.cells.sums]
        groups = [one.name for one in self.cells.rows_by]
        if by in names and self.cells.can_merge(self.cells.sums[names.index(by)]):
            at = f"all-{names.index(by)}"
            present = [row for row in made if row[at] is not None]
            present.sort(key=lambda row: row[at], reverse=self.told.sort.startswith("-"))
            return present + [row for row in made if row[at] is None]
        return made[::-1] if groups[:1] == [by] and self.told.sort.startswith("-") else made

    def _row(self, key: tuple) -> dict[str, Any]:
        names = self.cells.labels(key) or ["All"]
        row: dict[str, Any] = {f"by{at}": name for at, name in enumerate(names)}
        for name, _, keys in self.across:
            cell = self.cells.merged(key, keys)
            row |= {f"{name}-{at}": one.of(cell) for at, one in enumerate(self.cells.sums)}
        whole = self.cells.at(key, ALL)
        return row | {f"all-{at}": one.of(whole) for at, one in enumerate(self.cells.sums)}

    def _facts(self) -> list[Fact]:
        whole = self.cells.at(ALL, ALL)
        counted = Fact(self.told.many.capitalize(), text.show(whole.n, "integer"))
        told = [
            Fact(one.label, text.show(one.of(whole), one.kind), "over all of them")
            for one in self.cells.sums
            if one.how != "count" and one.apart is None
        ]
        for one in self.cells.sums:
            if one.apart is not None and one.kind == "money":
                told += [
                    Fact(f"{one.label}, {label}", text.show(one.of(cell), one.kind))
                    for label, cell in self.cells.by_key(one.apart)
                    if one.of(cell) is not None
                ]
        return [counted, *told][:7]

    def _findings(self):
        """Which group has the most of the first sum, where there is something to choose from."""
        if not self.cells.sums or len(self.cells.rows) < 2:
            return
        one = self.cells.sums[0]
        if one.how not in ("count", "sum") or one.apart is not None:
            return
        held = [(one.of(self.cells.at(key, ALL)) or 0, key) for key in self.cells.rows]
        most = max(value for value, _ in held)
        first = [key for value, key in held if value == most]
        whole = one.of(self.cells.at(ALL, ALL))
        if most > 0 and len(first) == 1:
            name = ", ".join(self.cells.labels(first[0]))
            part = text.show(share(float(most), float(whole)), "percent")
            greatest, all_of_it = text.show(most, one.kind), text.show(whole, one.kind)
            yield f"{name}: {greatest} of {all_of_it}, {part}, the most of all."

    def _chart(self) -> tuple[Chart | None, str]:
        if not self.told.chart:
            return None, ""
        return chart_of(self.cells, self.told.chart, self.told.sort)
