"""reader's locale

Revision ID: 0daa52729de6
Revises: 5da490a259b4
Create Date: 2026-11-23 00:50:04.343664

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0daa52729de6'
down_revision = '5da490a259b4'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('user_account', sa.Column('locale', sa.String(length=255), server_default='en-GB', nullable=False))


def downgrade():
    # Not in a batch: that would make the table anew, and SQLite could not drop columns of earlier migrations then.
    op.execute('ALTER TABLE user_account DROP COLUMN locale')
