"""surveys

Revision ID: 790b1ebacdf6
Revises: ea29507a6640
Create Date: 2026-11-22 20:34:01.335411

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '790b1ebacdf6'
down_revision = 'ea29507a6640'
branch_labels = None
depends_on = None


STATEMENTS = (
    'ALTER TABLE "survey" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "survey" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "survey" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "survey" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "survey" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "survey_answer" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "survey_answer" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "survey_answer" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "survey_answer" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "survey_answer" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "survey_question" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "survey_question" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_question.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_question.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_question.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "survey_question" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "survey_question" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_question.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_question.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_question.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "survey_question" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_question.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_question.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_question.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "survey_visit" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "survey_visit" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "survey_visit" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "survey_visit" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "survey_visit" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN false WHEN \'manager\' THEN false WHEN \'consultant\' THEN false WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "survey_wave" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "survey_wave" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_wave.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_wave.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_wave.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "survey_wave" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "survey_wave" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_wave.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_wave.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_wave.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "survey_wave" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN survey_wave.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN survey_wave.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND survey_wave.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('audience', sa.String(length=255), nullable=True),
    sa.Column('introduction', sa.Text(), nullable=True),
    sa.Column('privacy', sa.Text(), nullable=False),
    sa.Column('time_zone', sa.String(length=255), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_survey_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_survey_id_engagement_id'))
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('survey_wave',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('token', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=True),
    sa.Column('opens_on', sa.Date(), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('views', sa.Integer(), server_default='0', nullable=False),
    sa.Column('visitors', sa.Integer(), server_default='0', nullable=False),
    sa.Column('started', sa.Integer(), server_default='0', nullable=False),
    sa.Column('finished', sa.Integer(), server_default='0', nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(closed_at IS NOT NULL) = (state = 'closed')", name=op.f('ck_survey_wave_closed_iff_it_says_so')),
    sa.CheckConstraint('0 <= finished AND finished <= started AND started <= visitors AND visitors <= views', name=op.f('ck_survey_wave_nobody_before_their_turn')),
    sa.CheckConstraint('closes_on >= opens_on', name=op.f('ck_survey_wave_closes_after_it_opens')),
    sa.CheckConstraint('invited > 0', name=op.f('ck_survey_wave_invited_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_survey_wave_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_wave_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['survey_id', 'engagement_id'], ['survey.id', 'survey.engagement_id'], name=op.f('fk_survey_wave_survey_id_engagement_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_wave')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_survey_wave_id_engagement_id')),
    sa.UniqueConstraint('survey_id', 'name', name=op.f('uq_survey_wave_survey_id_name')),
    sa.UniqueConstraint('token', name=op.f('uq_survey_wave_token'))
    )
    with op.batch_alter_table('survey_wave', schema=None) as batch_op:
        batch_op.create_index('ix_survey_wave_closes_on', ['state', 'closes_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_wave_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_wave_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_wave_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('is_required', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('choices', sa.Text(), nullable=True),
    sa.Column('low', sa.String(length=255), nullable=True),
    sa.Column('high', sa.String(length=255), nullable=True),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('told_as', sa.String(length=40), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(measure_id IS NULL) = (told_as IS NULL)', name=op.f('ck_survey_question_measured_as_something')),
    sa.CheckConstraint('position > 0', name=op.f('ck_survey_question_position_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_survey_question_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['measure_id', 'engagement_id'], ['measure.id', 'measure.engagement_id'], name=op.f('fk_survey_question_measure_id_engagement_id_measure')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_question_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['survey_id', 'engagement_id'], ['survey.id', 'survey.engagement_id'], name=op.f('fk_survey_question_survey_id_engagement_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_question')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_survey_question_id_engagement_id'))
    )
    with op.batch_alter_table('survey_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_question_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_question_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_question_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_question_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_visit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('is_finished', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_survey_visit_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_visit_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['wave_id', 'engagement_id'], ['survey_wave.id', 'survey_wave.engagement_id'], name=op.f('fk_survey_visit_wave_id_engagement_id_survey_wave'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_visit')),
    sa.UniqueConstraint('wave_id', 'digest', name=op.f('uq_survey_visit_wave_id_digest'))
    )
    with op.batch_alter_table('survey_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_visit_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_visit_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('survey_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(number IS NULL) <> (words IS NULL)', name=op.f('ck_survey_answer_number_or_words')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_survey_answer_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_answer_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['question_id', 'engagement_id'], ['survey_question.id', 'survey_question.engagement_id'], name=op.f('fk_survey_answer_question_id_engagement_id_survey_question'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['wave_id', 'engagement_id'], ['survey_wave.id', 'survey_wave.engagement_id'], name=op.f('fk_survey_answer_wave_id_engagement_id_survey_wave'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answer'))
    )
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answer_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answer_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answer_question_id'), ['question_id'], unique=False)
        batch_op.create_index('ix_survey_answer_wave_id_question_id', ['wave_id', 'question_id'], unique=False)

    # ### end Alembic commands ###

    if op.get_bind().dialect.name == 'postgresql':
        for statement in STATEMENTS:
            op.get_bind().exec_driver_sql(statement)


def downgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answer_wave_id_question_id')
        batch_op.drop_index(batch_op.f('ix_survey_answer_question_id'))
        batch_op.drop_index(batch_op.f('ix_survey_answer_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_answer_engagement_id'))

    op.drop_table('survey_answer')
    with op.batch_alter_table('survey_visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_visit_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_visit_engagement_id'))

    op.drop_table('survey_visit')
    with op.batch_alter_table('survey_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_question_survey_id'))
        batch_op.drop_index(batch_op.f('ix_survey_question_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_question_measure_id'))
        batch_op.drop_index(batch_op.f('ix_survey_question_engagement_id'))

    op.drop_table('survey_question')
    with op.batch_alter_table('survey_wave', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_wave_survey_id'))
        batch_op.drop_index(batch_op.f('ix_survey_wave_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_wave_engagement_id'))
        batch_op.drop_index('ix_survey_wave_closes_on')

    op.drop_table('survey_wave')
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_engagement_id'))

    op.drop_table('survey')
    # ### end Alembic commands ###
