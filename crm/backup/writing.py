"""Out of a database that is in use, into a file."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO
from zipfile import ZipFile

import sqlalchemy as sa

from crm import clock
from crm.backup.archive import Manifest, put_manifest, put_table, seal
from crm.backup.tables import audit_faults, audit_head, migrated, read_all_rows, tables_of
from crm.errors import DomainError

Watch = Callable[[sa.Connection, list], Callable[[int], None]]


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One moment of the database, whole, whoever goes on writing: past the guard, which hides rows."""
    options = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        read_all_rows(connection)
        yield connection


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, and that is there whole or not at all."""
    number, name = mkstemp(".part", f"{path.name}.", path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def write(engine: sa.Engine, path: Path, watch: Watch) -> Manifest:
    """Everything that the database holds at this moment. `watch` hears of each row that is written."""
    with snapshot(engine) as connection, new_file(path) as file:
        revision, tables = migrated(connection), tables_of(connection)
        position, digest = audit_head(connection)
        made_at, faults = clock.now().isoformat(), audit_faults(connection, tables)
        manifest = Manifest(made_at, engine.dialect.name, revision, position, digest, faults)
        advance = watch(connection, tables)
        with ZipFile(file, "w") as archive:
            for stored in tables:
                lines = _watched(stored.lines(connection), advance)
                manifest.tables[stored.name] = put_table(archive, stored.name, stored.kinds, lines)
            put_manifest(archive, manifest)
        seal(file)
    return manifest


def _watched(lines: Iterator[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for line in lines:
        yield line
        advance(1)


def refuse_taken(path: Path) -> None:
    if path.exists():
        raise DomainError(f"{path} is there already. Give another name, or --force to write over it.")
