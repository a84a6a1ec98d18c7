"""Keyset pages: as quick on the last page as on the first, and stable while rows come and go."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import orjson
import sqlalchemy as sa

from crm.extensions import db

SIZE = 40
COUNT_CAP = 1000
#: What an integer column holds.
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Page:
    rows: Sequence
    previous: str | None
    next: str | None
    total: int = 0


def _encode(way: str, row: sa.Row, keys: Sequence[str]) -> str:
    values = [getattr(row, key) for key in keys]
    return base64.urlsafe_b64encode(orjson.dumps([way, *values])).decode().rstrip("=")


def _decode(cursor: str | None, keys: Sequence[sa.ColumnElement]) -> tuple[str, list] | None:
    """The place that a cursor names, or None for one that somebody has mangled."""
    if not cursor:
        return None
    try:
        way, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if way not in {"a", "b"} or len(values) != len(keys):
            return None
        typed = [_as(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None
    return way, typed


def _as(key: sa.ColumnElement, value):
    """The value as the key's own kind; ValueError where it is another."""
    kind = key.type.python_type
    if kind is date:
        return date.fromisoformat(value)
    if type(value) is not kind:
        raise ValueError(f"not a {kind.__name__}: {value!r}")
    if (kind is int and abs(value) > LARGEST) or (kind is str and "\0" in value):
        raise ValueError(f"no column holds {value!r}")
    return value


@dataclass(frozen=True)
class Listing:
    """What a page is cut out of: the order is that of `keys`, its columns by name, unique together.

    With `counted`, its rows are counted to the cap by the same statement; a page without rows says 0.
    With `told`, the statement chooses the rows alone, and that says what is to be read of those chosen.
    """

    statement: sa.Select
    keys: dict[str, sa.ColumnElement]
    descending: bool = False
    counted: sa.Select | None = None
    told: Callable[[sa.CTE], sa.Select] | None = None

    @cached_property
    def first(self) -> sa.Select:
        return self._cut(self.descending)

    @cached_property
    def after(self) -> sa.Select:
        return self._cut(self.descending, self._beyond(self.descending))

    @cached_property
    def before(self) -> sa.Select:
        return self._cut(not self.descending, self._beyond(not self.descending))

    def _cut(self, down: bool, *criteria: sa.ColumnElement[bool]) -> sa.Select:
        statement = (
            self.statement.where(*criteria).order_by(*_order(self.keys.values(), down)).limit(SIZE + 1)
        )
        if self.counted is not None:
            statement = statement.add_columns(_capped(self.counted).label("total"))
        if self.told is None:
            return statement
        chosen = statement.cte("chosen")
        return self.told(chosen).order_by(*_order((chosen.c[name] for name in self.keys), down))

    def _beyond(self, down: bool) -> sa.ColumnElement[bool]:
        keys = self.keys.values()
        there = sa.tuple_(*(sa.bindparam(f"key_{at}", type_=key.type) for at, key in enumerate(keys)))
        here = sa.tuple_(*keys)
        return here < there if down else here > there


def _order(keys: Iterable[sa.ColumnElement], down: bool) -> list[sa.ColumnElement]:
    return [key.desc() if down else key.asc() for key in keys]


def page(listing: Listing, cursor: str | None, values: dict) -> Page:
    """One page of the listing, sent with `values` for the parameters of its statement."""
    place = _decode(cursor, list(listing.keys.values()))
    backwards = place is not None and place[0] == "b"
    statement = listing.first
    if place:
        statement = listing.before if backwards else listing.after
        values = {**values, **{f"key_{at}": value for at, value in enumerate(place[1])}}
    rows = db.session.execute(statement, values).all()
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if backwards:
        rows.reverse()
    names = list(listing.keys)
    before, after = (more, True) if backwards else (place is not None, more)
    return Page(
        rows,
        _encode("b", rows[0], names) if rows and before else None,
        _encode("a", rows[-1], names) if rows and after else None,
        rows[0].total if rows and listing.counted is not None else 0,
    )


def _capped(statement: sa.Select) -> sa.ScalarSelect[int]:
    some = statement.order_by(None).limit(COUNT_CAP + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def capped_count(statement: sa.Select) -> int:
    """How many rows, counted no further than one past the cap."""
    return db.session.scalar(sa.select(_capped(statement)))
