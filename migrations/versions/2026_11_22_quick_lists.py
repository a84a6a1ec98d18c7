"""quick lists

Revision ID: 5b0a1c7de2f4
Revises: 830e8ab72c10
Create Date: 2026-11-22 15:27:10.184220

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '5b0a1c7de2f4'
down_revision = '830e8ab72c10'
branch_labels = None
depends_on = None

OWNED = 'ix_action_owner_user_state_due_on'
WORKED = 'ix_time_entry_user_worked'


def upgrade():
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(OWNED, ['owner_user_id', 'state', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_action_state_due_on', ['state', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_action_state_done_on', ['state', 'done_on', 'id'], unique=False)
    with op.batch_alter_table('time_entry', schema=None) as batch_op:
        batch_op.drop_index(WORKED)
        batch_op.create_index(
            WORKED, ['user_id', 'worked_on', 'is_billable', 'state', 'minutes', 'engagement_id'], unique=False
        )


def downgrade():
    with op.batch_alter_table('time_entry', schema=None) as batch_op:
        batch_op.drop_index(WORKED)
        batch_op.create_index(WORKED, ['user_id', 'worked_on'], unique=False)
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index('ix_action_state_done_on')
        batch_op.drop_index('ix_action_state_due_on')
        batch_op.drop_index(OWNED)
