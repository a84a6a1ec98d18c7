from datetime import UTC, datetime, timedelta

import pytest

from crm.access import Role
from crm.organisations.models import Tag
from crm.sessions.models import SessionState
from tests import factories as make
from tests.reading import addresses, main, panes
from tests.scene import NOW, everything


@pytest.fixture
def scene(clock_at):
    clock_at(NOW)
    return everything(make.UserFactory(name="Mara Lind"), guest=make.UserFactory(role=Role.CLIENT))


@pytest.fixture
def guest(scene):
    return scene.contact.user


def test_client_shows_everything_about_one_client(sign_in, scene):
    scene.organisation.tags = [Tag(name="teaching")]
    scene.contact.email, scene.contact.job_title = "ida@example.org", "Head of communication"
    make.session.flush()
    page = sign_in(scene.coach).get(f"/organisations/{scene.organisation.id}").text
    found = panes(page)
    assert "teaching" in main(page)
    assert f"{scene.engagement.title} 5 Jan 2026 to open · Mara Lind" in found["Engagements"]
    assert f"{scene.contact.name} Head of communication ida@example.org" in found["Contacts"]
    assert "Sign-in" in found["Contacts"]
    assert f"Instagram {scene.channel.handle} 100 – 1 Jan 2026" in found["Social channels"]
    assert "Rochester, MN" in found["Facts"]
    assert "Beds 300" in found["Facts"]


def test_client_shows_a_consultant_only_the_engagements_they_are_on(sign_in, scene):
    make.EngagementFactory(organisation=scene.organisation, title="Of other people")
    assert "Of other people" not in sign_in(scene.coach).get(f"/organisations/{scene.organisation.id}").text
    manager = make.UserFactory(role=Role.MANAGER)
    assert "Of other people" in sign_in(manager).get(f"/organisations/{scene.organisation.id}").text


def test_client_shows_a_parent_only_to_whom_it_is_not_hidden(sign_in, scene):
    scene.organisation.parent = make.OrganisationFactory(name="The Whole System")
    make.session.flush()
    address = f"/organisations/{scene.organisation.id}"
    assert "The Whole System" not in sign_in(scene.coach).get(address).text
    assert "The Whole System" in sign_in(make.UserFactory(role=Role.MANAGER)).get(address).text


def test_client_shows_its_own_page_to_a_client_and_offers_no_change(sign_in, scene, guest):
    page = sign_in(guest).get(f"/organisations/{scene.organisation.id}").text
    assert scene.engagement.title in page
    assert not [address for address in addresses(page) if "edit" in address or "new" in address]


def test_a_stranger_cannot_see_the_client_the_overview_or_the_thread(sign_in, scene):
    client = sign_in(make.UserFactory())
    here = f"/engagements/{scene.engagement.id}"
    for address in (f"/organisations/{scene.organisation.id}", here, f"{here}/thread"):
        assert client.get(address).status_code == 404


def test_engagement_shows_the_facts_of_the_day(sign_in, scene):
    page = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}").text
    said = main(page)
    assert "Alignment coverage 50 % 1 goal hangs loose" in said
    assert "Hours used 6 of 80 h" in said
    assert "Milestones 1 of 3 1 is late" in said
    assert "Next session Mon 9 Mar 2026, 10:00 Video" in said
    assert f"Watch: {scene.milestones[1].title} is 11 days late." in said
    assert "US$12,500.00" in panes(page)["What is agreed"]
    assert "Mara Lind Lead" in panes(page)["Team"]
    assert 'role="img"' in page


def test_engagement_shows_an_empty_thread_as_an_example(sign_in, clock_at):
    me = make.UserFactory()
    engagement = make.EngagementFactory(team=[me], fee=None, currency=None)
    page = sign_in(me).get(f"/engagements/{engagement.id}").text
    assert "The thread begins with a goal." in main(page)
    assert f"/engagements/{engagement.id}/goals/new" in addresses(page)
    assert "None planned" in main(page)


def test_engagement_shows_hours_over_the_budget(sign_in, scene):
    make.TimeEntryFactory(session=scene.planned, minutes=1440)
    for person in make.UserFactory.create_batch(4):
        make.TimeEntryFactory(session=scene.session, user_id=person.id, minutes=1440)
    page = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}").text
    assert "Hours used 126 of 80 h" in main(page)
    assert '<progress class="bar over"' in page


def test_full_shows_each_strand_from_goal_to_evidence(sign_in, scene):
    said = main(sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}/thread").text)
    strands = said.split("Measure", 1)[1]
    first, second, third = (strands.index(goal.statement) for goal in scene.goals)
    fewer, more, lower = strands[first:second], strands[second:third], strands[third:]
    assert f"{scene.strategies[0].statement} rated 9" in fewer
    assert scene.strategies[1].statement not in fewer, "a 1 is not on the thread"
    assert "3 sessions, 8.3 h 2 actions open" in fewer
    assert f"{scene.measure.name} 12 → 10.7 %" in fewer
    assert f"{scene.strategies[1].statement} rated 3" in more
    assert "No milestone delivers it" in more
    assert "No strategy rated 3 or more" in lower
    assert "No measure" in lower


def test_full_counts_a_client_only_what_is_shared_with_them(sign_in, scene, guest):
    scene.sessions[1].is_shared = False
    make.session.flush()
    address = f"/engagements/{scene.engagement.id}/thread"
    assert "2 sessions 2 actions open" in main(sign_in(guest).get(address).text)
    assert "3 sessions, 8.3 h" in main(sign_in(scene.coach).get(address).text)


def test_engagement_names_the_next_session_that_is_still_to_come(sign_in, scene):
    past = {"state": SessionState.PLANNED, "starts_at": NOW - timedelta(days=1)}
    make.CoachingSessionFactory(engagement=scene.engagement, number=8, **past)
    off = {"state": SessionState.CANCELLED, "starts_at": datetime(2026, 3, 4, tzinfo=UTC)}
    make.CoachingSessionFactory(engagement=scene.engagement, number=9, **off)
    said = main(sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}").text)
    assert "Next session Mon 9 Mar 2026, 10:00" in said
