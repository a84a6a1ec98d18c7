"""Flask extensions, created unbound. Of ours it imports the base model and the limits."""

import sqlite3

from flask import g, has_app_context, has_request_context, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from psycopg.pq import Format
from sqlalchemy import event
from sqlalchemy.engine import Engine

from crm.base import Base
from crm.limits import LIMITS, reader
from crm.queueing import Queue

#: The methods that may change something.
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: What `g` holds of a request that only reads, and of which the audit trail shall know.
TRACE = "leaves_trace"
#: What `g` holds while a job, or a step of one, is about to write.
WRITING = "writing"
#: What a session holds that reads from somewhere else than the primary.
ENGINE = "engine"

#: How a SQLite file is opened; the last two keep what is read often in memory (16 MB), and map the file into
#: it as far as SQLite can (2 GB): what is mapped is the system's to keep or to drop.
SQLITE = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=15000",
    "cache_size=-16384",
    "mmap_size=2147418112",
)


class PlacedSession(Session):
    """A session that may be told where to read: see crm.replica."""

    def get_bind(self, *args, **more):
        return self.info.get(ENGINE) or super().get_bind(*args, **more)


db = SQLAlchemy(model_class=Base, session_options={"class_": PlacedSession})
security = Security()
csrf = CSRFProtect()
migrate = Migrate(render_as_batch=True)
limiter = Limiter(reader, default_limits=[], application_limits=LIMITS)
bootstrap = Bootstrap5()
queue = Queue()
mailman = Mail()


@event.listens_for(Engine, "connect")
def open_sqlite(connection, _record) -> None:
    """Durable, checked, shared and mapped: and transactions begin when we say so, or savepoints are lost."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in SQLITE:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def read_lists_in_binary(connection, _record) -> None:
    """Rows of long lists come from PostgreSQL as it keeps them: nothing is put into words and read again."""
    if isinstance(connection, sqlite3.Connection):
        return
    made = connection.server_cursor_factory

    def cursor(*said, **more):
        found = made(*said, **more)
        found.format = Format.BINARY
        return found

    connection.server_cursor_factory = cursor


@event.listens_for(Engine, "begin")
def begin_sqlite(connection) -> None:
    """Whoever may write takes their turn at once: a reader that turns writer could be refused."""
    if connection.dialect.name != "sqlite":
        return
    if _may_write():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It waits for nobody and cannot be refused, so it is not made a statement of SQLAlchemy's first.
        connection.connection.driver_connection.execute("BEGIN")


def _may_write() -> bool:
    if has_request_context() and (request.method in WRITES or TRACE in g):
        return True
    return has_app_context() and WRITING in g
