import csv
import io

import pytest

from crm.access import Role
from tests import factories as make
from tests.reading import main


@pytest.fixture
def goal(sign_in, coach, engagement, session):
    """A goal that was made, and then weighed anew."""
    one = make.GoalFactory(engagement=engagement, statement="Fewer no-shows", weight=30)
    fields = {"statement": "Fewer no-shows", "weight": "45", "owner": ""}
    assert sign_in(coach).post(f"/goals/{one.id}/edit", data=fields).status_code == 302
    return one


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER)


def test_index_shows_who_did_what(sign_in, goal, manager):
    shown = main(sign_in(manager).get("/audit").text)
    for said in ("Ada Coach", "Changed", "Goal", "Fewer no-shows", "30", "45", "127.0.0.1"):
        assert said in shown


def test_an_empty_trail_says_so(sign_in, manager):
    assert "Nothing has happened yet" in sign_in(manager).get("/audit").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ada", True),
        ("q=NO-SHOWS", True),
        ("q=somebody+else", False),
        ("verb=changed", True),
        ("verb=deleted", False),
        ("thing=goal", True),
        ("thing=strategy", False),
        ("since=2020-01-01", True),
        ("until=2020-01-01", False),
        ("since=nonsense&verb=nonsense", True),
        ("q=%25", False),
    ],
)
def test_index_narrows(sign_in, goal, manager, asked, found):
    answer = sign_in(manager).get(f"/audit?{asked}")
    assert ("Ada Coach" in main(answer.text)) is found


def test_export_holds_every_entry_with_its_digest(sign_in, goal, manager):
    answer = sign_in(manager).get("/audit.csv")
    row, itself = csv.DictReader(io.StringIO(answer.text))
    assert itself["verb"] == "exported"
    assert (row["position"], row["who"], row["name"]) == ("1", "Ada Coach", "Fewer no-shows")
    assert row["changes"] == '{"weight":[30,45]}'
    assert len(row["digest"]) == len(row["previous"]) == 64


def test_the_export_is_itself_on_the_trail(sign_in, manager):
    sign_in(manager).get("/audit.csv").text  # noqa: B018 - reads to the end
    assert "Audit trail as CSV" in sign_in(manager).get("/audit").text


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.CLIENT, Role.ADVISER])
def test_the_trail_is_not_for_others(sign_in, role):
    client = sign_in(make.UserFactory(role=role))
    assert client.get("/audit").status_code == client.get("/audit.csv").status_code == 403


def test_history_shows_what_was_there_before(sign_in, goal, coach):
    shown = main(sign_in(coach).get(f"/history/goal/{goal.id}").text)
    for said in ("Ada Coach", "weight", "30", "45"):
        assert said in shown


def test_history_of_an_engagement_holds_its_thread(sign_in, goal, coach, engagement):
    assert "Fewer no-shows" in sign_in(coach).get(f"/history/engagement/{engagement.id}").text


def test_a_stranger_cannot_read_a_history(sign_in, goal):
    client = sign_in(make.UserFactory())
    assert client.get(f"/history/goal/{goal.id}").status_code == 404
    assert client.get(f"/history/engagement/{goal.engagement_id}").status_code == 404


def test_history_of_nothing_is_a_404(sign_in, coach):
    client = sign_in(coach)
    assert client.get("/history/nonsense/1").status_code == 404
    assert client.get("/history/user_account/1").status_code == 404


def test_a_colleagues_note_and_time_are_not_in_the_history(sign_in, coach, engagement):
    other = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=other)
    fields = {
        "on": "2026-03-03", "at": "09:00", "mode": "video", "state": "held", "time_zone": "UTC",
        "service_line": "coaching", "private_note": "Mine alone", "minutes_coaching": "50",
        "promised-0-owner": "", "promised-1-owner": "",
    }  # fmt: skip
    sign_in(other).post(f"/engagements/{engagement.id}/sessions/new", data=fields)

    address = f"/history/engagement/{engagement.id}"
    assert "Private note" in main(sign_in(other).get(address).text)
    shown = main(sign_in(coach).get(address).text)
    assert "Coaching session" in shown
    assert "Private note" not in shown
    assert "Time entry" not in shown
