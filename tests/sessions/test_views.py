from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm.access import Role
from crm.drafts.models import Draft
from crm.sessions.models import (
    WITH_SESSIONS,
    Action,
    CoachingSession,
    Mode,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
)
from tests import factories as make
from tests.reading import main, typed

NOW = datetime(2026, 3, 3, 10, 25, tzinfo=UTC)


@pytest.fixture
def me(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Mara Lind")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def new(engagement):
    return f"/engagements/{engagement.id}/sessions/new"


def form(**fields) -> dict:
    plain = {"on": "2026-03-03", "at": "09:00", "mode": "video", "state": "held", "time_zone": "UTC"}
    nobody = {"promised-0-owner": "", "promised-1-owner": ""}
    return {**plain, **nobody, "service_line": "coaching", **fields}


def only(session) -> CoachingSession:
    session.expire_all()
    return session.scalars(sa.select(CoachingSession)).one()


def test_index_shows_the_sessions_latest_first_and_what_each_waits_for(sign_in, me, engagement):
    for number, fields in enumerate(
        ({"summary": "Said", "is_shared": True}, {"summary": "Said"}, {}, {"state": SessionState.PLANNED}), 1
    ):
        make.CoachingSessionFactory(engagement=engagement, number=number, **fields)
    said = main(sign_in(me).get(f"/engagements/{engagement.id}/sessions").text)
    places = [said.index(f"Session {number}") for number in (4, 3, 2, 1)]
    assert places == sorted(places)
    for number, words in ((1, "Shared"), (2, "Team only"), (3, "To write up"), (4, "Planned")):
        assert words in said[said.index(f"Session {number}") :].split("Session", 2)[1]


def test_index_turns_pages_and_leaves_none_out(sign_in, me, engagement):
    for number in range(1, 46):
        make.CoachingSessionFactory(engagement=engagement, number=number, coach=me)
    client, address = sign_in(me), f"/engagements/{engagement.id}/sessions"
    first = client.get(address).text
    assert ("Session 6<" in first, "Session 5<" in first) == (True, False)
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(older).text
    assert ("Session 6<" in second, "Session 5<" in second) == (False, True)


def test_create_shows_now_where_the_coach_is(sign_in, me, new):
    me.time_zone = "Asia/Tokyo"
    make.session.flush()
    page = sign_in(me).get(new).text
    said = [typed(page, name) for name in ("on", "at", "time_zone", "state")]
    assert said == ["2026-03-03", "19:00", "Asia/Tokyo", "held"]


def test_create_saves_everything_at_once(sign_in, session, me, engagement, new):
    contact = make.ContactFactory(organisation=engagement.organisation)
    goal, milestone = make.GoalFactory(engagement=engagement), make.MilestoneFactory(engagement=engagement)
    answer = sign_in(me).post(
        new,
        data=form(
            mode="on_site", place="Ward 4", user_ids=[me.id], contact_ids=[contact.id], agenda="Look back",
            touches=[f"goal:{goal.id}", f"milestone:{milestone.id}"], summary=" We agreed. ", is_shared="y",
            minutes_coaching="90", minutes_travel="45",
            **{"promised-0-title": "Send the list", "promised-0-owner": f"contact:{contact.id}",
               "promised-0-due_on": "2026-03-10", "promised-1-title": "", "promised-1-owner": ""},
        ),
    )  # fmt: skip

    one = only(session)
    assert answer.location == f"/sessions/{one.id}"
    assert (one.number, one.coach_id, one.mode, one.place) == (1, me.id, Mode.ON_SITE, "Ward 4")
    assert (one.summary, one.is_shared, one.state) == ("We agreed.", True, SessionState.HELD)
    assert (one.users, one.contacts) == ([me], [contact])
    touches = session.scalars(sa.select(SessionTouch).order_by(SessionTouch.id)).all()
    assert [(t.goal_id, t.milestone_id) for t in touches] == [(goal.id, None), (None, milestone.id)]
    entries = session.scalars(sa.select(TimeEntry).order_by(TimeEntry.id)).all()
    assert [(t.kind, t.minutes, t.is_billable, t.user_id) for t in entries] == [
        (TimeKind.COACHING, 90, True, me.id), (TimeKind.TRAVEL, 45, False, me.id),
    ]  # fmt: skip
    action = session.scalars(sa.select(Action)).one()
    assert (action.title, action.owner_contact_id, action.due_on, action.session_id) == (
        "Send the list", contact.id, date(2026, 3, 10), one.id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "stored", "shown"),
    [
        ("Asia/Tokyo", "2026-03-03", datetime(2026, 3, 3, 0, tzinfo=UTC), "Tue 3 Mar 2026, 09:00"),
        ("America/Chicago", "2026-03-09", datetime(2026, 3, 9, 14, tzinfo=UTC), "Mon 9 Mar 2026, 09:00"),
        ("Pacific/Kiritimati", "2026-03-03", datetime(2026, 3, 2, 19, tzinfo=UTC), "Tue 3 Mar 2026, 09:00"),
    ],
)
def test_create_saves_the_instant_and_shows_the_clock_of_the_place(
    sign_in, session, me, engagement, new, zone, day, stored, shown
):
    client = sign_in(me)
    page = client.post(
        new, data=form(on=day, time_zone=zone, minutes_coaching="60"), follow_redirects=True
    ).text
    one = only(session)
    assert one.starts_at == stored
    assert session.scalars(sa.select(TimeEntry)).one().worked_on == date.fromisoformat(day)
    assert f"{shown} ({zone.replace('_', ' ')})" in main(page)
    assert shown in main(client.get(f"/engagements/{engagement.id}/sessions").text)
    again = client.get(f"/sessions/{one.id}/edit").text
    assert [typed(again, name) for name in ("on", "at", "time_zone")] == [day, "09:00", zone]


