"""What a report is made of. Nothing here knows how it will be written."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import lazy_loader as lazy

pd = lazy.load("pandas")


Kind = Literal["text", "integer", "number", "percent", "hours", "money", "date"]
Value = str | int | float | Decimal | date | None


def _day(value: Any) -> date:
    return value if type(value) is date else pd.Timestamp(value).date()


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _money(value: Any) -> Decimal | None:
    amount = value if type(value) is Decimal else Decimal(str(value))
    return amount if amount.is_finite() else None


_PLAIN = {
    "text": str,
    "integer": int,
    "number": _number,
    "percent": _number,
    "hours": _number,
    "money": _money,
    "date": _day,
}


def plain(value: Any, kind: Kind) -> Value:
    """One cell of a frame as a plain Python value; every kind of missing value, and infinity, is None."""
    return None if pd.isna(value) else _PLAIN[kind](value)


@dataclass(frozen=True)
class Column:
    """A column of a table. Percents are fractions of 1, hours are decimal hours."""

    name: str
    label: str
    kind: Kind
    total: bool = False

    @property
    def is_numeric(self) -> bool:
        return self.kind not in ("text", "date")

    def __post_init__(self) -> None:
        if self.total and self.kind == "money":
            raise ValueError(
                "Money is added up for each currency, in a table of its own: never in a line of totals."
            )


@dataclass(frozen=True, eq=False)
class Table:
    """Rows under named columns; the first `keys` columns say which row it is."""

    name: str
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    empty: str = "Nothing to show yet."
    keys: int = 1

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        return {column.name: column.kind for column in self.columns}

    def values(self, name: str, most: int | None = None) -> list[Value]:
        """The values of a column as plain Python, missing ones as None; the first of them with `most`."""
        if self.frame.empty:
            return []
        column, turned = self.frame[name].iloc[:most], _PLAIN[self._kinds[name]]
        missing = column.isna().tolist()
        return [None if gone else turned(value) for gone, value in zip(missing, column.tolist(), strict=True)]

    @property
    def rows(self) -> list[tuple[Value, ...]]:
        return self.head(None)

    def head(self, most: int | None) -> list[tuple[Value, ...]]:
        """The first rows; all of them without a number."""
        return list(zip(*(self.values(column.name, most) for column in self.columns), strict=True))

    @cached_property
    def totals(self) -> dict[str, int | float | Decimal]:
        """The sum of every column that has one, over the values that are there; floats are summed exactly."""
        return {column.name: _total(self.values(column.name)) for column in self.columns if column.total}


def _total(values: list[Value]) -> int | float | Decimal:
    present = [value for value in values if value is not None]
    return math.fsum(present) if any(isinstance(value, float) for value in present) else sum(present)


@dataclass(frozen=True, eq=False)
class Chart:
    """A Vega-Lite chart, the words that say what it shows, and the numbers it is drawn from."""

    name: str
    title: str
    sentence: str
    alt: str
    spec: Mapping[str, Any]
    table: Table | None = None
    shape: Literal["line", "column"] = "line"


@dataclass(frozen=True)
class Matrix:
    """Goals (rows) by strategies (columns); weights and shares are fractions of 1, relations 0, 1, 3 or 9."""

    goals: tuple[str, ...]
    weights: tuple[float | None, ...]
    strategies: tuple[str, ...]
    relations: tuple[tuple[int, ...], ...]
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Step:
    """One milestone on a timeline."""

    title: str
    strategy: str
    baseline_on: date | None
    planned_on: date | None
    actual_on: date | None
    state: str
    today: date

    @property
    def is_late(self) -> bool:
        return self.actual_on is None and self.planned_on is not None and self.planned_on < self.today

    @property
    def tone(self) -> Literal["good", "bad", "plain"]:
        if self.actual_on:
            return "good"
        return "bad" if self.is_late else "plain"


@dataclass(frozen=True)
class Timeline:
    rows: tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.rows)


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Logo:
    """The mark of whoever made a report, or of whom it is about: a picture, and its name in words."""

    content: bytes
    kind: Literal["png", "svg"]
    alt: str

    def as_svg(self) -> str:
        """The picture as SVG; one of dots lies within it as it is."""
        if self.kind == "svg":
            return self.content.decode(errors="replace")
        width, height = struct.unpack(">II", self.content[16:24])
        dots = base64.b64encode(self.content).decode()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{dots}"/></svg>'
        )


@dataclass(frozen=True, eq=False)
class Report:
    """A whole report as of a day. `made_at` is an aware instant; a naive one raises ValueError. `opening` is
    what somebody wrote at its head, in plain text."""

    name: str
    title: str
    subtitle: str
    as_of: date
    made_at: datetime
    opening: str = ""
    facts: tuple[Fact, ...] = ()
    findings: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    matrix: Matrix | None = None
    timeline: Timeline | None = None
    notes: tuple[str, ...] = ()
    logos: tuple[Logo, ...] = ()
    #: Whether its tables are printed: a page to hand out has its rows in the timeline.
    prints_tables: bool = True
    #: Whether it lies across, however narrow its tables are.
    is_landscape: bool = False
    #: What stands over the opening on a page.
    opening_title: str = "What was reached"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("A report needs to know the time zone in which it was made.")

    @property
    def row_counts(self) -> dict[str, int]:
        return {table.name: len(table) for table in self.tables}

    def table(self, name: str | None = None) -> Table:
        """The named table, or the first one. Raises KeyError for a name that the report does not have."""
        if name is None:
            return self.tables[0]
        return {table.name: table for table in self.tables}[name]
