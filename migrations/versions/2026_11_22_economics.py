"""economics

Revision ID: 376b28746b60
Revises: c4e587a10753
Create Date: 2026-11-22 20:58:13.692426

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '376b28746b60'
down_revision = 'c4e587a10753'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "evaluation" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "evaluation" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "evaluation" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "evaluation" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "evaluation" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "evaluation_line" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "evaluation_line" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_line.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_line.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_line.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "evaluation_line" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "evaluation_line" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_line.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_line.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_line.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "evaluation_line" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_line.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_line.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_line.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "evaluation_option" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "evaluation_option" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_option.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_option.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_option.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "evaluation_option" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "evaluation_option" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_option.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_option.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_option.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "evaluation_option" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN evaluation_option.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN evaluation_option.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND evaluation_option.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)


def upgrade():
    op.create_table('evaluation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('perspective', sa.String(length=40), nullable=False),
    sa.Column('comparator', sa.String(length=255), nullable=False),
    sa.Column('currency', sa.String(length=255), nullable=False),
    sa.Column('price_year', sa.Integer(), nullable=False),
    sa.Column('discount_rate', sa.Float(), server_default='0.035', nullable=False),
    sa.Column('horizon_years', sa.Integer(), server_default='1', nullable=False),
    sa.Column('effect_unit', sa.String(length=255), nullable=True),
    sa.Column('threshold', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('discount_rate >= 0 AND discount_rate < 1', name=op.f('ck_evaluation_discount_rate_a_fraction')),
    sa.CheckConstraint('horizon_years BETWEEN 1 AND 60', name=op.f('ck_evaluation_horizon_of_a_life')),
    sa.CheckConstraint('price_year BETWEEN 1990 AND 2100', name=op.f('ck_evaluation_price_year_of_a_person')),
    sa.CheckConstraint('threshold >= 0', name=op.f('ck_evaluation_threshold_not_negative')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_evaluation_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evaluation_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_evaluation_id_engagement_id'))
    )
    with op.batch_alter_table('evaluation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('evaluation_option',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('evaluation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('cost', sa.BigInteger(), nullable=False),
    sa.Column('effect', sa.Float(), nullable=False),
    sa.Column('is_comparator', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('cost >= 0', name=op.f('ck_evaluation_option_cost_not_negative')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_evaluation_option_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['evaluation_id', 'engagement_id'], ['evaluation.id', 'evaluation.engagement_id'], name=op.f('fk_evaluation_option_evaluation_id_engagement_id_evaluation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evaluation_option_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_option'))
    )
    with op.batch_alter_table('evaluation_option', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_option_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_option_evaluation_id'), ['evaluation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_option_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_evaluation_option_one_comparator', ['evaluation_id'], unique=True, sqlite_where=sa.text('is_comparator'), postgresql_where=sa.text('is_comparator'))

    op.create_table('evaluation_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('evaluation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('words', sa.String(length=255), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=255), nullable=True),
    sa.Column('quantity', sa.Float(), server_default='1', nullable=False),
    sa.Column('first_year', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_year', sa.Integer(), server_default='0', nullable=False),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_evaluation_line_amount_not_negative')),
    sa.CheckConstraint('first_year >= 0', name=op.f('ck_evaluation_line_from_the_start')),
    sa.CheckConstraint('high >= quantity', name=op.f('ck_evaluation_line_high_not_below')),
    sa.CheckConstraint('last_year >= first_year', name=op.f('ck_evaluation_line_ends_after_it_starts')),
    sa.CheckConstraint('low >= 0 AND low <= quantity', name=op.f('ck_evaluation_line_low_not_above')),
    sa.CheckConstraint('quantity >= 0', name=op.f('ck_evaluation_line_quantity_not_negative')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_evaluation_line_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['evaluation_id', 'engagement_id'], ['evaluation.id', 'evaluation.engagement_id'], name=op.f('fk_evaluation_line_evaluation_id_engagement_id_evaluation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['measure_id', 'engagement_id'], ['measure.id', 'measure.engagement_id'], name=op.f('fk_evaluation_line_measure_id_engagement_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evaluation_line_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_line'))
    )
    with op.batch_alter_table('evaluation_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_line_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_line_evaluation_id'), ['evaluation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_line_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_line_organisation_id'), ['organisation_id'], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade():
    with op.batch_alter_table('evaluation_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_line_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_line_measure_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_line_evaluation_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_line_engagement_id'))

    op.drop_table('evaluation_line')
    with op.batch_alter_table('evaluation_option', schema=None) as batch_op:
        batch_op.drop_index('uq_evaluation_option_one_comparator', sqlite_where=sa.text('is_comparator'), postgresql_where=sa.text('is_comparator'))
        batch_op.drop_index(batch_op.f('ix_evaluation_option_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_option_evaluation_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_option_engagement_id'))

    op.drop_table('evaluation_option')
    with op.batch_alter_table('evaluation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_engagement_id'))

    op.drop_table('evaluation')
