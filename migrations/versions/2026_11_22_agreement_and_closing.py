"""agreement and closing

Revision ID: 2ae4f13accc6
Revises: 7c1d0e5b9a42
Create Date: 2026-11-22 13:57:14.594484

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '2ae4f13accc6'
down_revision = '7c1d0e5b9a42'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "change_order" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "change_order" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN change_order.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN change_order.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND change_order.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "change_order" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "change_order" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN change_order.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN change_order.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND change_order.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "change_order" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN change_order.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN change_order.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND change_order.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "deliverable" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "deliverable" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN deliverable.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN deliverable.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND deliverable.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "deliverable" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "deliverable" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN deliverable.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN deliverable.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND deliverable.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "deliverable" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN deliverable.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN deliverable.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND deliverable.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "follow_up" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "follow_up" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN follow_up.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN follow_up.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND follow_up.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "follow_up" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "follow_up" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN follow_up.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN follow_up.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND follow_up.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "follow_up" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN follow_up.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN follow_up.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND follow_up.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "outline" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "outline" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN outline.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR outline.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "outline" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "outline" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN outline.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR outline.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "outline" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN outline.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR outline.is_shared WHEN \'client\' THEN false WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)

CLOSED_IFF_FOLLOW_UP = "(closed_on IS NOT NULL) = (stage = 'follow_up')"
#: SQLite adds a column with its check only where all rows hold to it.
ON_SQLITE = (
    "UPDATE engagement SET stage = 'was follow_up' WHERE stage = 'follow_up'",
    "ALTER TABLE engagement ADD COLUMN closed_on DATE "
    f"CONSTRAINT ck_engagement_closed_iff_follow_up CHECK ({CLOSED_IFF_FOLLOW_UP})",
    "UPDATE engagement SET stage = 'follow_up', closed_on = stage_since WHERE stage = 'was follow_up'",
)


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('outline',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_outline_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outline'))
    )
    with op.batch_alter_table('outline', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outline_user_id'), ['user_id'], unique=False)

    op.create_table('change_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('hours', sa.JSON(), nullable=False),
    sa.Column('fee', sa.BigInteger(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_with', sa.String(length=255), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(decided_on IS NULL) = (state = 'proposed')", name=op.f('ck_change_order_decided_unless_proposed')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_change_order_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_change_order_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_change_order_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_order')),
    sa.UniqueConstraint('engagement_id', 'number', name=op.f('uq_change_order_engagement_id_number'))
    )
    with op.batch_alter_table('change_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_change_order_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_change_order_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('deliverable',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('acceptance', sa.Text(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('accepted_by', sa.String(length=255), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('owner_user_id', sa.Integer(), nullable=True),
    sa.Column('owner_contact_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(accepted_on IS NOT NULL) = (state = 'accepted')", name=op.f('ck_deliverable_accepted_iff_it_says_so')),
    sa.CheckConstraint("(delivered_on IS NULL) = (state = 'planned')", name=op.f('ck_deliverable_delivered_unless_planned')),
    sa.CheckConstraint('owner_user_id IS NULL OR owner_contact_id IS NULL', name=op.f('ck_deliverable_one_owner')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_deliverable_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_deliverable_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['owner_contact_id'], ['contact.id'], name=op.f('fk_deliverable_owner_contact_id_contact')),
    sa.ForeignKeyConstraint(['owner_user_id'], ['user_account.id'], name=op.f('fk_deliverable_owner_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliverable'))
    )
    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deliverable_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deliverable_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deliverable_owner_contact_id'), ['owner_contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deliverable_owner_user_id'), ['owner_user_id'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('lasting', sa.String(length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(held_on IS NULL) = (lasting IS NULL)', name=op.f('ck_follow_up_held_and_said')),
    sa.CheckConstraint('months > 0', name=op.f('ck_follow_up_months_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_follow_up_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_follow_up_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_follow_up_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('engagement_id', 'months', name=op.f('uq_follow_up_engagement_id_months'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_organisation_id'), ['organisation_id'], unique=False)

    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('out_of_scope', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('assumptions', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('client_duties', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('fee_basis', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('closing_words', sa.Text(), nullable=True))
        batch_op.create_index('ix_engagement_stage_since', ['stage', 'stage_since', 'id'], unique=False)

    with op.batch_alter_table('stage_move', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_out', sa.Text(), nullable=True))

    if op.get_bind().dialect.name == 'sqlite':
        for statement in ON_SQLITE:
            op.execute(statement)
    else:
        op.add_column('engagement', sa.Column('closed_on', sa.Date(), nullable=True))
        op.execute("UPDATE engagement SET closed_on = stage_since WHERE stage = 'follow_up'")
        op.create_check_constraint(op.f('ck_engagement_closed_iff_follow_up'), 'engagement', CLOSED_IFF_FOLLOW_UP)
    if op.get_bind().dialect.name == 'postgresql':
        for statement in STATEMENTS:
            op.get_bind().exec_driver_sql(statement)

    # ### end Alembic commands ###


def downgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table('stage_move', schema=None) as batch_op:
        batch_op.drop_column('left_out')

    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.drop_index('ix_engagement_stage_since')
        batch_op.drop_constraint(op.f('ck_engagement_closed_iff_follow_up'), type_='check')
        batch_op.drop_column('closing_words')
        batch_op.drop_column('closed_on')
        batch_op.drop_column('fee_basis')
        batch_op.drop_column('client_duties')
        batch_op.drop_column('assumptions')
        batch_op.drop_column('out_of_scope')

    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_engagement_id'))

    op.drop_table('follow_up')
    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deliverable_owner_user_id'))
        batch_op.drop_index(batch_op.f('ix_deliverable_owner_contact_id'))
        batch_op.drop_index(batch_op.f('ix_deliverable_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_deliverable_engagement_id'))

    op.drop_table('deliverable')
    with op.batch_alter_table('change_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_change_order_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_change_order_engagement_id'))

    op.drop_table('change_order')
    with op.batch_alter_table('outline', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outline_user_id'))

    op.drop_table('outline')
    # ### end Alembic commands ###
