"""How Alembic reaches our models and our database; Flask-Migrate runs this file."""

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

if context.is_offline_mode():
    context.configure(url=str(database.engine.url), literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with database.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
