"""Time out of Toggl Track, Clockify and Harvest: by page and by command, tried first, and never twice."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.engagements.models import Stage
from crm.sessions.models_time import TimeEntry, TimeKind, TimeOverride, TimeState
from tests import factories as make
from tests.reading import main
from tests.timesheets.conftest import WEEK

DATA = Path(__file__).parent / "data"
TOGGL = (DATA / "toggl.csv").read_text()


@pytest.fixture
def me():
    return make.UserFactory(name="Ada Coach", email="ada@example.org")


@pytest.fixture
def engagement(me):
    client = make.OrganisationFactory(name="Lakeside")
    client.search_name = "lakeside"
    return make.EngagementFactory(team=[me], title="Voice", organisation=client)


def entries(session) -> list[TimeEntry]:
    session.expire_all()
    return session.scalars(sa.select(TimeEntry).order_by(TimeEntry.id)).all()


@pytest.fixture
def run(app, tmp_path):
    """`run(text, *options)`: the last line that the command prints, and the path of the file."""

    def run(text, *options, name="time.csv"):
        path = tmp_path / name
        path.write_text(text)
        result = app.test_cli_runner().invoke(args=["time", "import", str(path), *options])
        run.output, run.path, run.code = result.output, path, result.exit_code
        return result.output.strip().splitlines()[-1] if result.output else ""

    return run


def test_toggl(run, session, me, engagement):
    assert run(TOGGL) == "created=5 updated=0 unchanged=0 rejected=0 rows=5"
    found = entries(session)
    assert [entry.minutes for entry in found] == [90, 45, 50, 45, 45]
    assert [entry.kind for entry in found] == [
        TimeKind.COACHING, TimeKind.PREPARATION, TimeKind.TRAVEL, TimeKind.COACHING, TimeKind.COACHING,
    ]  # fmt: skip
    assert [(entry.from_minute, entry.to_minute) for entry in found][-1] == (1410, 1455)
    assert [entry.is_billable for entry in found] == [True, True, False, True, True]
    assert {entry.user_id for entry in found} == {me.id}
    assert found[1].note == "Slides, first draft"


@pytest.mark.parametrize("name", ["clockify", "harvest"])
def test_the_other_two(run, session, me, engagement, name):
    text = (DATA / f"{name}.csv").read_text()
    assert run(text) == "created=2 updated=0 unchanged=0 rejected=0 rows=2"
    first, second = entries(session)
    assert (first.worked_on.isoformat(), first.minutes, first.kind) == ("2026-03-02", 90, TimeKind.COACHING)
    assert second.worked_on.isoformat() == "2026-03-13"
    if name == "clockify":
        assert (second.from_minute, second.minutes, second.kind) == (785, 30, TimeKind.FOLLOW_UP)
    else:
        assert (second.minutes, second.kind, second.is_billable) == (15, TimeKind.ADMINISTRATION, False)


@pytest.mark.parametrize("name", ["toggl", "clockify", "harvest"])
def test_running_it_again_changes_nothing(run, session, engagement, name):
    text = (DATA / f"{name}.csv").read_text()
    run(text)
    before = [(entry.id, entry.version_id, entry.updated_at) for entry in entries(session)]
    last = run(text)
    assert re.fullmatch(r"created=0 updated=0 unchanged=(\d) rejected=0 rows=\1", last)
    assert [(entry.id, entry.version_id, entry.updated_at) for entry in entries(session)] == before


def test_a_row_that_says_something_else_is_updated(run, session, engagement):
    run(TOGGL)
    assert run(TOGGL.replace("01:30:00", "01:45:00")) == "created=0 updated=1 unchanged=4 rejected=0 rows=5"
    assert entries(session)[0].minutes == 105


def test_what_was_changed_here_is_not_overwritten(run, session, engagement):
    run(TOGGL)
    entries(session)[0].minutes = 60
    session.flush()
    assert run(TOGGL) == "created=0 updated=0 unchanged=5 rejected=0 rows=5"
    assert run(TOGGL.replace("01:30:00", "01:45:00")) == "created=0 updated=0 unchanged=4 rejected=1 rows=5"
    assert "changed in Plumbline and in the file" in run.output
    assert entries(session)[0].minutes == 60


def test_a_dry_run_changes_nothing_and_says_the_same(run, session, engagement):
    tried = run(TOGGL, "--dry-run")
    assert entries(session) == []
    assert run(TOGGL) == tried


BAD = (
    f"{TOGGL.splitlines()[0]}\n"
    + """\
