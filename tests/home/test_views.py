from datetime import UTC, date, datetime, timedelta

import pytest

from crm.access import Role
from crm.engagements.models import Stage
from crm.health.models import Judged
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState, SessionState
from tests import factories as make
from tests.reading import addresses, main, panes, tree, words

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def me(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Mara Lind")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(title="Patient access", team=[me])


@pytest.fixture
def manager(clock_at):
    clock_at(NOW)
    return make.UserFactory(role=Role.MANAGER)


def planned(engagement, coach, number, **fields):
    fields = {"state": SessionState.PLANNED, "number": number, **fields}
    return make.CoachingSessionFactory(engagement=engagement, coach=coach, **fields)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.ADMINISTRATOR, "/settings"),
        (Role.MANAGER, "/portfolio"),
        (Role.CONSULTANT, "/my-day"),
        (Role.CLIENT, "/roadmap"),
        (Role.ADVISER, "/board"),
    ],
)
def test_index_leads_everyone_to_where_their_day_begins(sign_in, role, home):
    client = sign_in(make.UserFactory(role=role))
    assert client.get("/").location == home
    assert client.get(home).status_code == 200


def test_index_asks_a_visitor_to_sign_in(client):
    assert "/login" in client.get("/").location


def test_my_day_shows_my_next_sessions_soonest_first_on_the_clock_of_the_place(sign_in, me, engagement):
    zone = {"time_zone": "Asia/Tokyo"}
    planned(engagement, me, 2, starts_at=NOW + timedelta(days=2), place="Ward 4", **zone)
    planned(engagement, me, 1, starts_at=NOW + timedelta(hours=2), **zone)
    planned(engagement, me, 3, starts_at=NOW - timedelta(minutes=30), place="Going on")
    planned(engagement, make.UserFactory(), 4, starts_at=NOW + timedelta(days=1), place="Not mine")
    planned(make.EngagementFactory(), me, 5, starts_at=NOW + timedelta(days=1), place="Left the team")
    planned(engagement, me, 6, state=SessionState.CANCELLED, starts_at=NOW + timedelta(1), place="Off")
    said = panes(sign_in(me).get("/my-day").text)["Next sessions"]
    order = [said.index(part) for part in ("Going on", "3 Mar 2026, 21:00", "5 Mar 2026, 19:00", "Ward 4")]
    assert order == sorted(order)
    assert [part for part in ("Not mine", "Left the team", "Off") if part in said] == []


def test_my_day_shows_the_actions_due_within_two_weeks_mine_alone(sign_in, me, engagement):
    mine = {"engagement": engagement, "owner_user_id": me.id}
    for title, days in (("Late", -1), ("Now", 0), ("Soon", 14), ("Far", 15)):
        make.ActionFactory(title=title, due_on=TODAY + timedelta(days), **mine)
    make.ActionFactory(title="Undated", **mine)
    done = {"state": ActionState.DONE, "done_on": TODAY, "due_on": TODAY}
    make.ActionFactory(title="Finished", **mine, **done)
    other = {"owner_user_id": make.UserFactory().id}
    make.ActionFactory(title="Another's", engagement=engagement, due_on=TODAY, **other)
    said = panes(sign_in(me).get("/my-day").text)["Actions due"]
    parts = ("Late", "1 day late", "Now", "Due today", "Soon", "Due 17 Mar 2026")
    order = [said.index(part) for part in parts]
    assert order == sorted(order)
    assert [part for part in ("Far", "Undated", "Finished", "Another's") if part in said] == []


def test_my_day_shows_what_i_have_to_write_up(sign_in, me, engagement):
    over = NOW - timedelta(hours=2)
    planned(engagement, me, 1, starts_at=over)
    planned(engagement, me, 2, state=SessionState.HELD, starts_at=over)
    planned(engagement, me, 3, state=SessionState.HELD, starts_at=over, summary="Said")
    planned(engagement, make.UserFactory(), 4, starts_at=over)
    planned(engagement, me, 5, starts_at=NOW + timedelta(days=1))
    ended = make.EngagementFactory(team=[me], stage=Stage.CANCELLED)
    planned(ended, me, 6, starts_at=over)
    said = panes(sign_in(me).get("/my-day").text)["To write up"]
    assert [n for n in range(1, 7) if f"Session {n}," in said] == [1, 2]


def test_my_day_shows_my_live_engagements_and_the_day_where_i_am(sign_in, me, engagement):
    me.time_zone = "Pacific/Kiritimati"
    make.EngagementFactory(title="Not mine")
    make.EngagementFactory(title="Over", team=[me], stage=Stage.LOST)
    page = sign_in(me).get("/my-day").text
    assert "Wednesday , 4 Mar 2026" in main(page).replace("Wednesday,", "Wednesday ,")
    assert "Patient access" in panes(page)["My engagements"]
    assert "Not mine" not in page
    assert "Over" not in panes(page)["My engagements"]
    assert f"/engagements/{engagement.id}/sessions/new" in addresses(page)


@pytest.fixture
def guest(engagement):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    return guest


