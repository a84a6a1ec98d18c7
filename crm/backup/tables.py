"""The tables as they stand in a database, whatever its revision: no model is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import sqlalchemy as sa
from alembic.migration import MigrationContext

from crm.audit.chain import faults
from crm.audit.models import BEGINNING
from crm.backup.values import KINDS, Codec, kind_of
from crm.errors import DomainError

REVISIONS = "alembic_version"
AUDIT_ENTRY, AUDIT_HEAD = "audit_entry", "audit_head"
MANY, FEW = 2_000, 4
MOST_FAULTS = 50


@dataclass(frozen=True)
class Stored:
    """A table of the database, and what a backup has to know of it."""

    table: sa.Table
    kinds: dict[str, str]
    #: Columns that point at rows which may come later, and are filled when all rows are there.
    later: frozenset[str]
    references: tuple[dict, ...]

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def many(self) -> int:
        """How many rows are held at once: a row with a file in it may be large."""
        return FEW if "bytes" in self.kinds.values() else MANY

    @cached_property
    def codec(self) -> Codec:
        return Codec(list(self.kinds.values()))

    def rows(self, connection: sa.Connection) -> Iterator[sa.Row]:
        """Every row by its key, with flat memory."""
        statement = sa.select(self.table).order_by(*self.table.primary_key)
        return iter(connection.execute(statement, execution_options={"yield_per": self.many}))

    def lines(self, connection: sa.Connection) -> Iterator[bytes]:
        return map(self.codec.line, self.rows(connection))

    def count(self, connection: sa.Connection) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(self.table))


def revision_of(connection: sa.Connection) -> str | None:
    """The migration at which a database stands; none where it has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def tables_of(connection: sa.Connection) -> list[Stored]:
    """All tables, each after those that it refers to."""
    inspector, metadata = sa.inspect(connection), sa.MetaData()
    ordered = [
        name for name, _ in inspector.get_sorted_table_and_fkc_names() if name not in (None, REVISIONS)
    ]
    return [_stored(inspector, metadata, name, ordered) for name in ordered]


def _stored(inspector: sa.Inspector, metadata: sa.MetaData, name: str, ordered: list[str]) -> Stored:
    found = inspector.get_columns(name)
    keys = inspector.get_pk_constraint(name)["constrained_columns"]
    references = tuple(inspector.get_foreign_keys(name))
    kinds = {str(column["name"]): kind_of(name, column["name"], column["type"]) for column in found}
    columns = [
        sa.Column(column, KINDS[kind].type, primary_key=column in keys, autoincrement=False)
        for column, kind in kinds.items()
    ]
    unready = ordered[ordered.index(name) :]
    pointing = {
        column
        for reference in references
        if reference["referred_table"] in unready
        for column in reference["constrained_columns"]
    }
    later = frozenset(column["name"] for column in found if column["name"] in pointing and column["nullable"])
    return Stored(sa.Table(name, metadata, *columns), kinds, later, references)


def read_all_rows(connection: sa.Connection) -> None:
    """Let PostgreSQL refuse, rather than hide rows from a login that is not meant to see them all."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL row_security = off")


def audit_head(connection: sa.Connection) -> tuple[int, str]:
    found = sa.table(AUDIT_HEAD, sa.column("position"), sa.column("digest"))
    return tuple(connection.execute(sa.select(found.c.position, found.c.digest)).one())


def audit_faults(connection: sa.Connection, tables: list[Stored]) -> list[str]:
    """What is wrong with the audit trail: the first faults, for there may be as many as entries."""
    entries = next(stored for stored in tables if stored.name == AUDIT_ENTRY)
    found = faults((row._mapping for row in entries.rows(connection)), BEGINNING, audit_head(connection))
    return list(islice(found, MOST_FAULTS))


def migrated(connection: sa.Connection) -> str:
    """The revision of a database that has to have one."""
    if revision := revision_of(connection):
        return revision
    raise DomainError("This database has no tables of Plumbline. Is DATABASE_URL the right one?")
