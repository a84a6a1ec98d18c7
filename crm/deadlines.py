"""How long the database may work for one page. Commands take the time that they need."""

import sqlite3
from time import monotonic

from flask import current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import Pool

from crm.extensions import WRITES

#: Steps of SQLite's machine between two looks at the clock: a few milliseconds.
STEPS = 200_000
#: What the databases say when time ran out: for a statement, or for its turn.
TIMED_OUT = {"57014", "55P03", "SQLITE_INTERRUPT", "SQLITE_BUSY"}

#: What `g` holds of an answer that is sent in parts: when the last was read.
RESUMED = "resumed"


def is_overdue() -> bool:
    """Whether this request has read for too long. A write is let finish: it holds the only pen."""
    if not has_request_context() or request.method in WRITES or "started" not in g:
        return False
    return monotonic() - g.get(RESUMED, g.started) > current_app.config["STATEMENT_SECONDS"]


def go_on() -> None:
    """A long file is read in parts, as quickly as somebody takes them: each part has the time of a page."""
    if has_request_context():
        setattr(g, RESUMED, monotonic())


@event.listens_for(Pool, "connect")
def watch_sqlite(connection, _record) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.set_progress_handler(is_overdue, STEPS)


@event.listens_for(Pool, "checkout")
def limit_postgresql(connection, record, _fairy) -> None:
    """The first time that a page takes a connection, its statements are given a limit, for good."""
    if isinstance(connection, sqlite3.Connection) or "limited" in record.info or not has_request_context():
        return
    seconds = current_app.config["STATEMENT_SECONDS"]
    connection.execute(f"SET statement_timeout = '{seconds}s'")
    connection.execute(f"SET lock_timeout = '{seconds / 2}s'")
    connection.commit()
    record.info["limited"] = True


def is_timeout(error: OperationalError) -> bool:
    """Whether the database gave up because time ran out."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in TIMED_OUT
