"""`python -m bench.shards`: what sharding by `organisation_id` would meet in the schema, counted.

Citus asks that a distributed table has its column, and that it is part of every primary key, of every unique
constraint and of every foreign key to another distributed table; a reference table may be pointed at by any.
"""

import logging
from collections.abc import Iterator

import sqlalchemy as sa

from config import TestConfig
from crm import create_app
from crm.extensions import db

SHARD = "organisation_id"
#: Pointed at by many and small: a copy of each on every machine.
REFERENCE = frozenset({"user_account"})


def spread() -> dict[str, sa.Table]:
    """The tables that can be distributed as they are: the client's own, and those that must name a client."""
    return {
        name: table
        for name, table in db.metadata.tables.items()
        if name == "organisation" or (SHARD in table.c and not table.c[SHARD].nullable)
    }


def holds_shard(table: sa.Table, columns) -> bool:
    """Whether these columns of a table say whose they are; of the client itself its key does."""
    names = {column.name for column in columns}
    return SHARD in names or (table.name == "organisation" and "id" in names)


def unique_without(table: sa.Table) -> Iterator[tuple[str, ...]]:
    """Unique constraints and indexes that Citus could not keep, but for the primary key."""
    kinds = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    for one in [*kinds, *(index for index in table.indexes if index.unique)]:
        if not holds_shard(table, one.columns):
            yield tuple(column.name for column in one.columns)


def pointing_without(table: sa.Table, tables: dict[str, sa.Table]) -> Iterator[tuple[str, str]]:
    """Foreign keys between distributed tables that do not name the client."""
    for one in table.foreign_key_constraints:
        other = one.referred_table
        if other.name in tables and not holds_shard(table, one.columns):
            yield table.name, other.name


def main() -> None:
    logging.disable()
    with create_app(TestConfig).app_context():
        tables, every = spread(), db.metadata.tables
        rest = sorted(set(every) - tables.keys() - REFERENCE)
        nullable = [name for name in rest if SHARD in every[name].c]
        unique = {name: list(unique_without(table)) for name, table in tables.items()}
        pointing = [pair for table in tables.values() for pair in pointing_without(table, tables)]
        keyed = [name for name, table in tables.items() if not holds_shard(table, table.primary_key.columns)]
    print(
        f"{len(every)} tables; {len(tables)} name their client and could be distributed, {len(rest)} do not."
    )
    print(f"  that may name one: {', '.join(nullable)}")
    print(f"  that never do: {', '.join(sorted(set(rest) - set(nullable)))}")
    print(f"{len(keyed)} primary keys lack the client; {len(pointing)} foreign keys among them do.")
    print(f"{sum(map(len, unique.values()))} unique constraints lack it:")
    for name, columns in sorted(unique.items()):
        for one in columns:
            print(f"  {name} ({', '.join(one)})")


if __name__ == "__main__":
    main()