Ada,ada@example.org,Lakeside,Voice,,Right,Yes,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00,,
Ada,ada@example.org,Lakeside,Voice,,Two wrong,Perhaps,2026-02-30,09:00:00,2026-03-02,10:00:00,01:00:00,,
Bob,bob@example.org,Lakeside,Voice,,Nobody,Yes,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00,,
Ada,ada@example.org,Lakeside,Other,,No project,Yes,2026-03-02,09:00:00,2026-03-02,10:00:00,01:00:00,,
Ada,ada@example.org,Lakeside,Voice,,Nothing,Yes,2026-03-02,09:00:00,2026-03-02,09:00:05,00:00:05,,
Ada,ada@example.org,Lakeside,Voice,,All day,Yes,2026-03-02,00:00:00,2026-03-03,00:00:00,24:00:00,,
"""
)


def test_every_error_is_told_at_once_with_row_column_value_and_reason(run, session, me, engagement):
    make.EngagementFactory(team=[me], title="Else", organisation=engagement.organisation)
    last = run(BAD)
    assert last == "created=1 updated=0 unchanged=0 rejected=5 rows=6"
    for said in (
        "row 3, Billable: 'Perhaps': Billable is yes or no.",
        "row 3, Start date: '2026-02-30': This is not a day when the month comes first.",
        "row 4, Email: 'bob@example.org': Nobody in Plumbline is called so.",
        "row 5, Project: 'Other': No engagement is chosen for this project.",
        "row 6, Duration: '00:00:05': This is less than half a minute: there is nothing to log.",
        "row 7, the whole row: '': 2 Mar 2026 would have 25 h. A day has 24 hours.",
    ):
        assert said in run.output
    rejects = run.path.with_name("time.csv.rejects.csv").read_text("utf-8-sig")
    assert rejects.startswith("row,why,User,Email")
    assert len(rejects.strip().splitlines()) == 6


def test_mended_rejects_are_imported(run, session, me, engagement):
    make.EngagementFactory(team=[me], title="Else", organisation=engagement.organisation)
    run(BAD)
    mended = run.path.with_name("time.csv.rejects.csv").read_text("utf-8-sig").replace("bob@", "ada@")
    assert run(mended, name="mended.csv").startswith("created=1 ")


def test_json_tells_all(run, session, engagement):
    run(TOGGL, "--json", "--dry-run")
    said = json.loads(run.output)
    assert (said["created"], said["tool"], said["order"]) == (5, "toggl", "month")
    assert said["kinds"] == {"coaching": "coaching", "preparation": "preparation", "travel": "travel"}


@pytest.mark.parametrize("text", ["name,city\nNorth,Here\n", "", "\x00\x01\x02\x03" * 50])
def test_other_files_are_refused_in_words(run, text):
    run(text)
    assert run.code == 2
    assert "Error: " in run.output


def test_somebody_imports_their_own_time_only(run, session, me, engagement):
    other = make.UserFactory(email="other@example.org")
    make.TeamMemberFactory(engagement=engagement, user=other)
    assert run(TOGGL, "--user", other.email).startswith("created=0 updated=0 unchanged=0 rejected=5")
    assert "This is somebody else's time" in run.output
    assert run(TOGGL, "--user", me.email).startswith("created=5 ")


def test_time_on_a_team_that_one_is_not_on_is_refused(run, session, engagement):
    make.UserFactory(email="stranger@example.org")
    assert run(TOGGL.replace("ada@", "stranger@")).startswith("created=0 updated=0 unchanged=0 rejected=5")
    assert "This person is not on the team of it." in run.output


@pytest.mark.parametrize("state", [TimeState.SUBMITTED, TimeState.APPROVED, TimeState.LOCKED])
def test_a_settled_week_takes_no_import(run, session, me, engagement, state):
    make.TimesheetFactory(user_id=me.id, week_on=WEEK, state=state)
    assert run(TOGGL) == "created=0 updated=0 unchanged=0 rejected=5 rows=5"
    assert f"The time of the week of 2 Mar 2026 is {state.label.lower()}." in run.output


def test_a_settled_entry_is_not_updated_by_an_import(run, session, me, engagement):
    run(TOGGL)
    session.execute(sa.update(TimeEntry).values(state=TimeState.APPROVED))
    make.TimesheetFactory(user_id=me.id, week_on=WEEK, state=TimeState.APPROVED)
    assert run(TOGGL) == "created=0 updated=0 unchanged=5 rejected=0 rows=5"
    assert run(TOGGL.replace("01:30:00", "01:45:00")) == "created=0 updated=0 unchanged=4 rejected=1 rows=5"
    assert entries(session)[0].minutes == 90


def test_beyond_the_budget_needs_a_reason(run, session, engagement):
    make.BudgetFactory(engagement=engagement, hours=2)
    assert run(TOGGL) == "created=2 updated=0 unchanged=0 rejected=3 rows=5"
    assert "beyond the 2 h agreed for coaching" in run.output
    last = run(TOGGL, "--reason", "Agreed by the sponsor")
    assert last == "created=3 updated=0 unchanged=2 rejected=0 rows=5"
    assert {one.reason for one in session.scalars(sa.select(TimeOverride))} == {"Agreed by the sponsor"}


# The page


def send(client, text=TOGGL, name="toggl.csv"):
    return client.post("/time/import/", data={"file": (BytesIO(text.encode()), name)})


def fields(page: str) -> dict[str, str]:
    """What the form of the preview would send as it stands."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        found[name] = chosen[1] if chosen else ""
    return found


