"""What moved between two registrations, field by field. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from crm.canonical import Content
from crm.words import plain

NOTHING = "nothing"


class Difference(NamedTuple):
    where: str
    field: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """Every field that says something else: of the plan, each hypothesis, each measure and the ethics."""
    return [
        *_fields("Plan", before.get("plan"), after.get("plan")),
        *_rows("Hypothesis", "statement", before, after, "hypotheses"),
        *_rows("Measure", "name", before, after, "measures"),
        *_fields("Ethics", before.get("ethics"), after.get("ethics")),
        *_fields("Registered", _head(before), _head(after)),
    ]


def _head(content: Content) -> Content:
    return {name: content.get(name) for name in ("title", "authors")}


def _rows(kind: str, title: str, before: Content, after: Content, name: str) -> Iterator[Difference]:
    old = {row["id"]: row for row in before.get(name, ())}
    new = {row["id"]: row for row in after.get(name, ())}
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        where = f"{kind} “{(now or was)[title]}”"
        if was is None or now is None:
            there = ["is there" if row else NOTHING for row in (was, now)]
            yield Difference(where, "As a whole", *there)
        else:
            yield from _fields(where, was, now)


def _fields(where: str, was: Content | None, now: Content | None) -> Iterator[Difference]:
    old, new = was or {}, now or {}
    for name in dict.fromkeys([*old, *new]):
        if name != "id" and old.get(name) != new.get(name):
            yield Difference(where, plain(name), shown(old.get(name)), shown(new.get(name)))


def shown(value) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return value.get("says") or value.get("problem") or str(value)
    return str(value)