def test_roadmap_shows_a_client_what_they_owe_and_what_was_shared(sign_in, guest, engagement):
    contact = make.ContactFactory(organisation=engagement.organisation, user=guest)
    owner = {"owner_contact_id": contact.id}
    make.ActionFactory(engagement=engagement, title="Send the list", due_on=TODAY, **owner)
    make.ActionFactory(engagement=engagement, title="Not theirs")
    make.MilestoneFactory(engagement=engagement, title="Launch", planned_on=date(2026, 4, 1), **owner)
    make.CoachingSessionFactory(engagement=engagement, number=1, is_shared=True)
    make.CoachingSessionFactory(engagement=engagement, number=2)
    page = sign_in(guest).get("/roadmap").text
    found = panes(page)
    assert "Send the list" in found["What you owe"]
    assert "Not theirs" not in page
    assert "Session 1" in found["Sessions shared with you"]
    assert "Session 2" not in page
    assert "Launch" in found["Next for you"]


def test_roadmap_shows_the_engagement_that_was_chosen_among_those_granted(sign_in, guest, engagement):
    second = make.EngagementFactory(title="Second", granted=[guest], starts_on=date(2025, 1, 1))
    hidden = make.EngagementFactory(title="Hidden", organisation=engagement.organisation)
    client = sign_in(guest)
    chosen = {key: tree(client.get(f"/roadmap?engagement={key}").text).find(".//h1") for key in (
        second.id, hidden.id, "x", 2**70,
    )}  # fmt: skip
    assert words(chosen[second.id]) == "Second"
    assert {words(chosen[key]) for key in (hidden.id, "x", 2**70)} == {"Patient access"}


def test_roadmap_says_what_to_do_when_nothing_is_granted(sign_in, clock_at):
    said = main(sign_in(make.UserFactory(role=Role.CLIENT)).get("/roadmap").text)
    assert "as soon as your consultant grants you an engagement" in said


def test_board_shows_an_adviser_a_plain_page_and_nothing_else_opens(sign_in, engagement):
    client = sign_in(make.UserFactory(role=Role.ADVISER))
    page = client.get("/board").text
    assert "Proposals that wait for your judgement will stand here." in main(page)
    assert addresses(page) == {"#main", "/", "/board", "/findings", "/account"}
    for address in ("/my-day", "/portfolio", "/engagements/", "/organisations/", "/reports", "/actions"):
        assert client.get(address).status_code == 403
    assert client.get(f"/engagements/{engagement.id}").status_code == 404


def test_portfolio_is_the_managers(sign_in, me, guest):
    assert sign_in(me).get("/portfolio").status_code == 403
    assert sign_in(guest).get("/portfolio").status_code == 403


def rows_of(page: str) -> list[str]:
    return [words(row) for row in tree(page).findall(".//tbody/tr")]


def test_portfolio_shows_hours_coverage_milestones_and_health_in_words(sign_in, manager, engagement):
    make.BudgetFactory(engagement=engagement, hours=1)
    session = make.CoachingSessionFactory(engagement=engagement, starts_at=NOW - timedelta(days=40))
    make.TimeEntryFactory(session=session, minutes=180)
    make.MilestoneFactory(engagement=engagement)
    make.MilestoneFactory(engagement=engagement, state=MilestoneState.DONE, actual_on=TODAY)
    make.ActionFactory(engagement=engagement, due_on=date(2026, 3, 2))
    [row] = rows_of(sign_in(manager).get("/portfolio").text)
    assert "3 of 1 – 1 of 2 1" in row
    assert row.endswith(
        "In trouble 300 % of the hours are used: more than was agreed. Also: schedule, cadence"
    )


def test_portfolio_shows_what_is_set_by_hand_in_place_of_what_is_reckoned(sign_in, manager, engagement):
    make.MilestoneFactory(engagement=engagement, planned_on=date(2026, 1, 2))
    make.HealthOverrideFactory(
        engagement=engagement, level=Judged.GOOD, note="The move is agreed", expires_on=TODAY
    )
    client = sign_in(manager)
    [row] = rows_of(client.get("/portfolio").text)
    assert row.endswith("On course")
    assert rows_of(client.get("/portfolio?troubled=1").text) == []


def test_portfolio_counts_stages_and_narrows_to_one(sign_in, manager):
    for stage in (Stage.DISCOVERY, Stage.DISCOVERY, Stage.LOST):
        make.EngagementFactory(stage=stage)
    client = sign_in(manager)
    page = client.get("/portfolio").text
    assert "Discovery 2" in main(page)
    assert "Lost 1" in main(page)
    assert len(rows_of(page)) == 2
    assert len(rows_of(client.get("/portfolio?stage=lost").text)) == 1
    assert len(rows_of(client.get("/portfolio?stage=all").text)) == 3
    assert "No engagement in this stage." in main(client.get("/portfolio?stage=closing").text)


def test_my_day_shows_the_worksheets_that_i_lead_and_that_are_to_be_reviewed(sign_in, me):
    days = {"Soon": 14, "Late": -2, "Not yet": 15}
    for title, days_ahead in days.items():
        led = make.EngagementFactory(title=title, team=[me], lead=me)
        make.SheetSetupFactory(engagement=led, review_on=TODAY + timedelta(days_ahead))
    others = make.EngagementFactory(title="Led by another", team=[me])
    make.SheetSetupFactory(engagement=others, review_on=TODAY)
    said = panes(sign_in(me).get("/my-day").text)["Worksheets to review"]
    assert said.index("Late") < said.index("Soon")
    assert "2 days late" in said
    assert "Not yet" not in said
    assert "Led by another" not in said
