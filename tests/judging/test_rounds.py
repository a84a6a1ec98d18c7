"""A round from its opening to its close: who is asked, who is reminded, what it shows."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.accounts.models import Rhythm
from crm.audit.models import audit_entry
from crm.bin.models import BinItem
from crm.jobs.registry import TASKS
from crm.judging.models import Judgement, Rater, Round, RoundState
from crm.mail import letters
from crm.mail.letters import Withdrawn
from tests import factories as make
from tests.reading import addresses, main

NOW = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
LAST = NOW.date() + timedelta(days=10)


@pytest.fixture(autouse=True)
def _early(clock_at):
    clock_at(NOW)


@pytest.fixture
def fresh(room, session):
    """The same engagement before any round."""
    session.execute(sa.delete(Rater))
    session.execute(sa.delete(Round))
    session.expire_all()
    return room


@pytest.fixture
def written(app):
    def written(mail):
        with app.app_context():
            return letters.write(mail)

    return written


@pytest.fixture
def work(app, session):
    """`work(name)`: what the worker does."""

    def work(name):
        session.expire_all()
        with app.app_context():
            return TASKS[name].work()

    return work


def form(*people, **fields):
    return {"raters": [str(one.id) for one in people], "request": "", "closes_on": "", **fields}


def test_rounds_of_an_engagement_say_what_they_are_for(fresh, browser):
    page = browser.get(f"/engagements/{fresh.engagement.id}/rounds").text
    assert "Nobody sees another's marks before it is closed." in main(page)
    assert f"/engagements/{fresh.engagement.id}/rounds/new" in addresses(page)


def test_rounds_are_listed_and_a_client_cannot_open_one(room, sign_in):
    page = sign_in(room.guest).get(f"/engagements/{room.engagement.id}/rounds").text
    assert "0 of 3 raters done" in main(page)
    assert "/rounds/new" not in page


def test_opening_a_round_invites_its_raters(fresh, browser, session, mails, written):
    fields = form(fresh.me, fresh.guest, request="Ten minutes, please", closes_on=str(LAST))
    answer = browser.post(f"/engagements/{fresh.engagement.id}/rounds/new", data=fields)
    round_ = session.scalars(sa.select(Round)).one()
    assert answer.location == f"/rounds/{round_.id}"
    assert (round_.number, round_.closes_on, round_.opened_by_id) == (1, LAST, fresh.me.id)
    raters = session.scalars(sa.select(Rater).order_by(Rater.user_id)).all()
    assert {(rater.user_id, rater.is_from_client) for rater in raters} == {
        (fresh.me.id, False),
        (fresh.guest.id, True),
    }
    assert [mail.occasion for mail in mails()] == [f"round/{round_.id}"] * 2
    message = written(next(mail for mail in mails() if mail.user_id == fresh.guest.id))
    for said in (message.body, message.alternatives[0][0]):
        assert "Ten minutes, please" in said
        assert f"https://crm.test/rounds/{round_.id}/judge" in said
        assert "It closes after 13 Mar 2026." in said


def test_only_people_who_may_judge_can_be_chosen(fresh, browser):
    boss = make.UserFactory(role=Role.MANAGER, name="Helen Manager")
    make.TeamMemberFactory(engagement=fresh.engagement, user=boss)
    page = main(browser.get(f"/engagements/{fresh.engagement.id}/rounds/new").text)
    assert "Maria (client)" in page
    assert "Priya" in page
    assert "Helen" not in page
    answer = browser.post(f"/engagements/{fresh.engagement.id}/rounds/new", data=form(boss))
    assert answer.status_code == 422


@pytest.mark.parametrize("wrong", [{"raters": []}, {"closes_on": "2026-03-02"}])
def test_opening_a_round_refuses(fresh, browser, session, wrong):
    fields = form(fresh.me) | wrong
    assert browser.post(f"/engagements/{fresh.engagement.id}/rounds/new", data=fields).status_code == 422
    assert session.scalars(sa.select(Round)).all() == []


def test_a_second_round_waits_for_the_end_of_the_first(room, browser, session):
    where = f"/engagements/{room.engagement.id}/rounds/new"
    page = browser.post(where, data=form(room.me), follow_redirects=True).text
    assert "Round 1 is still open: close it before another begins." in page
    browser.post(f"/rounds/{room.round.id}/close")
    browser.post(where, data=form(room.me))
    assert session.scalars(sa.select(Round.number).order_by(Round.id)).all() == [1, 2]


def test_there_is_no_round_without_anything_to_judge(browser, me, session):
    empty = make.EngagementFactory(team=[me])
    page = browser.post(f"/engagements/{empty.id}/rounds/new", data=form(me), follow_redirects=True).text
    assert "There is nothing to judge yet" in page
    assert session.scalars(sa.select(Round)).all() == []


def test_the_lead_sees_how_far_everybody_is_and_never_a_mark(room, put, sign_in):
    put(room.colleague, 0, 0, 9, note="qzsecret")
    put(room.colleague, 0, 1, 9, counts=False, note="qzsecret")
    page = sign_in(room.me).get(f"/rounds/{room.round.id}").text
    assert "Priya Consultant 1 of 6" in main(page)
    assert "Maria Client 0 of 6" in main(page)
    assert "qzsecret" not in page
    page = sign_in(room.guest).get(f"/rounds/{room.round.id}").text
    assert "1 of 6" not in main(page)


def test_done_is_said_and_taken_back(room, put, sign_in, session):
    put(room.guest, 0, 0, 1)
    put(room.guest, 0, 1, 9, counts=False)
    guest = sign_in(room.guest)
    page = guest.get(f"/rounds/{room.round.id}/judge").text
    assert "You have not judged 4 cells, and 1 still want a reason and do not count." in page
    guest.post(f"/rounds/{room.round.id}/done")
    rater = session.scalar(sa.select(Rater).where(Rater.user_id == room.guest.id))
    assert rater.done_at == NOW
    assert "1 of 3 done" in main(sign_in(room.me).get(f"/rounds/{room.round.id}").text)
    sign_in(room.guest).post(f"/rounds/{room.round.id}/not-done")
    session.expire_all()
    assert rater.done_at is None


def test_a_reminder_goes_to_those_who_are_not_done_once_a_day(
    room, sign_in, mails, written, session, clock_at
):
    sign_in(room.guest).post(f"/rounds/{room.round.id}/done")
    me = sign_in(room.me)
    for _ in range(2):
        me.post(f"/rounds/{room.round.id}/remind")
    assert sorted(mail.user_id for mail in mails()) == [room.me.id, room.colleague.id]
    assert session.scalar(sa.select(Rater.reminded_at).where(Rater.user_id == room.colleague.id)) == NOW
    assert "You have not finished judging in round 1 yet." in written(mails()[0]).body
    clock_at(NOW + timedelta(days=1))
    me.post(f"/rounds/{room.round.id}/remind")
    assert len(mails()) == 4


def test_a_letter_that_came_too_late_is_withdrawn(room, sign_in, mails, written):
    sign_in(room.me).post(f"/rounds/{room.round.id}/remind")
    first, second, third = mails()
    sign_in(room.colleague).post(f"/rounds/{room.round.id}/done")
    with pytest.raises(Withdrawn, match="has finished"):
        written(next(mail for mail in mails() if mail.user_id == room.colleague.id))
    sign_in(room.me).post(f"/rounds/{room.round.id}/close")
    with pytest.raises(Withdrawn, match="was closed before"):
        written(next(mail for mail in mails() if mail.user_id == room.guest.id))
    assert {first.kind, second.kind, third.kind} == {"round_reminder"}


def test_raters_are_reminded_before_the_end_in_their_own_hours_and_once(room, work, mails, clock_at):
    room.round.closes_on = date(2026, 3, 6)
    room.me.reminder_hour, room.colleague.reminder_hour = 7, 12
    room.guest.reminders = Rhythm.NEVER
    make.session.flush()
    assert work("rounds.remind") == "1 reminder written."
    assert work("rounds.remind") is None
    clock_at(NOW.replace(hour=12))
    assert work("rounds.remind") == "1 reminder written."
    assert {mail.user_id for mail in mails()} == {room.me.id, room.colleague.id}
    room.round.closes_on = date(2026, 3, 20)
    make.session.flush()
    assert work("rounds.remind") is None


def test_a_round_closes_by_itself_after_its_day_where_it_was_opened(
    room, put, work, clock_at, session, sign_in
):
    room.me.time_zone = "America/Chicago"
    room.round.closes_on = date(2026, 3, 3)
    put(room.me, 0, 0, 3)
    clock_at(datetime(2026, 3, 4, 5, 30, tzinfo=UTC))
    assert work("rounds.close") is None
    assert "Was to close after" not in sign_in(room.me).get(f"/rounds/{room.round.id}").text
    clock_at(datetime(2026, 3, 4, 6, 30, tzinfo=UTC))
    assert "Was to close after 3 Mar 2026" in main(sign_in(room.me).get(f"/rounds/{room.round.id}").text)
    assert work("rounds.close") == "1 round closed."
    assert work("rounds.close") is None
    session.expire_all()
    assert room.round.state is RoundState.CLOSED


def test_closing_shows_what_counts_and_keeps_what_does_not(room, put, browser, session):
    put(room.me, 0, 0, 3)
    put(room.colleague, 0, 0, 9)
    put(room.colleague, 0, 1, 9, counts=False)
    assert "Not done yet: " in main(browser.get(f"/rounds/{room.round.id}/close").text)
    answer = browser.post(f"/rounds/{room.round.id}/close")
    assert answer.location == f"/rounds/{room.round.id}"
    session.expire_all()
    assert (room.round.state, room.round.closed_at) == (RoundState.CLOSED, NOW)
    shown = session.execute(sa.select(Judgement.mark, Judgement.counts, Judgement.is_revealed)).all()
    assert sorted(shown) == [(3, True, True), (9, False, False), (9, True, True)]
    again = browser.post(f"/rounds/{room.round.id}/close", follow_redirects=True).text
    assert "Round 1 is closed already." in again


def test_closing_reckons_the_agreement_and_says_why_a_statistic_does_not_apply(room, put, browser, session):
    for goal in range(3):
        put(room.me, goal, 0, (0, 1, 3)[goal])
        put(room.colleague, goal, 0, (0, 3, 3)[goal])
    browser.post(f"/rounds/{room.round.id}/close")
    session.expire_all()
    told = {one["key"]: one for one in room.round.agreement["statistics"]}
    assert told["kappa"]["rests_on"] == "2 raters, 3 cells"
    page = main(browser.get(f"/rounds/{room.round.id}").text)
    assert "Kendall's W – Does not apply. Kendall's W compares three or more raters." in page
    assert "Landis and Koch (1977)" in page


def test_a_round_in_which_nobody_judged_closes_too(room, browser):
    browser.post(f"/rounds/{room.round.id}/close")
    page = main(browser.get(f"/rounds/{room.round.id}").text)
    assert "Nobody has judged anything in this round." in page


def test_the_trail_tells_of_a_round_and_never_a_mark(room, put, post, sign_in, session):
    post(room.colleague, 0, 0, 9, note="qzsecret")
    sign_in(room.colleague).post(f"/rounds/{room.round.id}/done")
    entries = session.execute(sa.select(audit_entry)).all()
    assert [(one.verb, one.thing) for one in entries] == [("changed", "round_rater")]
    assert "qzsecret" not in str(entries)
    sign_in(room.me).post(f"/rounds/{room.round.id}/close")
    entries = session.execute(sa.select(audit_entry)).all()
    assert any('"marks_shown":[null,1]' in (one.changes or "") for one in entries)


def test_what_came_back_out_of_the_bin_after_the_end_is_shown(room, put, browser, work, session):
    mark = put(room.colleague, 0, 0, 3)
    browser.post(f"/goals/{room.goals[0].id}/delete")
    browser.post(f"/rounds/{room.round.id}/close")
    thrown = session.scalars(sa.select(BinItem)).one()
    browser.post(f"/bin/{thrown.id}/put-back")
    assert work("rounds.reveal") == "1 mark shown."
    assert work("rounds.reveal") is None
    assert session.get(Judgement, mark.id, populate_existing=True).is_revealed


def test_my_day_shows_the_rounds_that_wait(room, sign_in):
    for who in (room.me, room.guest):
        assert f"/rounds/{room.round.id}/judge" in addresses(sign_in(who).get("/my-day").text)
        sign_in(who).post(f"/rounds/{room.round.id}/done")
        assert f"/rounds/{room.round.id}/judge" not in addresses(sign_in(who).get("/my-day").text)


def test_the_worksheet_names_the_current_round(room, browser, sign_in):
    page = browser.get(f"/engagements/{room.engagement.id}/worksheet").text
    assert f"/rounds/{room.round.id}/judge" in addresses(page)
    assert "Round 1 is open" in main(page)
    assert "/judge" not in sign_in(room.manager).get(f"/engagements/{room.engagement.id}/worksheet").text
