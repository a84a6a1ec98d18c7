"""What reports sum over sessions, time and values stands in an index

Revision ID: d5a1c7e94b20
Revises: 0daa52729de6
Create Date: 2026-11-23 00:36:00

"""

from alembic import op

revision = "d5a1c7e94b20"
down_revision = "0daa52729de6"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_coaching_session_engagement_starts": (
        "coaching_session", ["engagement_id", "starts_at"], ["engagement_id", "starts_at", "state"]
    ),
    "ix_time_entry_used": (
        "time_entry",
        ["engagement_id", "is_billable", "minutes"],
        ["engagement_id", "is_billable", "service_line", "kind", "worked_on", "minutes"],
    ),
}  # fmt: skip


def upgrade():
    for name, (table, _, now) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, now)
    op.create_index("ix_observation_values", "observation", ["measure_id", "period_on", "value"])


def downgrade():
    op.drop_index("ix_observation_values", table_name="observation")
    for name, (table, before, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, before)
