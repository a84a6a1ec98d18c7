"""reader's locale

Revision ID: 0daa52729de6
Revises: c290c337b924
Create Date: 2026-11-23 00:50:04.343664

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0daa52729de6'
down_revision = 'c290c337b924'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('locale', sa.String(length=255), server_default='en-GB', nullable=False))



def downgrade():
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_column('locale')

