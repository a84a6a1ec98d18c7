"""All sessions and all time as files: every row that their reader may see, and nothing else."""

import json

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.audit.models import audit_entry
from crm.engagements.models import TeamMember
from crm.reporting import queries_streams
from crm.sessions.models import CoachingSession, TimeEntry
from reports.streams import BrokenStreamError
from tests import factories as make
from tests.reading import csv_rows, sheets
from tests.scene import NOW, everything

COLUMNS = {
    "sessions": ["Client", "Engagement", "Session", "Day", "Begins", "Time zone", "Coach", "How", "Place",
                 "State", "Record", "Service line", "Pro bono", "Minutes"],
    "time": ["Day", "Person", "Client", "Engagement", "Session", "Kind", "Service line", "From", "To",
             "Minutes", "Billable", "State", "Note"],
}  # fmt: skip


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT)


@pytest.fixture
def scene(clock_at, guest):
    clock_at(NOW)
    found = everything(make.UserFactory(), colleagues=make.UserFactory.create_batch(2), guest=guest)
    everything(make.UserFactory())
    return found


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER)


def rows_of(answer) -> list[list[str]]:
    return csv_rows(answer.data)[1]


def of(scene, model) -> list:
    found = sa.select(model).where(model.engagement_id == scene.engagement.id)
    return make.session.scalars(found.order_by(model.id)).all()


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("part", [2, 2000])
def test_csv_and_xlsx_hold_the_same_rows_in_parts_of_any_size(
    sign_in, scene, manager, name, part, monkeypatch
):
    monkeypatch.setattr(queries_streams, "PART", part)
    client = sign_in(manager)
    header, rows = csv_rows(client.get(f"/reports/{name}.csv").data)
    book = sheets(client.get(f"/reports/{name}.xlsx").data)
    sheet = book[name.capitalize()]
    minutes = COLUMNS[name].index("Minutes")
    assert header == sheet[0] == COLUMNS[name]
    assert [[_said(cell) for cell in row] for row in sheet[1:-1]] == rows
    assert sheet[-1][minutes] == sum(int(row[minutes]) for row in rows) > 0
    about = {line[0]: line[1] for line in book["About"]}
    assert about["Rows"] == len(rows)
    assert about["Minutes, total"] == sheet[-1][minutes]


def _said(cell) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def test_sessions_are_those_of_the_database(sign_in, scene):
    rows = rows_of(sign_in(scene.coach).get("/reports/sessions.csv"))
    sessions = of(scene, CoachingSession)
    assert [(row[2], row[9]) for row in rows] == [(str(s.number), s.state.label) for s in sessions]
    spent = {s.id: 0 for s in sessions}
    for entry in of(scene, TimeEntry):
        if entry.session_id:
            spent[entry.session_id] += entry.minutes
    assert [int(row[-1]) for row in rows] == list(spent.values())
    assert {row[0] for row in rows} == {scene.organisation.name}


def test_the_name_and_a_header_say_how_many_rows_there_are(sign_in, scene, manager):
    answer = sign_in(manager).get("/reports/sessions.csv")
    rows = len(rows_of(answer))
    assert rows == 8
    assert answer.headers["X-Row-Count"] == str(rows)
    assert f"-{rows}-rows.csv" in answer.headers["Content-Disposition"]


def test_days_and_clock_times_are_those_of_the_place(sign_in, scene, manager):
    session = of(scene, CoachingSession)[0]
    session.time_zone, session.starts_at = "Pacific/Auckland", NOW.replace(hour=20, minute=5)
    make.session.flush()
    row = rows_of(sign_in(manager).get("/reports/sessions.csv"))[0]
    assert row[3:6] == ["2026-03-04", "09:05", "Pacific/Auckland"]


def test_a_byte_order_mark_comes_on_request(sign_in, scene, manager):
    client = sign_in(manager)
    assert client.get("/reports/sessions.csv").data.startswith(b"Client,")
    assert client.get("/reports/sessions.csv?bom").data.startswith(b"\xef\xbb\xbfClient,")


def test_text_is_no_formula(sign_in, scene, manager):
    of(scene, CoachingSession)[0].place = '=1+1,"x"\nhere'
    make.session.flush()
    client = sign_in(manager)
    assert rows_of(client.get("/reports/sessions.csv"))[0][8] == '\'=1+1,"x"\nhere'
    book = sheets(client.get("/reports/sessions.xlsx").data)
    assert book["Sessions"][1][8] == '=1+1,"x"\nhere'


