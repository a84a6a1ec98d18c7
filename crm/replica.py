"""Where reports read: from a replica of the database, if there is one that answers and knows enough.

The one place that decides. What may be seen is guarded there as on the primary, by the same roles and
policies, which are replicated too; every transaction on it is read only. Readers find what they saved
themselves: the position of their last write is in their session, and a replica that has not come so far is
not asked. Without `REPORTS_DATABASE_URL` all this is nothing.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, has_request_context, request, session
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from crm import clock
from crm.deadlines import is_timeout
from crm.extensions import ENGINE, WRITES, db
from crm.readers import READER, Known, become, known

REPLICA, WROTE, AVOIDED = "replica", "wrote", "replica_avoided_until"
#: Given up soon where it does not answer, and never written to.
CONNECTING = {"connect_timeout": 2, "options": "-c default_transaction_read_only=on"}
#: How old what it says may be before a report tells so.
TOLD = timedelta(seconds=2)
#: A replica that failed is left alone for so long, or each report would wait for it.
AVOID_SECONDS = 10
#: How long a job waits for the replica to come to where the primary is, and how often it looks.
PATIENCE, PAUSE = 2.0, 0.05
NOTE = "Read from a copy of the database that ended at {}: what was saved since then is not in it."
log = logging.getLogger("plumbline")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Place:
    """Where to read: the primary, if no engine is named; and up to when a replica knows that is behind."""

    engine: sa.Engine | None = None
    ended_at: datetime | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a report that was read here has to say."""
        at = self.ended_at
        return (NOTE.format(f"{at.day} {at:%B %Y, %H:%M:%S} UTC"),) if at else ()

    @contextmanager
    def opened(self, reader: Known) -> Iterator[Session]:
        """A session to read with, for `reader`."""
        if self.engine is None:
            become(reader)
            yield db.session()
            return
        with db.session.session_factory(info={ENGINE: self.engine, READER: reader}) as one:
            yield one


PRIMARY = Place()


def init_app(app: Flask) -> None:
    """Before `transactions`: what is asked for after a request goes from the last to the first."""
    if url := app.config["REPORTS_DATABASE_URL"]:
        options = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
        engine = sa.create_engine(url, pool_pre_ping=True, connect_args=CONNECTING, **options)
        sa.event.listen(engine, "connect", read_only)
        app.extensions[REPLICA] = engine
        app.after_request(remember)


def read_only(connection, _record) -> None:
    """For good: SQLAlchemy would take its own option back between two readers, and no replica allows that."""
    connection.read_only = True


def remember(response: Response) -> Response:
    """How far the primary had come when this reader wrote."""
    if request.method in WRITES and session.get("_user_id"):
        session[WROTE] = _here()
    return response


def reading(make: Callable[[], Made]) -> tuple[Made, Place]:
    """What `make` makes of all that `db.session` reads in it, and where that was. It may be called twice."""
    place = chosen()
    if place.engine is not None:
        try:
            return _made(make, place), place
        except DBAPIError as error:
            if is_timeout(error):
                raise
            _avoid("broke down")
    return make(), PRIMARY


def _made(make: Callable[[], Made], place: Place) -> Made:
    before, sessions = db.session(), db.session.registry
    with place.opened(known(before)) as one:
        sessions.set(one)
        try:
            return make()
        finally:
            sessions.set(before)


def chosen() -> Place:
    """The replica, where it answers and is not too far behind; else the primary, and the log says why."""
    engine = current_app.extensions.get(REPLICA)
    if engine is None or current_app.extensions.get(AVOIDED, 0) > time.monotonic():
        return PRIMARY
    try:
        return _weighed(engine, *_needed())
    except SQLAlchemyError:
        return _avoid("unreachable")


def _needed() -> tuple[str, str, float]:
    """Where the primary is, how far a replica must have come, and how long to wait for that.

    Who asked for a job may have written just before: it waits until nothing is missing.
    """
    here = _here()
    if has_request_context():
        return here, session.get(WROTE) or "0/0", 0
    return here, here, PATIENCE


def _here() -> str:
    return db.session.scalar(sa.text("SELECT pg_current_wal_lsn()::text"))


STANDING = sa.text(
    "SELECT pg_is_in_recovery() AS is_replica, "
    "pg_last_wal_replay_lsn() >= CAST(:here AS pg_lsn) AS is_level, "
    "pg_last_wal_replay_lsn() >= CAST(:needed AS pg_lsn) AS has_needed, "
    "pg_last_xact_replay_timestamp() AS ended_at"
)


def _weighed(engine: sa.Engine, here: str, needed: str, patience: float) -> Place:
    until = time.monotonic() + patience
    while True:
        with engine.connect() as connection:
            stands = connection.execute(STANDING, {"here": here, "needed": needed}).one()
        if not stands.is_replica:
            return _avoid("no replica")
        if stands.is_level:
            return Place(engine)
        if stands.has_needed or time.monotonic() > until:
            break
        time.sleep(PAUSE)
    if not stands.has_needed:
        return PRIMARY
    age = clock.now() - stands.ended_at if stands.ended_at else timedelta.max
    if age > timedelta(seconds=current_app.config["REPORTS_LAG_SECONDS"]):
        return _avoid("too far behind")
    return Place(engine, stands.ended_at.astimezone(clock.UTC) if age > TOLD else None)


def _avoid(why: str) -> Place:
    current_app.extensions[AVOIDED] = time.monotonic() + AVOID_SECONDS
    log.warning("reports read from the primary", extra={"replica": why})
    return PRIMARY


def readiness() -> dict[str, str]:
    """How the replica stands, where one is set."""
    engine = current_app.extensions.get(REPLICA)
    if engine is None:
        return {}
    try:
        with engine.connect() as connection:
            stands = connection.execute(STANDING, {"here": _here(), "needed": "0/0"}).one()
    except SQLAlchemyError:
        return {"replica": "unreachable"}
    if not stands.is_replica:
        return {"replica": "no replica"}
    return {"replica": "ok" if stands.is_level else f"ends at {stands.ended_at:%Y-%m-%dT%H:%M:%SZ}"}
