"""outcomes research

Revision ID: ea29507a6640
Revises: e6406ff0b168
Create Date: 2026-11-22 20:16:47.404946

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'ea29507a6640'
down_revision = 'e6406ff0b168'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "hypothesis" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "hypothesis" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN hypothesis.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN hypothesis.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND hypothesis.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "hypothesis" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "hypothesis" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN hypothesis.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN hypothesis.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND hypothesis.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "hypothesis" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN hypothesis.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN hypothesis.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND hypothesis.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "ethics" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "ethics" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN ethics.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN ethics.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND ethics.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "ethics" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "ethics" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN ethics.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN ethics.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND ethics.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "ethics" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN ethics.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN ethics.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND ethics.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "measure_phase" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "measure_phase" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN measure_phase.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN measure_phase.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND measure_phase.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "measure_phase" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "measure_phase" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN measure_phase.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN measure_phase.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND measure_phase.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "measure_phase" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN measure_phase.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN measure_phase.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND measure_phase.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "correction" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "correction" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN correction.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN correction.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND correction.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "correction" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "correction" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN correction.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN correction.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND correction.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "correction" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN correction.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN correction.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND correction.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)


def upgrade():
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.add_column(sa.Column('value_kind', sa.String(length=40), server_default='number', nullable=False))
        batch_op.add_column(sa.Column('per', sa.Float(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('included', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('excluded', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('missing_rule', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('chart', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('rules', sa.String(length=40), server_default='nhs', nullable=False))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('due_days', sa.Integer(), server_default='14', nullable=False))
        batch_op.add_column(sa.Column('lowest', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('ceiling', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('series_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('group_name', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('is_comparison', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('changed_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_measure_series_of_id'), ['series_of_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_measure_series_of_id_engagement_id_measure'), 'measure', ['series_of_id', 'engagement_id'], ['id', 'engagement_id'], ondelete='CASCADE')
        batch_op.create_check_constraint(batch_op.f('ck_measure_per_positive'), 'per > 0')
        batch_op.create_check_constraint(batch_op.f('ck_measure_ends_after_it_starts'), 'ends_on >= starts_on')
        batch_op.create_check_constraint(batch_op.f('ck_measure_due_within_a_year'), 'due_days BETWEEN 0 AND 366')
        batch_op.create_check_constraint(batch_op.f('ck_measure_ceiling_above_lowest'), 'ceiling > lowest')
        batch_op.create_check_constraint(batch_op.f('ck_measure_not_its_own_series'), 'series_of_id <> id')
        batch_op.create_check_constraint(batch_op.f('ck_measure_a_series_names_its_group'), '(series_of_id IS NULL) = (group_name IS NULL)')

    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('n', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('origin', sa.String(length=40), server_default='typed', nullable=False))
        batch_op.add_column(sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('approved_by_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_observation_id_engagement_id'), ['id', 'engagement_id'])
        batch_op.create_foreign_key(batch_op.f('fk_observation_approved_by_id_user_account'), 'user_account', ['approved_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_observation_n_not_negative'), 'n >= 0')
        batch_op.create_check_constraint(batch_op.f('ck_observation_approved_by_somebody'), '(approved_at IS NULL) = (approved_by_id IS NULL)')

    with op.batch_alter_table('outcomes_plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('setting', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('included', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('excluded', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('intervention_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('allocation', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('missing_data', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('analysis', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('alpha', sa.Float(), server_default='0.05', nullable=False))
        batch_op.add_column(sa.Column('power', sa.Float(), server_default='0.8', nullable=False))
        batch_op.add_column(sa.Column('looks', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('sample_size', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('data_management', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('roles', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('timeline', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('risks', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('dissemination', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('publication_intended', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_outcomes_plan_id_engagement_id'), ['id', 'engagement_id'])
        batch_op.create_check_constraint(batch_op.f('ck_outcomes_plan_ends_after_it_starts'), 'ends_on >= starts_on')
        batch_op.create_check_constraint(batch_op.f('ck_outcomes_plan_alpha_small'), 'alpha > 0 AND alpha < 0.5')
        batch_op.create_check_constraint(batch_op.f('ck_outcomes_plan_power_large'), 'power >= 0.5 AND power < 1')
        batch_op.create_check_constraint(batch_op.f('ck_outcomes_plan_looks_at_the_data'), 'looks BETWEEN 1 AND 20')

    op.create_table('ethics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('determined_by', sa.String(length=255), nullable=False),
    sa.Column('reference', sa.String(length=255), nullable=True),
    sa.Column('determined_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('consent', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('expires_on >= determined_on', name=op.f('ck_ethics_expires_after_it_begins')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_ethics_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_ethics_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ethics')),
    sa.UniqueConstraint('engagement_id', name=op.f('uq_ethics_engagement_id'))
    )
    with op.batch_alter_table('ethics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ethics_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ethics_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('hypothesis',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.Column('direction', sa.String(length=40), nullable=True),
    sa.Column('smallest_difference', sa.Float(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('smallest_difference > 0', name=op.f('ck_hypothesis_smallest_difference_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_hypothesis_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['measure_id', 'engagement_id'], ['measure.id', 'measure.engagement_id'], name=op.f('fk_hypothesis_measure_id_engagement_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_hypothesis_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['plan_id', 'engagement_id'], ['outcomes_plan.id', 'outcomes_plan.engagement_id'], name=op.f('fk_hypothesis_plan_id_engagement_id_outcomes_plan'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hypothesis')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_hypothesis_id_engagement_id'))
    )
    with op.batch_alter_table('hypothesis', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hypothesis_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hypothesis_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hypothesis_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_hypothesis_one_primary', ['plan_id'], unique=True, sqlite_where=sa.text('is_primary'), postgresql_where=sa.text('is_primary'))

    op.create_table('measure_phase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_measure_phase_says_why')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_measure_phase_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['measure_id', 'engagement_id'], ['measure.id', 'measure.engagement_id'], name=op.f('fk_measure_phase_measure_id_engagement_id_measure'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_measure_phase_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_phase')),
    sa.UniqueConstraint('measure_id', 'starts_on', name=op.f('uq_measure_phase_measure_id_starts_on'))
    )
    with op.batch_alter_table('measure_phase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measure_phase_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_measure_phase_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('numerator', sa.Float(), nullable=True),
    sa.Column('denominator', sa.Float(), nullable=True),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.Column('provenance', sa.String(length=255), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('is_reopening', sa.Boolean(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('corrected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_correction_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['observation_id', 'engagement_id'], ['observation.id', 'observation.engagement_id'], name=op.f('fk_correction_observation_id_engagement_id_observation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_correction_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_correction_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_observation_id'), ['observation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction_organisation_id'), ['organisation_id'], unique=False)

    op.execute("UPDATE measure SET value_kind = 'proportion' WHERE unit = '%'")
    if op.get_bind().dialect.name == 'postgresql':
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade():
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_correction_observation_id'))
        batch_op.drop_index(batch_op.f('ix_correction_engagement_id'))

    op.drop_table('correction')
    with op.batch_alter_table('measure_phase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measure_phase_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_measure_phase_engagement_id'))

    op.drop_table('measure_phase')
    with op.batch_alter_table('hypothesis', schema=None) as batch_op:
        batch_op.drop_index('uq_hypothesis_one_primary', sqlite_where=sa.text('is_primary'), postgresql_where=sa.text('is_primary'))
        batch_op.drop_index(batch_op.f('ix_hypothesis_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_hypothesis_measure_id'))
        batch_op.drop_index(batch_op.f('ix_hypothesis_engagement_id'))

    op.drop_table('hypothesis')
    with op.batch_alter_table('ethics', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ethics_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_ethics_engagement_id'))

    op.drop_table('ethics')

    with op.batch_alter_table('outcomes_plan', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_outcomes_plan_looks_at_the_data'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_outcomes_plan_power_large'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_outcomes_plan_alpha_small'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_outcomes_plan_ends_after_it_starts'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_outcomes_plan_id_engagement_id'), type_='unique')
        batch_op.drop_column('registered_at')
        batch_op.drop_column('publication_intended')
        batch_op.drop_column('dissemination')
        batch_op.drop_column('risks')
        batch_op.drop_column('timeline')
        batch_op.drop_column('roles')
        batch_op.drop_column('data_management')
        batch_op.drop_column('sample_size')
        batch_op.drop_column('looks')
        batch_op.drop_column('power')
        batch_op.drop_column('alpha')
        batch_op.drop_column('analysis')
        batch_op.drop_column('missing_data')
        batch_op.drop_column('allocation')
        batch_op.drop_column('ends_on')
        batch_op.drop_column('starts_on')
        batch_op.drop_column('intervention_on')
        batch_op.drop_column('excluded')
        batch_op.drop_column('included')
        batch_op.drop_column('setting')

    with op.batch_alter_table('observation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_observation_approved_by_somebody'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_observation_n_not_negative'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_observation_approved_by_id_user_account'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_observation_id_engagement_id'), type_='unique')
        batch_op.drop_column('approved_by_id')
        batch_op.drop_column('approved_at')
        batch_op.drop_column('origin')
        batch_op.drop_column('n')

    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_measure_a_series_names_its_group'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_measure_not_its_own_series'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_measure_ceiling_above_lowest'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_measure_due_within_a_year'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_measure_ends_after_it_starts'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_measure_per_positive'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_measure_series_of_id_engagement_id_measure'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_measure_series_of_id'))
        batch_op.drop_column('changed_on')
        batch_op.drop_column('is_comparison')
        batch_op.drop_column('group_name')
        batch_op.drop_column('series_of_id')
        batch_op.drop_column('ceiling')
        batch_op.drop_column('lowest')
        batch_op.drop_column('due_days')
        batch_op.drop_column('ends_on')
        batch_op.drop_column('starts_on')
        batch_op.drop_column('rules')
        batch_op.drop_column('chart')
        batch_op.drop_column('missing_rule')
        batch_op.drop_column('excluded')
        batch_op.drop_column('included')
        batch_op.drop_column('per')
        batch_op.drop_column('value_kind')
