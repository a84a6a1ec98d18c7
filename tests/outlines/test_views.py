"""Templates of engagements: kept, started from, cloned."""

from datetime import date

import pytest
from sqlalchemy import select

from crm import clock
from crm.access import Role
from crm.alignment.models import Goal, Strategy
from crm.engagements.models import Budget, Engagement, FeeBasis, Stage, TeamMember
from crm.engagements.models_work import Deliverable
from crm.outlines.models import Outline
from crm.roadmap.models import Milestone, MilestoneNeed
from crm.sessions.models import CoachingSession
from tests import factories as make
from tests.reading import main

PARTS = ["agreement", "hours", "deliverables", "goals_and_strategies", "milestones"]


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda whose=None: date(2026, 5, 1))


@pytest.fixture
def ours(me, session):
    agreed = {"scope": "Said", "fee_basis": FeeBasis.FIXED, "ends_on": date(2026, 7, 4)}
    one = make.EngagementFactory(team=[me], title="Kept", **agreed)
    on = {"engagement": one}
    make.BudgetFactory(**on, hours=30)
    make.DeliverableFactory(**on, title="Guideline", due_on=date(2026, 2, 4))
    make.GoalFactory(**on, statement="Fewer missed", weight=40, horizon_on=date(2026, 6, 4))
    strategy = make.StrategyFactory(**on, statement="Reminders", effort_hours=12)
    make.MilestoneFactory(
        **on, title="Live", strategy_id=strategy.id, baseline_on=date(2026, 3, 6), planned_on=date(2026, 4, 6)
    )
    days = dict.fromkeys(("baseline_on", "planned_on"), date(2026, 5, 6))
    last = make.MilestoneFactory(**on, title="Spread", phase="Roll-out", takes_days=9, **days)
    first = session.scalars(select(Milestone).where(Milestone.title == "Live")).one()
    make.MilestoneNeedFactory(**on, milestone_id=last.id, needs_id=first.id)
    make.CoachingSessionFactory(**on, coach=me)
    session.flush()
    return one


def laid(session, engagement) -> dict:
    def rows(model):
        return session.scalars(select(model).where(model.engagement_id == engagement.id)).all()

    by_id = {row.id: row for row in rows(Milestone)}
    return {
        "hours": [(row.service_line.value, row.hours) for row in rows(Budget)],
        "deliverables": [(row.title, row.due_on) for row in rows(Deliverable)],
        "goals": [(row.statement, row.weight, row.horizon_on) for row in rows(Goal)],
        "strategies": [(row.statement, row.effort_hours) for row in rows(Strategy)],
        "milestones": [
            (row.title, row.baseline_on, row.planned_on, row.strategy and row.strategy.statement)
            for row in rows(Milestone)
        ],
        "needs": [
            (
                by_id[row.milestone_id].title,
                by_id[row.needs_id].title,
                by_id[row.milestone_id].phase,
                by_id[row.milestone_id].takes_days,
            )
            for row in rows(MilestoneNeed)
        ],
        "sessions": len(rows(CoachingSession)),
    }


#: Kept from 5 January on, laid from 5 February on: 31 days later.
LAID = {
    "hours": [("coaching", 30)],
    "deliverables": [("Guideline", date(2026, 3, 7))],
    "goals": [("Fewer missed", 40, date(2026, 7, 5))],
    "strategies": [("Reminders", 12)],
    "milestones": [
        ("Live", date(2026, 4, 6), date(2026, 4, 6), "Reminders"),
        ("Spread", date(2026, 6, 6), date(2026, 6, 6), None),
    ],
    "needs": [("Spread", "Live", "Roll-out", 9)],
    "sessions": 0,
}


def test_clone_copies_the_plan_and_moves_its_days(browser, me, ours, session):
    client = make.OrganisationFactory(keeper=me)
    data = {"organisation_id": client.id, "title": "Again", "starts_on": "2026-02-05", "parts": PARTS}
    answer = browser.post(f"/engagements/{ours.id}/clone", data=data)
    made = session.scalars(select(Engagement).where(Engagement.title == "Again")).one()
    assert answer.location == f"/engagements/{made.id}"
    assert (made.stage, made.scope, made.fee, made.lead, made.organisation) == (
        Stage.INQUIRY,
        "Said",
        None,
        me,
        client,
    )
    assert (made.fee_basis, made.ends_on) == (FeeBasis.FIXED, date(2026, 8, 4))
    assert laid(session, made) == LAID
    assert session.scalars(select(TeamMember.user_id).where(TeamMember.engagement_id == made.id)).all() == [
        me.id
    ]


