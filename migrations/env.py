"""How Alembic reaches our models and our database; Flask-Migrate runs this file."""

from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.base import TenThousandths, UtcDateTime

database = current_app.extensions["migrate"].db


def render_item(kind, thing, _autogen_context):
    """Write our own column types into migrations as what the database knows."""
    if kind != "type":
        return False
    if isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, TenThousandths):
        return "sa.BigInteger()"
    if isinstance(thing, sa.Enum):
        return f"sa.String(length={thing.length})"
    return False


options = {
    "target_metadata": database.metadata,
    "render_item": render_item,
    **current_app.extensions["migrate"].configure_args,
}


@contextmanager
def keeping_references(connection):
    """SQLite alters a table by making it anew: what hangs on the old one must not go with it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    yield
    driver.execute("PRAGMA foreign_keys=ON")


def refuse_loose_rows(connection):
    """Raise before the commit where a row points at nothing."""
    if connection.dialect.name != "sqlite":
        return
    if loose := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"The migration left {len(loose)} rows without what they hang on: {loose[:5]}")


if context.is_offline_mode():
    context.configure(url=str(database.engine.url), literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with database.engine.connect() as connection, keeping_references(connection):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
            refuse_loose_rows(connection)
        connection.commit()