def test_create_numbers_sessions_within_their_engagement(sign_in, session, me, engagement, new):
    client, other = sign_in(me), make.EngagementFactory(team=[me])
    make.CoachingSessionFactory(engagement=engagement, number=7)
    for address in (new, new, f"/engagements/{other.id}/sessions/new"):
        assert client.post(address, data=form()).status_code == 302
    rows = session.execute(
        sa.select(CoachingSession.engagement_id, CoachingSession.number).order_by(CoachingSession.id)
    )
    assert rows.all() == [(engagement.id, 7), (engagement.id, 8), (engagement.id, 9), (other.id, 1)]


def test_a_number_stands_once_in_an_engagement(session, engagement):
    make.CoachingSessionFactory(engagement=engagement, number=1)
    with pytest.raises(IntegrityError):
        make.CoachingSessionFactory(engagement=engagement, number=1)


REFUSED = [
    ({"on": ""}, "Enter the day."),
    ({"on": "3.3.2026"}, "Enter a day as year-month-day, such as 2026-03-31."),
    ({"at": ""}, "Enter the time, such as 10:00."),
    ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
    ({"minutes_coaching": "1441"}, "Enter minutes between 0 and 1,440."),
    ({"minutes_coaching": "-5"}, "Enter minutes between 0 and 1,440."),
    ({"minutes_travel": "1.5"}, "Enter a whole number."),
    ({"minutes_coaching": "9" * 30}, "This number is larger than anything it could mean."),
    ({"is_shared": "y"}, "Write the summary first: there is nothing to share yet."),
    ({"promised-0-due_on": "2026-03-10"}, "Say what the action is, or empty its line."),
    ({"promised-0-title": "x" * 256}, "Field cannot be longer than 255 characters."),
    ({"promised-0-title": "Do", "promised-0-due_on": "soon"}, "Enter a day as year-month-day"),
    ({"touches": ["goal:999999"]}, "is not a valid choice"),
    ({"user_ids": ["999999"]}, "is not a valid choice"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_create_refuses_what_makes_no_sense_and_keeps_what_was_typed(
    sign_in, session, me, new, fields, sentence
):
    answer = sign_in(me).post(new, data=form(agenda="Half an hour of typing", **fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed(answer.text, "agenda").strip() == "Half an hour of typing"
    for name, value in fields.items():
        if isinstance(value, str) and name not in ("time_zone", "is_shared"):
            assert typed(answer.text, name) == value
    for model in (CoachingSession, Action, TimeEntry):
        assert session.scalars(sa.select(model)).all() == []


def test_edit_saves_and_takes_away_what_was_emptied(sign_in, session, me, engagement):
    goal, strategy = make.GoalFactory(engagement=engagement), make.StrategyFactory(engagement=engagement)
    one = make.CoachingSessionFactory(engagement=engagement, coach=me, summary="Old")
    make.SessionTouchFactory(session=one, goal_id=goal.id)
    for kind in WITH_SESSIONS:
        make.TimeEntryFactory(session=one, kind=kind)
    make.TimeEntryFactory(session=one, user_id=make.UserFactory().id)

    emptied = {"minutes_preparation": "", "minutes_travel": ""}
    fields = form(summary="New", minutes_coaching="75", touches=[f"strategy:{strategy.id}"], **emptied)
    sign_in(me).post(f"/sessions/{one.id}/edit", data=fields)

    session.expire_all()
    assert one.summary == "New"
    touch = session.scalars(sa.select(SessionTouch)).one()
    assert (touch.goal_id, touch.strategy_id) == (None, strategy.id)
    mine = session.scalars(sa.select(TimeEntry).where(TimeEntry.user_id == me.id)).one()
    assert (mine.kind, mine.minutes) == (TimeKind.COACHING, 75)
    assert session.scalar(sa.select(sa.func.count(TimeEntry.id))) == 2, "a colleague's time is theirs"


def test_edit_refuses_what_makes_no_sense(sign_in, session, me, engagement):
    one = make.CoachingSessionFactory(engagement=engagement, summary="As it was")
    answer = sign_in(me).post(f"/sessions/{one.id}/edit", data=form(summary="Changed", on="never"))
    assert answer.status_code == 422
    assert typed(answer.text, "summary").strip() == "Changed"
    session.expire_all()
    assert one.summary == "As it was"


def test_a_draft_is_back_on_the_next_visit_and_gone_after_saving(sign_in, session, me, engagement, new):
    client, key = sign_in(me), f"engagements/{engagement.id}/sessions/new"
    fields = form(summary="Half a thought", at="07:45", minutes_coaching="20", csrf_token="x")
    fields["promised-0-title"] = "Call the ward"
    assert client.post(f"/drafts/keep/{key}", data=fields).status_code == 204
    assert "csrf_token" not in str(session.scalars(sa.select(Draft)).one().fields)

    page = client.get(new).text
    assert "is back. Throw it away" in main(page)
    said = [typed(page, name).strip() for name in ("summary", "at", "minutes_coaching", "promised-0-title")]
    assert said == ["Half a thought", "07:45", "20", "Call the ward"]

    assert client.post(new, data=form(summary="A whole thought")).status_code == 302
    assert session.scalars(sa.select(Draft)).all() == []
    assert "Half a thought" not in client.get(new).text


def test_a_draft_outlives_a_refusal_and_is_nobody_elses(sign_in, session, me, engagement, new):
    client, colleague = sign_in(me), make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=colleague)
    client.post(f"/drafts/keep/engagements/{engagement.id}/sessions/new", data=form(summary="Mine alone"))
    assert client.post(new, data=form(on="")).status_code == 422
    assert "Mine alone" in client.get(new).text
    assert "Mine alone" not in sign_in(colleague).get(new).text


def test_a_stranger_cannot_see_or_change_a_session(sign_in, session, engagement, new):
    one = make.CoachingSessionFactory(engagement=engagement, summary="As it was", is_shared=True)
    for stranger in (make.UserFactory(), make.UserFactory(role=Role.CLIENT)):
        client = sign_in(stranger)
        for address in (new, f"/sessions/{one.id}", f"/sessions/{one.id}/edit"):
            assert client.get(address).status_code == 404
        for address in (new, f"/sessions/{one.id}/edit"):
            assert client.post(address, data=form(summary="Changed")).status_code == 404
    assert only(session).summary == "As it was"


def test_a_manager_reads_a_session_and_cannot_change_it(sign_in, session, engagement):
    one = make.CoachingSessionFactory(engagement=engagement, summary="As it was")
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    assert "As it was" in client.get(f"/sessions/{one.id}").text
    assert client.post(f"/sessions/{one.id}/edit", data=form(summary="Changed")).status_code == 403
    assert only(session).summary == "As it was"
