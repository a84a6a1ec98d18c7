"""Two people edit one thing: neither loses a word, and what collides is shown."""

from html import unescape

import pytest

from crm.alignment.models import Goal, Relation
from crm.engagements.models import Engagement
from crm.sessions.models import CoachingSession
from tests import factories as make
from tests.reading import main, typed


@pytest.fixture
def me():
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me], lead=me)


@pytest.fixture
def goal(engagement):
    return make.GoalFactory(engagement=engagement, statement="Fewer no-shows", weight=30)


def opened(client, address, *names) -> dict:
    """What a browser would send back of a form as it was opened."""
    page = client.get(address).text
    return {name: unescape(typed(page, name) or "") for name in ("edited_version", "edited_base", *names)}


@pytest.fixture
def forms(sign_in, me, goal):
    """The goal's form, opened twice."""
    client, address = sign_in(me), f"/goals/{goal.id}/edit"
    names = ("statement", "weight", "owner", "perspective", "horizon_on", "smart_text")
    return client, address, opened(client, address, *names), opened(client, address, *names)


def now(session, row):
    session.expire_all()
    return session.get(type(row), row.id)


def test_what_does_not_collide_is_merged(forms, session, goal):
    client, address, first, second = forms
    assert client.post(address, data=first | {"weight": "45"}).status_code == 302
    answer = client.post(address, data=second | {"statement": "Far fewer no-shows"}, follow_redirects=True)

    saved = now(session, goal)
    assert (saved.weight, saved.statement) == (45, "Far fewer no-shows")
    assert "Taken over from them: Weight" in main(answer.text)


def test_what_collides_is_shown_field_by_field(forms, session, goal):
    client, address, first, second = forms
    client.post(address, data=first | {"weight": "45", "smart_text": "Theirs alone"})
    answer = client.post(address, data=second | {"weight": "60", "statement": "Mine alone"})

    assert answer.status_code == 409
    shown = main(answer.text)
    for said in ("Somebody saved this while you wrote", "30", "45", "60", "Take theirs"):
        assert said in shown
    assert typed(answer.text, "weight") == "60"
    assert typed(answer.text, "statement") == "Mine alone"
    assert typed(answer.text, "smart_text").strip() == "Theirs alone"
    assert now(session, goal).weight == 45


@pytest.mark.parametrize(
    ("choice", "weight"), [({}, 60), ({"take_theirs": "weight"}, 45)], ids=["mine", "theirs"]
)
def test_the_choice_is_kept(forms, session, goal, choice, weight):
    client, address, first, second = forms
    client.post(address, data=first | {"weight": "45"})
    page = client.post(address, data=second | {"weight": "60", "statement": "Mine"}).text
    again = {name: unescape(typed(page, name) or "").strip() for name in second}

    assert client.post(address, data=again | choice).status_code == 302
    saved = now(session, goal)
    assert (saved.weight, saved.statement) == (weight, "Mine")


def test_a_third_save_meanwhile_is_shown_too(forms, session, goal):
    client, address, first, second = forms
    client.post(address, data=first | {"weight": "45"})
    page = client.post(address, data=second | {"weight": "60"}).text
    again = {name: unescape(typed(page, name) or "").strip() for name in second}
    third = opened(client, address, *first)
    client.post(address, data=third | {"weight": "70"})

    answer = client.post(address, data=again)
    assert answer.status_code == 409
    assert "70" in main(answer.text)
    assert now(session, goal).weight == 70


def test_the_same_said_twice_is_no_collision(forms, session, goal):
    client, address, first, second = forms
    for form in (first, second):
        assert client.post(address, data=form | {"weight": "45"}).status_code == 302
    assert now(session, goal).weight == 45


def test_a_form_without_its_beginnings_is_saved_as_ever(forms, session, goal):
    client, address, first, _ = forms
    bare = {name: value for name, value in first.items() if not name.startswith("edited")}
    assert client.post(address, data=bare | {"weight": "50"}).status_code == 302
    assert client.post(address, data=bare | {"weight": "51", "edited_base": "[]"}).status_code == 302
    assert client.post(address, data=bare | {"weight": "52", "edited_base": '{"x": 1}'}).status_code == 302
    assert now(session, goal).weight == 52


