"""What a client reads of the sessions, and the actions that both sides owe."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.access import Role
from crm.sessions.models import ActionState
from tests import factories as make
from tests.reading import main, typed

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def guest(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Ida Berg", role=Role.CLIENT)


@pytest.fixture
def engagement(guest):
    """Named, or the 1337th of a run would be taken for what a test says is not there."""
    engagement = make.EngagementFactory(
        title="Front door",
        organisation__name="Lakeside",
        team=[make.UserFactory(name="Eva Lind")],
        granted=[guest],
    )
    make.ContactFactory(organisation=engagement.organisation, user=guest, name="Ida Berg")
    return engagement


@pytest.fixture
def contact(guest, engagement, session):
    return session.query(make.ContactFactory._meta.model).filter_by(user_id=guest.id).first()


def test_a_client_sees_shared_sessions_and_no_others(sign_in, guest, engagement):
    said = {"is_shared": True, "summary": "We agreed."}
    shared = make.CoachingSessionFactory(engagement=engagement, number=1, **said)
    hidden = make.CoachingSessionFactory(engagement=engagement, number=2, summary="Not for them.")
    client = sign_in(guest)
    listed = client.get(f"/engagements/{engagement.id}/sessions").text
    assert ("Session 1" in listed, "Session 2" in listed) == (True, False)
    assert "We agreed." in client.get(f"/sessions/{shared.id}").text
    assert client.get(f"/sessions/{hidden.id}").status_code == 404
    assert client.get(f"/sessions/{shared.id}/edit").status_code == 403


def test_a_client_sees_no_minutes_of_a_single_session_and_no_fee(sign_in, guest, engagement):
    one = make.CoachingSessionFactory(engagement=engagement, number=1, is_shared=True, summary="We agreed.")
    goal = make.GoalFactory(engagement=engagement, statement="Fewer falls")
    strategy = make.StrategyFactory(engagement=engagement, statement="Rounds at night")
    make.RelationFactory(engagement=engagement, goal_id=goal.id, strategy_id=strategy.id)
    make.SessionTouchFactory(session=one, goal_id=goal.id)
    make.TimeEntryFactory(session=one, minutes=1337)
    here = f"/engagements/{engagement.id}"
    pages = (f"/sessions/{one.id}", f"{here}/sessions", f"{here}/thread", f"{here}/outcomes", "/roadmap")
    client = sign_in(guest)
    for address in pages:
        said = main(client.get(address).text)
        assert "1337" not in said, address
        assert "22.3 h" not in said, address
        assert "12,500" not in said, address
    overview = main(client.get(here).text)
    assert "12,500" not in overview
    assert "1 session, 22.3 h" not in overview
    assert "22.3 h used, none agreed" in overview, "hours used against the budget are theirs to see"


def test_a_consultant_sees_the_minutes_and_the_fee(sign_in, engagement):
    coach = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=coach)
    one = make.CoachingSessionFactory(engagement=engagement, coach=coach)
    make.TimeEntryFactory(session=one, minutes=1337)
    client = sign_in(coach)
    assert "1337" in main(client.get(f"/engagements/{engagement.id}/sessions").text)
    assert "Coaching 1337 min" in main(client.get(f"/sessions/{one.id}").text)
    assert "12,500.00" in main(client.get(f"/engagements/{engagement.id}").text)


def test_actions_shows_what_i_owe_the_most_urgent_first(sign_in, guest, engagement, contact):
    mine = {"engagement": engagement, "owner_contact_id": contact.id}
    make.ActionFactory(title="Some day", **mine)
    make.ActionFactory(title="Soon", due_on=date(2026, 3, 10), **mine)
    make.ActionFactory(title="Overdue", due_on=date(2026, 3, 1), **mine)
    make.ActionFactory(title="Today", due_on=date(2026, 3, 3), **mine)
    make.ActionFactory(title="Finished", state=ActionState.DONE, done_on=date(2026, 3, 1), **mine)
    make.ActionFactory(title="Not mine", engagement=engagement)
    said = main(sign_in(guest).get("/actions").text)
    order = [said.index(title) for title in ("Overdue", "Today", "Soon", "Some day")]
    assert order == sorted(order)
    assert "2 days late" in said
    assert "Due today" in said
    assert "Due 10 Mar 2026" in said
    assert "Finished" not in said
    assert "Not mine" not in said


def test_actions_is_empty_in_words(sign_in, guest):
    assert "You owe nothing at the moment." in sign_in(guest).get("/actions").text


def test_a_client_finishes_an_action_of_their_own(sign_in, session, guest, engagement, contact):
    action = make.ActionFactory(engagement=engagement, owner_contact_id=contact.id, title="Send the list")
    client = sign_in(guest)
    page = client.post(
        f"/actions/{action.id}/finish", data={"from_list": "1", "evidence": "Sent"}, follow_redirects=True
    )
    session.expire_all()
    assert (action.state, action.done_on, action.evidence) == (ActionState.DONE, date(2026, 3, 3), "Sent")
    assert "“Send the list” is done." in main(page.text)
    again = client.post(f"/actions/{action.id}/finish", data={"from_list": "1"}, follow_redirects=True)
    assert "“Send the list” is done already." in main(again.text)
    client.post(f"/actions/{action.id}/reopen")
    session.expire_all()
    assert (action.state, action.done_on) == (ActionState.OPEN, None)


def test_a_client_cannot_finish_an_action_of_another(sign_in, session, guest, engagement, contact):
    other = make.ContactFactory(organisation=engagement.organisation)
    colleague = make.UserFactory()
    client = sign_in(guest)
    for owner in ({"owner_contact_id": other.id}, {"owner_user_id": colleague.id}, {}):
        action = make.ActionFactory(engagement=engagement, **owner)
        assert client.post(f"/actions/{action.id}/finish").status_code == 403
        session.refresh(action)
        assert action.state is ActionState.OPEN
    assert client.post(f"/actions/{action.id}/edit", data={"title": "Changed"}).status_code == 403


def test_a_client_cannot_finish_an_action_once_the_grant_is_taken_back(sign_in, guest, contact, engagement):
    elsewhere = make.EngagementFactory(organisation=engagement.organisation)
    action = make.ActionFactory(engagement=elsewhere, owner_contact_id=contact.id, title="Out of reach")
    client = sign_in(guest)
    assert client.post(f"/actions/{action.id}/finish").status_code == 404
    assert "Out of reach" not in client.get("/actions").text


def action_form(**fields) -> dict:
    return {"title": "New", "owner": "", "due_on": "2026-04-01", "state": "open", **fields}


def test_edit_action_saves_and_dates_its_end(sign_in, session, engagement, clock_at):
    coach = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=coach)
    action = make.ActionFactory(engagement=engagement)
    client = sign_in(coach)
    answer = client.post(f"/actions/{action.id}/edit", data=action_form(state="done"))
    assert answer.location == f"/engagements/{engagement.id}"
    session.expire_all()
    assert (action.title, action.state, action.done_on) == ("New", ActionState.DONE, date(2026, 3, 3))
    clock_at(NOW + timedelta(days=5))
    client.post(f"/actions/{action.id}/edit", data=action_form(state="done"))
    session.expire_all()
    assert action.done_on == date(2026, 3, 3), "the day it was done stays"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Say what is to be done."),
        ({"due_on": "soon"}, "Enter a day as year-month-day, such as 2026-03-31."),
        ({"owner": "user:999999"}, "Not a valid choice"),
    ],
)
def test_edit_action_refuses_what_makes_no_sense(sign_in, session, engagement, fields, sentence):
    coach = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=coach)
    action = make.ActionFactory(engagement=engagement, title="As it was")
    answer = sign_in(coach).post(f"/actions/{action.id}/edit", data=action_form(evidence="A link", **fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed(answer.text, "evidence").strip() == "A link"
    session.expire_all()
    assert action.title == "As it was"


def test_a_stranger_cannot_finish_reopen_or_edit_an_action(sign_in, session, engagement):
    action = make.ActionFactory(engagement=engagement)
    for stranger in (make.UserFactory(), make.UserFactory(role=Role.CLIENT)):
        client = sign_in(stranger)
        for verb in ("finish", "reopen", "edit"):
            assert client.post(f"/actions/{action.id}/{verb}", data=action_form()).status_code == 404
    session.expire_all()
    assert action.state is ActionState.OPEN
