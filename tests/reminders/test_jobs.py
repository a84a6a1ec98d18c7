"""Who is reminded of what: their own actions and sessions, on either side, once a day."""

from datetime import date, timedelta

import pytest

from crm.access import Role
from crm.accounts.models import Rhythm
from crm.engagements.models import EngagementGrant
from crm.mail import letters
from crm.organisations.models import Contact
from crm.sessions.models import ActionState, SessionState
from tests import factories as make
from tests.reminders.conftest import NOW

TODAY = NOW.date()


def owe(engagement, user=None, contact=None, days=0, **said):
    return make.ActionFactory(
        engagement=engagement, owner_user_id=user and user.id, owner_contact_id=contact and contact.id,
        due_on=TODAY + timedelta(days), **said,
    )  # fmt: skip


@pytest.fixture
def contact(session, guest):
    def contact(engagement):
        return session.query(Contact).filter_by(user_id=guest.id).one()

    return contact


def test_a_digest_tells_what_is_overdue_due_and_to_write_up(engagement, coach, remind, mails, written):
    owe(engagement, coach, days=-3, title="Send the protocol")
    owe(engagement, coach, days=0, title="Call the board")
    owe(engagement, coach, days=1, title="Draft the letter")
    owe(engagement, coach, days=2, title="Not yet")
    owe(engagement, coach, days=0, title="Long done", state=ActionState.DONE, done_on=TODAY)
    make.CoachingSessionFactory(engagement=engagement, coach=coach, number=7, state=SessionState.HELD)
    assert remind() == "1 reminder written."
    (mail,) = mails()
    assert mail.subject == "1 overdue, 1 due today, 1 due soon, 1 session to write up"
    message = written(mail)
    html = message.alternatives[0][0]
    for words in ("Send the protocol", "Call the board", "Draft the letter", "Session 7", "Ada Coach"):
        assert words in message.body
        assert words in html
    for words in ("Not yet", "Long done"):
        assert words not in message.body + html
    assert "https://crm.test/actions" in message.body
    assert 'href="https://crm.test/sessions/' in html
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["List-Unsubscribe"].startswith("<https://crm.test/unsubscribe/")


def test_a_lead_is_reminded_of_a_worksheet_to_review(engagement, coach, remind, mails, written):
    engagement.lead_id = coach.id
    make.SheetSetupFactory(engagement=engagement, review_on=TODAY)
    remind()
    (mail,) = mails()
    assert mail.subject == "1 worksheet to review"
    assert f"https://crm.test/engagements/{engagement.id}/worksheet" in written(mail).body


@pytest.mark.parametrize("is_owner", [True, False], ids=["their own", "nobody's, on what they lead"])
def test_who_owes_values_is_reminded_of_them(engagement, coach, remind, mails, written, session, is_owner):
    engagement.lead_id = coach.id
    owner = {"owner_user_id": coach.id} if is_owner else {}
    make.MeasureFactory(engagement=engagement, name="No-show rate", starts_on=TODAY - timedelta(40), **owner)
    make.MeasureFactory(engagement=engagement, name="Without a schedule", **owner)
    remind()
    (mail,) = mails()
    assert mail.subject == "2 values to enter"
    body = written(mail).body
    assert "VALUES TO ENTER" in body
    assert "- No-show rate: " in body
    assert "schedule" not in body


def test_values_that_somebody_else_owns_are_not_on_the_list(engagement, coach, remind, mails):
    other = make.UserFactory()
    starts = {"starts_on": TODAY - timedelta(40)}
    make.MeasureFactory(engagement=engagement, owner_user_id=other.id, **starts)
    make.MeasureFactory(engagement=make.EngagementFactory(), owner_user_id=coach.id, **starts)
    remind()
    assert mails() == []


def test_a_client_is_reminded_of_what_is_theirs(engagement, guest, contact, remind, mails, written):
    owe(engagement, contact=contact(engagement), title="Name a sponsor")
    owe(engagement, title="Nobody's yet")
    assert remind() == "1 reminder written."
    message = written(mails()[0])
    assert mails()[0].user_id == guest.id
    assert "Name a sponsor" in message.body
    assert "Nobody's" not in message.body


def test_nothing_to_say_is_no_mail_and_is_settled_for_the_day(engagement, coach, remind, mails):
    assert remind() is None
    owe(engagement, coach)
    assert remind() is None
    assert mails() == []