def session_form(**more) -> dict:
    return {"promised-0-owner": "", "promised-1-owner": "", **more}


def test_two_write_up_one_session_and_no_word_is_lost(sign_in, session, me, engagement):
    other = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=other)
    one = make.CoachingSessionFactory(engagement=engagement, coach=me, summary="As it was", agenda="Old")
    address = f"/sessions/{one.id}/edit"
    names = ("on", "at", "mode", "state", "time_zone", "place", "agenda", "summary", "service_line")
    mine, theirs = (opened(sign_in(who), address, *names) for who in (me, other))

    sign_in(other).post(address, data=session_form(**theirs) | {"summary": "Their words", "place": "Room 2"})
    answer = sign_in(me).post(address, data=session_form(**mine) | {"summary": "My words", "agenda": "New"})

    assert answer.status_code == 409
    assert "Their words" in answer.text
    assert typed(answer.text, "summary").strip() == "My words"
    assert typed(answer.text, "agenda").strip() == "New"
    assert typed(answer.text, "place") == "Room 2"
    assert now(session, one).summary == "Their words"


def test_an_engagement_knows_that_its_hours_moved(sign_in, session, me, engagement):
    client, address = sign_in(me), f"/engagements/{engagement.id}/edit"
    names = ("title", "stage", "starts_on", "ends_on", "scope", "hours_coaching", "fee", "currency")
    names = [name for name in names if f'name="{name}"' in client.get(address).text]
    first, second = opened(client, address, *names), opened(client, address, *names)
    assert client.post(address, data=first | {"hours_coaching": "40"}).status_code == 302
    assert client.post(address, data=second | {"title": "Another title"}).status_code == 302

    page = client.get(address).text
    assert (typed(page, "hours_coaching"), typed(page, "title")) == ("40", "Another title")


@pytest.fixture
def cell(engagement, goal):
    strategy = make.StrategyFactory(engagement=engagement)
    make.RelationFactory(engagement=engagement, goal_id=goal.id, strategy_id=strategy.id, mark=1)
    return {"goal_id": goal.id, "strategy_id": strategy.id}


def test_a_mark_given_meanwhile_is_not_overwritten(sign_in, session, me, engagement, cell):
    client, address = sign_in(me), f"/engagements/{engagement.id}/worksheet/mark"
    assert client.post(address, data=cell | {"mark": "9", "was": "1"}).status_code == 200
    answer = client.post(address, data=cell | {"mark": "3", "was": "1"})

    assert (answer.status_code, answer.json["theirs"]) == (409, 9)
    assert answer.json["error"] == "Somebody else judged 9 here while you judged 3."
    session.expire_all()
    assert session.query(Relation).one().mark == 9
    assert client.post(address, data=cell | {"mark": "3", "was": "9"}).status_code == 200


def test_two_worksheets_without_script_lose_no_mark(sign_in, session, me, engagement, cell, goal):
    other = make.StrategyFactory(engagement=engagement)
    client, address = sign_in(me), f"/engagements/{engagement.id}/worksheet"
    here, there = (f"{goal.id}-{key}" for key in (cell["strategy_id"], other.id))
    here, there = f"mark-{here}-1", f"mark-{there}-0"
    client.post(address, data={here: "9", there: "0"})
    answer = client.post(address, data={here: "3", there: "3"}, follow_redirects=True)

    assert "Somebody else judged 9 here while you judged 3." in answer.text
    session.expire_all()
    marks = {relation.strategy_id: relation.mark for relation in session.query(Relation)}
    assert marks == {cell["strategy_id"]: 9, other.id: 3}


def test_versions_count_up(forms, session, goal):
    client, address, first, _ = forms
    before = now(session, goal).version_id
    client.post(address, data=first | {"weight": "45"})
    assert now(session, goal).version_id == before + 1
    assert {Goal, Engagement, CoachingSession} <= {
        model.class_ for model in Goal.registry.mappers if model.version_id_col is not None
    }