def test_a_consultant_gets_the_sessions_of_their_teams_and_their_own_time(sign_in, scene):
    client = sign_in(scene.coach)
    assert len(rows_of(client.get("/reports/sessions.csv"))) == 4
    assert {row[1] for row in rows_of(client.get("/reports/time.csv"))} == {scene.coach.name}
    stranger = sign_in(make.UserFactory())
    assert rows_of(stranger.get("/reports/sessions.csv")) == rows_of(stranger.get("/reports/time.csv")) == []
    assert sheets(stranger.get("/reports/sessions.xlsx").data)["About"][3] == ["Rows", 0]


def test_own_time_stays_there_when_one_has_left_the_team(sign_in, scene):
    make.session.execute(sa.delete(TeamMember).where(TeamMember.engagement_id == scene.engagement.id))
    rows = rows_of(sign_in(scene.coach).get("/reports/time.csv"))
    assert len(rows) == len([one for one in of(scene, TimeEntry) if one.user_id == scene.coach.id])


def test_a_client_gets_what_was_shared_without_minutes_and_no_time(sign_in, scene, guest):
    shared = [one for one in of(scene, CoachingSession) if one.is_shared]
    client = sign_in(guest)
    header, rows = csv_rows(client.get("/reports/sessions.csv").data)
    assert header == COLUMNS["sessions"][:-1]
    assert [row[2] for row in rows] == [str(one.number) for one in shared]
    assert client.get("/reports/time.csv").status_code == 403
    assert "/reports/time.csv" not in client.get("/reports").text


def test_an_adviser_gets_neither(sign_in):
    client = sign_in(make.UserFactory(role=Role.ADVISER))
    assert client.get("/reports/sessions.csv").status_code == 403
    assert client.get("/reports/time.xlsx").status_code == 403


def test_only_these_formats_are_there(sign_in, manager):
    assert sign_in(manager).get("/reports/sessions.pdf").status_code == 404


def test_the_trail_says_what_left_the_house(sign_in, scene, manager):
    sign_in(manager).get("/reports/time.xlsx")
    names = make.session.scalars(sa.select(audit_entry.c.name).where(audit_entry.c.verb == "exported")).all()
    assert [name for name in names if name.startswith("Time as XLSX, ")]


def test_what_breaks_is_no_whole_file(sign_in, scene, manager, monkeypatch):
    monkeypatch.setattr(queries_streams, "PART", 2)
    told, seen = queries_streams._sessions(Role.MANAGER, is_timed=True), []

    def breaks(rows):
        seen.append(len(rows))
        return told.turned(rows[:1]) if len(seen) == 2 else told.turned(rows)

    monkeypatch.setattr(queries_streams, "_sessions", lambda *_, **__: told._replace(turned=breaks))
    for format_ in ("csv", "xlsx"):
        seen.clear()
        with pytest.raises(BrokenStreamError, match="7 rows came, 8 were counted"):
            sign_in(manager).get(f"/reports/sessions.{format_}").get_data()


def test_the_command_writes_the_list_and_beside_it_how_many_rows_it_holds(app, scene, tmp_path):
    out = tmp_path / "all.csv"
    done = app.test_cli_runner().invoke(args=["export", "sessions", "--format", "csv", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "sessions=8" in done.output
    said = json.loads((tmp_path / "all.csv.rows.json").read_text())
    assert said["rows"] == len(csv_rows(out.read_bytes())[1]) == 8
    assert {path.name for path in tmp_path.iterdir()} == {"all.csv", "all.csv.rows.json"}


def test_the_command_leaves_no_half_file_behind(app, scene, tmp_path, monkeypatch):
    told = queries_streams._sessions(Role.ADMINISTRATOR, is_timed=True)
    cut = told._replace(turned=lambda rows: told.turned(rows[1:]))
    monkeypatch.setattr(queries_streams, "_sessions", lambda *_, **__: cut)
    arguments = ["export", "sessions", "--format", "csv", "--out", str(tmp_path / "all.csv")]
    assert isinstance(app.test_cli_runner().invoke(args=arguments).exception, BrokenStreamError)
    assert list(tmp_path.iterdir()) == []
