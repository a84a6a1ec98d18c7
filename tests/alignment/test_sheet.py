"""The setup of a worksheet, goals within goals, and goals that come down from a parent."""

from datetime import UTC, date, datetime

import pytest

from crm.alignment.models import Goal, Level, Objective, Strategy
from crm.alignment.models_sheet import GoalOrigin, GoalParent, Layout, SheetSetup, Weighing
from tests.factories import (
    ChannelFactory,
    EngagementFactory,
    GoalFactory,
    GoalParentFactory,
    OrganisationFactory,
)


@pytest.fixture
def engagement(me):
    return EngagementFactory(team=[me])


def test_setup_saves(browser, session, engagement):
    address = f"/engagements/{engagement.id}/worksheet/setup"
    assert "Quality function deployment" in browser.get(address).text
    fields = {"layout": "x_matrix", "weighing": "pairwise", "review_every_months": "6", "review_on": ""}
    assert browser.post(address, data=fields).location.endswith("/worksheet/x-matrix")
    setup = session.query(SheetSetup).one()
    assert (setup.layout, setup.weighing, setup.review_every_months) == (
        Layout.X_MATRIX,
        Weighing.PAIRWISE,
        6,
    )


def test_an_empty_worksheet_offers_the_templates(browser, engagement):
    assert "Begin from a template" in browser.get(f"/engagements/{engagement.id}/worksheet").text


def test_reviewed_sets_the_next_day(browser, session, engagement, clock_at):
    clock_at(datetime(2026, 11, 30, 12, tzinfo=UTC))
    browser.post(f"/engagements/{engagement.id}/worksheet/reviewed")
    assert session.query(SheetSetup).one().review_on == date(2027, 2, 28)


GOAL = {"statement": "Fewer missed", "weight": "30", "parent_id": ""}


def test_create_goal_saves_every_field(browser, session, engagement):
    larger = GoalFactory(engagement=engagement)
    fields = GOAL | {
        "why": "People wait longer", "level": "service_line", "parent_id": larger.id, "unit": "%",
        "how_measured": "No-show rate", "start_value": "18", "target_value": "9", "perspective": "patients",
    }  # fmt: skip
    assert browser.post(f"/engagements/{engagement.id}/goals/new", data=fields).status_code == 302
    goal = session.query(Goal).filter_by(statement=GOAL["statement"]).one()
    assert (goal.why, goal.level, goal.how_measured) == (
        "People wait longer",
        Level.SERVICE_LINE,
        "No-show rate",
    )
    assert (goal.start_value, goal.target_value, goal.unit) == (18, 9, "%")
    assert session.query(GoalParent).one().parent_id == larger.id


@pytest.mark.parametrize(
    ("numbers", "said"),
    [({"start_value": "3", "target_value": ""}, "Give both numbers"),
     ({"start_value": "3", "target_value": "3"}, "nothing could be reached")],
)  # fmt: skip
def test_create_goal_refuses_numbers_that_say_nothing(browser, engagement, numbers, said):
    answer = browser.post(f"/engagements/{engagement.id}/goals/new", data=GOAL | numbers)
    assert answer.status_code == 422
    assert said in answer.text


def test_edit_goal_offers_no_circle(browser, session, engagement):
    top, middle, leaf = (GoalFactory(engagement=engagement, statement=name) for name in ("T", "M", "L"))
    GoalParentFactory(engagement=engagement, goal_id=middle.id, parent_id=top.id)
    GoalParentFactory(engagement=engagement, goal_id=leaf.id, parent_id=middle.id)
    answer = browser.post(f"/goals/{top.id}/edit", data=GOAL | {"parent_id": leaf.id})
    assert answer.status_code == 422
    browser.post(f"/goals/{middle.id}/edit", data=GOAL | {"parent_id": ""})
    assert session.query(GoalParent).count() == 1


def test_create_strategy_saves_every_field(browser, session, engagement):
    ours = ChannelFactory(organisation=engagement.organisation)
    ChannelFactory()
    fields = {
        "statement": "Stories", "starts_on": "2026-03-01", "ends_on": "2026-06-30", "cost": "1200.50",
        "currency": "USD", "audience": "Parents", "audience_needs": "When to come", "key_message": "Come",
        "objective": "prompt_behaviour", "channel_ids": [ours.id], "partners": "Schools",
        "resources": "A nurse",
    }  # fmt: skip
    assert browser.post(f"/engagements/{engagement.id}/strategies/new", data=fields).status_code == 302
    row = session.query(Strategy).one()
    assert (str(row.cost), row.currency, row.objective) == ("1200.5000", "USD", Objective.PROMPT_BEHAVIOUR)
    assert [channel.id for channel in row.own_channels] == [ours.id]
    assert row.ends_on == date(2026, 6, 30)


def test_create_strategy_refuses_a_foreign_channel_and_an_end_before_the_start(browser, engagement):
    fields = {"statement": "S", "starts_on": "2026-03-01", "ends_on": "2026-02-01", "currency": "USD"}
    answer = browser.post(
        f"/engagements/{engagement.id}/strategies/new", data=fields | {"channel_ids": [ChannelFactory().id]}
    )
    assert answer.status_code == 422
    assert "The end must not come before the start." in answer.text


@pytest.fixture
def above(me):
    """A goal of the health system's own engagement, on whose team I am."""
    system = OrganisationFactory(name="Northern Health")
    engagement = EngagementFactory(organisation=system, team=[me])
    return GoalFactory(engagement=engagement, statement="Come when you are called", level=Level.SYSTEM)


def test_carry_down_copies_and_ties(browser, session, engagement, above):
    engagement.organisation.parent = above.engagement.organisation
    session.flush()
    address = f"/engagements/{engagement.id}/goals/carry-down"
    assert "Come when you are called" in browser.get(address).text
    browser.post(address, data={"goal": above.id})
    origin = session.query(GoalOrigin).one()
    goal = session.get(Goal, origin.goal_id)
    assert (goal.statement, goal.level) == ("Come when you are called", Level.ORGANISATION)
    assert goal.engagement_id == engagement.id
    assert origin.origin_id == above.id
    assert "There is no goal to carry down" in browser.get(address).text


def test_carry_down_offers_nothing_of_others(browser, session, engagement):
    foreign = GoalFactory(statement="Sentinel goal")
    engagement.organisation.parent = foreign.engagement.organisation
    session.flush()
    address = f"/engagements/{engagement.id}/goals/carry-down"
    assert "Sentinel goal" not in browser.get(address).text
    answer = browser.post(address, data={"goal": foreign.id}, follow_redirects=True)
    assert "cannot be carried down any more" in answer.text
    assert session.query(GoalOrigin).count() == 0
