"""Each named constraint is broken once, on a row that was right before: the database itself refuses."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.base import Base
from tests.conftest import laid_out
from tests.factories import ContactFactory, EngagementFactory, UserFactory
from tests.threads import thread_of


def constraints(kind: type) -> list:
    tables = Base.metadata.sorted_tables
    return [one for table in tables for one in sorted(table.constraints, key=str) if isinstance(one, kind)]


#: What breaks each CHECK. An owner is a pair of functions, called once there is a thread.
BOTH_OWNERS = {"owner_user_id": lambda: UserFactory().id, "owner_contact_id": lambda: ContactFactory().id}
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
BROKEN_BY = {
    "ck_audit_head_one_head": {"id": 2},
    "ck_user_account_email_lower_case": {"email": "Loud@example.org"},
    "ck_user_account_reminder_hour_of_a_day": {"reminder_hour": 24},
    "ck_job_run_finished_iff_over": {"state": "done"},
    "ck_job_run_tries_not_negative": {"tries": -1},
    "ck_mail_claimed_iff_under_way": {"state": "sending"},
    "ck_mail_sent_at_iff_sent": {"state": "sent"},
    "ck_mail_tries_not_negative": {"tries": -1},
    "ck_organisation_beds_not_negative": {"beds": -1},
    "ck_organisation_not_its_own_parent": {"parent_id": sa.text("id")},
    "ck_engagement_ends_after_it_starts": {"ends_on": date(2020, 1, 1)},
    "ck_engagement_fee_has_a_currency": {"currency": None},
    "ck_engagement_fee_not_negative": {"fee": -1},
    "ck_engagement_closed_iff_follow_up": {"closed_on": date(2026, 1, 1)},
    "ck_deliverable_one_owner": BOTH_OWNERS,
    "ck_deliverable_delivered_unless_planned": {"delivered_on": date(2026, 1, 1)},
    "ck_deliverable_accepted_iff_it_says_so": {"accepted_on": date(2026, 1, 1)},
    "ck_change_order_decided_unless_proposed": {"decided_on": date(2026, 1, 1)},
    "ck_follow_up_held_and_said": {"held_on": date(2026, 1, 1)},
    "ck_follow_up_months_positive": {"months": 0},
    "ck_satisfaction_score_score_of_ten": {"score": 11},
    "ck_health_override_expires_after_it_begins": {"expires_on": date(2026, 1, 1)},
    "ck_health_override_lifted_after_it_begins": {"lifted_on": date(2026, 1, 1)},
    "ck_health_override_note_says_why": {"note": ""},
    "ck_budget_hours_positive": {"hours": 0},
    "ck_channel_count_followers_not_negative": {"followers": -1},
    "ck_coaching_session_acknowledged_if_shared": {"acknowledged_at": NOON, "is_shared": False},
    "ck_coaching_session_locked_if_shared": {"locked_at": NOON, "is_shared": False},
    "ck_coaching_session_planned_within_a_day": {"planned_minutes": 1441},
    "ck_coaching_session_lasted_within_a_day": {"lasted_minutes": 0},
    "ck_coaching_session_number_positive": {"number": 0},
    "ck_goal_one_owner": BOTH_OWNERS,
    "ck_goal_weight_of_a_hundred": {"weight": 101},
    "ck_goal_rank_positive": {"importance_rank": 0},
    "ck_strategy_cost_not_negative": {"cost": -1, "currency": "USD"},
    "ck_strategy_cost_has_a_currency": {"cost": 100},
    "ck_strategy_ends_after_it_starts": {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)},
    "ck_sheet_setup_review_within_two_years": {"review_every_months": 25},
    "ck_goal_parent_not_its_own_parent": {"parent_id": sa.text("goal_id")},
    "ck_goal_comparison_each_pair_once": {"other_id": sa.text("goal_id")},
    "ck_goal_comparison_times_on_the_scale": {"times": -1},
    "ck_goal_cause_causes_another": {"effect_id": sa.text("goal_id")},
    "ck_strategy_tie_each_pair_once": {"other_id": sa.text("strategy_id")},
    "ck_strategy_tie_strength_on_the_scale": {"strength": 0},
    "ck_check_in_confidence_of_ten": {"confidence": 11},
    "ck_judging_round_number_positive": {"number": 0},
    "ck_judging_round_closed_unless_open": {"closed_at": None},
    "ck_judging_round_settled_iff_it_says_so": {"settled_at": NOON},
    "ck_judgement_mark_on_the_scale": {"mark": 2},
    "ck_judgement_drafts_stay_their_own": {"counts": False},
    "ck_judgement_a_nine_says_why": {"mark": 9},
    "ck_worksheet_version_number_positive": {"number": 0},
    "ck_worksheet_version_digest_whole": {"digest": "abc"},
    "ck_catchball_turn_a_counter_says_why": {"say": "counter"},
    "ck_strategy_effort_not_negative": {"effort_hours": -1},
    "ck_strategy_one_owner": BOTH_OWNERS,
    "ck_evaluation_price_year_of_a_person": {"price_year": 1989},
    "ck_evaluation_discount_rate_a_fraction": {"discount_rate": 1},
    "ck_evaluation_horizon_of_a_life": {"horizon_years": 0},
    "ck_evaluation_threshold_not_negative": {"threshold": -1},
    "ck_evaluation_line_amount_not_negative": {"amount": -1},
    "ck_evaluation_line_quantity_not_negative": {"quantity": -1, "low": None},
    "ck_evaluation_line_from_the_start": {"first_year": -1},
    "ck_evaluation_line_ends_after_it_starts": {"first_year": 1},
    "ck_evaluation_line_low_not_above": {"low": 2},
    "ck_evaluation_line_high_not_below": {"high": 0.5},
    "ck_evaluation_option_cost_not_negative": {"cost": -1},
    "ck_shared_finding_says_what_it_does_not_show": {"not_shown": ""},
    "ck_finding_says_what_it_does_not_show": {"not_shown": ""},
    "ck_finding_rests_on_one": {
        "look_id": sa.text("(SELECT min(id) FROM look)"),
        "evaluation_id": sa.text("(SELECT min(id) FROM evaluation)"),
    },
    "ck_finding_agreed_unless_draft": {"agreed_at": None},
    "ck_finding_shared_iff_it_says_so": {"shared_id": None},
    "ck_measure_baseline_of_two_points": {"baseline_points": 1},
    "ck_measure_one_owner": BOTH_OWNERS,
    "ck_milestone_actual_iff_done": {"actual_on": date(2026, 1, 1)},
    "ck_milestone_one_owner": BOTH_OWNERS,
    "ck_milestone_takes_days_of_a_plan": {"takes_days": -1},
    "ck_milestone_need_waits_for_another": {"needs_id": sa.text("milestone_id")},
    "ck_relation_mark_on_the_scale": {"mark": 5},
    "ck_user_account_weekly_minutes_of_a_week": {"weekly_minutes": 10_081},
    "ck_time_entry_minutes_of_a_day": {"minutes": 1441},
    "ck_time_entry_both_clock_times": {"from_minute": 540},
    "ck_time_entry_clock_times_of_a_day": {"from_minute": 600, "to_minute": 540},
    "ck_time_override_a_rate_has_an_amount": {"what": "rate"},
    "ck_time_override_rate_has_a_currency": {"rate": 1},
    "ck_time_override_rate_not_negative": {"rate": -1, "currency": "USD"},
    "ck_timesheet_step_a_no_has_a_reason": {"move": "sent_back"},
    "ck_person_rate_amount_not_negative": {"amount": -1},
    "ck_engagement_rate_amount_not_negative": {"amount": -1},
    "ck_action_done_on_iff_done": {"done_on": date(2026, 1, 1)},
    "ck_action_one_owner": BOTH_OWNERS,
    "ck_observation_denominator_positive": {"denominator": 0},
    "ck_observation_numerator_not_negative": {"numerator": -1},
    "ck_observation_n_not_negative": {"n": -1},
    "ck_observation_approved_by_somebody": {"approved_at": NOON},
    "ck_measure_per_positive": {"per": 0},
    "ck_measure_ends_after_it_starts": {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 1, 4)},
    "ck_measure_due_within_a_year": {"due_days": 367},
    "ck_measure_ceiling_above_lowest": {"lowest": 0, "ceiling": 0},
    "ck_measure_not_its_own_series": {"series_of_id": sa.text("id"), "group_name": "Ward 2"},
    "ck_measure_a_series_names_its_group": {"series_of_id": None, "group_name": "Ward 2"},
    "ck_measure_phase_says_why": {"reason": ""},
    "ck_outcomes_plan_ends_after_it_starts": {"ends_on": date(2026, 1, 4)},
    "ck_outcomes_plan_alpha_small": {"alpha": 0},
    "ck_outcomes_plan_power_large": {"power": 1},
    "ck_outcomes_plan_looks_at_the_data": {"looks": 0},
    "ck_hypothesis_smallest_difference_positive": {"smallest_difference": 0},
    "ck_registration_number_positive": {"number": 0},
    "ck_registration_digest_whole": {"digest": "abc"},
    "ck_registration_a_later_one_says_why": {"number": 2, "reason": ""},
    "ck_amendment_says_why": {"reason": ""},
    "ck_deviation_corrects_another": {"corrects_id": sa.text("id")},
    "ck_deviation_says_all": {"effect": ""},
    "ck_guideline_mark_says_where_or_why": {"place": ""},
    "ck_analysis_primary_for_a_hypothesis": {"is_primary": True, "hypothesis_id": None},
    "ck_look_number_positive": {"number": 0},
    "ck_look_data_version_whole": {"data_version": "abc"},
    "ck_look_n_not_negative": {"n": -1},
    "ck_ethics_expires_after_it_begins": {"expires_on": date(2026, 1, 4)},
    "ck_survey_question_position_positive": {"position": 0},
    "ck_survey_question_measured_as_something": {"told_as": None},
    "ck_survey_wave_invited_positive": {"invited": 0},
    "ck_survey_wave_closes_after_it_opens": {
        "opens_on": date(2026, 2, 1),
        "closes_on": date(2026, 1, 1),
    },
    "ck_survey_wave_closed_iff_it_says_so": {"closed_at": NOON},
    "ck_survey_wave_nobody_before_their_turn": {"finished": 1},
    "ck_survey_answer_number_or_words": {"words": "Both"},
    "ck_session_touch_touches_one_thing": {"goal_id": None, "strategy_id": None, "milestone_id": None},
}
CHECKS = {one.name: one for one in constraints(sa.CheckConstraint)}
#: `id` is unique by itself; with a second column it is only there to be pointed at.
UNIQUE = [one for one in constraints(sa.UniqueConstraint) if "id" not in one.columns]
COMPOSITE = [one for one in constraints(sa.ForeignKeyConstraint) if len(one.columns) > 1]


@pytest.fixture(scope="module")
def threads(connection):
    """Two clients with one row of everything each."""
    with laid_out(
        connection, lambda: [thread_of(EngagementFactory(), UserFactory()) for _ in "ab"]
    ) as threads:
        yield threads


def rows(session, table: sa.Table, columns) -> list[sa.Row]:
    """The rows in which these columns say something, oldest first."""
    filled = [column.is_not(None) for column in columns]
    return session.execute(sa.select(table).where(*filled).order_by(table.c.id)).all()


def refused(session, table: sa.Table, row: sa.Row, values: dict) -> str:
    with pytest.raises(IntegrityError) as caught:
        session.execute(sa.update(table).where(table.c.id == row.id).values(values))
    return str(caught.value.orig)


def says(message: str, session, constraint, otherwise: str) -> bool:
    """PostgreSQL names what was broken; SQLite does so for a CHECK only."""
    return (constraint.name if session.bind.dialect.name == "postgresql" else otherwise) in message


def test_every_check_has_something_that_breaks_it():
    assert {name for name in CHECKS if name and name.startswith("ck_")} == set(BROKEN_BY)


@pytest.mark.parametrize("name", BROKEN_BY)
def test_what_is_out_of_bounds_is_refused(session, threads, name):
    constraint = CHECKS[name]
    values = {key: value() if callable(value) else value for key, value in BROKEN_BY[name].items()}
    row = rows(session, constraint.table, [])[0]
    assert says(refused(session, constraint.table, row, values), session, constraint, name)


@pytest.mark.parametrize("constraint", UNIQUE, ids=lambda one: one.name)
def test_what_is_there_already_is_refused(session, threads, constraint):
    if constraint.table.name == "tag":
        session.execute(sa.insert(constraint.table).values([{"name": "a"}, {"name": "b"}]))
    first, *_, last = rows(session, constraint.table, constraint.columns)
    values = {column.name: first._mapping[column.name] for column in constraint.columns}
    message = refused(session, constraint.table, last, values)
    columns = ", ".join(f"{constraint.table.name}.{name}" for name in values)
    assert says(message, session, constraint, f"UNIQUE constraint failed: {columns}")


@pytest.mark.parametrize("constraint", COMPOSITE, ids=lambda one: one.name)
def test_what_belongs_to_another_client_is_refused(session, threads, constraint):
    """The column that names the row elsewhere is pointed at a row of the other client."""
    names = set(constraint.columns.keys())
    pointing = (names - {"engagement_id"}).pop()
    ours, *_, theirs = rows(session, constraint.table, constraint.columns)
    # Of a pair, the smaller key stands first: from there it can only be pointed back.
    here, there = (theirs, ours) if is_first_of_pair(constraint, pointing) else (ours, theirs)
    values = {pointing: unused(session, constraint, pointing, there) or there._mapping[pointing]}
    assert values[pointing] != here._mapping[pointing]
    assert says(refused(session, constraint.table, here, values), session, constraint, "FOREIGN KEY")


def unused(session, constraint, column: str, there: sa.Row) -> int | None:
    """A row of the other client that no row points at yet, so that nothing else is broken first."""
    elsewhere = constraint.elements[0].column.table
    if column == "organisation_id":
        return None
    used = sa.select(constraint.table.c[column]).where(constraint.table.c[column].is_not(None))
    found = sa.select(elsewhere.c.id).where(
        elsewhere.c.engagement_id == there.engagement_id, elsewhere.c.id.not_in(used)
    )
    return session.scalars(found.order_by(elsewhere.c.id.desc())).first()


def is_first_of_pair(constraint, column: str) -> bool:
    return "other_id" in constraint.table.columns and column != "other_id"
