from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from crm.extensions import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@cache
def newest_revisions() -> tuple[str, ...]:
    return tuple(sorted(ScriptDirectory(str(MIGRATIONS)).get_heads()))


def readiness() -> dict[str, str]:
    """What Plumbline needs to work, each with `ok` or what is the matter."""
    try:
        db.session.execute(sa.select(1))
        present = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        return {"database": "unreachable", "migrations": "unknown"}
    is_new = tuple(sorted(present)) == newest_revisions()
    return {"database": "ok", "migrations": "ok" if is_new else "behind"}
