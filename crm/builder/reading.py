"""A definition read strictly, out of an address or out of what was kept: a sentence for all that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm.builder.bases import BASES
from crm.builder.days import GRAINS
from crm.builder.definition import (
    CHARTS,
    COUNT,
    LISTS,
    WORDS,
    Definition,
    Filter,
    Grouping,
    RefusedError,
    Summing,
)
from crm.builder.fields import Base, Field, How, Many, Sort
from crm.builder.values import checked

MOST_COLUMNS, MOST_FILTERS, MOST_GROUPS, MOST_SUMS = 40, 20, 3, 8
#: How many values one filter may name.
MOST_VALUES = 100


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


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values)


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
        is_grouped = bool(groups or sums or pivot)
        # Columns that were chosen stay chosen while rows are grouped: they come back with the rows.
        columns = self._columns() or (() if is_grouped else self.base.begins)
        shown = {*map(str, groups), *map(str, sums)} if is_grouped else set(columns)
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
        return tuple(name for name in names if self._field(name))

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
        on, asks, values = row["on"], row["asks"], row["values"]
        of = self.base.asked.get(on) if isinstance(on, str) else None
        if of is None or asks not in of.asks:
            wrong = [f"Nothing can be asked by “{_plain(f'{on}.{asks}')}”."]
        elif not _are_texts(values):
            wrong = [f"The filter on “{of.label}” names nothing."]
        elif len(values) > MOST_VALUES:
            wrong = [f"The filter on “{of.label}” names more than {MOST_VALUES} values."]
        else:
            wrong = checked(of, asks, values)
        self.wrong += wrong
        return None if wrong else Filter(on, asks, tuple(dict.fromkeys(values)))

    def _one_of(self, part: str, names: set[str], otherwise: str) -> str:
        said = self.document.get(part) or ""
        if isinstance(said, str) and (not said or said in names):
            return said
        # A column that is shown no longer sorts nothing: the form keeps sending it.
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
        return f"A sum of “{field.label}” says nothing: take the average, the smallest or the largest."
    return (
        f"“{field.label}” stands beside each of the {base.many} that hang on it, so it would count as often. "
        "Choose a view of what it belongs to, and add it up there."
    )
