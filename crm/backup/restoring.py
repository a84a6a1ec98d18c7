"""Out of a file, into an empty database: all of it, verified, or nothing."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from crm.backup import verifying
from crm.backup.archive import Archive
from crm.backup.tables import AUDIT_HEAD, REVISIONS, Stored, read_all_rows, revision_of, tables_of
from crm.errors import DomainError

Advance = Callable[[int], None]


def restore(engine: sa.Engine, archive: Archive, advance: Advance) -> None:
    """Make the tables, load and verify them, and bring them to the present revision."""
    _refuse_unknown(archive)
    with engine.connect() as connection:
        revision = revision_of(connection)
        _refuse_other_tables(connection, revision, archive)
    if not revision:
        flask_migrate.upgrade(revision=archive.manifest.revision)
    with engine.begin() as connection:
        read_all_rows(connection)
        tables = tables_of(connection)
        _refuse_rows(connection, tables)
        verifying.check_columns(tables, archive)
        for stored in tables:
            _load(connection, stored, archive, advance)
        for stored in tables:
            _point(connection, stored, archive)
            _count_on(connection, stored)
        verifying.verify(connection, tables, archive)
    flask_migrate.upgrade()


def _refuse_unknown(archive: Archive) -> None:
    """The tables of a Plumbline that is newer than this one cannot be made here."""
    revisions = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        revisions.get_revision(archive.manifest.revision)
    except CommandError:
        raise DomainError(
            f"The backup is of revision {archive.manifest.revision}, which this Plumbline does not know. "
            "Restore it with the version that made it, or a newer one."
        ) from None
    if archive.manifest.files:
        raise DomainError("The backup holds files, which this Plumbline has no place for. Take a newer one.")


def _refuse_other_tables(connection: sa.Connection, revision: str | None, archive: Archive) -> None:
    wanted = archive.manifest.revision
    if revision and revision != wanted:
        raise DomainError(
            f"The backup is of revision {wanted}, and this database already has the tables of {revision}. "
            "Give a database without any tables: they are made as the backup needs them, and then upgraded."
        )
    if not revision and {*sa.inspect(connection).get_table_names()} - {REVISIONS}:
        raise DomainError("This database holds tables that are not of Plumbline. Give an empty one.")


def _refuse_rows(connection: sa.Connection, tables: list[Stored]) -> None:
    for stored in tables:
        rows = sa.select(stored.table)
        if stored.name == AUDIT_HEAD:
            rows = rows.where(stored.table.c.position > 0)
        if connection.execute(rows.limit(1)).first():
            raise DomainError(f"This database is not empty: {stored.name} holds rows. Nothing was restored.")


def in_parts(rows: Iterable, many: int) -> Iterator[list]:
    rows = iter(rows)
    while part := list(islice(rows, many)):
        yield part


def _rows(stored: Stored, archive: Archive) -> Iterator[dict]:
    names = list(stored.kinds)
    for line in archive.lines(stored.name):
        yield dict(zip(names, stored.codec.row(line), strict=True))


def _load(connection: sa.Connection, stored: Stored, archive: Archive, advance: Advance) -> None:
    """The rows of a table, but for what points at rows that may not be there yet.

    The head of the audit trail has been there since the table was made: it is moved on.
    """
    if stored.name == AUDIT_HEAD:
        for row in _rows(stored, archive):
            connection.execute(sa.update(stored.table).values(row))
        return
    empty = dict.fromkeys(stored.later)
    for part in in_parts((row | empty for row in _rows(stored, archive)), stored.many):
        connection.execute(sa.insert(stored.table), part)
        advance(len(part))


def _point(connection: sa.Connection, stored: Stored, archive: Archive) -> None:
    """Fill what points at rows of the same table, or of a later one."""
    if not stored.later:
        return
    keys = stored.table.primary_key.columns
    statement = (
        sa.update(stored.table)
        .where(*(column == sa.bindparam(f"key_{column.name}") for column in keys))
        .values({name: sa.bindparam(f"new_{name}") for name in stored.later})
    )
    pointing = (
        {f"key_{column.name}": row[column.name] for column in keys}
        | {f"new_{name}": row[name] for name in stored.later}
        for row in _rows(stored, archive)
        if any(row[name] is not None for name in stored.later)
    )
    for part in in_parts(pointing, stored.many):
        connection.execute(statement, part)


def _count_on(connection: sa.Connection, stored: Stored) -> None:
    """PostgreSQL counts ids by itself: tell it where the backup stopped."""
    if connection.dialect.name != "postgresql" or "id" not in stored.table.c:
        return
    last = connection.scalar(sa.select(sa.func.max(stored.table.c.id)))
    sequence = sa.func.pg_get_serial_sequence(f'"{stored.name}"', "id")
    connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))
