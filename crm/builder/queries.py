"""A view as its reader may see it: what is left out for them, its rows, and the report that is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.access import Role, holds
from crm.accounts.models import User
from crm.builder.definition import CHARTS, COUNT, Definition, Filter, Grouping, RefusedError, Summing
from crm.builder.fields import FILLED, WORDS, Field, Many, Sort
from crm.builder.statements import Asking
from crm.builder.values import said
from crm.columns import columns
from crm.deadlines import go_on
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation, Tag, organisation_tag
from crm.readers import become, known
from reports import built
from reports.built_cells import Group, Sum
from reports.model import Column, Report
from reports.streams import Part, Stream

pd = lazy.load("pandas")

e, o, tag, u = (columns(model) for model in (Engagement, Organisation, Tag, User))
MOST_GROUPS = 20_000
PART = 2_000
DAYS_IN_UTC = "The day of a session, and the day on which an action was agreed, is that in UTC."
_IN_UTC = frozenset({"session-day", "action-made"})


@dataclass(frozen=True)
class Seen:
    """A definition cut down to what its reader may see, with the sentences about what was left out."""

    definition: Definition
    notes: tuple[str, ...]

    @cached_property
    def fields(self):
        return self.definition.base.fields


def _may(user, one: Field | Many) -> bool:
    return one.permission is None or holds(user, one.permission)


def offered(user, definition: Definition) -> dict[str, list[Field]]:
    """The columns of each step that the reader may choose from."""
    steps = definition.base.steps.items()
    found = {step: [one for one in fields if _may(user, one)] for step, fields in steps}
    return {step: fields for step, fields in found.items() if fields}


def as_seen(user, definition: Definition) -> Seen:
    """Raises RefusedError where rows are chosen by what the reader may not see: no cut would be the same view."""
    base = definition.base
    hidden = {name for name, one in base.asked.items() if not _may(user, one)}
    for one in definition.filters:
        if one.on in hidden:
            raise RefusedError(f"This view filters by “{base.asked[one.on].label}”, which you may not see.")
    used = {*definition.columns, *(one.on for one in (*definition.groups, *definition.sums))}
    used |= {definition.pivot.on} if definition.pivot else set()
    lost = [base.fields[name].label for name in base.fields if name in used & hidden]
    notes = (f"Left out, for you may not see it: {', '.join(lost)}.",) if lost else ()
    cut = replace(
        definition,
        columns=tuple(name for name in definition.columns if name not in hidden),
        groups=tuple(one for one in definition.groups if one.on not in hidden),
        sums=tuple(one for one in definition.sums if one.on not in hidden),
        pivot=definition.pivot if definition.pivot and definition.pivot.on not in hidden else None,
    )
    if definition.is_grouped and not cut.sums:
        cut = replace(cut, sums=(Summing(COUNT, None),))
    shown = {*cut.columns, *map(str, cut.groups), *map(str, cut.sums)}
    if cut.sort.removeprefix("-") not in shown:
        cut = replace(cut, sort="")
    if not cut.groups or (cut.chart == "line" and not cut.groups[0].grain):
        cut = replace(cut, chart="")
    return Seen(*_apart(cut, notes))


def _apart(cut: Definition, notes: tuple[str, ...]) -> tuple[Definition, tuple[str, ...]]:
    """With what keeps values apart that have no common unit: a currency beside money, a measure beside values."""
    fields = cut.base.fields
    if not cut.is_grouped:
        names: list[str] = []
        for name in cut.columns or cut.base.begins:
            names += [name] if name not in names else []
            unit = fields[name].apart
            names += [unit] if unit and unit not in cut.columns and unit not in names else []
        return replace(cut, columns=tuple(names)), notes + _in_utc(names)
    there = {one.on for one in (*cut.groups, cut.pivot) if one}
    for one in cut.sums:
        unit = fields[one.on].apart if one.how else ""
        if unit and unit not in there:
            there.add(unit)
            cut = replace(cut, groups=(*cut.groups, Grouping(unit)))
            what, by = fields[one.on].label, fields[unit].label.lower()
            notes += (f"“{what}” is never added up across more than one {by}: each has rows of its own.",)
    return cut, notes + _in_utc(there)


def _in_utc(names) -> tuple[str, ...]:
    return (DAYS_IN_UTC,) if _IN_UTC & set(names) else ()


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
        return tuple(Column(one.name, one.label, one.kind, total=_totals(one)) for one in self.fields)

    def page(self, most: int) -> Report:
        """With the first rows of a list, and the sums over all of them."""
        if self.definition.is_grouped:
            return self._grouped()
        whole, sums = self.counted
        return built.listed(self._frame(most), self.columns, self._told(), whole, sums)

    def whole(self) -> Report:
        """With every row."""
        return self._grouped() if self.definition.is_grouped else self._listed()

    @cached_property
    def counted(self) -> tuple[int, dict]:
        """How many rows a list has, and what its columns add up to."""
        added = [one for one in self.fields if _totals(one)]
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
        title = self._told().title
        return Stream(
            "view", title, self.columns, self._parts(known()), self.counted[0], self.today, clock.now()
        )

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
        turns = {f"g{at}": _turned(self.seen.fields[one.on]) for at, one in enumerate(self.asking.keys)}
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
            label = f"{label} by {one.grain}" if one.grain and one.grain != "day" else label
            found.append(Group(str(one), label, one.grain, tuple(fields[one.on].words.values())))
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


def _totals(field: Field) -> bool:
    return field.adds and field.sort in (Sort.INTEGER, Sort.HOURS)


def _sum(seen: Seen, one: Summing, keys: list[str]) -> Sum:
    if one.how is None:
        return Sum(COUNT, f"Number of {seen.definition.base.many}", "integer")
    field = seen.fields[one.on]
    kind = "number" if one.how == "average" and field.kind == "integer" else field.kind
    label = field.label if one.how == "sum" else f"{field.label}, {one.how.label.lower()}"
    apart = keys.index(field.apart) if field.apart else None
    return Sum(str(one), label, kind, one.how.value, one.on, apart)


def title_of(definition: Definition) -> str:
    """What a view is about, where nobody gave it a name: milestones by state and by quarter."""
    fields, label = definition.base.fields, definition.base.label
    by = [fields[one.on].label.lower() for one in (*definition.groups, definition.pivot) if one]
    return f"{label} by {' and '.join(by)}" if by else label


def filter_words(one: Filter, definition: Definition, people: dict[str, str]) -> str:
    of = definition.base.asked[one.on]
    if one.asks == FILLED:
        return f"{of.label} {'is filled in' if one.values[0] == 'yes' else 'is empty'}"
    return f"{of.label} {WORDS[one.asks]} {' or '.join(said(of, one.asks, value, people) for value in one.values)}"


def names_of(filters: tuple[Filter, ...], definition: Definition) -> dict[str, str]:
    """Whom the filters name; nothing is asked where they name nobody."""
    asked = definition.base.asked
    keys = {int(v) for f in filters if asked[f.on].sort is Sort.PERSON and f.asks != FILLED for v in f.values}
    if not keys:
        return {}
    rows = db.session.execute(sa.select(u.id, u.name).where(u.id.in_(sorted(keys))))
    return {str(key): name for key, name in rows}


def people() -> dict[str, str]:
    """Who leads, coaches or works: whom a filter may name."""
    who = u.role.in_((Role.CONSULTANT, Role.MANAGER, Role.ADMINISTRATOR))
    rows = db.session.execute(sa.select(u.id, u.name).where(who).order_by(u.name, u.id))
    return {str(key): name for key, name in rows}


def words_there(user, name: str) -> dict[str, str]:
    """The states, countries, currencies or tags of what the reader may see."""
    seen = o.visible_to(user)
    tied = organisation_tag.c
    found = {
        "client-state": sa.select(o.state).where(seen, o.state != ""),
        "client-country": sa.select(o.country).where(seen, o.country != ""),
        "engagement-currency": sa.select(e.currency).where(e.visible_to(user), e.currency.is_not(None)),
        "client-tag": sa.select(tag.name)
        .join(tied.tag_id.table, tied.tag_id == tag.id)
        .join(o.table, o.id == tied.organisation_id)
        .where(seen),
    }[name]
    names = db.session.scalars(found.distinct().order_by(found.selected_columns[0])).all()
    return {one: one for one in names}


__all__ = ["CHARTS", "Seen", "View", "as_seen", "filter_words", "names_of", "offered", "people", "title_of",
           "words_there"]  # fmt: skip
