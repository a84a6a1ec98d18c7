"""What the guard asks may be asked by several processes of PostgreSQL at once

Revision ID: 4b8d2f60e7c3
Revises: 7f3e90c1d4a8
Create Date: 2026-11-23 03:30:00

"""

from alembic import op

revision = "4b8d2f60e7c3"
down_revision = "7f3e90c1d4a8"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER FUNCTION reader_team_member_engagement_id() PARALLEL SAFE",
    "ALTER FUNCTION reader_team_member_organisation_id() PARALLEL SAFE",
    "ALTER FUNCTION reader_engagement_grant_engagement_id() PARALLEL SAFE",
    "ALTER FUNCTION reader_contact_organisation_id() PARALLEL SAFE",
    "ALTER FUNCTION reader_contact_id() PARALLEL SAFE",
)


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement.replace("PARALLEL SAFE", "PARALLEL UNSAFE"))
