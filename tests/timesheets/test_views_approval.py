"""Weeks are approved, sent back, locked and unlocked, and every step says who and why."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.audit.models import audit_entry
from crm.engagements.models import Stage
from crm.sessions.models_time import TimeEntry, TimeState
from crm.timesheets.models import Timesheet, TimesheetStep
from tests import factories as make
from tests.reading import main
from tests.timesheets.conftest import WEEK, state_of


@pytest.fixture
def sheet(session, settled):
    settled(TimeState.SUBMITTED)
    return session.scalars(sa.select(Timesheet)).one()


def decide(client, sheet, step, reason=""):
    return client.post(f"/time/sheets/{sheet.id}", data={"step": step, "reason": reason})


def test_index_shows_what_waits_with_its_hours(sign_in, me, manager, sheet):
    page = main(sign_in(manager).get("/time/approvals").data)
    assert me.name in page
    assert "Week of 2 Mar 2026" in page
    assert "1 h" in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_the_life_of_a_week(sign_in, session, me, sheet, role):
    approver = make.UserFactory(role=role, name="Helen")
    client = sign_in(approver)
    for step, reason, state in (
        ("approved", "", TimeState.APPROVED),
        ("locked", "", TimeState.LOCKED),
        ("unlocked", "The invoice was wrong", TimeState.APPROVED),
        ("sent_back", "Tuesday is missing", TimeState.OPEN),
    ):
        assert decide(client, sheet, step, reason).status_code == 302, step
        assert state_of(session, me) is state
        assert session.scalars(sa.select(TimeEntry.state)).all() == [state]
    page = main(client.get(f"/time/sheets/{sheet.id}").data)
    for said in ("Approved by Helen", "Locked by Helen", "Unlocked by Helen", "Tuesday is missing"):
        assert said in page
    steps = session.execute(sa.select(TimesheetStep.move, TimesheetStep.by_id)).all()
    assert [by for _, by in steps] == [approver.id] * 4
    told = session.execute(
        sa.select(audit_entry.c.who, audit_entry.c.thing).where(audit_entry.c.thing == "timesheet_step")
    )
    assert [row.who for row in told] == ["Helen"] * 4


@pytest.mark.parametrize("step", ["sent_back", "unlocked"])
def test_a_no_needs_a_reason(sign_in, session, me, manager, sheet, step):
    client = sign_in(manager)
    if step == "unlocked":
        decide(client, sheet, "approved")
        decide(client, sheet, "locked")
    before = state_of(session, me)
    answer = decide(client, sheet, step)
    assert answer.status_code == 422
    assert "Say why it is" in main(answer.data)
    assert state_of(session, me) is before


@pytest.mark.parametrize("step", ["locked", "unlocked", "submitted", "withdrawn", "nonsense"])
def test_a_step_that_cannot_be_taken_is_refused(sign_in, session, me, manager, sheet, step):
    assert decide(sign_in(manager), sheet, step, "Because").status_code == 422
    assert state_of(session, me) is TimeState.SUBMITTED


def test_nobody_decides_about_their_own_week(sign_in, session, engagement):
    chief = make.UserFactory(role=Role.ADMINISTRATOR)
    make.FreeTimeFactory(engagement=engagement, user_id=chief.id, worked_on=WEEK, state=TimeState.SUBMITTED)
    own = make.TimesheetFactory(user_id=chief.id, week_on=WEEK, state=TimeState.SUBMITTED)
    answer = decide(sign_in(chief), own, "approved")
    assert answer.status_code == 422
    assert "Somebody else decides about your own week." in main(answer.data)


def test_several_are_approved_at_once(sign_in, session, manager, sheet):
    other = make.TimesheetFactory(state=TimeState.SUBMITTED)
    answer = sign_in(manager).post(
        "/time/approvals", data={"sheet": [sheet.id, other.id]}, follow_redirects=True
    )
    assert "2 weeks are approved." in answer.text
    session.expire_all()
    assert {one.state for one in session.scalars(sa.select(Timesheet))} == {TimeState.APPROVED}


@pytest.mark.parametrize("ticked", [[], ["x"], ["-1"], [str(10**30)]])
def test_ticking_nothing_approves_nothing(sign_in, session, me, manager, sheet, ticked):
    sign_in(manager).post("/time/approvals", data={"sheet": ticked})
    assert state_of(session, me) is TimeState.SUBMITTED


def test_a_period_is_locked(sign_in, session, manager):
    for week_on in (date(2026, 2, 16), date(2026, 2, 23), WEEK):
        make.TimesheetFactory(week_on=week_on, state=TimeState.APPROVED)
    answer = sign_in(manager).post(
        "/time/approvals/lock", data={"until": "2026-03-01"}, follow_redirects=True
    )
    assert "2 weeks are locked." in answer.text
    found = session.execute(sa.select(Timesheet.week_on, Timesheet.state).order_by(Timesheet.week_on)).all()
    assert [row.state for row in found] == [TimeState.LOCKED, TimeState.LOCKED, TimeState.APPROVED]


def test_a_consultant_cannot_approve(browser, session, me, sheet):
    assert browser.get("/time/approvals").status_code == 403
    assert browser.post("/time/approvals", data={"sheet": sheet.id}).status_code == 403
    assert decide(browser, sheet, "approved").status_code == 403
    assert browser.get(f"/time/sheets/{sheet.id}").status_code == 200
    assert state_of(session, me) is TimeState.SUBMITTED


def test_a_stranger_cannot_see_a_week(sign_in, sheet):
    for role in (Role.CONSULTANT, Role.CLIENT, Role.ADVISER):
        assert sign_in(make.UserFactory(role=role)).get(f"/time/sheets/{sheet.id}").status_code == 404


def test_a_week_is_approved_after_its_engagement_was_closed(sign_in, session, me, manager, sheet, engagement):
    engagement.stage, engagement.closed_on = Stage.FOLLOW_UP, WEEK
    session.flush()
    assert decide(sign_in(manager), sheet, "approved").status_code == 302
    assert state_of(session, me) is TimeState.APPROVED


def test_a_week_is_approved_after_its_session_was_locked(sign_in, session, me, manager, sheet, engagement):
    held = make.CoachingSessionFactory(engagement=engagement, coach=me, is_shared=True)
    state = {"state": TimeState.SUBMITTED, "worked_on": WEEK}
    make.TimeEntryFactory(session=held, user_id=me.id, **state)
    held.locked_at = clock.now()
    session.flush()
    assert decide(sign_in(manager), sheet, "approved").status_code == 302
    assert session.scalars(sa.select(TimeEntry.state)).all() == [TimeState.APPROVED] * 2
