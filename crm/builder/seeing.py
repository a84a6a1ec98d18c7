"""A definition cut down to what a reader may see, and what there is for them to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from crm.access import holds
from crm.builder.definition import COUNT, Definition, Grouping, RefusedError, Summing
from crm.builder.fields import Field, Many

DAYS_IN_UTC = "The day of a session, and the day on which an action was agreed, is that in UTC."
_IN_UTC = frozenset({"session-day", "action-made"})


@dataclass(frozen=True)
class Seen:
    """A definition cut down to what its reader may see, with the sentences about what was left out."""

    definition: Definition
    notes: tuple[str, ...]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return self.definition.base.fields


def _may(user, one: Field | Many) -> bool:
    return one.permission is None or holds(user, one.permission)


def offered(user, definition: Definition) -> dict[str, list[Field]]:
    """The columns of each step that the reader may choose from."""
    steps = definition.base.steps.items()
    found = {step: [one for one in fields if _may(user, one)] for step, fields in steps}
    return {step: fields for step, fields in found.items() if fields}


def as_seen(user, definition: Definition) -> Seen:
    """Raises RefusedError where rows are chosen by what the reader may not see: no cut would be that view."""
    base = definition.base
    hidden = {name for name, one in base.asked.items() if not _may(user, one)}
    for one in definition.filters:
        if one.on in hidden:
            raise RefusedError(f"This view filters by “{base.asked[one.on].label}”, which you may not see.")
    used = {one.on for one in (*definition.groups, *definition.sums)}
    used |= set() if definition.is_grouped else set(definition.columns)
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
    """With what keeps values apart that have no common unit: a currency by money, a measure by its values."""
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
