"""The audit trail: tables that the database itself only ever lets grow.

They are plain tables. No ORM object stands for an entry, so none can be changed and saved.
"""

from enum import auto

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, Table

from crm.access import Reader, Role
from crm.base import Labelled, UtcDateTime
from crm.extensions import db
from crm.guard import protect
from crm.scopes import among, team


class Verb(Labelled):
    CREATED = auto()
    CHANGED = auto()
    DELETED = auto()
    SIGNED_IN = auto()
    SIGNED_OUT = auto()
    SIGN_IN_FAILED = auto()
    READ = auto()
    EXPORTED = auto()
    IMPORTED = auto()
    PREVIEWED = auto()
    BACKED_UP = auto()
    RESTORED = auto()
    ASKED_FOR = auto()


#: What hung on the chain before its first entry.
BEGINNING = "0" * 64

audit_entry = Table(
    "audit_entry",
    db.metadata,
    Column("position", sa.Integer, primary_key=True, autoincrement=False),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("user_id", sa.Integer),
    Column("who", sa.String(255), nullable=False),
    Column("role", sa.String(40)),
    Column("address", sa.String(64)),
    Column("request_id", sa.String(64)),
    Column("verb", sa.String(40), nullable=False),
    Column("thing", sa.String(40)),
    Column("thing_id", sa.Integer),
    Column("name", sa.String(255)),
    Column("engagement_id", sa.Integer),
    Column("organisation_id", sa.Integer),
    Column("changes", sa.Text),
    Column("previous", sa.String(64), nullable=False),
    Column("digest", sa.String(64), nullable=False),
    Index("ix_audit_entry_thing", "thing", "thing_id", "position"),
    Index("ix_audit_entry_engagement", "engagement_id", "position"),
    Index("ix_audit_entry_user", "user_id", "position"),
)


def _read_by(reader: Reader) -> sa.ColumnElement[bool]:
    """Administrators and managers read all; a consultant, what concerns whom they serve."""
    if reader.role in (Role.ADMINISTRATOR, Role.MANAGER):
        return sa.true()
    if reader.role is not Role.CONSULTANT:
        return sa.false()
    entry = audit_entry.c
    return sa.or_(
        entry.user_id == reader.id,
        among(entry.engagement_id, team.c.engagement_id, reader),
        sa.and_(entry.engagement_id.is_(None), among(entry.organisation_id, team.c.organisation_id, reader)),
    )


protect(audit_entry, _read_by)

#: The last entry of the chain: one row. Whoever moves it on holds its lock until they commit.
audit_head = Table(
    "audit_head",
    db.metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=False),
    Column("position", sa.Integer, nullable=False),
    Column("digest", sa.String(64), nullable=False),
    CheckConstraint("id = 1", name="one_head"),
)

REFUSAL = "the audit trail only ever grows"
FIRST_HEAD = f"INSERT INTO audit_head (id, position, digest) VALUES (1, 0, '{BEGINNING}')"  # noqa: S608
SQLITE_TRIGGERS = (
    *(
        f"CREATE TRIGGER audit_entry_no_{event.lower()} BEFORE {event} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for event in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER audit_head_forwards BEFORE UPDATE ON audit_head WHEN NEW.position < OLD.position "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_entry_stays BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_head_forwards BEFORE UPDATE ON audit_head "
    "FOR EACH ROW WHEN (NEW.position < OLD.position) EXECUTE FUNCTION audit_only_grows()",
)


@sa.event.listens_for(db.metadata, "after_create")
def begin_chain(metadata, connection, **_) -> None:
    """Tables made without migrations, as in tests, get the same triggers and the same first row."""
    triggers = SQLITE_TRIGGERS if connection.dialect.name == "sqlite" else POSTGRESQL_TRIGGERS
    for statement in (*triggers, FIRST_HEAD):
        connection.exec_driver_sql(statement)