def test_the_page_previews_and_then_imports(browser, session, engagement):
    where = send(browser).location
    page = browser.get(where)
    assert "Read as Toggl Track" in main(page.data)
    chosen = fields(page.text)
    assert chosen["project_0"] == str(engagement.id)
    assert chosen["kind_2"] == "travel"

    tried = browser.post(where, data=chosen | {"do": "try"})
    assert "5 would be created" in main(tried.data)
    assert "Import 5 entries" in main(tried.data)
    assert entries(session) == []

    done = browser.post(where, data=chosen | {"do": "import"}, follow_redirects=True)
    assert "toggl.csv is imported" in main(done.data)
    assert len(entries(session)) == 5
    assert browser.get(where).status_code == 302


def test_what_is_chosen_on_the_preview_counts(browser, session, me, engagement):
    other = make.EngagementFactory(team=[me], title="Another")
    where = send(browser).location
    chosen = fields(browser.get(where).text)
    chosen |= {"project_0": str(other.id), "kind_0": "other", "line": "training", "do": "import"}
    browser.post(where, data=chosen)
    found = entries(session)
    assert {entry.engagement_id for entry in found} == {other.id}
    assert found[0].kind is TimeKind.OTHER
    assert found[0].service_line == "training"


def test_a_project_that_is_left_out_refuses_its_rows(browser, session, engagement):
    where = send(browser).location
    tried = browser.post(where, data=fields(browser.get(where).text) | {"project_0": "", "do": "try"})
    assert "5 refused" in main(tried.data)
    rejects = browser.get(f"{where}/rejects.csv")
    assert len(rejects.text.strip().splitlines()) == 6


def test_upload_refuses_other_files(browser):
    answer = send(browser, "name,city\nNorth,Here\n", "hospitals.csv")
    assert answer.status_code == 422
    assert "“hospitals.csv” is no detailed export of Toggl Track, Clockify or Harvest." in main(answer.data)


def test_a_stranger_cannot_see_an_upload(browser, sign_in, engagement):
    where = send(browser).location
    client = sign_in(make.UserFactory())
    for page in (where, f"{where}/done", f"{where}/rejects.csv"):
        assert client.get(page).status_code == 404
    assert client.post(where).status_code == 404
    for role in (Role.MANAGER, Role.CLIENT, Role.ADVISER):
        client = sign_in(make.UserFactory(role=role))
        assert {client.get(page).status_code for page in (where, "/time/import/")} == {403}


def test_an_upload_of_clients_is_not_read_as_time(browser):
    file = {"file": (BytesIO(b"name,city\nNorth,Here\n"), "clients.csv")}
    token = browser.post("/organisations/import/", data=file).location.rsplit("/", 1)[1]
    assert browser.get(f"/time/import/{token}").status_code == 404


def test_a_closed_engagement_takes_no_import(run, session, engagement):
    engagement.stage, engagement.closed_on = Stage.FOLLOW_UP, WEEK
    session.flush()
    assert run(TOGGL) == "created=0 updated=0 unchanged=0 rejected=5 rows=5"
    assert "closed" in run.output
    assert entries(session) == []
