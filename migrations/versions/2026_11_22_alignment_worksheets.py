"""alignment worksheets

Revision ID: e6406ff0b168
Revises: 7c41d09be3a8
Create Date: 2026-11-22 17:20:18.479174

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'e6406ff0b168'
down_revision = '7c41d09be3a8'
branch_labels = None
depends_on = None

#: As `crm.guard` wrote them out of the access rules.
STATEMENTS = (
    'ALTER TABLE "sheet_setup" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "sheet_setup" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN sheet_setup.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN sheet_setup.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND sheet_setup.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "sheet_setup" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "sheet_setup" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN sheet_setup.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN sheet_setup.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND sheet_setup.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "sheet_setup" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN sheet_setup.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN sheet_setup.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND sheet_setup.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "goal_parent" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "goal_parent" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_parent.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_parent.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_parent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "goal_parent" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "goal_parent" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_parent.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_parent.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_parent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "goal_parent" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_parent.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_parent.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_parent.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "goal_origin" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "goal_origin" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_origin.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_origin.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_origin.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "goal_origin" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "goal_origin" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_origin.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_origin.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_origin.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "goal_origin" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_origin.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_origin.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_origin.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "goal_comparison" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "goal_comparison" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_comparison.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_comparison.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_comparison.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "goal_comparison" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "goal_comparison" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_comparison.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_comparison.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_comparison.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "goal_comparison" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_comparison.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_comparison.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_comparison.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "strategy_tie" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "strategy_tie" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN strategy_tie.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN strategy_tie.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy_tie.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "strategy_tie" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "strategy_tie" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN strategy_tie.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN strategy_tie.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy_tie.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "strategy_tie" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN strategy_tie.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN strategy_tie.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy_tie.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "goal_cause" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "goal_cause" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_cause.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_cause.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_cause.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "goal_cause" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "goal_cause" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_cause.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_cause.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_cause.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "goal_cause" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN goal_cause.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN goal_cause.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND goal_cause.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "check_in" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "check_in" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN check_in.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN check_in.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND check_in.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "check_in" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "check_in" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN check_in.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN check_in.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND check_in.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "check_in" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN check_in.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN check_in.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND check_in.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "judging_round" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "judging_round" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN judging_round.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN judging_round.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judging_round.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "judging_round" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "judging_round" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN judging_round.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN judging_round.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judging_round.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "judging_round" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN judging_round.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN judging_round.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judging_round.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "round_rater" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "round_rater" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN round_rater.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN round_rater.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND round_rater.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "round_rater" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "round_rater" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN round_rater.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN round_rater.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND round_rater.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "round_rater" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN round_rater.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN round_rater.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND round_rater.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "judgement" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "judgement" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'manager\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'consultant\' THEN judgement.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'client\' THEN judgement.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judgement.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "judgement" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "judgement" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'manager\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'consultant\' THEN judgement.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'client\' THEN judgement.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judgement.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "judgement" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'manager\' THEN judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed WHEN \'consultant\' THEN judgement.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'client\' THEN judgement.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND judgement.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) AND (judgement.user_id = (SELECT NULLIF(current_setting(\'plumbline.reader\', true), \'\')::integer) OR judgement.is_revealed) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "worksheet_version" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "worksheet_version" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN worksheet_version.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN worksheet_version.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND worksheet_version.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "worksheet_version" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "worksheet_version" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN worksheet_version.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN worksheet_version.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND worksheet_version.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "worksheet_version" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN worksheet_version.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN worksheet_version.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND worksheet_version.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "catchball_turn" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "catchball_turn" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN catchball_turn.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN catchball_turn.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND catchball_turn.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "catchball_turn" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "catchball_turn" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN catchball_turn.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN catchball_turn.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND catchball_turn.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "catchball_turn" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN catchball_turn.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1) WHEN \'client\' THEN catchball_turn.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND catchball_turn.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'ALTER TABLE "strategy_channel" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON "strategy_channel" FOR SELECT USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1)) WHEN \'client\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1)) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
    'CREATE POLICY made ON "strategy_channel" FOR INSERT WITH CHECK (true)',
    'CREATE POLICY changed ON "strategy_channel" FOR UPDATE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1)) WHEN \'client\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1)) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END) WITH CHECK (true)',
    'CREATE POLICY gone ON "strategy_channel" FOR DELETE USING (CASE (SELECT current_setting(\'plumbline.role\', true)) WHEN \'administrator\' THEN true WHEN \'manager\' THEN true WHEN \'consultant\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_team_member_engagement_id() AS reader_team_member_engagement_id_1)) WHEN \'client\' THEN EXISTS (SELECT 1 \nFROM strategy \nWHERE strategy.id = "strategy_channel".strategy_id AND strategy.engagement_id IN (SELECT reader_engagement_grant_engagement_id() AS reader_engagement_grant_engagement_id_1) AND strategy.organisation_id IN (SELECT reader_contact_organisation_id() AS reader_contact_organisation_id_1)) WHEN \'adviser\' THEN false WHEN \'keeper\' THEN true ELSE false END)',
)

COLUMNS = (
    "goal ADD COLUMN why TEXT",
    "goal ADD COLUMN level VARCHAR(40)",
    "goal ADD COLUMN how_measured VARCHAR(255)",
    "goal ADD COLUMN unit VARCHAR(255)",
    "goal ADD COLUMN start_value FLOAT",
    "goal ADD COLUMN target_value FLOAT",
    "goal ADD COLUMN importance_rank INTEGER CONSTRAINT ck_goal_rank_positive CHECK (importance_rank > 0)",
    "strategy ADD COLUMN cost BIGINT CONSTRAINT ck_strategy_cost_not_negative CHECK (cost >= 0)",
    "strategy ADD COLUMN currency VARCHAR(255) CONSTRAINT ck_strategy_cost_has_a_currency "
    "CHECK ((cost IS NULL) = (currency IS NULL))",
    "strategy ADD COLUMN resources TEXT",
    "strategy ADD COLUMN objective VARCHAR(40)",
    "strategy ADD COLUMN audience_needs TEXT",
    "strategy ADD COLUMN partners VARCHAR(255)",
    "strategy ADD COLUMN key_message TEXT",
    "strategy ADD COLUMN starts_on DATE",
    "strategy ADD COLUMN ends_on DATE CONSTRAINT ck_strategy_ends_after_it_starts CHECK (ends_on >= starts_on)",
)


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('judging_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('request', sa.Text(), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreement', sa.JSON(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(closed_at IS NULL) = (state = 'open')", name=op.f('ck_judging_round_closed_unless_open')),
    sa.CheckConstraint("(settled_at IS NOT NULL) = (state = 'settled')", name=op.f('ck_judging_round_settled_iff_it_says_so')),
    sa.CheckConstraint('number > 0', name=op.f('ck_judging_round_number_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_judging_round_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by_id'], ['user_account.id'], name=op.f('fk_judging_round_opened_by_id_user_account')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_judging_round_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_judging_round')),
    sa.UniqueConstraint('engagement_id', 'number', name=op.f('uq_judging_round_engagement_id_number')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_judging_round_id_engagement_id'))
    )
    with op.batch_alter_table('judging_round', schema=None) as batch_op:
        batch_op.create_index('ix_judging_round_closes_on', ['state', 'closes_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_judging_round_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index('ix_judging_round_one_open', ['engagement_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_judging_round_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('sheet_setup',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('layout', sa.String(length=40), nullable=False),
    sa.Column('weighing', sa.String(length=40), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('review_every_months', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('review_every_months BETWEEN 1 AND 24', name=op.f('ck_sheet_setup_review_within_two_years')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_sheet_setup_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_sheet_setup_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_setup')),
    sa.UniqueConstraint('engagement_id', name=op.f('uq_sheet_setup_engagement_id'))
    )
    with op.batch_alter_table('sheet_setup', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sheet_setup_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sheet_setup_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_sheet_setup_review_on', ['review_on'], unique=False)

    op.create_table('worksheet_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('coverage', sa.Float(), nullable=False),
    sa.Column('completeness', sa.Float(), nullable=False),
    sa.Column('density', sa.Float(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_worksheet_version_digest_whole')),
    sa.CheckConstraint('number > 0', name=op.f('ck_worksheet_version_number_positive')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_worksheet_version_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_worksheet_version_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_worksheet_version_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksheet_version')),
    sa.UniqueConstraint('engagement_id', 'number', name=op.f('uq_worksheet_version_engagement_id_number')),
    sa.UniqueConstraint('id', 'engagement_id', name=op.f('uq_worksheet_version_id_engagement_id'))
    )
    with op.batch_alter_table('worksheet_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worksheet_version_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_worksheet_version_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('catchball_turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('say', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('is_from_client', sa.Boolean(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("say <> 'counter' OR coalesce(note, '') <> ''", name=op.f('ck_catchball_turn_a_counter_says_why')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_catchball_turn_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_catchball_turn_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_catchball_turn_user_id_user_account')),
    sa.ForeignKeyConstraint(['version_id', 'engagement_id'], ['worksheet_version.id', 'worksheet_version.engagement_id'], name=op.f('fk_catchball_turn_version_id_engagement_id_worksheet_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catchball_turn'))
    )
    with op.batch_alter_table('catchball_turn', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catchball_turn_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catchball_turn_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catchball_turn_version_id'), ['version_id'], unique=False)

    op.create_table('check_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('value', sa.Float(), nullable=True),
    sa.Column('confidence', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('version_id', sa.Integer(), server_default='1', nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('confidence BETWEEN 0 AND 10', name=op.f('ck_check_in_confidence_of_ten')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_check_in_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_check_in_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_check_in_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_check_in_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in')),
    sa.UniqueConstraint('goal_id', 'checked_on', name=op.f('uq_check_in_goal_id_checked_on'))
    )
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_in_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_in_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('goal_cause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('effect_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('goal_id <> effect_id', name=op.f('ck_goal_cause_causes_another')),
    sa.ForeignKeyConstraint(['effect_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_cause_effect_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_goal_cause_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_cause_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_goal_cause_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal_cause')),
    sa.UniqueConstraint('goal_id', 'effect_id', name=op.f('uq_goal_cause_goal_id_effect_id'))
    )
    with op.batch_alter_table('goal_cause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_cause_effect_id'), ['effect_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_cause_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_cause_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('goal_comparison',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('goal_id < other_id', name=op.f('ck_goal_comparison_each_pair_once')),
    sa.CheckConstraint('times BETWEEN 1 AND 9 OR times BETWEEN -9 AND -2', name=op.f('ck_goal_comparison_times_on_the_scale')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_goal_comparison_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_comparison_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_goal_comparison_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['other_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_comparison_other_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_goal_comparison_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal_comparison')),
    sa.UniqueConstraint('goal_id', 'other_id', name=op.f('uq_goal_comparison_goal_id_other_id'))
    )
    with op.batch_alter_table('goal_comparison', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_comparison_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_comparison_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_comparison_other_id'), ['other_id'], unique=False)

    op.create_table('goal_origin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('origin_id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_goal_origin_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_origin_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_goal_origin_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['origin_id'], ['goal.id'], name=op.f('fk_goal_origin_origin_id_goal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal_origin')),
    sa.UniqueConstraint('goal_id', name=op.f('uq_goal_origin_goal_id'))
    )
    with op.batch_alter_table('goal_origin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_origin_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_origin_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_origin_origin_id'), ['origin_id'], unique=False)

    op.create_table('goal_parent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('goal_id <> parent_id', name=op.f('ck_goal_parent_not_its_own_parent')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_goal_parent_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_parent_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_goal_parent_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['parent_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_goal_parent_parent_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal_parent')),
    sa.UniqueConstraint('goal_id', name=op.f('uq_goal_parent_goal_id'))
    )
    with op.batch_alter_table('goal_parent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_parent_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_parent_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_parent_parent_id'), ['parent_id'], unique=False)

    op.create_table('judgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('strategy_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.Column('is_revealed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("mark < 9 OR NOT counts OR coalesce(note, '') <> ''", name=op.f('ck_judgement_a_nine_says_why')),
    sa.CheckConstraint('NOT is_revealed OR counts', name=op.f('ck_judgement_drafts_stay_their_own')),
    sa.CheckConstraint('mark IN (0, 1, 3, 9)', name=op.f('ck_judgement_mark_on_the_scale')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_judgement_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['goal_id', 'engagement_id'], ['goal.id', 'goal.engagement_id'], name=op.f('fk_judgement_goal_id_engagement_id_goal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_judgement_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['round_id', 'engagement_id'], ['judging_round.id', 'judging_round.engagement_id'], name=op.f('fk_judgement_round_id_engagement_id_judging_round'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['strategy_id', 'engagement_id'], ['strategy.id', 'strategy.engagement_id'], name=op.f('fk_judgement_strategy_id_engagement_id_strategy'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_judgement_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_judgement')),
    sa.UniqueConstraint('round_id', 'user_id', 'goal_id', 'strategy_id', 'counts', name=op.f('uq_judgement_round_id_user_id_goal_id_strategy_id_counts'))
    )
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.create_index('ix_judgement_cell', ['round_id', 'goal_id', 'strategy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_goal_id'), ['goal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_strategy_id'), ['strategy_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_user_id'), ['user_id'], unique=False)

    op.create_table('round_rater',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('is_from_client', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_round_rater_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_round_rater_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['round_id', 'engagement_id'], ['judging_round.id', 'judging_round.engagement_id'], name=op.f('fk_round_rater_round_id_engagement_id_judging_round'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_round_rater_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_rater')),
    sa.UniqueConstraint('round_id', 'user_id', name=op.f('uq_round_rater_round_id_user_id'))
    )
    with op.batch_alter_table('round_rater', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_rater_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_round_rater_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_round_rater_user_id'), ['user_id'], unique=False)

    op.create_table('strategy_channel',
    sa.Column('strategy_id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_strategy_channel_channel_id_channel'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['strategy_id'], ['strategy.id'], name=op.f('fk_strategy_channel_strategy_id_strategy'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('strategy_id', 'channel_id', name=op.f('pk_strategy_channel'))
    )
    with op.batch_alter_table('strategy_channel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_strategy_channel_channel_id'), ['channel_id'], unique=False)

    op.create_table('strategy_tie',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('strategy_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('strength', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('strategy_id < other_id', name=op.f('ck_strategy_tie_each_pair_once')),
    sa.CheckConstraint('strength IN (-2, -1, 1, 2)', name=op.f('ck_strategy_tie_strength_on_the_scale')),
    sa.ForeignKeyConstraint(['engagement_id', 'organisation_id'], ['engagement.id', 'engagement.organisation_id'], name=op.f('fk_strategy_tie_engagement_id_organisation_id_engagement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_strategy_tie_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['other_id', 'engagement_id'], ['strategy.id', 'strategy.engagement_id'], name=op.f('fk_strategy_tie_other_id_engagement_id_strategy'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['strategy_id', 'engagement_id'], ['strategy.id', 'strategy.engagement_id'], name=op.f('fk_strategy_tie_strategy_id_engagement_id_strategy'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_strategy_tie_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strategy_tie')),
    sa.UniqueConstraint('strategy_id', 'other_id', name=op.f('uq_strategy_tie_strategy_id_other_id'))
    )
    with op.batch_alter_table('strategy_tie', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_strategy_tie_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_strategy_tie_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_strategy_tie_other_id'), ['other_id'], unique=False)

    # With its check in one, SQLite builds no table anew.
    for column in COLUMNS:
        op.execute(f"ALTER TABLE {column}")

    if op.get_bind().dialect.name == 'postgresql':
        for statement in STATEMENTS:
            op.get_bind().exec_driver_sql(statement)
    # ### end Alembic commands ###


def downgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table('strategy', schema=None) as batch_op:
        for name in ('cost_not_negative', 'cost_has_a_currency', 'ends_after_it_starts'):
            batch_op.drop_constraint(op.f(f'ck_strategy_{name}'), type_='check')
        batch_op.drop_column('ends_on')
        batch_op.drop_column('starts_on')
        batch_op.drop_column('key_message')
        batch_op.drop_column('partners')
        batch_op.drop_column('audience_needs')
        batch_op.drop_column('objective')
        batch_op.drop_column('resources')
        batch_op.drop_column('currency')
        batch_op.drop_column('cost')

    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_goal_rank_positive'), type_='check')
        batch_op.drop_column('importance_rank')
        batch_op.drop_column('target_value')
        batch_op.drop_column('start_value')
        batch_op.drop_column('unit')
        batch_op.drop_column('how_measured')
        batch_op.drop_column('level')
        batch_op.drop_column('why')

    with op.batch_alter_table('strategy_tie', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_strategy_tie_other_id'))
        batch_op.drop_index(batch_op.f('ix_strategy_tie_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_strategy_tie_engagement_id'))

    op.drop_table('strategy_tie')
    with op.batch_alter_table('strategy_channel', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_strategy_channel_channel_id'))

    op.drop_table('strategy_channel')
    with op.batch_alter_table('round_rater', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_rater_user_id'))
        batch_op.drop_index(batch_op.f('ix_round_rater_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_round_rater_engagement_id'))

    op.drop_table('round_rater')
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_judgement_user_id'))
        batch_op.drop_index(batch_op.f('ix_judgement_strategy_id'))
        batch_op.drop_index(batch_op.f('ix_judgement_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_judgement_goal_id'))
        batch_op.drop_index(batch_op.f('ix_judgement_engagement_id'))
        batch_op.drop_index('ix_judgement_cell')

    op.drop_table('judgement')
    with op.batch_alter_table('goal_parent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_goal_parent_parent_id'))
        batch_op.drop_index(batch_op.f('ix_goal_parent_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_goal_parent_engagement_id'))

    op.drop_table('goal_parent')
    with op.batch_alter_table('goal_origin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_goal_origin_origin_id'))
        batch_op.drop_index(batch_op.f('ix_goal_origin_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_goal_origin_engagement_id'))

    op.drop_table('goal_origin')
    with op.batch_alter_table('goal_comparison', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_goal_comparison_other_id'))
        batch_op.drop_index(batch_op.f('ix_goal_comparison_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_goal_comparison_engagement_id'))

    op.drop_table('goal_comparison')
    with op.batch_alter_table('goal_cause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_goal_cause_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_goal_cause_engagement_id'))
        batch_op.drop_index(batch_op.f('ix_goal_cause_effect_id'))

    op.drop_table('goal_cause')
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_check_in_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_check_in_engagement_id'))

    op.drop_table('check_in')
    with op.batch_alter_table('catchball_turn', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catchball_turn_version_id'))
        batch_op.drop_index(batch_op.f('ix_catchball_turn_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_catchball_turn_engagement_id'))

    op.drop_table('catchball_turn')
    with op.batch_alter_table('worksheet_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_worksheet_version_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_worksheet_version_engagement_id'))

    op.drop_table('worksheet_version')
    with op.batch_alter_table('sheet_setup', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_setup_review_on')
        batch_op.drop_index(batch_op.f('ix_sheet_setup_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_sheet_setup_engagement_id'))

    op.drop_table('sheet_setup')
    with op.batch_alter_table('judging_round', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_judging_round_organisation_id'))
        batch_op.drop_index('ix_judging_round_one_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_judging_round_engagement_id'))
        batch_op.drop_index('ix_judging_round_closes_on')

    op.drop_table('judging_round')
    # ### end Alembic commands ###