def test_clone_takes_only_the_wanted_parts(browser, ours, session):
    data = {
        "organisation_id": ours.organisation_id,
        "title": "Bare",
        "starts_on": "2026-02-05",
        "parts": ["hours"],
    }
    browser.post(f"/engagements/{ours.id}/clone", data=data)
    made = session.scalars(select(Engagement).where(Engagement.title == "Bare")).one()
    assert made.scope is None
    assert laid(session, made) == {key: [] for key in LAID} | {"hours": [("coaching", 30)], "sessions": 0}


def test_clone_refuses_a_client_that_is_not_mine(browser, ours, session):
    foreign = make.OrganisationFactory()
    data = {"organisation_id": foreign.id, "title": "Again", "starts_on": "2026-02-05", "parts": PARTS}
    assert browser.post(f"/engagements/{ours.id}/clone", data=data).status_code == 422


def test_a_template_is_kept_and_started_from(browser, me, ours, session):
    answer = browser.post(f"/engagements/{ours.id}/keep-as-template", data={"name": "Access", "parts": PARTS})
    outline = session.scalars(select(Outline)).one()
    assert answer.location == f"/templates/{outline.id}"
    assert main(browser.get(answer.location).text).count("day 30") == 1
    client = make.OrganisationFactory(keeper=me)
    path = f"/templates/{outline.id}/start?organisation={client.id}"
    page = browser.get(path).text
    assert "Said" in page
    data = {
        "title": "From it",
        "currency": "EUR",
        "stage": "agreed",
        "starts_on": "2026-02-05",
        "scope": "Said, and more",
        "hours_coaching": "30",
    }
    answer = browser.post(path, data=data)
    assert answer.status_code == 302, main(answer.text)
    made = session.scalars(select(Engagement).where(Engagement.title == "From it")).one()
    assert (made.organisation, made.scope, made.lead) == (client, "Said, and more", me)
    assert laid(session, made) == LAID


def test_start_asks_with_whom_first(browser, me, session):
    outline = make.OutlineFactory(user=me, name="Access")
    make.OrganisationFactory(name="Served", keeper=me)
    make.OrganisationFactory(name="Foreign")
    page = main(browser.get(f"/templates/{outline.id}/start").text)
    assert "Access: with whom? " in page
    assert "Served" in page
    assert "Foreign" not in page


def test_a_template_belongs_to_its_maker_until_it_is_shared(browser, me, session):
    mine = make.OutlineFactory(user=me, name="Of mine")
    make.OutlineFactory(name="Of nobody's business")
    shared = make.OutlineFactory(name="For all", is_shared=True)
    page = main(browser.get("/templates").text)
    assert "Of mine" in page
    assert "For all" in page
    assert "business" not in page
    assert browser.get(f"/templates/{shared.id}").status_code == 200
    assert browser.get(f"/templates/{shared.id}/edit").status_code == 403
    browser.post(f"/templates/{mine.id}/edit", data={"name": "Renamed", "is_shared": "y"})
    session.expire_all()
    assert (mine.name, mine.is_shared) == ("Renamed", True)


def test_a_template_is_thrown_away_and_put_back(browser, me, session):
    mine = make.OutlineFactory(user=me, content={"scope": "Said"})
    key = mine.id
    assert browser.post(f"/bin/throw-away/outline/{key}").location == "/bin/"
    session.expire_all()
    assert session.get(Outline, key) is None
    assert "Outline" in main(browser.get("/bin/").text)


def test_keep_refuses_without_a_part(browser, ours):
    answer = browser.post(f"/engagements/{ours.id}/keep-as-template", data={"name": "Access"})
    assert "Choose what it keeps." in main(answer.text)


def test_a_client_sees_no_template(sign_in):
    assert sign_in(make.UserFactory(role=Role.CLIENT)).get("/templates").status_code == 403
