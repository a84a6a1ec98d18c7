"""What a view is made of: the columns of a base, what can be asked of each, and how it is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from crm.access import Permission
from crm.base import Labelled
from reports.model import Kind


class Sort(StrEnum):
    """What kind of values a column has: what is asked of it, whether it is grouped by or put together."""

    TEXT = auto()
    #: One of a few that are known, such as the stages.
    CHOICE = auto()
    #: One of those that are there, such as the states and the tags.
    WORD = auto()
    PERSON = auto()
    YES = auto()
    DATE = auto()
    INTEGER = auto()
    NUMBER = auto()
    HOURS = auto()
    MONEY = auto()


NUMERIC = frozenset({Sort.INTEGER, Sort.NUMBER, Sort.HOURS, Sort.MONEY})
#: What a filter can ask of each sort of column.
ASKED: dict[Sort, tuple[str, ...]] = {
    Sort.TEXT: ("has", "lacks"),
    Sort.CHOICE: ("any", "none"),
    Sort.WORD: ("any", "none"),
    Sort.PERSON: ("any", "none"),
    Sort.YES: ("is",),
    Sort.DATE: ("within", "since", "until"),
    **dict.fromkeys(NUMERIC, ("least", "most")),
}
#: Asked of every column that may be empty.
FILLED = "filled"
WORDS = {
    "has": "has", "lacks": "has not", "any": "is", "none": "is not", "is": "is", "within": "in",
    "since": "from", "until": "up to", "least": "at least", "most": "at most", FILLED: "is filled in",
}  # fmt: skip
YES = {"yes": "Yes", "no": "No"}


class How(Labelled):
    """How the values of a group become one."""

    SUM = auto()
    AVERAGE = auto()
    LEAST = auto()
    MOST = auto()

    @property
    def label(self) -> str:
        return {"least": "Smallest", "most": "Largest"}.get(self.value, super().label)


@dataclass(frozen=True, eq=False)
class Field:
    """A column of a base, its own or of what it hangs on; `via` names the joins that lead to it.

    `adds` says that each value belongs to one row of the base alone, so that no sum counts it twice.
    """

    name: str
    label: str
    sort: Sort
    value: sa.ColumnElement[Any]
    via: tuple[str, ...] = ()
    #: What tells two of one name apart: the key of the row that is named.
    identity: sa.ColumnElement[Any] | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False
    #: Whether a sum of it says nothing, though an average does: days of slip, weights of different wholes.
    is_of_each: bool = False
    #: The column by which its values are kept apart, for they have no common unit.
    apart: str = ""
    permission: Permission | None = None
    step: str = ""

    @property
    def is_numeric(self) -> bool:
        return self.sort in NUMERIC

    @property
    def kind(self) -> Kind:
        if self.is_numeric or self.sort is Sort.DATE:
            return self.sort.value
        return "text"

    @cached_property
    def key(self) -> sa.ColumnElement[Any]:
        """What is compared where one of several is chosen."""
        return self.value if self.identity is None else self.identity

    @property
    def asks(self) -> tuple[str, ...]:
        return (*ASKED[self.sort], FILLED)

    @property
    def hows(self) -> tuple[How, ...]:
        """How it can be put together: not at all where it would count twice, or is no number."""
        if not (self.adds and self.is_numeric):
            return ()
        is_of_each = self.is_of_each or self.sort is Sort.NUMBER
        return (How.AVERAGE, How.LEAST, How.MOST) if is_of_each else tuple(How)

    @property
    def has_total(self) -> bool:
        """Whether a list of it ends in a sum: money does not, having more than one currency."""
        return How.SUM in self.hows and self.sort is not Sort.MONEY


@dataclass(frozen=True, eq=False)
class Many:
    """What a row has several of: it can be asked for, never grouped by, or the row would count twice."""

    name: str
    label: str
    sort: Sort
    #: The criterion that one of these is among them.
    among: Callable[[list], sa.ColumnElement[bool]]
    via: tuple[str, ...] = ()
    step: str = ""
    permission: Permission | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks(self) -> tuple[str, ...]:
        return ASKED[self.sort]


@dataclass(frozen=True, eq=False)
class Join:
    """A table that one row of the base has at most one row of; `after` names the joins before it."""

    target: sa.FromClause
    on: sa.ColumnElement[bool]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Base:
    """What a view counts: one row each, whatever is joined to it."""

    name: str
    label: str
    one: str
    many: str
    line: str
    icon: str
    #: The columns of its model, which know who sees which rows.
    rows: Any
    joins: Mapping[str, Join]
    fields: Mapping[str, Field]
    several: Mapping[str, Many]
    #: What a fresh view begins with.
    begins: tuple[str, ...]

    @property
    def asked(self) -> dict[str, Field | Many]:
        return {**self.fields, **self.several}

    @cached_property
    def steps(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for one in self.fields.values():
            found.setdefault(one.step, []).append(one)
        return found
