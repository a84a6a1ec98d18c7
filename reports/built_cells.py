"""The groups of a view and what they add up to: parts that merge, so that every total is over all rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from reports import text
from reports.model import Kind

#: In place of the key of a group: all of them.
ALL = object()
OTHERS, NONE = "Others", "None"
#: Minutes in which hours are kept.
HOUR = 60


@dataclass(frozen=True)
class Group:
    """What rows are grouped by: a column, or its days put into periods. `order` is that of its names."""

    name: str
    label: str
    grain: str = ""
    order: tuple[str, ...] = ()

    def told(self, value: Any) -> str:
        if value is None:
            return NONE
        return period(value, self.grain) if self.grain else str(value)

    def rank(self, label: Any, key: Any) -> tuple:
        """By the order of the names where they have one, else by the alphabet; what is missing comes last."""
        if label is None:
            return (1, 0, "", "")
        if self.grain:
            return (0, 0, label.isoformat(), "")
        place = self.order.index(label) if label in self.order else len(self.order)
        return (0, place, str(label).casefold(), str(key))


def period(first: date, grain: str) -> str:
    """A period by its first day: 2026, Q1 2026, Mar 2026, week of 2 Mar 2026, 3 Mar 2026."""
    return {
        "year": f"{first.year}",
        "quarter": f"Q{(first.month + 2) // 3} {first.year}",
        "month": f"{first:%b} {first.year}",
        "week": f"Week of {text.day(first)}",
    }.get(grain, text.day(first))


@dataclass
class Cell:
    """The rows that fall into a group: how many, and the parts that each column was put together into."""

    n: int = 0
    parts: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, other: Cell) -> Cell:
        self.n += other.n
        for name, parts in other.parts.items():
            mine = self.parts[name]
            for part, value in parts.items():
                if value is not None:
                    mine[part] = value if mine.get(part) is None else _MERGED[part](mine[part], value)
        return self


_MERGED = {"count": lambda a, b: a + b, "sum": lambda a, b: a + b, "least": min, "most": max}


@dataclass(frozen=True)
class Sum:
    """What a group adds up to: `how` is count, sum, average, least or most of `column`.

    `apart` is the place of the group by which the values are kept apart, having no unit in common.
    """

    name: str
    label: str
    kind: Kind
    how: str = "count"
    column: str = ""
    apart: int | None = None

    def of(self, cell: Cell) -> int | float | Decimal | None:
        if self.how == "count":
            return cell.n
        parts = cell.parts.get(self.column, {})
        if not parts.get("count"):
            return None
        if self.how == "average":
            value = _plain(parts["sum"]) / int(parts["count"])
        else:
            value = _plain(parts[self.how])
        return value / HOUR if self.kind == "hours" else value


def _plain(value):
    """Whole numbers come back from a sum as decimals of one database and as integers of the other."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


class Cells:
    """Every group by its keys. `rows` holds the keys of the groups that make a row, `across` those of the
    last group where it is spread across columns, both in the order in which they are shown."""

    def __init__(
        self, records: list[dict], groups: tuple[Group, ...], sums: tuple[Sum, ...], *, is_spread: bool
    ):
        self.groups, self.sums, self.is_spread = groups, sums, is_spread
        self.rows_by = groups[:-1] if is_spread else groups
        self._names: list[dict[Any, Any]] = [{} for _ in groups]
        self._cells: dict[tuple, Cell] = {}
        for record in records:
            self._take(record)

    def _take(self, record: dict) -> None:
        keys = tuple(record[f"k{at}"] for at in range(len(self.groups)))
        for at, key in enumerate(keys):
            self._names[at][key] = record[f"g{at}"]
        cell = Cell(int(record["n"]))
        for name, value in record.items():
            column, dot, part = name.rpartition(".")
            if dot:
                cell.parts[column][part] = value
        self._cells.setdefault(keys, Cell()).add(cell)

    def _rank(self, at: int, key: Any) -> tuple:
        return self.groups[at].rank(self._names[at][key], key)

    @cached_property
    def rows(self) -> list[tuple]:
        keys = {keys[: len(self.rows_by)] for keys in self._cells}
        return sorted(keys, key=lambda one: tuple(self._rank(at, key) for at, key in enumerate(one)))

    @cached_property
    def across(self) -> list:
        last = len(self.groups) - 1
        if not self.is_spread:
            return []
        return sorted({keys[last] for keys in self._cells}, key=lambda key: self._rank(last, key))

    @cached_property
    def _sums_of(self) -> dict[tuple, Cell]:
        """Each row, each column, and all of them, merged once."""
        found: dict[tuple, Cell] = defaultdict(Cell)
        for keys, cell in self._cells.items():
            row = keys[: len(self.rows_by)]
            places = [(row, ALL), (ALL, ALL)]
            if self.is_spread:
                places += [(row, keys[-1]), (ALL, keys[-1])]
            for place in places:
                found[place].add(cell)
        return found

    def sorted_by(self, sort: str) -> Sum:
        """The sum that rows are sorted by; the first without one."""
        return next((one for one in self.sums if one.name == sort.removeprefix("-")), self.sums[0])

    def at(self, row: Any, across: Any) -> Cell:
        return self._sums_of.get((row, across), Cell())

    def merged(self, row: tuple, across: list) -> Cell:
        if len(across) == 1:
            return self.at(row, across[0])
        whole = Cell()
        for key in across:
            whole.add(self.at(row, key))
        return whole

    def by_key(self, at: int) -> list[tuple[str, Cell]]:
        """All that has one key of the group at this place, by the name of the key."""
        found: dict[Any, Cell] = defaultdict(Cell)
        for keys, cell in self._cells.items():
            found[keys[at]].add(cell)
        ordered = sorted(found, key=lambda key: self._rank(at, key))
        return [(self.groups[at].told(self._names[at][key]), found[key]) for key in ordered]

    def can_merge(self, one: Sum) -> bool:
        """Whether a row says one thing in all: not where what keeps the values apart lies across it."""
        return not (self.is_spread and one.apart == len(self.groups) - 1)

    def labels(self, row: tuple) -> list[str]:
        return [self.groups[at].told(self._names[at][key]) for at, key in enumerate(row)]

    def day(self, at: int, key: Any) -> date | None:
        return self._names[at][key]

    def labels_across(self, keys: list) -> list[str]:
        last = len(self.groups) - 1
        return unlike([self.groups[last].told(self._names[last][key]) for key in keys])


def unlike(names: list[str]) -> list[str]:
    """The names, numbered where two are the same."""
    seen: dict[str, int] = defaultdict(int)
    told = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
