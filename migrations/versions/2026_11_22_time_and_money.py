"""time and money

Revision ID: 785ba6a7e7e8
Revises: 01996204dcf1
Create Date: 2026-11-22 13:58:32.371203

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '785ba6a7e7e8'
down_revision = '01996204dcf1'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules: one's own time stays seen when one leaves the team.
STATEMENTS = (
    'ALTER TABLE "engagement_rate" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "engagement_rate" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN engagement_rate.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "engagement_rate" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "engagement_rate" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN engagement_rate.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "engagement_rate" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN engagement_rate.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "person_rate" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "person_rate" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN person_rate.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "person_rate" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "person_rate" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN person_rate.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "person_rate" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN person_rate.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "time_override" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "time_override" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_override.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "time_override" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "time_override" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_override.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "time_override" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_override.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "timesheet" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "timesheet" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "timesheet" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "timesheet" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "timesheet" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "timesheet_step" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "timesheet_step" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet_step.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "timesheet_step" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "timesheet_step" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet_step.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "timesheet_step" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN timesheet_step.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'DROP POLICY seen ON "time_entry"',
    'DROP POLICY changed ON "time_entry"',
    'DROP POLICY gone ON "time_entry"',
    'CREATE POLICY seen ON "time_entry" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) OR time_entry.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY changed ON "time_entry" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) OR time_entry.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "time_entry" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) OR time_entry.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)
#: What time entries were guarded by before.
BEFORE = (
    'CREATE POLICY seen ON "time_entry" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY changed ON "time_entry" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "time_entry" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN time_entry.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN time_entry.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND time_entry.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)
TABLES = ('engagement_rate', 'person_rate', 'time_override', 'timesheet', 'timesheet_step')


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('person_rate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=255), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_person_rate_amount_not_negative')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_person_rate_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_rate')),
    sa.UniqueConstraint('user_id', 'from_on', name=op.f('uq_person_rate_user_id_from_on'))
    )
    op.create_table('timesheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_timesheet_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timesheet')),
    sa.UniqueConstraint('user_id', 'week_on', name=op.f('uq_timesheet_user_id_week_on'))
    )
    with op.batch_alter_table('timesheet', schema=None) as batch_op:
        batch_op.create_index('ix_timesheet_state_week_on', ['state', 'week_on'], unique=False)

    op.create_table('timesheet_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('timesheet_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('move', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.CheckConstraint("move NOT IN ('sent_back', 'unlocked') OR reason IS NOT NULL", name=op.f('ck_timesheet_step_a_no_has_a_reason')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_timesheet_step_by_id_user_account')),
    sa.ForeignKeyConstraint(['timesheet_id'], ['timesheet.id'], name=op.f('fk_timesheet_step_timesheet_id_timesheet'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_timesheet_step_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timesheet_step'))
    )
    with op.batch_alter_table('timesheet_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timesheet_step_timesheet_id'), ['timesheet_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_timesheet_step_user_id'), ['user_id'], unique=False)

    op.create_table('engagement_rate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=255), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_engagement_rate_amount_not_negative')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_engagement_rate_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_engagement_rate_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_engagement_rate')),
    sa.UniqueConstraint('engagement_id', 'from_on', name=op.f('uq_engagement_rate_engagement_id_from_on'))
    )
    with op.batch_alter_table('engagement_rate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_engagement_rate_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_engagement_rate_organisation_id'), ['organisation_id'], unique=False)

    with op.batch_alter_table('import_upload', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subject', sa.String(length=255), server_default='organisations', nullable=False))

    with op.batch_alter_table('time_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=40), server_default='open', nullable=False))
        batch_op.add_column(sa.Column('from_minute', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('to_minute', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('strategy_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('milestone_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('imported_key', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('imported_digest', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('version_id', sa.Integer(), server_default='1', nullable=False))
        batch_op.alter_column('session_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_time_entry_milestone_id'), ['milestone_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_entry_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_entry_strategy_id'), ['strategy_id'], unique=False)
        batch_op.create_index('ix_time_entry_user_worked', ['user_id', 'worked_on'], unique=False)
        batch_op.create_index('ix_time_entry_worked', ['worked_on', 'id'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_time_entry_both_clock_times'), '(from_minute IS NULL) = (to_minute IS NULL)')
        batch_op.create_check_constraint(
            batch_op.f('ck_time_entry_clock_times_of_a_day'),
            'from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880',
        )
        batch_op.create_unique_constraint(batch_op.f('uq_time_entry_id_engagement_id'), ['id', 'engagement_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_time_entry_imported_key'), ['imported_key'])
        batch_op.create_foreign_key(batch_op.f('fk_time_entry_strategy_id_engagement_id_strategy'), 'strategy', ['strategy_id', 'engagement_id'], ['id', 'engagement_id'])
        batch_op.create_foreign_key(batch_op.f('fk_time_entry_milestone_id_engagement_id_milestone'), 'milestone', ['milestone_id', 'engagement_id'], ['id', 'engagement_id'])

    op.create_table('time_override',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_entry_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=255), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("what <> 'rate' OR rate IS NOT NULL", name=op.f('ck_time_override_a_rate_has_an_amount')),
    sa.CheckConstraint('(rate IS NULL) = (currency IS NULL)', name=op.f('ck_time_override_rate_has_a_currency')),
    sa.CheckConstraint('rate >= 0', name=op.f('ck_time_override_rate_not_negative')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_time_override_by_id_user_account')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_time_override_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_time_override_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['time_entry_id', 'engagement_id'], ['time_entry.id', 'time_entry.engagement_id'], name=op.f('fk_time_override_time_entry_id_engagement_id_time_entry'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_time_override_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_override')),
    sa.UniqueConstraint('time_entry_id', 'what', name=op.f('uq_time_override_time_entry_id_what'))
    )
    with op.batch_alter_table('time_override', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_override_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_override_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_override_time_entry_id'), ['time_entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_override_user_id'), ['user_id'], unique=False)

    # One statement, for a table that others point at cannot be made anew under SQLite's foreign keys.
    op.execute(
        'ALTER TABLE user_account ADD COLUMN weekly_minutes INTEGER DEFAULT 2400 NOT NULL'
        ' CONSTRAINT ck_user_account_weekly_minutes_of_a_week CHECK (weekly_minutes BETWEEN 0 AND 10080)'
    )

    # ### end Alembic commands ###

    if op.get_bind().dialect.name == 'postgresql':
        for statement in STATEMENTS:
            op.get_bind().exec_driver_sql(statement)


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        for policy in ('seen', 'changed', 'gone'):
            op.execute(f'DROP POLICY {policy} ON "time_entry"')
        for statement in BEFORE:
            op.get_bind().exec_driver_sql(statement)
        for table in TABLES:
            for policy in ('seen', 'made', 'changed', 'gone'):
                op.execute(f'DROP POLICY {policy} ON "{table}"')

    # ### commands auto generated by Alembic - please adjust! ###
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_column('user_account', 'weekly_minutes')
    else:
        op.execute('ALTER TABLE user_account DROP COLUMN weekly_minutes')

    with op.batch_alter_table('time_override', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_time_override_user_id'))
        batch_op.drop_index(batch_op.f('ix_time_override_time_entry_id'))
        batch_op.drop_index(batch_op.f('ix_time_override_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_time_override_engagement_id'))

    op.drop_table('time_override')
    op.execute('DELETE FROM time_entry WHERE session_id IS NULL')
    with op.batch_alter_table('time_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_time_entry_milestone_id_engagement_id_milestone'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_time_entry_strategy_id_engagement_id_strategy'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_time_entry_clock_times_of_a_day'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_time_entry_both_clock_times'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_time_entry_imported_key'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_time_entry_id_engagement_id'), type_='unique')
        batch_op.drop_index('ix_time_entry_worked')
        batch_op.drop_index('ix_time_entry_user_worked')
        batch_op.drop_index(batch_op.f('ix_time_entry_strategy_id'))
        batch_op.drop_index(batch_op.f('ix_time_entry_session_id'))
        batch_op.drop_index(batch_op.f('ix_time_entry_milestone_id'))
        batch_op.alter_column('session_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('version_id')
        batch_op.drop_column('imported_digest')
        batch_op.drop_column('imported_key')
        batch_op.drop_column('milestone_id')
        batch_op.drop_column('strategy_id')
        batch_op.drop_column('note')
        batch_op.drop_column('to_minute')
        batch_op.drop_column('from_minute')
        batch_op.drop_column('state')

    with op.batch_alter_table('import_upload', schema=None) as batch_op:
        batch_op.drop_column('subject')

    with op.batch_alter_table('engagement_rate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_engagement_rate_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_engagement_rate_engagement_id'))

    op.drop_table('engagement_rate')
    with op.batch_alter_table('timesheet_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_timesheet_step_user_id'))
        batch_op.drop_index(batch_op.f('ix_timesheet_step_timesheet_id'))

    op.drop_table('timesheet_step')
    with op.batch_alter_table('timesheet', schema=None) as batch_op:
        batch_op.drop_index('ix_timesheet_state_week_on')

    op.drop_table('timesheet')
    op.drop_table('person_rate')
    # ### end Alembic commands ###
