"""session records

Revision ID: 9f18ba6e4a93
Revises: 2ae4f13accc6
Create Date: 2026-11-22 14:22:54.993179

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '9f18ba6e4a93'
down_revision = '2ae4f13accc6'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "record_step" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "record_step" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN record_step.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN (EXISTS (SELECT 1 \nFROM coaching_session \nWHERE coaching_session.id = record_step.session_id AND coaching_session.is_shared)) AND record_step.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND record_step.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "record_step" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "record_step" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN record_step.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN (EXISTS (SELECT 1 \nFROM coaching_session \nWHERE coaching_session.id = record_step.session_id AND coaching_session.is_shared)) AND record_step.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND record_step.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "record_step" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN record_step.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN (EXISTS (SELECT 1 \nFROM coaching_session \nWHERE coaching_session.id = record_step.session_id AND coaching_session.is_shared)) AND record_step.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND record_step.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "agenda_template" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "agenda_template" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN agenda_template.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR agenda_template.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "agenda_template" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "agenda_template" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN agenda_template.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR agenda_template.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "agenda_template" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN agenda_template.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR agenda_template.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "timer" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "timer" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timer.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "timer" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "timer" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timer.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "timer" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timer.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)

#: Columns that come with a check of their own: SQLite takes both in one, without building the table anew.
CHECKED = (
    ('planned_minutes', 'INTEGER', 'planned_within_a_day', 'planned_minutes BETWEEN 1 AND 1440'),
    ('lasted_minutes', 'INTEGER', 'lasted_within_a_day', 'lasted_minutes BETWEEN 1 AND 1440'),
    ('acknowledged_at', 'TIMESTAMP WITH TIME ZONE', 'acknowledged_if_shared', 'acknowledged_at IS NULL OR is_shared'),
    ('locked_at', 'TIMESTAMP WITH TIME ZONE', 'locked_if_shared', 'locked_at IS NULL OR is_shared'),
)


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('agenda_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_agenda_template_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_template'))
    )
    with op.batch_alter_table('agenda_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_template_user_id'), ['user_id'], unique=False)

    op.create_table('timer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_timer_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_timer_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_timer_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timer')),
    sa.UniqueConstraint('user_id', name=op.f('uq_timer_user_id'))
    )
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timer_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_timer_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('record_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_record_step_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_record_step_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['session_id', 'engagement_id'], ['coaching_session.id', 'coaching_session.engagement_id'], name=op.f('fk_record_step_session_id_engagement_id_coaching_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_record_step_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_step'))
    )
    with op.batch_alter_table('record_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_step_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_step_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_step_session_id'), ['session_id'], unique=False)

    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recurs', sa.String(length=40), nullable=True))

    with op.batch_alter_table('coaching_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('is_pro_bono', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('grow_goal', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('grow_reality', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('grow_options', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('grow_will', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('resources', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('next_time', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('shared_at', sa.DateTime(timezone=True), nullable=True))

    dialect = op.get_bind().dialect.name
    for column, kind, name, condition in CHECKED:
        kind = 'DATETIME' if dialect == 'sqlite' and kind.startswith('TIMESTAMP') else kind
        op.execute(
            f'ALTER TABLE coaching_session ADD COLUMN {column} {kind} '
            f'CONSTRAINT ck_coaching_session_{name} CHECK ({condition})'
        )
    if dialect == 'postgresql':
        for statement in STATEMENTS:
            op.get_bind().exec_driver_sql(statement)
    op.execute('UPDATE coaching_session SET shared_at = updated_at WHERE is_shared')

    # ### end Alembic commands ###


def downgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table('coaching_session', schema=None) as batch_op:
        for _column, _kind, name, _condition in CHECKED:
            batch_op.drop_constraint(op.f(f'ck_coaching_session_{name}'), type_='check')
        batch_op.drop_column('locked_at')
        batch_op.drop_column('acknowledged_at')
        batch_op.drop_column('shared_at')
        batch_op.drop_column('next_time')
        batch_op.drop_column('resources')
        batch_op.drop_column('grow_will')
        batch_op.drop_column('grow_options')
        batch_op.drop_column('grow_reality')
        batch_op.drop_column('grow_goal')
        batch_op.drop_column('is_pro_bono')
        batch_op.drop_column('lasted_minutes')
        batch_op.drop_column('planned_minutes')
        batch_op.drop_column('planned_at')

    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_column('recurs')

    with op.batch_alter_table('record_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_step_session_id'))
        batch_op.drop_index(batch_op.f('ix_record_step_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_record_step_engagement_id'))

    op.drop_table('record_step')
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_timer_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_timer_engagement_id'))

    op.drop_table('timer')
    with op.batch_alter_table('agenda_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_template_user_id'))

    op.drop_table('agenda_template')
    # ### end Alembic commands ###
