"""evidence

Revision ID: c290c337b924
Revises: 376b28746b60
Create Date: 2026-11-22 21:18:08.634990

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'c290c337b924'
down_revision = '376b28746b60'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "finding" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "finding" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN finding.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN finding.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND finding.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "finding" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "finding" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN finding.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN finding.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND finding.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "finding" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN finding.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN finding.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND finding.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "benchmark_consent" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "benchmark_consent" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN benchmark_consent.organisation_id IN (SELECT organisation.id \nFROM organisation \nWHERE organisation.keeper_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer)) OR benchmark_consent.organisation_id IN (SELECT reader_team_member_organisation_id() AS reader_team_member_organisation_id_1) WHEN \'client\' THEN benchmark_consent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "benchmark_consent" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "benchmark_consent" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN benchmark_consent.organisation_id IN (SELECT organisation.id \nFROM organisation \nWHERE organisation.keeper_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer)) OR benchmark_consent.organisation_id IN (SELECT reader_team_member_organisation_id() AS reader_team_member_organisation_id_1) WHEN \'client\' THEN benchmark_consent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "benchmark_consent" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN benchmark_consent.organisation_id IN (SELECT organisation.id \nFROM organisation \nWHERE organisation.keeper_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer)) OR benchmark_consent.organisation_id IN (SELECT reader_team_member_organisation_id() AS reader_team_member_organisation_id_1) WHEN \'client\' THEN benchmark_consent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)


def upgrade():
    op.create_table('shared_finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('not_shown', sa.Text(), nullable=False),
    sa.Column('design', sa.String(length=40), nullable=False),
    sa.Column('rung', sa.String(length=40), nullable=False),
    sa.Column('organisation_kind', sa.String(length=40), nullable=False),
    sa.Column('size', sa.String(length=255), nullable=False),
    sa.Column('measure_kind', sa.String(length=40), nullable=True),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('search_words', sa.Text(), nullable=False),
    sa.Column('shared_on', sa.Date(), nullable=False),
    sa.CheckConstraint("not_shown <> ''", name=op.f('ck_shared_finding_says_what_it_does_not_show')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_finding'))
    )
    with op.batch_alter_table('shared_finding', schema=None) as batch_op:
        batch_op.create_index('ix_shared_finding_shared_on_id', ['shared_on', 'id'], unique=False)

    op.create_table('benchmark_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_benchmark_consent_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_benchmark_consent_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_benchmark_consent')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_benchmark_consent_organisation_id'))
    )
    with op.batch_alter_table('benchmark_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_benchmark_consent_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('not_shown', sa.Text(), nullable=False),
    sa.Column('design', sa.String(length=40), nullable=False),
    sa.Column('look_id', sa.Integer(), nullable=True),
    sa.Column('evaluation_id', sa.Integer(), nullable=True),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed_by_id', sa.Integer(), nullable=True),
    sa.Column('shared_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(agreed_at IS NULL) = (state = 'draft')", name=op.f('ck_finding_agreed_unless_draft')),
    sa.CheckConstraint("(shared_id IS NOT NULL) = (state = 'shared')", name=op.f('ck_finding_shared_iff_it_says_so')),
    sa.CheckConstraint("not_shown <> ''", name=op.f('ck_finding_says_what_it_does_not_show')),
    sa.CheckConstraint('look_id IS NULL OR evaluation_id IS NULL', name=op.f('ck_finding_rests_on_one')),
    sa.ForeignKeyConstraint(['agreed_by_id'], ['user_account.id'], name=op.f('fk_finding_agreed_by_id_user_account')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_finding_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['evaluation_id', 'engagement_id'], ['evaluation.id', 'evaluation.engagement_id'], name=op.f('fk_finding_evaluation_id_engagement_id_evaluation')),
    sa.ForeignKeyConstraint(['look_id'], ['look.id'], name=op.f('fk_finding_look_id_look')),
    sa.ForeignKeyConstraint(['measure_id', 'engagement_id'], ['measure.id', 'measure.engagement_id'], name=op.f('fk_finding_measure_id_engagement_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_finding_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['shared_id'], ['shared_finding.id'], name=op.f('fk_finding_shared_id_shared_finding')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('shared_id', name=op.f('uq_finding_shared_id'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_evaluation_id'), ['evaluation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_look_id'), ['look_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_organisation_id'), ['organisation_id'], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade():
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_finding_measure_id'))
        batch_op.drop_index(batch_op.f('ix_finding_look_id'))
        batch_op.drop_index(batch_op.f('ix_finding_evaluation_id'))
        batch_op.drop_index(batch_op.f('ix_finding_engagement_id'))

    op.drop_table('finding')
    with op.batch_alter_table('benchmark_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_benchmark_consent_organisation_id'))

    op.drop_table('benchmark_consent')
    with op.batch_alter_table('shared_finding', schema=None) as batch_op:
        batch_op.drop_index('ix_shared_finding_shared_on_id')

    op.drop_table('shared_finding')
