"""Whoever looks as a client sees what the client sees, changes nothing, and is known to have looked."""

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.audit.models import audit_entry
from tests import factories as make
from tests.reading import main


@pytest.fixture
def coach():
    return make.UserFactory(name="Ada Coach")


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT, name="Mia Client")


@pytest.fixture
def engagement(coach, guest):
    return make.EngagementFactory(team=[coach], granted=[guest], title="Access for all", lead=coach)


@pytest.fixture
def looking(sign_in, coach, guest, engagement):
    """The coach's browser, looking as the client."""
    client = sign_in(coach)
    answer = client.post(f"/engagements/{engagement.id}/preview", data={"user_id": guest.id})
    assert answer.location == "/"
    return client


def pages(engagement) -> list[str]:
    e = f"/engagements/{engagement.id}"
    return [
        "/roadmap",
        "/actions",
        "/engagements/",
        "/reports",
        e,
        f"{e}/thread",
        f"{e}/sessions",
        f"{e}/progress",
    ]


def without_banner(page: str) -> str:
    shown = main(page)
    return shown.replace("You see Plumbline as Mia Client does. Nothing can be changed.", "").replace(
        "Stop looking", ""
    )


def test_they_see_exactly_what_the_client_sees(looking, app, engagement, guest):
    make.CoachingSessionFactory(engagement=engagement, summary="Not yet shared")
    make.CoachingSessionFactory(engagement=engagement, summary="Shared", is_shared=True)
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = guest.fs_uniquifier, True
    for page in pages(engagement):
        assert without_banner(looking.get(page).text).split() == main(other.get(page).text).split(), page


def test_the_banner_says_so_until_they_stop(looking, engagement):
    assert "You see Plumbline as Mia Client does." in looking.get("/roadmap").text
    assert looking.get("/my-day").status_code == 200
    looking.post("/preview/stop")
    page = looking.get(f"/engagements/{engagement.id}").text
    assert "You see Plumbline as" not in page
    assert "Log a session" in page


def test_nothing_can_be_changed_meanwhile(looking, session, engagement, guest, coach):
    action = make.ActionFactory(engagement=engagement, owner_user_id=guest.id)
    for address in (
        f"/actions/{action.id}/finish",
        f"/engagements/{engagement.id}/edit",
        "/account",
        "/drafts/keep/x",
        f"/engagements/{engagement.id}/preview",
    ):
        answer = looking.post(address, data={"title": "Mine", "name": "Mine"}, follow_redirects=True)
        assert "nothing can be changed" in answer.text, address
    session.expire_all()
    assert action.state.value == "open"
    assert guest.name == "Mia Client"


def test_it_is_on_the_trail_under_their_own_name(looking, session, engagement, coach):
    looking.get(f"/engagements/{engagement.id}/progress.json")
    looking.post("/preview/stop")
    rows = session.execute(sa.select(audit_entry.c.verb, audit_entry.c.who, audit_entry.c.name)).all()
    assert [(row.verb, row.who) for row in rows] == [
        ("previewed", "Ada Coach"),
        ("exported", "Ada Coach"),
        ("previewed", "Ada Coach"),
    ]
    assert (rows[0].name, rows[2].name) == ("began to look as Mia Client", "stopped looking as Mia Client")


def test_people_offers_to_look(sign_in, coach, engagement):
    assert "Look as they do" in sign_in(coach).get(f"/engagements/{engagement.id}/people").text


def test_a_consultant_does_not_look_into_other_engagements_through_a_client(
    sign_in, coach, guest, engagement
):
    other = make.EngagementFactory(organisation=engagement.organisation, granted=[guest], title="Not theirs")
    client = sign_in(coach)
    answer = client.post(
        f"/engagements/{engagement.id}/preview", data={"user_id": guest.id}, follow_redirects=True
    )
    assert "who sees nothing but engagements of yours" in answer.text
    assert client.get(f"/engagements/{other.id}").status_code == 404
    boss = sign_in(make.UserFactory(role=Role.MANAGER))
    assert boss.post(f"/engagements/{engagement.id}/preview", data={"user_id": guest.id}).location == "/"
    assert "Not theirs" in boss.get("/engagements/").text


def test_looking_ends_when_the_right_to_it_ends(looking, session, coach, guest):
    make.EngagementFactory(granted=[guest])
    page = looking.get("/", follow_redirects=True).text
    assert "You see Plumbline as" not in page
    assert "Ada Coach" in page


@pytest.mark.parametrize("who", ["", "x", "999999", "coach"])
def test_only_a_client_of_the_engagement_can_be_looked_as(sign_in, coach, engagement, who):
    client = sign_in(coach)
    key = coach.id if who == "coach" else who
    answer = client.post(
        f"/engagements/{engagement.id}/preview", data={"user_id": key}, follow_redirects=True
    )
    assert answer.status_code in (200, 404)
    assert "You see Plumbline as" not in client.get("/my-day").text


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADVISER, Role.CONSULTANT])
def test_a_stranger_cannot_look(sign_in, engagement, guest, role):
    client = sign_in(make.UserFactory(role=role))
    answer = client.post(f"/engagements/{engagement.id}/preview", data={"user_id": guest.id})
    assert answer.status_code == 404
