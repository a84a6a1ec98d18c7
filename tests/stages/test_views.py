"""Gates, the stage page and the board."""

from datetime import date

import pytest
from sqlalchemy import select

from crm import clock
from crm.access import Role
from crm.engagements.models import PATH, FeeBasis, Stage, StageMove, ageing
from crm.roadmap.models import MilestoneState
from crm.stages.gates import GATES, Need, next_stage
from crm.stages.queries import CARDS
from tests import factories as make
from tests.reading import main


def move(browser, engagement, stage: Stage, **more):
    return browser.post(f"/engagements/{engagement.id}/stage", data={"stage": stage.value, **more})


@pytest.fixture
def ready(me, ours, session):
    """An engagement on which everything is there that any gate asks for."""
    on = {"engagement": ours}
    ours.lead_id, ours.scope, ours.fee_basis, ours.ends_on = me.id, "Said", FeeBasis.FIXED, date(2026, 12, 31)
    make.ContactFactory(organisation=ours.organisation)
    make.DeliverableFactory(**on)
    make.BudgetFactory(**on)
    make.EngagementGrantFactory(**on, is_sponsor=True)
    make.CoachingSessionFactory(**on, coach=me)
    goal, strategy = make.GoalFactory(**on), make.StrategyFactory(**on)
    make.RelationFactory(**on, goal_id=goal.id, strategy_id=strategy.id, mark=3)
    measure = make.MeasureFactory(**on, goal_id=goal.id)
    for month in (1, 2):
        make.ObservationFactory(measure=measure, period_on=date(2026, month, 1))
    make.MilestoneFactory(**on, state=MilestoneState.DONE, actual_on=date(2026, 3, 1))
    session.flush()
    return ours


def test_all_gates_open_once_everything_is_there(browser, ready, session):
    for stage in PATH[1:-1]:
        assert move(browser, ready, stage).status_code == 302, stage
        session.expire_all()
        assert ready.stage is stage
    assert session.scalars(select(StageMove.left_out)).all() == [None] * 9


@pytest.mark.parametrize("stage", GATES)
def test_a_gate_names_all_that_is_missing_and_lets_through_with_a_reason(browser, ours, session, stage):
    ours.stage, ours.fee, ours.currency = PATH[PATH.index(stage) - 1], None, None
    make.MilestoneFactory(engagement=make.EngagementFactory())
    if stage is Stage.CLOSING:
        make.MilestoneFactory(engagement=ours)
    session.flush()
    answer = move(browser, ours, stage)
    missing = [need.sentence for need in GATES[stage]]
    assert answer.status_code == 422
    assert f"Not there yet: {' '.join(missing)} Say why it moves on regardless." in main(answer.text)
    assert move(browser, ours, stage, reason="They cannot wait").status_code == 302
    kept = session.scalars(select(StageMove)).one()
    assert (kept.reason, kept.left_out) == ("They cannot wait", " ".join(missing))
    page = main(browser.get(f"/engagements/{ours.id}/stage").text)
    assert f"Moved on without: {' '.join(missing)}" in page


def test_the_page_lists_what_the_next_stage_asks_for(browser, ours):
    page = main(browser.get(f"/engagements/{ours.id}/stage").text)
    assert "What qualified asks for" in page
    assert "2 of 2 not there yet" in page
    assert "Choose a lead" in page


def test_every_page_that_mends_a_lack_is_there(browser, ours, session):
    ours.fee = ours.currency = None
    for stage in PATH[:-2]:
        ours.stage = stage
        session.flush()
        text = browser.get(f"/engagements/{ours.id}/stage").text
        for need in GATES.get(next_stage(stage), ()):
            assert isinstance(need, Need)
            if need.fact != "settled":
                assert need.button in text


def test_going_back_meets_no_gate(browser, ours, session):
    ours.stage = Stage.IMPLEMENTATION
    session.flush()
    assert move(browser, ours, Stage.DISCOVERY).status_code == 302


def test_work_pro_bono_asks_for_no_fee_but_for_its_basis(browser, ready, session):
    ready.stage, ready.fee_basis, ready.fee, ready.currency = Stage.PROPOSAL, FeeBasis.PRO_BONO, None, None
    session.flush()
    assert move(browser, ready, Stage.AGREED).status_code == 302


@pytest.mark.parametrize(("days", "over"), [(0, 0), (14, 0), (15, 1), (400, 386)])
def test_longer_than_usual_in_a_stage_is_said(days, over):
    today = date(2026, 6, 1)
    since = date.fromordinal(today.toordinal() - days)
    assert ageing(Stage.INQUIRY, since, today) == (days, over)


def test_the_board_shows_cards_longest_there_first_and_how_many(browser, me, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda whose=None: date(2026, 3, 1))
    for number in range(CARDS + 2):
        since = date(2026, 2, 1 + number)
        make.EngagementFactory(team=[me], title=f"Card {number}.", stage=Stage.INQUIRY, stage_since=since)
    make.EngagementFactory(title="Foreign", stage=Stage.INQUIRY)
    make.EngagementFactory(team=[me], title="Over", stage=Stage.LOST)
    page = main(browser.get("/engagements/board").text)
    assert "Inquiry 17" in page
    assert page.index("Card 0.") < page.index("Card 1.")
    assert "28 days, 14 more than usual" in page
    assert f"Card {CARDS}." not in page
    assert "All 17 in the list" in page
    assert "Foreign" not in page
    assert "Over" not in page
    assert "Over" in main(browser.get("/engagements/board?all=1").text)


def test_the_board_of_those_that_i_lead(browser, me):
    make.EngagementFactory(team=[me], lead=me, title="Led by me")
    make.EngagementFactory(team=[me], title="Led by nobody")
    page = main(browser.get("/engagements/board?mine=1").text)
    assert "Led by me" in page
    assert "Led by nobody" not in page


def test_a_card_is_moved_from_the_board_and_back_to_it(browser, ready, session):
    headers = {"Referer": "http://crm.test/engagements/board"}
    data = {"stage": "qualified", "from_board": "1"}
    answer = browser.post(f"/engagements/{ready.id}/stage", data=data, headers=headers)
    assert answer.location == "http://crm.test/engagements/board"
    session.expire_all()
    assert ready.stage is Stage.QUALIFIED


def test_a_manager_sees_the_board_and_moves_nothing(sign_in):
    make.EngagementFactory(title="Seen", stage=Stage.INQUIRY)
    text = sign_in(make.UserFactory(role=Role.MANAGER)).get("/engagements/board").text
    assert "Seen" in main(text)
    assert "draggable" not in text
