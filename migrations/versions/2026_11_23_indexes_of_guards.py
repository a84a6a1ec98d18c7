"""What the guard asks of sessions and time stands in an index

Revision ID: 7f3e90c1d4a8
Revises: d5a1c7e94b20
Create Date: 2026-11-23 01:55:00

"""

from alembic import op

revision = "7f3e90c1d4a8"
down_revision = "d5a1c7e94b20"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_coaching_session_seen": ("coaching_session", ["engagement_id", "organisation_id", "is_shared"]),
    "ix_time_entry_seen": ("time_entry", ["engagement_id", "organisation_id", "user_id"]),
}


def upgrade():
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade():
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
