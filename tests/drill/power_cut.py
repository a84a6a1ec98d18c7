"""`kill -9` in the middle of writing: what was acknowledged is there, and nothing by halves."""

import random
import time
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from crm.backup.tables import audit_faults, read_all_rows, tables_of
from tests.drill.places import Postgresql, Sqlite
from tests.drill.server import Server, Visitor
from tests.drill.writes import begin, found, lost_and_halved

WRITES = 200


class Cut(NamedTuple):
    """What one cut left."""

    acknowledged: int
    found: int
    others: int
    faults: list[str]


def cuts(place: Sqlite | Postgresql, log: Path, rounds: int, writes: int = WRITES):
    """Cut the power so many times, each in a burst of writes; tells of each."""
    server, engine = Server(place.address, log), sa.create_engine(place.address, poolclass=sa.NullPool)
    with server, Visitor.sign_in(server, "consultant") as visitor:
        burst_of = begin(visitor, engine)
        for number in range(rounds):
            burst = burst_of(f"cut {number}, write ", writes)
            _cut(server, place, burst, random.randrange(writes))  # noqa: S311
            place.start()
            server.start()
            yield _left(engine, burst)


def _cut(server: Server, place, burst, enough: int) -> None:
    """Once so many are acknowledged, and a moment later, it all goes dark."""
    burst.start()
    while burst.is_writing and len(burst.acknowledged) < enough:
        time.sleep(0.001)
    time.sleep(random.random() / 20)  # noqa: S311
    server.kill()
    place.crash()
    burst.join()


def _left(engine: sa.Engine, burst) -> Cut:
    others = sum(count for status, count in burst.answers.items() if status != 302)
    with engine.connect() as connection:
        read_all_rows(connection)
        there = found(connection, burst.prefix)
        faults = [*lost_and_halved(there, burst.acknowledged)]
        faults += audit_faults(connection, tables_of(connection))
        if connection.dialect.name == "sqlite":
            said = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            faults += [] if said == "ok" else [said]
    return Cut(len(burst.acknowledged), len(there), others, faults)
