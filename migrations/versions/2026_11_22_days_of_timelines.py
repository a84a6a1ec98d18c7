"""days of timelines

Revision ID: 7c41d09be3a8
Revises: 5b0a1c7de2f4
Create Date: 2026-11-22 17:20:31.402117

"""
import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = '7c41d09be3a8'
down_revision = '5b0a1c7de2f4'
branch_labels = None
depends_on = None

OWNERS = ('engagement', 'organisation')
INSTANTS = (('coaching_session', 'starts_at'), ('record_step', 'taken_at'), ('action', 'created_at'))


def day(instant):
    """The calendar day of an instant, in UTC, as each database writes it."""
    if op.get_bind().dialect.name == 'sqlite':
        return sa.text(f'date({instant})')
    return sa.text(f"CAST(timezone('UTC', {instant}) AS date)")


def upgrade():
    for owner in OWNERS:
        for table, instant in INSTANTS:
            op.create_index(f'ix_{table}_{owner}_day', table, [f'{owner}_id', day(instant), 'id'], unique=False)
        op.create_index(f'ix_action_{owner}_done_on', 'action', [f'{owner}_id', 'done_on', 'id'], unique=False)


def downgrade():
    for owner in OWNERS:
        op.drop_index(f'ix_action_{owner}_done_on', table_name='action')
        for table, _ in INSTANTS:
            op.drop_index(f'ix_{table}_{owner}_day', table_name=table)
