"""report runs

Revision ID: 371632288c38
Revises: c290c337b924
Create Date: 2026-11-22 23:58:08.861113

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '371632288c38'
down_revision = 'c290c337b924'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "report_run" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "report_run" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "report_run" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "report_run" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "report_run" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN report_run.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "report_schedule" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "report_schedule" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "report_schedule" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "report_schedule" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "report_schedule" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'manager\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'consultant\' THEN report_schedule.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "report_snapshot" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "report_snapshot" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN report_snapshot.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "report_snapshot" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "report_snapshot" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN report_snapshot.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "report_snapshot" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN report_snapshot.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)


def upgrade():
    op.create_table('report_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('report', sa.String(length=255), nullable=False),
    sa.Column('format', sa.String(length=255), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=True),
    sa.Column('rhythm', sa.String(length=40), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=True),
    sa.Column('day', sa.Integer(), nullable=True),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('time_zone', sa.String(length=255), nullable=False),
    sa.Column('readers', sa.JSON(), nullable=False),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_said', sa.Text(), nullable=True),
    sa.CheckConstraint("(day IS NOT NULL) = (rhythm = 'monthly')", name=op.f('ck_report_schedule_day_iff_monthly')),
    sa.CheckConstraint("(weekday IS NOT NULL) = (rhythm = 'weekly')", name=op.f('ck_report_schedule_weekday_iff_weekly')),
    sa.CheckConstraint('day BETWEEN 1 AND 31', name=op.f('ck_report_schedule_day_of_a_month')),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_report_schedule_hour_of_a_day')),
    sa.CheckConstraint('weekday BETWEEN 1 AND 7', name=op.f('ck_report_schedule_weekday_of_a_week')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_report_schedule_engagement_id_engagement'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_report_schedule_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_schedule'))
    )
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.create_index('ix_report_schedule_due', ['is_paused', 'next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_schedule_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_schedule_user_id'), ['user_id'], unique=False)

    op.create_table('report_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('report', sa.String(length=255), nullable=False),
    sa.Column('format', sa.String(length=255), nullable=False),
    sa.Column('part', sa.String(length=255), nullable=True),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('schedule_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('permille', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=255), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claim', sa.String(length=255), nullable=True),
    sa.Column('writing', sa.String(length=255), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Double(), nullable=True),
    sa.Column('expected', sa.Double(), nullable=True),
    sa.Column('cancel_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wants_mail', sa.Boolean(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=True),
    sa.Column('reach', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('file', sa.String(length=255), nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=True),
    sa.Column('digest', sa.String(length=255), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('rows', sa.Integer(), nullable=True),
    sa.Column('kept_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('data', sa.String(length=255), nullable=True),
    sa.Column('data_digest', sa.String(length=255), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(digest IS NOT NULL) OR (state <> 'done')", name=op.f('ck_report_run_done_has_a_digest')),
    sa.CheckConstraint("(file IS NOT NULL) = (state = 'done')", name=op.f('ck_report_run_file_iff_done')),
    sa.CheckConstraint("(finished_at IS NULL) = (state IN ('queued', 'running', 'waiting'))", name=op.f('ck_report_run_finished_iff_over')),
    sa.CheckConstraint('(data IS NULL) = (data_digest IS NULL)', name=op.f('ck_report_run_data_has_a_digest')),
    sa.CheckConstraint('permille BETWEEN 0 AND 1000', name=op.f('ck_report_run_permille_of_a_thousand')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_report_run_engagement_id_engagement'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['schedule_id'], ['report_schedule.id'], name=op.f('fk_report_run_schedule_id_report_schedule'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_report_run_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_run')),
    sa.UniqueConstraint('schedule_id', 'due_at', 'user_id', name=op.f('uq_report_run_schedule_id_due_at_user_id'))
    )
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_run_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index('ix_report_run_kept_until', ['state', 'kept_until'], unique=False)
        batch_op.create_index('ix_report_run_kind', ['report', 'format', 'state', 'id'], unique=False)
        batch_op.create_index('ix_report_run_user_id_id', ['user_id', 'id'], unique=False)
    op.create_table('report_snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=True),
    sa.Column('report', sa.String(length=255), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', sa.String(length=255), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_report_snapshot_digest_whole')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_report_snapshot_engagement_id_engagement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_snapshot')),
    sa.UniqueConstraint('engagement_id', 'report', 'as_of', name=op.f('uq_report_snapshot_engagement_id_report_as_of'))
    )
    with op.batch_alter_table('report_snapshot', schema=None) as batch_op:
        batch_op.create_index('ix_report_snapshot_of', ['report', 'as_of', 'engagement_id'], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade():
    with op.batch_alter_table('report_snapshot', schema=None) as batch_op:
        batch_op.drop_index('ix_report_snapshot_of')

    op.drop_table('report_snapshot')
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.drop_index('ix_report_run_user_id_id')
        batch_op.drop_index('ix_report_run_kind')
        batch_op.drop_index('ix_report_run_kept_until')
        batch_op.drop_index(batch_op.f('ix_report_run_engagement_id'))

    op.drop_table('report_run')
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_schedule_user_id'))
        batch_op.drop_index(batch_op.f('ix_report_schedule_engagement_id'))
        batch_op.drop_index('ix_report_schedule_due')

    op.drop_table('report_schedule')
