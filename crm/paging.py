"""Keyset pages: as quick on the last page as on the first, and stable while rows come and go."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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


def page(
    statement: sa.Select,
    keys: dict[str, sa.ColumnElement],
    cursor: str | None,
    *,
    descending=False,
    counted: sa.Select | None = None,
) -> Page:
    """One page of `statement` in the order of `keys`: its columns by name, unique together.

    With `counted`, its rows are counted to the cap by the same statement; a page without rows says 0.
    """
    if counted is not None:
        statement = statement.add_columns(_capped(counted).label("total"))
    columns = list(keys.values())
    place = _decode(cursor, columns)
    backwards = place is not None and place[0] == "b"
    down = descending is not backwards
    if place:
        here, there = sa.tuple_(*columns), sa.tuple_(*place[1])
        statement = statement.where(here < there if down else here > there)
    order = [column.desc() if down else column.asc() for column in columns]
    rows = db.session.execute(statement.order_by(*order).limit(SIZE + 1)).all()
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if backwards:
        rows.reverse()
    names = list(keys)
    before, after = (more, True) if backwards else (place is not None, more)
    return Page(
        rows,
        _encode("b", rows[0], names) if rows and before else None,
        _encode("a", rows[-1], names) if rows and after else None,
        rows[0].total if rows and counted is not None else 0,
    )


def _capped(statement: sa.Select) -> sa.ScalarSelect[int]:
    some = statement.order_by(None).limit(COUNT_CAP + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def capped_count(statement: sa.Select) -> int:
    """How many rows, counted no further than one past the cap."""
    return db.session.scalar(sa.select(_capped(statement)))
