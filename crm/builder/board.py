"""What the form of the builder shows: every choice there is for this reader, and what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from crm.builder import spans
from crm.builder.days import GRAINS
from crm.builder.definition import CHARTS, COUNT, Definition
from crm.builder.fields import WORDS, YES, Field, Many, Sort
from crm.builder.queries_choices import filter_words, names_of, people, words_there
from crm.builder.seeing import offered

Choice = tuple[str, str]


@dataclass(frozen=True)
class Asking:
    """One filter on the form: what is asked of a column, and the values it has."""

    of: Field | Many
    definition: Definition
    #: The values to choose from, by what an address says; none where they are typed.
    offered: Mapping[str, str]

    @property
    def asks(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Each thing that can be asked: its name in the address, its words, and what is said of it."""
        name = self.of.name
        return [(f"{name}.{one}", WORDS[one], self.definition.asked(name, one)) for one in self.of.asks]

    @property
    def is_typed(self) -> bool:
        return self.of.sort is Sort.TEXT or (isinstance(self.of, Field) and self.of.is_numeric)

    def choices(self, asks: str) -> dict[str, str]:
        """What is offered, and what was chosen though it is offered no longer."""
        said = dict.fromkeys(self.definition.asked(self.of.name, asks), "")
        return {**self.offered, **{value: value for value in said if value not in self.offered}}


@dataclass(frozen=True)
class Board:
    user: object
    definition: Definition
    #: Columns whose filters are opened though nothing is asked of them yet.
    opened: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> dict[str, list[Field]]:
        return offered(self.user, self.definition)

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {one.name: one for fields in self.steps.values() for one in fields}

    @cached_property
    def filters(self) -> list[Asking]:
        asked, definition = self.definition.base.asked, self.definition
        names = dict.fromkeys((*(one.on for one in definition.filters), *self.opened))
        found = [asked[name] for name in names if name in asked]
        whom = people() if any(one.sort is Sort.PERSON for one in found) else {}
        return [Asking(one, definition, self._offered(one, whom)) for one in found]

    def _offered(self, one: Field | Many, whom: dict[str, str]) -> Mapping[str, str]:
        if one.sort is Sort.WORD:
            return words_there(self.user, one.name)
        return {Sort.PERSON: whom, Sort.DATE: spans.OFFERED, Sort.YES: YES}.get(one.sort, one.words)

    @cached_property
    def unasked(self) -> dict[str, list[Field | Many]]:
        """What can be filtered by besides, by step."""
        shown = {one.of.name for one in self.filters}
        found: dict[str, list[Field | Many]] = {}
        for one in (*self.fields.values(), *self.definition.base.several.values()):
            if one.name not in shown:
                found.setdefault(one.step, []).append(one)
        return found

    @property
    def named_unasked(self) -> dict[str, list[Choice]]:
        return {step: [(one.name, one.label) for one in found] for step, found in self.unasked.items()}

    def groupings(self) -> dict[str, list[Choice]]:
        """What rows can be grouped by, by step; each day in five ways."""
        return {step: list(_groupings(fields)) for step, fields in self.steps.items()}

    @property
    def sums(self) -> list[tuple[str, list[Choice]]]:
        """What can be added up: each number with the ways to put it together."""
        several = [one for one in self.fields.values() if one.hows]
        return [(one.label, [(f"{one.name}.{how}", how.label) for how in one.hows]) for one in several]

    @property
    def sorts(self) -> list[Choice]:
        definition, fields = self.definition, self.definition.base.fields

        def label(name: str) -> str:
            if name == COUNT:
                return f"Number of {definition.base.many}"
            on, _, rest = name.partition(".")
            return f"{fields[on].label} ({rest})" if rest and on in fields else fields[on].label

        shown = definition.columns if not definition.is_grouped else (*definition.groups, *definition.sums)
        names = [str(one) for one in shown]
        up = [(name, f"{label(name)}, ascending") for name in names]
        return up + [(f"-{name}", f"{label(name)}, descending") for name in names]

    @property
    def charts(self) -> list[Choice]:
        return list(CHARTS.items())

    @cached_property
    def told(self) -> list[tuple[str, str]]:
        """Each filter in words, with the query of the same view without it."""
        definition = self.definition
        whom = names_of(definition.filters, definition)
        found = []
        for one in definition.filters:
            others = tuple(f for f in definition.filters if f is not one)
            found.append((filter_words(one, definition, whom), replaced(definition, others)))
        return found


def replaced(definition: Definition, filters: tuple) -> str:
    parts = definition.document | {"filters": []}
    said = [("base", parts["base"])]
    said += [(name, ",".join(parts[name])) for name in ("columns", "groups", "sums") if name in parts]
    said += [(f"{f.on}.{f.asks}", value) for f in filters for value in f.values]
    return urlencode(said + [(n, parts[n]) for n in ("pivot", "sort", "chart") if n in parts], safe=",")


def _groupings(fields: list[Field]) -> Iterator[Choice]:
    for one in fields:
        if one.sort is Sort.DATE:
            yield from ((f"{one.name}.{grain}", f"{one.label}, by {grain}") for grain in GRAINS[::-1])
        elif not one.is_numeric:
            yield one.name, one.label


#: What a button of the form does with a column.
MOVES: dict[str, Callable[[list[str], int], list[str]]] = {
    "up": lambda names, at: [*names[: at - 1], names[at], names[at - 1], *names[at + 1 :]] if at else names,
    "down": lambda names, at: (
        [*names[:at], names[at + 1], names[at], *names[at + 2 :]] if at + 1 < len(names) else names
    ),
    "off": lambda names, at: names[:at] + names[at + 1 :],
}


def ordered(arguments) -> list[str]:
    """The columns that a form has ticked: in their old order, new ones last; and what a button did to one."""
    ticked = [part for value in arguments.getlist("columns") for part in value.split(",") if part]
    before = [name for name in arguments.get("order", "").split(",") if name in ticked]
    names = list(dict.fromkeys([*before, *ticked]))
    move, _, name = arguments.get("move", "").partition(".")
    return MOVES[move](names, names.index(name)) if move in MOVES and name in names else names