def test_no_second_one_on_the_same_day_and_one_on_the_next(engagement, coach, remind, mails, clock_at):
    owe(engagement, coach)
    assert [remind(), remind()] == ["1 reminder written.", None]
    clock_at(NOW + timedelta(days=1))
    assert remind() == "1 reminder written."
    assert [mail.occasion for mail in mails()] == ["reminder/2026-03-03", "reminder/2026-03-04"]


@pytest.mark.parametrize(
    "changed",
    [
        {"active": False},
        {"reminders": Rhythm.NEVER},
        {"reminder_hour": 9},
        {"reminder_days": [1]},
        {"time_zone": "America/Chicago"},
    ],
    ids=str,
)
def test_whoever_is_not_to_be_reminded_now_is_not(engagement, coach, remind, mails, session, changed):
    owe(engagement, coach)
    for name, value in changed.items():
        setattr(coach, name, value)
    session.flush()
    assert remind() is None
    assert mails() == []


def test_a_weekly_one_looks_a_week_ahead(engagement, coach, remind, mails, written, session):
    coach.reminders, coach.reminder_days = Rhythm.WEEKLY, [2]
    session.flush()
    owe(engagement, coach, days=7, title="In a week")
    owe(engagement, coach, days=8, title="Later")
    remind()
    body = written(mails()[0]).body
    assert "DUE IN THE NEXT SEVEN DAYS" in body
    assert "In a week" in body
    assert "Later" not in body


def test_what_was_done_before_it_went_out_is_not_in_it(engagement, coach, remind, mails, written, session):
    first, second = owe(engagement, coach, title="Call"), owe(engagement, coach, title="Write")
    remind()
    first.state, first.done_on = ActionState.DONE, TODAY
    session.flush()
    message = written(mails()[0])
    assert message.subject == "1 due today"
    assert "Call" not in message.body
    second.state, second.done_on = ActionState.DONE, TODAY
    session.flush()
    with pytest.raises(letters.Withdrawn, match="nothing left to say"):
        written(mails()[0])


@pytest.mark.parametrize("how", ["access", "sign-in", "choice", "day"])
def test_whoever_lost_it_meanwhile_gets_nothing(
    engagement, guest, contact, remind, mails, written, session, clock_at, how
):
    owe(engagement, contact=contact(engagement))
    remind()
    if how == "access":
        for grant in session.query(EngagementGrant):
            session.delete(grant)
    elif how == "sign-in":
        guest.active = False
    elif how == "choice":
        guest.reminders = Rhythm.NEVER
    else:
        clock_at(NOW + timedelta(days=1))
    session.flush()
    with pytest.raises(letters.Withdrawn):
        written(mails()[0])


def test_everybody_by_one_run_and_each_their_own(engagement, remind, mails, written):
    people = make.UserFactory.create_batch(3)
    for number, person in enumerate(people):
        make.TeamMemberFactory(engagement=engagement, user=person)
        owe(engagement, person, title=f"Task of number {number}")
    assert remind() == "3 reminders written."
    for number, mail in enumerate(mails()):
        told = [f"Task of number {one}" in written(mail).body for one in range(3)]
        assert told == [one == number for one in range(3)]


def test_names_and_titles_are_only_words(app, engagement, remind, mails, written):
    tricky = make.UserFactory(name='Eve "x" <evil@example.org>\r\nBcc: all@example.org', role=Role.CONSULTANT)
    make.TeamMemberFactory(engagement=engagement, user=tricky)
    owe(engagement, tricky, title="<script>alert(1)</script> & more")
    remind()
    message = written(mails()[0])
    assert "<script>" not in message.alternatives[0][0]
    assert "&lt;script&gt;" in message.alternatives[0][0]
    with app.app_context():
        sent = message.message()
    assert sent["Bcc"] is None
    assert sent["To"].endswith(f"<{tricky.email}>")


def test_the_day_of_a_reminder_is_the_readers(engagement, coach, remind, mails, session, clock_at):
    coach.time_zone, coach.reminder_hour = "Asia/Tokyo", 7
    session.flush()
    clock_at(NOW.replace(day=2, hour=22))  # seven in the morning of the third, in Tokyo
    owe(engagement, coach, days=0)
    remind()
    assert [(mail.occasion, mail.subject) for mail in mails()] == [("reminder/2026-03-03", "1 due today")]
    session.expire_all()
    assert coach.reminded_on == date(2026, 3, 3)
