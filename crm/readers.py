"""For whom the database reads: told to each transaction, for the guard in crm.guard.

Whoever is not yet known sees nothing; who runs a command on the machine itself sees all.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from copy import copy
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from flask import has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.extensions import db

#: The role of the database under which the application works: it owns nothing and bypasses nothing.
APP_ROLE = "plumbline_app"
READER = "reader"


class Known(NamedTuple):
    """Who reads, as far as the database has to know: the id and the role of a user."""

    id: int | None
    role: str


STRANGER, OPERATOR, KEEPER = Known(None, "stranger"), Known(None, "administrator"), Known(None, "keeper")
_reader_id: ContextVar[int | None] = ContextVar("reader_id", default=None)


def known(session: Session | None = None) -> Known:
    """For whom this session reads."""
    session = session or db.session()
    return session.info.get(READER) or (STRANGER if has_request_context() else OPERATOR)


def become(reader) -> None:
    """From here on, this session reads for whoever has this id and role."""
    session, now = db.session(), Known(reader.id, str(reader.role))
    if now != known(session):
        session.info[READER] = now
        if session.in_transaction():
            _tell(session.connection(), now)


@contextmanager
def reading_as(reader) -> Iterator[None]:
    """For a while, this session reads for whoever has this id and role."""
    before = known()
    become(reader)
    try:
        yield
    finally:
        become(before)


def lifted() -> AbstractContextManager[None]:
    """For what has to look at all rows, whoever asks, and tells none of them: is this number taken?

    Not even an administrator reads as the keeper does: private notes too, to put them into the bin unseen.
    """
    return reading_as(KEEPER)


@event.listens_for(db.session, "after_begin")
def begin(session: Session, _transaction, connection: sa.Connection) -> None:
    _tell(connection, known(session))


TELL = (
    f"SELECT set_config('role', '{APP_ROLE}', true), "
    "set_config('plumbline.reader', %(id)s, true), set_config('plumbline.role', %(role)s, true)"
)


def _tell(connection: sa.Connection, reader: Known) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(TELL, {"id": str(reader.id or ""), "role": reader.role})
    else:
        _reader_id.set(reader.id)
        connection.dialect = _dialect_for(connection.engine.dialect, reader.role)


@cache
def _dialect_for(dialect: sa.Dialect, role: str) -> sa.Dialect:
    """The dialect for readers of a role: what is compiled for one is never sent for another."""
    guarded = copy(dialect)
    guarded.reads_for = role
    return guarded


@event.listens_for(sa.Engine, "connect")
def lend_reader(connection, _record) -> None:
    """SQLite asks a function of ours who reads."""
    if hasattr(connection, "create_function"):
        connection.create_function("reader", 0, _reader_id.get)
