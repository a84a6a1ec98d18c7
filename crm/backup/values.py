"""What stands in a column, as JSON that is the same out of either database, and back again."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime
from math import isfinite
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crm.base import UtcDateTime
from crm.errors import DomainError


class JsonText(sa.TypeDecorator[str]):
    """JSON as the text that it is: neither database may write it anew."""

    impl = sa.Text
    cache_ok = True

    def column_expression(self, column):
        return sa.cast(column, sa.Text)

    def bind_expression(self, bindparam):
        return sa.cast(bindparam, sa.Text().with_variant(postgresql.JSON(), "postgresql"))


class Kind(NamedTuple):
    """How a database may call its columns, how we ask for them, and what JSON makes of their values."""

    found_as: type[sa.types.TypeEngine]
    type: sa.types.TypeEngine
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None


def _number(value: float) -> float | str:
    """JSON has no word for what is not finite."""
    return value if isfinite(value) else str(value)


KINDS = {
    "boolean": Kind(sa.Boolean, sa.Boolean()),
    "integer": Kind(sa.Integer, sa.BigInteger()),
    "number": Kind(sa.Float, sa.Double(), _number, float),
    "instant": Kind(sa.DateTime, UtcDateTime(), decode=datetime.fromisoformat),
    "date": Kind(sa.Date, sa.Date(), decode=date.fromisoformat),
    "json": Kind(sa.JSON, JsonText()),
    "bytes": Kind(sa.LargeBinary, sa.LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "text": Kind(sa.String, sa.Text()),
}


def kind_of(table: str, column: str, found: sa.types.TypeEngine) -> str:
    for name, kind in KINDS.items():
        if isinstance(found, kind.found_as):
            return name
    raise DomainError(f"A backup does not know columns such as {table}.{column}: {found!r}.")


class Codec:
    """The rows of a table as lines of JSON."""

    def __init__(self, kinds: list[str]):
        self.encoders = [(at, KINDS[kind].encode) for at, kind in enumerate(kinds) if KINDS[kind].encode]
        self.decoders = [(at, KINDS[kind].decode) for at, kind in enumerate(kinds) if KINDS[kind].decode]

    def line(self, row) -> bytes:
        return orjson.dumps(_changed(row, self.encoders), option=orjson.OPT_APPEND_NEWLINE)

    def row(self, line: bytes) -> list:
        return _changed(orjson.loads(line), self.decoders)


def _changed(row, changes) -> list:
    values = list(row)
    for at, change in changes:
        if values[at] is not None:
            values[at] = change(values[at])
    return values
