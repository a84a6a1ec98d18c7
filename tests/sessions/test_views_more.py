"""Carried over, timed, searched, written in Markdown, and at the right hour for everybody."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from crm.access import Role
from crm.markdown import markdown
from crm.sessions.actions import next_turn
from crm.sessions.models import Action, ActionState, CoachingSession, Recurrence, SessionState
from crm.sessions.models_record import AgendaTemplate, Timer
from tests import factories as make
from tests.naughty import STRINGS
from tests.reading import addresses, main, tree, typed
from tests.sessions.conftest import NOW
from tests.sessions.test_views import form


def test_the_agenda_begins_with_what_was_left_and_is_open(browser, held):
    held.next_time = "Read the consent form together."
    make.ActionFactory(engagement=held.engagement, title="Send the list", due_on=date(2026, 3, 1))
    page = browser.get(f"/engagements/{held.engagement_id}/sessions/new").text
    assert typed(page, "agenda") == "Read the consent form together.\n- Still open: Send the list"


def test_the_agenda_begins_with_a_template_of_mine(browser, me, held):
    mine = make.AgendaTemplateFactory(user=me, body="1. Check in", name="Short")
    foreign = make.AgendaTemplateFactory()
    address = f"/engagements/{held.engagement_id}/sessions/new"
    assert f"{address}?agenda={mine.id}" in addresses(browser.get(address).text)
    assert typed(browser.get(f"{address}?agenda={mine.id}").text, "agenda") == "1. Check in"
    assert browser.get(f"{address}?agenda={foreign.id}").status_code == 404


def test_agendas_are_kept_and_changed(browser, me, session):
    browser.post("/agendas/new", data={"name": "Short", "body": "1. Check in"})
    mine = session.scalars(sa.select(AgendaTemplate)).one()
    assert (mine.user_id, mine.is_shared) == (me.id, False)
    browser.post(f"/agendas/{mine.id}/edit", data={"name": "Short", "body": "1. Check in", "is_shared": "y"})
    session.expire_all()
    assert mine.is_shared
    assert browser.post("/agendas/new", data={"name": "", "body": ""}).status_code == 422


def test_what_was_done_since_is_ticked_off_in_the_form(browser, held, session):
    done = make.ActionFactory(engagement=held.engagement, title="Send the list")
    foreign = make.ActionFactory()
    path = f"/engagements/{held.engagement_id}/sessions/new"
    browser.post(path, data=form(finished=[done.id]))
    assert browser.post(path, data=form(finished=[foreign.id])).status_code == 422
    session.expire_all()
    assert (done.state, done.done_on) == (ActionState.DONE, date(2026, 3, 3))
    assert foreign.state is ActionState.OPEN


def test_planned_and_actual_are_both_kept(browser, held, session):
    path = f"/engagements/{held.engagement_id}/sessions/new"
    browser.post(path, data=form(state="planned", on="2026-03-10", at="09:00", lasted="60"))
    one = session.scalars(sa.select(CoachingSession).where(CoachingSession.state == "planned")).one()
    assert (one.planned_minutes, one.lasted_minutes) == (60, None)
    browser.post(f"/sessions/{one.id}/edit", data=form(on="2026-03-10", at="09:20", lasted="45"))
    session.expire_all()
    assert one.planned_at == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert one.starts_at == datetime(2026, 3, 10, 9, 20, tzinfo=UTC)
    assert (one.planned_minutes, one.lasted_minutes) == (60, 45)
    page = main(browser.get(f"/sessions/{one.id}").text)
    assert "45 minutes Planned for Tue 10 Mar 2026, 09:00, 60 minutes" in page


def test_pro_bono_is_not_billed(browser, held, session):
    path = f"/engagements/{held.engagement_id}/sessions/new"
    browser.post(path, data=form(is_pro_bono="y", minutes_coaching="60"))
    one = session.scalars(sa.select(CoachingSession).where(CoachingSession.is_pro_bono)).one()
    page = main(browser.get(f"/sessions/{one.id}").text)
    assert "Pro bono" in page
    assert "Coaching 60 min (not billed)" in page


#: Both changes of the clocks in Chicago, and days between: what Tokyo's nine o'clock is there.
HOURS = [
    ("2026-03-07", "Fri 6 Mar, 18:00"),
    ("2026-03-08", "Sat 7 Mar, 18:00"),
    ("2026-03-09", "Sun 8 Mar, 19:00"),
    ("2026-07-01", "Tue 30 Jun, 19:00"),
    ("2026-11-01", "Sat 31 Oct, 19:00"),
    ("2026-11-02", "Sun 1 Nov, 18:00"),
    ("2026-12-31", "Wed 30 Dec, 18:00"),
]


@pytest.mark.parametrize(("day", "chicago"), HOURS)
def test_nine_in_tokyo_is_the_right_hour_and_day_for_every_reader(sign_in, me, held, session, day, chicago):
    me.time_zone = "America/Chicago"
    guest = make.UserFactory(role=Role.CLIENT, time_zone="Asia/Tokyo")
    make.EngagementGrantFactory(engagement=held.engagement, user=guest)
    session.flush()
    path = f"/engagements/{held.engagement_id}/sessions"
    data = form(on=day, at="09:00", time_zone="Asia/Tokyo", summary="Said", is_shared="y")
    browser = sign_in(me)
    browser.post(f"{path}/new", data=data)
    one = session.scalars(sa.select(CoachingSession).where(CoachingSession.time_zone == "Asia/Tokyo")).one()
    there = f"{date.fromisoformat(day):%a} {date.fromisoformat(day).day}"
    for page in (main(browser.get(f"/sessions/{one.id}").text), main(browser.get(path).text)):
        assert there in page
        assert "09:00" in page
        assert f"{chicago} for you" in page
    assert [typed(browser.get(f"/sessions/{one.id}/edit").text, name) for name in ("on", "at")] == [
        day,
        "09:00",
    ]
    page = main(sign_in(guest).get(f"/sessions/{one.id}").text)
    assert there in page
    assert "for you" not in page


def test_an_hour_that_the_clocks_skip_is_refused(browser, held):
    path = f"/engagements/{held.engagement_id}/sessions/new"
    answer = browser.post(path, data=form(on="2026-03-08", at="02:30", time_zone="America/Chicago"))
    assert answer.status_code == 422
    assert "That hour does not exist on this day in America/Chicago" in main(answer.text)


def test_a_timer_becomes_a_session(browser, me, held, session, clock_at):
    me.time_zone = "Europe/Berlin"
    session.flush()
    browser.post(f"/engagements/{held.engagement_id}/timer")
    browser.post(f"/engagements/{held.engagement_id}/timer")
    assert len(session.scalars(sa.select(Timer)).all()) == 1
    assert "The timer runs for Kept since Tue 3 Mar 2026, 11:25" in main(browser.get("/my-day").text)
    clock_at(NOW + timedelta(minutes=51, seconds=10))
    answer = browser.post("/timer/stop")
    assert session.scalars(sa.select(Timer)).all() == []
    page = browser.get(answer.location).text
    fields = ("on", "at", "lasted", "minutes_coaching")
    assert [typed(page, name) for name in fields] == ["2026-03-03", "11:25", "51", "51"]


def test_a_timer_is_thrown_away_and_none_is_stopped(browser, held, session):
    browser.post(f"/engagements/{held.engagement_id}/timer")
    browser.post("/timer/discard")
    assert session.scalars(sa.select(Timer)).all() == []
    assert browser.post("/timer/stop").location.endswith("/")


@pytest.mark.parametrize("given_", ["x", "2026-13-01T00:00", "9999-12-31T23:59:59+00:00", "-1"])
def test_a_mangled_timer_address_does_no_harm(browser, held, given_):
    path = f"/engagements/{held.engagement_id}/sessions/new?started={given_}&minutes=99999999999999"
    assert browser.get(path).status_code == 200


def test_search_finds_my_words_and_my_notes_and_nobody_elses(sign_in, me, held, session):
    colleague = make.UserFactory()
    make.TeamMemberFactory(engagement=held.engagement, user=colleague)
    held.users = [colleague]
    held.grow_options = "A choir on the stairs"
    make.PrivateNoteFactory(session=held, user_id=me.id, body="The director wavers")
    make.PrivateNoteFactory(session=held, user_id=colleague.id, body="The sponsor hides")
    make.CoachingSessionFactory(summary="A choir elsewhere")
    session.flush()

    def found(who, text) -> bool:
        return "Session " in main(sign_in(who).get("/sessions/search", query_string={"q": text}).text)

    assert found(me, "CHOIR on")
    assert not found(me, "elsewhere")
    assert (found(me, "wavers"), found(colleague, "wavers")) == (True, False)
    assert (found(me, "sponsor hides"), found(colleague, "sponsor hides")) == (False, True)
    assert not found(me, "100%")
    for role in (Role.ADMINISTRATOR, Role.MANAGER):
        assert not found(make.UserFactory(role=role), "wavers")


def test_a_client_searches_what_was_shared_with_them(sign_in, held, session):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=held.engagement, user=guest)
    client = sign_in(guest)
    assert "No session of yours says this" in main(client.get("/sessions/search?q=agreed").text)
    held.is_shared = True
    session.flush()
    assert "Session " in main(client.get("/sessions/search?q=agreed").text)


def test_markdown_is_written_as_html(browser, held, session):
    held.summary = "# We agreed\n\n**Two** things:\n- [a list](https://example.org/x)\n- ~~gone~~"
    session.flush()
    page = browser.get(f"/sessions/{held.id}").text
    assert "<h3>We agreed</h3>" in page
    assert "<strong>Two</strong>" in page
    assert '<a href="https://example.org/x" rel="noopener noreferrer nofollow">a list</a>' in page


HARMFUL = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://example.org/spy.gif)",
    "<img src=x onerror=alert(1)>", "[x](data:text/html,hi)", "<a href='javascript:1'>x</a>",
    "[x](vbscript:1)", "<svg onload=alert(1)>", "[x]( java\nscript:alert(1))",
]  # fmt: skip


@pytest.mark.no_database
@pytest.mark.parametrize("text", HARMFUL)
def test_markdown_lets_nothing_harmful_through(text):
    assert_harmless(text)


@pytest.mark.no_database
def test_no_naughty_string_gets_through_as_markdown():
    for text in STRINGS:
        assert_harmless(text)


def assert_harmless(text: str) -> None:
    for element in tree(f"<main>{markdown(text)}</main>").iter():
        if isinstance(element.tag, str):
            assert element.tag not in {"script", "img", "svg", "iframe", "style", "object", "form"}, text
            assert not [name for name in element.attrib if name.startswith("on") or name == "style"], text
            assert element.get("href", "https:").startswith(("https:", "http:", "mailto:")), text


# Actions


def test_one_list_across_engagements_the_most_overdue_first(browser, me, held):
    other = make.EngagementFactory(team=[me], title="Other")
    rows = (
        ("Last", other, None), ("First", other, date(2026, 2, 1)), ("Third", other, date(2026, 4, 1)),
        ("Second", held.engagement, date(2026, 3, 3)),
    )  # fmt: skip
    for title, engagement, due_on in rows:
        make.ActionFactory(engagement=engagement, title=title, due_on=due_on, owner_user_id=me.id)
    contact = make.ContactFactory(organisation=other.organisation)
    make.ActionFactory(engagement=other, title="Of theirs", owner_contact_id=contact.id)
    make.ActionFactory(title="Foreign", owner_user_id=make.UserFactory().id)
    page = main(browser.get("/actions").text)
    places = [page.index(title) for title in ("First", "Second", "Third", "Last")]
    assert places == sorted(places)
    assert "30 days late" in page
    assert "Of theirs" not in page
    assert "Of theirs" in main(browser.get("/actions?whose=theirs").text)
    everybodys = main(browser.get("/actions?whose=all").text)
    assert "Of theirs" in everybodys
    assert "Foreign" not in everybodys


def test_the_list_turns_pages_and_leaves_none_out(browser, me, held):
    for number in range(45):
        due_on = None if number % 3 else date(2026, 3, 1) + timedelta(number)
        make.ActionFactory(
            engagement=held.engagement, title=f"No {number}.", due_on=due_on, owner_user_id=me.id
        )
    first = browser.get("/actions").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older).text
    found = [number for number in range(45) for page in (first, second) if f"No {number}." in page]
    assert sorted(found) == list(range(45))


def test_what_is_done_from_the_list_leads_back_to_it(browser, me, held, session):
    action = make.ActionFactory(engagement=held.engagement, owner_user_id=me.id)
    answer = browser.post(f"/actions/{action.id}/finish", data={"from_list": "1", "whose": "ours"})
    assert answer.location == "/actions?whose=ours"
    assert action.title in main(browser.get("/actions?state=done").text)


def test_an_action_is_added_without_a_session(browser, me, held, session):
    path = f"/engagements/{held.engagement_id}/actions/new"
    data = {"title": "Read", "owner": f"user:{me.id}", "state": "open", "recurs": "weekly"}
    assert browser.post(path, data=data).status_code == 422
    browser.post(path, data=data | {"due_on": "2026-03-10"})
    action = session.scalars(sa.select(Action)).one()
    assert (action.title, action.recurs, action.session_id) == ("Read", Recurrence.WEEKLY, None)


def test_what_comes_again_stands_open_anew(browser, me, held, session):
    action = make.ActionFactory(
        engagement=held.engagement, owner_user_id=me.id, due_on=date(2026, 1, 31), recurs=Recurrence.MONTHLY
    )
    browser.post(f"/actions/{action.id}/finish", data={"evidence": "https://example.org/x"})
    session.expire_all()
    again = session.scalars(sa.select(Action).where(Action.id != action.id)).one()
    assert (action.state, action.evidence) == (ActionState.DONE, "https://example.org/x")
    assert (again.state, again.due_on, again.recurs) == (
        ActionState.OPEN,
        date(2026, 3, 31),
        Recurrence.MONTHLY,
    )
    assert again.owner_user_id == me.id


@pytest.mark.no_database
@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.sampled_from(Recurrence), st.integers(1, 60))
def test_turns_come_later_and_keep_their_day(first, recurs, turns):
    day = next_turn(first, recurs, turns)
    assert next_turn(first, recurs, turns + 1) > day > first
    if recurs in (Recurrence.WEEKLY, Recurrence.FORTNIGHTLY):
        assert day.weekday() == first.weekday()
    else:
        following = date.fromordinal(day.toordinal() + 1)
        assert day.day == first.day or (following.day == 1 and day.day < first.day)


def test_the_state_of_a_planned_session_is_no_record(browser, held, session):
    held.state = SessionState.PLANNED
    session.flush()
    assert "I have read it" not in browser.get(f"/sessions/{held.id}").text
