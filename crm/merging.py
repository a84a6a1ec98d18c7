"""Two people edited the same thing: what does not collide is merged, what does is shown field by field."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson
from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, SelectFieldBase

Said = dict[str, list[str]]


class Collision(NamedTuple):
    """A field that both changed, each to something else: what it was, what they made of it, and you."""

    name: str
    label: str
    original: str
    theirs: str
    yours: str


class Merged(NamedTuple):
    """What a form now says: the fields to take from them, and those that collide."""

    taken: Said
    collisions: list[Collision]


def said(fields: Iterable[Field]) -> Said:
    """What a browser would send for the fields as they stand; lines that are only added are left out."""
    return {
        field.short_name: plain(_sent(field))
        for field in fields
        if not isinstance(field, FieldList | FormField | HiddenField)
    }


def _sent(field: Field) -> list[str]:
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if isinstance(field, SelectFieldBase):
        return [str(choice[0]) for choice in field.iter_choices() if choice[2]]
    return [field._value()]


def plain(values: Iterable[str]) -> list[str]:
    """Values to compare: one kind of line end, no blanks about them, nothing for nothing."""
    stripped = (value.replace("\r\n", "\n").strip() for value in values)
    return [value for value in stripped if value]


def write(base: Said) -> str:
    return orjson.dumps(base).decode()


def read(text: str | None) -> Said | None:
    """What a form said when it was opened; None for what nobody wrote here."""
    try:
        base = orjson.loads(text or "")
    except ValueError:
        return None
    is_ours = isinstance(base, dict) and all(isinstance(values, list) for values in base.values())
    return {name: plain(map(str, values)) for name, values in base.items()} if is_ours else None


def merge(fields: Mapping[str, Field], base: Said, theirs: Said, yours: Said) -> Merged:
    """Three-way: a field that only they changed is theirs, one that only you changed is yours."""
    taken, collisions = {}, []
    for name, now in theirs.items():
        was, mine = base.get(name, now), yours.get(name, [])
        if now in (was, mine):
            continue
        if mine == was:
            taken[name] = now
        else:
            shown = (_shown(fields[name], values) for values in (was, now, mine))
            collisions.append(Collision(name, fields[name].label.text, *shown))
    return Merged(taken, collisions)


def _shown(field: Field, values: list[str]) -> str:
    if isinstance(field, BooleanField):
        return "Yes" if values else "No"
    if isinstance(field, SelectFieldBase):
        labels = {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
        return ", ".join(labels.get(value, value) for value in values)
    return "\n".join(values)
