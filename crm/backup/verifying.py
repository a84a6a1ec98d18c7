"""What has to be so before a restored database is kept."""

import sqlalchemy as sa

from crm.backup.archive import Archive, tally
from crm.backup.tables import Stored, audit_faults, audit_head
from crm.errors import DomainError


def check_columns(tables: list[Stored], archive: Archive) -> None:
    here = {stored.name: stored.kinds for stored in tables}
    there = {name: content.columns for name, content in archive.manifest.tables.items()}
    if apart := sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name)):
        raise DomainError(f"The backup has other tables or columns than this database: {', '.join(apart)}.")


def verify(connection: sa.Connection, tables: list[Stored], archive: Archive) -> None:
    """Every table reads as it was kept, no row points at nothing, the audit trail is as whole as it was."""
    manifest = archive.manifest
    for stored in tables:
        content = manifest.tables[stored.name]
        rows, digest = tally(stored.lines(connection))
        if rows != content.rows:
            raise DomainError(f"{stored.name} has {rows:,} rows and not the {content.rows:,} of the backup.")
        if digest != content.sha256:
            raise DomainError(f"The rows of {stored.name} do not read as they were kept.")
        if orphans := _orphans(connection, stored):
            raise DomainError(f"{orphans:,} rows of {stored.name} point at rows that are not there.")
    if audit_head(connection) != (manifest.audit_position, manifest.audit_digest):
        raise DomainError("The audit trail does not end where the backup says.")
    if faults := sorted(set(audit_faults(connection, tables)) ^ set(manifest.audit_faults)):
        raise DomainError(f"The audit trail is not as it was: {faults[0]}.")


def _orphans(connection: sa.Connection, stored: Stored) -> int:
    return sum(connection.scalar(_pointing_nowhere(stored, reference)) for reference in stored.references)


def _pointing_nowhere(stored: Stored, reference: dict) -> sa.Select:
    table, names = stored.table, reference["constrained_columns"]
    other = table.metadata.tables[reference["referred_table"]].alias()
    pairs = zip(names, reference["referred_columns"], strict=True)
    met = sa.and_(*(table.c[here] == other.c[there] for here, there in pairs))
    missing = ~sa.exists(sa.select(sa.literal(1)).select_from(other).where(met).correlate(table))
    said = (table.c[name].is_not(None) for name in names)
    return sa.select(sa.func.count()).select_from(table).where(*said, missing)
