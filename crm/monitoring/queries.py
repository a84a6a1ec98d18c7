from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from crm import replica
from crm import store as files
from crm.extensions import db
from crm.jobs import health
from crm.jobs import queries as jobs
from crm.mail import queries as mail
from crm.readers import lifted

#: Without these no page works. Without files and a replica, most do.
NEEDED = ("database", "migrations", "queue")
MIGRATIONS = Path(__file__).parents[2] / "migrations"


@cache
def newest_revisions() -> tuple[str, ...]:
    return tuple(sorted(ScriptDirectory(str(MIGRATIONS)).get_heads()))


def readiness() -> dict[str, str]:
    """What Plumbline needs to work, each with `ok` or what is the matter; and what it can do without."""
    parts = _database() | health.readiness() | {"files": files.state()}
    return parts | replica.readiness() if parts["database"] == "ok" else parts


def waiting() -> dict[str, dict[str, int]]:
    """How many runs and mails are in each state: figures for the machine, and no names."""
    with lifted():
        return {"plumbline_runs": jobs.counts(), "plumbline_outbox": mail.counts()}


def _database() -> dict[str, str]:
    try:
        db.session.execute(sa.select(1))
        present = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        return {"database": "unreachable", "migrations": "unknown"}
    is_new = tuple(sorted(present)) == newest_revisions()
    return {"database": "ok", "migrations": "ok" if is_new else "behind"}
