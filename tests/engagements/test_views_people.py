"""Who works on an engagement, who of the client sees it, and where it stands."""

from datetime import date

import pytest
from sqlalchemy import select

from crm import clock
from crm.access import Role
from crm.engagements.models import (
    NEXT_STAGES,
    EngagementGrant,
    Stage,
    StageMove,
    TeamMember,
)
from tests import factories as make
from tests.reading import main


def test_move_shows_the_way_so_far_and_saves(browser, ours, me, session, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda whose=None: date(2026, 5, 1))
    path = f"/engagements/{ours.id}/stage"
    response = browser.post(path, data={"stage": "on_hold", "reason": "Their budget is frozen"})
    assert response.location == f"/engagements/{ours.id}"
    session.expire_all()
    assert (ours.stage, ours.stage_since) == (Stage.ON_HOLD, date(2026, 5, 1))
    page = main(browser.get(path).text)
    assert f"On hold Their budget is frozen 1 May 2026, {me.name}" in page


@pytest.mark.parametrize("stage", [Stage.ON_HOLD, Stage.CANCELLED])
@pytest.mark.parametrize("reason", ["", "   "])
def test_move_refuses_without_the_reason_it_needs(browser, ours, session, stage, reason):
    response = browser.post(f"/engagements/{ours.id}/stage", data={"stage": stage.value, "reason": reason})
    assert response.status_code == 422
    assert f"Say why it is {stage.label.lower()}" in main(response.text)
    session.expire_all()
    assert ours.stage is Stage.IMPLEMENTATION
    assert session.scalars(select(StageMove)).all() == []


@pytest.mark.parametrize("before", Stage)
def test_move_offers_and_takes_only_what_may_follow(browser, me, session, before):
    engagement = make.EngagementFactory(team=[me], stage=before)
    taken = set()
    for stage in Stage:
        data = {"stage": stage.value, "reason": "because"}
        response = browser.post(f"/engagements/{engagement.id}/stage", data=data)
        if response.status_code == 302:
            taken.add(stage)
            session.expire_all()
            assert engagement.stage is stage
            engagement.stage = before
            session.flush()
    assert taken == NEXT_STAGES[before]
    assert browser.get(f"/engagements/{engagement.id}/stage").status_code == 200


def test_assign_saves_exactly_this_team(manager, ours, me, session):
    new = make.UserFactory()
    response = manager().post(f"/engagements/{ours.id}/team", data={"lead_id": new.id, "member_ids": []})
    assert response.location == f"/engagements/{ours.id}/people"
    session.expire_all()
    assert ours.lead == new
    assert session.scalars(select(TeamMember.user_id)).all() == [new.id]


@pytest.mark.parametrize("lead", ["", "999999", "x"])
def test_assign_refuses_without_a_lead_out_of_the_list(manager, ours, me, session, lead):
    browser = manager()
    response = browser.post(f"/engagements/{ours.id}/team", data={"lead_id": lead}, follow_redirects=True)
    assert "Choose a lead and a team out of the list." in response.text
    session.expire_all()
    assert ours.lead == me
    assert session.scalars(select(TeamMember.user_id)).all() == [me.id]


@pytest.fixture
def guests(ours):
    users = make.UserFactory.create_batch(2, role=Role.CLIENT)
    return [make.ContactFactory(organisation=ours.organisation, user=user).user for user in users]


def test_grant_saves_exactly_these_people(browser, ours, guests, session):
    path, (first, second) = f"/engagements/{ours.id}/grants", guests
    browser.post(path, data={"user_ids": [first.id], "sponsor_ids": [first.id]})
    response = browser.post(path, data={"user_ids": [first.id], "sponsor_ids": [second.id]})
    assert response.location == f"/engagements/{ours.id}/people"
    grants = session.scalars(select(EngagementGrant).order_by(EngagementGrant.user_id)).all()
    assert [(one.user_id, one.is_sponsor) for one in grants] == [(first.id, False), (second.id, True)]

    browser.post(path, data={})
    assert session.scalars(select(EngagementGrant)).all() == []


def test_grant_refuses_somebody_of_another_client(browser, ours, session):
    other = make.ContactFactory(user=make.UserFactory(role=Role.CLIENT)).user
    path = f"/engagements/{ours.id}/grants"
    response = browser.post(path, data={"user_ids": [other.id]}, follow_redirects=True)
    assert "Choose out of the people of this client" in response.text
    assert session.scalars(select(EngagementGrant)).all() == []
