"""What a view shows, as a document: read strictly out of an address or out of what was kept, and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from crm.builder.bases import BASES
from crm.builder.days import GRAINS
from crm.builder.fields import FILLED, Base, Field, How, Many, Sort
from crm.builder.values import checked

MOST_COLUMNS, MOST_FILTERS, MOST_GROUPS, MOST_SUMS = 40, 20, 3, 8
#: How many values one filter may name.
MOST_VALUES = 100
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


def of_address(arguments, beside: Iterable[str] = ()) -> Definition:
    """What an address says; of `beside` it is not the business. Raises RefusedError."""
    filters, rest = [], {}
    for name in arguments:
        values = [value for value in arguments.getlist(name) if value.strip()]
        if "." in name:
            on, _, asks = name.partition(".")
            filters += [{"on": on, "asks": asks, "values": values}] if values else []
        elif name in LISTS:
            rest[name] = [part for value in values for part in value.split(",") if part]
        elif name not in beside:
            rest[name] = values[0] if len(values) == 1 else values or ""
    return of_document({**rest, "filters": filters})


def of_document(document: Mapping[str, Any]) -> Definition:
    """What was kept. Raises RefusedError with a sentence for everything that cannot be meant."""
    if not isinstance(document, Mapping):
        raise RefusedError("This is no view.")
    base = BASES.get(document.get("base")) if isinstance(document.get("base"), str) else None
    if base is None:
        raise RefusedError("Choose what the view is about: engagements, sessions, actions and so on.")
    reading = _Reading(base, document)
    made = reading.definition()
    if reading.wrong:
        raise RefusedError(*dict.fromkeys(reading.wrong), rest=made)
    return made


def _plain(value: str) -> str:
    """What was sent, short enough to be said back."""
    return value if len(value) <= 40 else f"{value[:39]}…"


class _Reading:
    """Reads a document part by part, and notes what is wrong with each."""

    def __init__(self, base: Base, document: Mapping[str, Any]):
        self.base, self.document, self.wrong = base, document, []
        known = {"base", "filters", *LISTS, *WORDS}
        self.wrong += [f"“{_plain(str(name))}” says nothing here." for name in document if name not in known]

    def definition(self) -> Definition:
        groups = self._groupings("groups", MOST_GROUPS)
        pivot = next(iter(self._groupings("pivot", 1)), None)
        if pivot in groups:
            self.wrong.append("Spread across columns by something else than the rows are grouped by.")
        sums = self._sums()
        if (groups or pivot) and not sums:
            sums = (Summing(COUNT, None),)
        columns = () if groups or sums or pivot else self._columns()
        shown = {*columns, *map(str, groups), *map(str, sums)}
        sort = self._one_of(
            "sort", shown | {f"-{name}" for name in shown}, "Sort by something that is shown."
        )
        chart = self._one_of("chart", set(CHARTS), "Choose bars or a line.")
        if chart and not groups:
            self.wrong.append("A chart needs something to group by.")
        elif chart == "line" and not groups[0].grain:
            self.wrong.append("A line runs along days: group by a day first, or take bars.")
        return Definition(self.base, columns, self._filters(), groups, sums, pivot, sort, chart)

    def _names(self, part: str, most: int) -> list[str]:
        names = self.document.get(part) or []
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.wrong.append(f"What is said of “{part}” cannot be read.")
            return []
        if len(names) > most:
            self.wrong.append(f"Choose at most {most} of “{part}”.")
        return list(dict.fromkeys(names))[:most]

    def _field(self, name: str) -> Field | None:
        if name in self.base.several:
            self.wrong.append(severally(self.base.several[name], self.base))
        elif name not in self.base.fields:
            self.wrong.append(f"{self.base.label} have no column “{_plain(name)}”.")
        return self.base.fields.get(name)

    def _columns(self) -> tuple[str, ...]:
        names = self._names("columns", MOST_COLUMNS)
        return tuple(name for name in names if self._field(name)) or self.base.begins

    def _groupings(self, part: str, most: int) -> tuple[Grouping, ...]:
        return tuple(one for name in self._names(part, most) if (one := self._grouping(name)))

    def _grouping(self, name: str) -> Grouping | None:
        on, _, grain = name.partition(".")
        field = self._field(on)
        if field is None:
            return None
        if field.sort is Sort.DATE:
            if grain in GRAINS:
                return Grouping(on, grain)
            self.wrong.append(f"Group “{field.label}” by day, week, month, quarter or year.")
        elif field.is_numeric or grain:
            self.wrong.append(f"Nothing can be grouped by “{_plain(name)}”.")
        else:
            return Grouping(on)
        return None

    def _sums(self) -> tuple[Summing, ...]:
        return tuple(one for name in self._names("sums", MOST_SUMS) if (one := self._sum(name)))

    def _sum(self, name: str) -> Summing | None:
        if name == COUNT:
            return Summing(COUNT, None)
        on, _, how = name.partition(".")
        field = self._field(on)
        if field is None:
            return None
        if how in field.hows:
            return Summing(on, How(how))
        self.wrong.append(
            _never_added(field, self.base) if field.is_numeric else f"“{field.label}” is no number."
        )
        return None

    def _filters(self) -> tuple[Filter, ...]:
        found, rows = [], self.document.get("filters") or []
        if not isinstance(rows, list):
            rows = [None]
        if len(rows) > MOST_FILTERS:
            self.wrong.append(f"A view has at most {MOST_FILTERS} filters.")
        for row in rows[:MOST_FILTERS]:
            if one := self._filter(row):
                found.append(one)
        if len({(one.on, one.asks) for one in found}) < len(found):
            self.wrong.append("The same is asked of a column twice.")
        return tuple(sorted(found, key=lambda one: (list(self.base.asked).index(one.on), one.asks)))

    def _filter(self, row: Any) -> Filter | None:
        if not isinstance(row, Mapping) or set(row) != {"on", "asks", "values"}:
            self.wrong.append("A filter cannot be read.")
            return None
        of, values = self.base.asked.get(row["on"]) if isinstance(row["on"], str) else None, row["values"]
        if of is None or row["asks"] not in of.asks:
            self.wrong.append(
                f"Nothing can be asked by “{_plain(str(row['on']))}.{_plain(str(row['asks']))}”."
            )
        elif (
            not isinstance(values, list) or not all(isinstance(value, str) for value in values) or not values
        ):
            self.wrong.append(f"The filter on “{of.label}” names nothing.")
        elif len(values) > MOST_VALUES:
            self.wrong.append(f"The filter on “{of.label}” names more than {MOST_VALUES} values.")
        else:
            wrong = checked(of, row["asks"], values)
            self.wrong += wrong
            return None if wrong else Filter(row["on"], row["asks"], tuple(dict.fromkeys(values)))
        return None

    def _one_of(self, part: str, names: set[str], otherwise: str) -> str:
        said = self.document.get(part) or ""
        if isinstance(said, str) and (not said or said in names):
            return said
        if part != "sort" or not isinstance(said, str):
            self.wrong.append(otherwise)
        return ""


def severally(many: Many, base: Base) -> str:
    """Why nothing is grouped by what a row has several of."""
    what = f"{many.label[0].lower()}{many.label[1:]}"
    return (
        f"Nothing is grouped by “{what}”: {'an' if base.one[0] in 'aeiou' else 'a'} {base.one} with two of "
        "them would count twice. Choose one as a filter."
    )


def _never_added(field: Field, base: Base) -> str:
    if field.adds:
        return f"“{field.label}” has values in many units: take the average, the smallest or the largest."
    return (
        f"“{field.label}” stands beside each of the {base.many} that hang on it, so it would count as often. "
        "Choose a view of what it belongs to, and add it up there."
    )


__all__ = ["CHARTS", "COUNT", "FILLED", "Definition", "Filter", "Grouping", "RefusedError", "Summing",
           "of_address", "of_document"]  # fmt: skip
