"""Time that is submitted, approved or locked stays as it is: each way to change it is tried."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.bin.models import BinItem
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import become
from crm.sessions.models import CoachingSession
from crm.sessions.models_time import Override, TimeEntry, TimeOverride, TimeState
from crm.timesheets.models import Move, PersonRate, Timesheet, TimesheetStep
from tests import factories as make
from tests.timesheets.conftest import WEEK, state_of
from tests.timesheets.test_views import ENTRY, PAGE, cell, typed

SETTLED = (TimeState.SUBMITTED, TimeState.APPROVED, TimeState.LOCKED)
SAID = "The time of the week of 2 Mar 2026 is"


def minutes(session) -> list[int]:
    session.expire_all()
    return session.scalars(sa.select(TimeEntry.minutes).order_by(TimeEntry.id)).all()


@pytest.mark.parametrize("state", SETTLED)
def test_the_timesheet_changes_nothing(browser, session, engagement, settled, state):
    settled(state)
    for name, text, was in (
        (cell(engagement), "2", 60),
        (cell(engagement), "", 60),
        (cell(engagement, "other"), "1", 0),
    ):
        answer = browser.post(PAGE, data=typed((name, text, was)))
        assert answer.status_code == 422
        assert SAID in answer.text
    assert minutes(session) == [60]


@pytest.mark.parametrize("state", SETTLED)
def test_the_form_of_an_entry_changes_nothing(browser, session, engagement, settled, state):
    entry = settled(state)
    answer = browser.post(f"/time/entries/{entry.id}/edit", data=ENTRY)
    assert (answer.status_code, SAID in answer.text) == (422, True)
    moved = ENTRY | {"worked_on": "2026-03-10"}
    assert browser.post(f"/time/entries/{entry.id}/edit", data=moved).status_code == 422
    assert minutes(session) == [60]


@pytest.mark.parametrize("state", SETTLED)
def test_no_entry_is_added_or_moved_into_the_week(browser, session, me, engagement, settled, state):
    settled(state)
    assert browser.post(f"/time/entries/new?engagement={engagement.id}", data=ENTRY).status_code == 422
    other = make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=date(2026, 3, 10))
    assert browser.post(f"/time/entries/{other.id}/edit", data=ENTRY).status_code == 422
    assert minutes(session) == [60, 60]


def session_form(**more) -> dict:
    return {
        "on": "2026-03-02", "at": "10:00", "time_zone": "UTC", "mode": "video", "state": "held",
        "service_line": "coaching",
    } | more  # fmt: skip


@pytest.fixture
def meeting(session, me, engagement, settled):
    """`meeting(state)`: a session with an hour in a week that is in this state."""

    def meeting(state):
        one = make.CoachingSessionFactory(engagement=engagement, coach=me)
        entry = settled(state)
        entry.session_id = one.id
        session.flush()
        return one

    return meeting


@pytest.mark.parametrize("state", SETTLED)
def test_the_form_of_a_session_changes_nothing_of_it(browser, session, meeting, state):
    one = meeting(state)
    for sent in (
        {"minutes_coaching": "90"},
        {"minutes_coaching": ""},
        {"minutes_coaching": "60", "on": "2026-03-12"},
    ):
        answer = browser.post(
            f"/sessions/{one.id}/edit", data=session_form(summary="Typed at length", **sent)
        )
        assert answer.status_code == 422
        assert SAID in answer.text
        assert "Typed at length" in answer.text
    assert minutes(session) == [60]
    session.expire_all()
    assert one.summary is None


def test_a_session_whose_settled_time_has_no_clock_times_can_be_written_up(
    browser, session, me, engagement, settled
):
    starts_at = make.datetime(2026, 3, 2, 10, tzinfo=make.UTC)
    one = make.CoachingSessionFactory(engagement=engagement, coach=me, starts_at=starts_at)
    settled(TimeState.LOCKED, session_id=one.id)
    sent = session_form(summary="Written later", minutes_coaching="60")
    assert browser.post(f"/sessions/{one.id}/edit", data=sent).status_code == 302


def test_what_a_session_says_besides_its_time_can_still_be_written(browser, session, me, engagement, settled):
    one = make.CoachingSessionFactory(
        engagement=engagement, coach=me, starts_at=make.datetime(2026, 3, 2, 10, tzinfo=make.UTC)
    )
    settled(TimeState.LOCKED, session_id=one.id, from_minute=600, to_minute=660)
    answer = browser.post(
        f"/sessions/{one.id}/edit", data=session_form(summary="Written later", minutes_coaching="60")
    )
    assert answer.status_code == 302
    session.expire_all()
    assert one.summary == "Written later"


def test_a_new_session_in_a_settled_week_is_logged_without_time_only(browser, session, engagement, settled):
    settled(TimeState.APPROVED)
    where = f"/engagements/{engagement.id}/sessions/new"
    assert browser.post(where, data=session_form(minutes_coaching="30")).status_code == 422
    assert session.scalar(sa.select(sa.func.count(CoachingSession.id))) == 0
    assert browser.post(where, data=session_form()).status_code == 302


@pytest.mark.parametrize("state", SETTLED)
@pytest.mark.parametrize("thing", ["coaching_session", "engagement"])
def test_what_it_hangs_on_is_not_thrown_away(sign_in, session, engagement, meeting, state, thing):
    one = meeting(state)
    key = one.id if thing == "coaching_session" else engagement.id
    chief = make.UserFactory(role=Role.ADMINISTRATOR)
    answer = sign_in(chief).post(f"/bin/throw-away/{thing}/{key}", follow_redirects=True)
    assert SAID in answer.text
    assert minutes(session) == [60]
    assert session.scalar(sa.select(sa.func.count(BinItem.id))) == 0


@pytest.mark.parametrize("state", SETTLED)
def test_it_is_not_put_back_into_a_settled_week(sign_in, session, me, engagement, state):
    one = make.CoachingSessionFactory(engagement=engagement, coach=me)
    make.TimeEntryFactory(session=one, worked_on=WEEK)
    client = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    client.post(f"/bin/throw-away/coaching_session/{one.id}")
    item = session.scalars(sa.select(BinItem)).one()
    sheet = make.TimesheetFactory(user_id=me.id, week_on=WEEK, state=state)
    answer = client.post(f"/bin/{item.id}/put-back", follow_redirects=True)
    assert SAID in answer.text
    assert minutes(session) == []
    session.delete(sheet)
    session.flush()
    client.post(f"/bin/{item.id}/put-back")
    assert minutes(session) == [60]


@pytest.mark.parametrize("state", SETTLED)
def test_an_entry_itself_is_not_thrown_away(browser, session, settled, state):
    entry = settled(state)
    answer = browser.post(f"/bin/throw-away/time_entry/{entry.id}", follow_redirects=True)
    assert SAID in answer.text
    assert minutes(session) == [60]


@pytest.fixture
def below(app, session, manager):
    """The session of the application, as whoever writes code against it has it."""
    with app.app_context():
        become(manager)
        yield db.session
        db.session.rollback()


def change_minutes(entry):
    entry.minutes = 1


def reopen(entry):
    entry.state = TimeState.OPEN


def reopen_and_change(entry):
    entry.state, entry.minutes = TimeState.OPEN, 1


def give_away(entry):
    entry.user_id = make.UserFactory().id


def move_away(entry):
    entry.worked_on = date(2026, 3, 20)


@pytest.mark.parametrize("act", [change_minutes, reopen, reopen_and_change, give_away, move_away])
@pytest.mark.parametrize("state", SETTLED)
def test_no_code_changes_it(below, settled, state, act):
    entry = below.get(TimeEntry, settled(state).id)
    act(entry)
    with pytest.raises(DomainError, match="The time of the week of"):
        below.flush()


@pytest.mark.parametrize("state", SETTLED)
def test_no_code_deletes_it(below, settled, state):
    below.delete(below.get(TimeEntry, settled(state).id))
    with pytest.raises(DomainError, match=SAID):
        below.flush()


def test_no_code_makes_approved_time(below, me, engagement):
    below.add(
        TimeEntry(
            engagement_id=engagement.id, organisation_id=engagement.organisation_id, user_id=me.id,
            worked_on=WEEK, kind="coaching", minutes=60, state=TimeState.APPROVED,
        )
    )  # fmt: skip
    with pytest.raises(DomainError, match=SAID):
        below.flush()


@pytest.mark.parametrize("target", [TimeState.OPEN, TimeState.APPROVED])
def test_a_week_moves_only_with_a_step_that_says_who(below, settled, target):
    settled(TimeState.LOCKED)
    below.scalars(sa.select(Timesheet)).one().state = target
    with pytest.raises(DomainError, match="A week that is locked cannot simply become"):
        below.flush()


def test_a_step_does_not_lead_where_it_does_not(below, settled, manager):
    settled(TimeState.LOCKED)
    sheet = below.scalars(sa.select(Timesheet)).one()
    step = TimesheetStep(timesheet_id=sheet.id, user_id=sheet.user_id, by_id=manager.id, move=Move.APPROVED)
    below.add(step)
    sheet.state = TimeState.APPROVED
    with pytest.raises(DomainError):
        below.flush()


def test_what_was_done_with_a_week_is_not_rewritten(below, me):
    make.TimesheetStepFactory()
    step = below.scalars(sa.select(TimesheetStep)).one()
    step.reason = "Another one"
    with pytest.raises(DomainError, match="stays as it was written"):
        below.flush()
    below.rollback()
    below.delete(below.scalars(sa.select(Timesheet)).one())
    with pytest.raises(DomainError, match="stays the timesheet"):
        below.flush()


@pytest.mark.parametrize("state", [TimeState.APPROVED, TimeState.LOCKED])
def test_its_own_rate_is_settled_with_it(sign_in, session, manager, settled, state):
    entry = settled(state)
    sent = {"rate": "10", "currency": "USD", "reason": "Kindness"}
    answer = sign_in(manager).post(f"/time/entries/{entry.id}/rate", data=sent)
    assert answer.status_code == 422
    assert "Have it" in answer.text
    assert session.scalars(sa.select(TimeOverride).where(TimeOverride.what == Override.RATE)).all() == []


@pytest.mark.parametrize("from_on", ["2026-01-01", "2026-03-02"])
def test_a_rate_does_not_reach_back_into_locked_time(
    sign_in, session, me, manager, engagement, settled, from_on
):
    settled(TimeState.LOCKED)
    client, sent = sign_in(manager), {"from_on": from_on, "amount": "90", "currency": "USD"}
    for where, more in (("/time/rates", {"user_id": me.id}), (f"/engagements/{engagement.id}/rates", {})):
        answer = client.post(where, data=sent | more, follow_redirects=True)
        assert "Time up to 2 Mar 2026 is locked at the rates of then." in answer.text
    assert session.scalars(sa.select(PersonRate)).all() == []
    later = sent | {"from_on": "2026-03-03", "user_id": me.id}
    assert client.post("/time/rates", data=later).status_code == 302


def test_a_session_beyond_the_budget_asks_for_a_reason(browser, session, me, engagement):
    make.BudgetFactory(engagement=engagement, hours=1)
    where = f"/engagements/{engagement.id}/sessions/new"
    answer = browser.post(where, data=session_form(minutes_coaching="90"))
    assert answer.status_code == 422
    assert "This goes 0.5 h beyond the 1 h agreed for coaching." in answer.text
    assert (
        browser.post(where, data=session_form(minutes_coaching="90", budget_reason="A crisis")).status_code
        == 302
    )
    assert session.scalars(sa.select(TimeOverride)).one().reason == "A crisis"
    assert state_of(session, me) is None
