"""What a view shows, as a document: and as the query of an address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from crm.builder.fields import Base, How

CHARTS = {"bar": "Bars", "line": "Line"}
LISTS = ("columns", "groups", "sums")
WORDS = ("pivot", "sort", "chart")
COUNT = "count"


class RefusedError(Exception):
    """A definition that cannot be meant: the sentences that say why, and what is left of it without that."""

    def __init__(self, *sentences: str, rest: Definition | None = None):
        super().__init__(*sentences)
        self.sentences, self.rest = sentences, rest


@dataclass(frozen=True)
class Filter:
    """What is asked of one column: `has`, `any`, `within` and so on, of these values."""

    on: str
    asks: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """A column that rows are grouped by; a day with the period that it is put into."""

    on: str
    grain: str = ""

    def __str__(self) -> str:
        return f"{self.on}.{self.grain}" if self.grain else self.on


@dataclass(frozen=True)
class Summing:
    """How the values of a column become one for each group; a count has no column."""

    on: str
    how: How | None

    def __str__(self) -> str:
        return f"{self.on}.{self.how}" if self.how else COUNT


@dataclass(frozen=True)
class Definition:
    """A view: which rows of which base, shown one by one, or grouped and added up."""

    base: Base
    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    groups: tuple[Grouping, ...] = ()
    sums: tuple[Summing, ...] = ()
    pivot: Grouping | None = None
    sort: str = ""
    chart: str = ""

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups or self.sums or self.pivot)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The same as plain data, without what is not said."""
        said = {
            "base": self.base.name,
            "columns": list(self.columns),
            "filters": [{"on": f.on, "asks": f.asks, "values": list(f.values)} for f in self.filters],
            "groups": [str(one) for one in self.groups],
            "sums": [str(one) for one in self.sums],
            "pivot": str(self.pivot or ""),
            "sort": self.sort,
            "chart": self.chart,
        }
        return {name: value for name, value in said.items() if value}

    @cached_property
    def address(self) -> str:
        """The same as the query of an address."""
        said = self.document
        parts = [("base", said["base"])]
        parts += [(name, ",".join(said[name])) for name in LISTS if name in said]
        parts += [(f"{f.on}.{f.asks}", value) for f in self.filters for value in f.values]
        return urlencode(parts + [(name, said[name]) for name in WORDS if name in said], safe=",")

    def asked(self, on: str, asks: str) -> tuple[str, ...]:
        """The values that a filter names; none where there is no such filter."""
        return next((f.values for f in self.filters if (f.on, f.asks) == (on, asks)), ())
