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


def cursor_of(*values) -> str:
    """The name of a place in a listing: what stands last on a page."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def place_of(cursor: str | None, kinds: Sequence[type]) -> list | None:
    """The values that a cursor names, of these kinds; None without one, or for one that is mangled."""
    if not cursor:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None


def _encode(way: str, row: sa.Row, keys: Sequence[str]) -> str:
    return cursor_of(way, *(getattr(row, key) for key in keys))


def _decode(cursor: str | None, keys: Sequence[sa.ColumnElement]) -> tuple[str, list] | None:
    """The place that a cursor names, or None for one that somebody has mangled."""
    place = place_of(cursor, [str, *(key.type.python_type for key in keys)])
    return (place[0], place[1:]) if place and place[0] in {"a", "b"} else None


def _typed(kind: type, value):
    """The value as of its kind; ValueError where it is another."""
    if kind is date:
        return date.fromisoformat(value)
    if type(value) is not kind:
        raise ValueError(f"not a {kind.__name__}: {value!r}")
    if (kind is int and abs(value) > LARGEST) or (kind is str and "\0" in value):
        raise ValueError(f"no column holds {value!r}")
    return value


Keys = dict[str, sa.ColumnElement]


@dataclass(frozen=True)
class Listing:
    """What a page is cut out of: the order is that of `keys`, its columns by name, unique together.

    With `counted`, its rows are counted to the cap by the same statement; a page without rows says 0.
    With `other`, more rows with the same columns, which have keys of their own: an index leads to each kind.
    With `told`, the statement chooses the rows alone, and that says what is to be read of those chosen.
    With `is_searched`, all rows are looked at to find those that match: the first page counts what it found.
    """

    statement: sa.Select
    keys: dict[str, sa.ColumnElement]
    descending: bool = False
    counted: sa.Select | None = None
    told: Callable[[sa.CTE], sa.Select] | None = None
    other: tuple[sa.Select, Keys] | None = None
    is_searched: bool = False

    @cached_property
    def first(self) -> sa.Select:
        if not self.is_searched:
            return self._cut(self.descending)
        ordered = self.statement.order_by(*_order(self.keys.values(), self.descending))
        found = ordered.limit(COUNT_CAP + 1).cte("found")
        total = sa.select(sa.func.count()).select_from(found).scalar_subquery().label("total")
        along = _order((found.c[name] for name in self.keys), self.descending)
        return self._told(sa.select(found, total).order_by(*along).limit(SIZE + 1), self.descending)

    @cached_property
    def after(self) -> sa.Select:
        return self._cut(self.descending, is_beyond=True)

    @cached_property
    def before(self) -> sa.Select:
        return self._cut(not self.descending, is_beyond=True)

    def _cut(self, down: bool, *, is_beyond: bool = False) -> sa.Select:
        statement = _first(self.statement, self.keys, down, is_beyond=is_beyond)
        if self.other is not None:
            parts = (statement, _first(*self.other, down, is_beyond=is_beyond))
            both = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery().c
            statement = sa.select(*both).order_by(*_order((both[name] for name in self.keys), down))
            statement = statement.limit(SIZE + 1)
        if self.counted is not None:
            statement = statement.add_columns(capped(self.counted).label("total"))
        return self._told(statement, down)

    def _told(self, statement: sa.Select, down: bool) -> sa.Select:
        if self.told is None:
            return statement
        chosen = statement.cte("chosen")
        said = self.told(chosen) if self.counted is None else self.told(chosen).add_columns(chosen.c.total)
        return said.order_by(*_order((chosen.c[name] for name in self.keys), down))


def _first(statement: sa.Select, keys: Keys, down: bool, *, is_beyond: bool) -> sa.Select:
    """As many rows as a page can need, from the place on that the parameters name."""
    if is_beyond:
        there = sa.tuple_(
            *(sa.bindparam(f"key_{at}", type_=key.type) for at, key in enumerate(keys.values()))
        )
        here = sa.tuple_(*keys.values())
        statement = statement.where(here < there if down else here > there)
    return statement.order_by(*_order(keys.values(), down)).limit(SIZE + 1)


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


def capped(statement: sa.Select) -> sa.ScalarSelect[int]:
    """The number of its rows, counted no further than one past the cap."""
    some = statement.order_by(None).limit(COUNT_CAP + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def capped_count(statement: sa.Select) -> int:
    """How many rows, counted no further than one past the cap."""
    return db.session.scalar(sa.select(capped(statement)))


def each_value(column: sa.Column) -> sa.CTE:
    """Each value of a column and the next by its index, as `name`: where there are few, in very many rows.

    The last is null: whoever asks leaves it out.
    """
    here = sa.select(sa.func.min(column).label("name")).cte("every", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > here.c.name).correlate(here).scalar_subquery()
    return here.union_all(sa.select(following).where(here.c.name.is_not(None)))
