"""`flask report` writes what the page shows: the same rows in every format."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pikepdf
import pypdf
import pytest
from PIL import Image

from crm.access import Role
from crm.engagements.models import Stage
from reports.writers import FORMATS
from tests import factories as make
from tests.reading import csv_rows, docx_words
from tests.reporting.expected import (
    Said,
    check_csv,
    check_docx,
    check_page,
    check_parquet,
    check_pdf,
    check_xlsx,
)
from tests.scene import NOW, TODAY, everything


@pytest.fixture
def scene(clock_at):
    clock_at(NOW)
    coach, second, third = make.UserFactory.create_batch(3)
    return everything(coach, colleagues=[second, third], guest=make.UserFactory(role=Role.CLIENT))


@pytest.fixture
def report(app, tmp_path):
    """`report(name, format, ...)` runs the command: what it printed, and the file that it wrote."""

    def report(name, format_, *options, fails=False):
        out = tmp_path / f"{name}.{format_}"
        arguments = ["report", name, "--format", format_, "--out", str(out), *map(str, options)]
        result = app.test_cli_runner().invoke(args=arguments)
        assert (result.exit_code != 0) is fails, result.output
        return result.output, out.read_bytes() if out.exists() else None

    return report


def of(scene) -> tuple:
    return "--engagement", scene.engagement.id, "--as-of", TODAY


def test_the_progress_report_says_the_same_in_every_format_as_the_page(report, scene, sign_in):
    said = Said(report("progress", "json", *of(scene))[1])
    assert said.as_of == TODAY
    assert said.counts == {
        "goals": 3, "strategies": 2, "milestones": 4, "sessions": 3, "actions": 3, "measures": 2,
    }  # fmt: skip

    page = sign_in(scene.coach).get(f"/engagements/{scene.engagement.id}/progress")

    check_page(page.text, said)
    check_page(report("progress", "html", *of(scene))[1].decode(), said)
    check_xlsx(report("progress", "xlsx", *of(scene))[1], said)
    check_pdf(report("progress", "pdf", *of(scene))[1], said)
    check_docx(report("progress", "docx", *of(scene))[1], said)
    for name in said.tables:
        check_csv(report("progress", "csv", *of(scene), "--table", name)[1], said, name)
        check_parquet(report("progress", "parquet", *of(scene), "--table", name)[1], said, name)


def test_the_portfolio_report_says_the_same_in_every_format_as_the_page(report, scene, sign_in):
    make.EngagementFactory(stage=Stage.DISCOVERY, currency="EUR", title="=1+1")
    make.EngagementFactory(stage=Stage.LOST, fee=None, currency=None)
    said = Said(report("portfolio", "json", "--as-of", TODAY)[1])
    assert said.counts == {"engagements": 3, "fees": 2}

    page = sign_in(make.UserFactory(role=Role.MANAGER)).get("/reports/portfolio?stage=all")

    check_page(page.text, said)
    check_page(report("portfolio", "html", "--as-of", TODAY)[1].decode(), said)
    check_xlsx(report("portfolio", "xlsx", "--as-of", TODAY)[1], said)
    check_pdf(report("portfolio", "pdf", "--as-of", TODAY)[1], said)
    check_docx(report("portfolio", "docx", "--as-of", TODAY)[1], said)
    for name in said.tables:
        check_parquet(report("portfolio", "parquet", "--as-of", TODAY, "--table", name)[1], said, name)
    check_csv(report("portfolio", "csv", "--as-of", TODAY, "--table", "fees")[1], said, "fees")
    rows = csv_rows(report("portfolio", "csv", "--as-of", TODAY)[1])[1]
    assert sorted(row[1] for row in rows if row[1].startswith("'")) == ["'=1+1"]


def test_the_rows_are_those_of_the_database(report, scene):
    said = Said(report("progress", "json", *of(scene))[1])
    lead, minutes = scene.coach.name, (90 + 30 + 45) * 3
    assert said.rows("sessions") == [
        [n, date(2026, 2, 5 * n), "Video", lead, minutes, f"We agreed on step {n}."] for n in (1, 2, 3)
    ]
    assert [row[:3] for row in said.rows("goals")] == [
        [goal.statement, goal.weight / 100, scene.contact.name] for goal in scene.goals
    ]
    assert [row[-2:] for row in said.rows("milestones")] == [
        ["Done", 7], ["Late", 32], ["Dropped", 30], ["Planned", 61],
    ]  # fmt: skip
    assert said.rows("measures")[0][4:9] == [12.0, 9.0, pytest.approx(10.7), date(2026, 2, 1), 14]
    assert said.rows("actions")[0][2:] == [date(2026, 2, 20), "Open", None]
    assert "18 of 80 h" in str(said.content["facts"])


@pytest.mark.parametrize("format_", FORMATS)
def test_the_command_prints_where_as_of_when_and_how_many(report, scene, format_):
    printed, _ = report("progress", format_, *of(scene))
    counts = "goals=3 strategies=2 milestones=4 sessions=3 actions=3 measures=2"
    assert printed.strip().endswith(f"progress.{format_}: as of 2026-03-03 {counts}")


def test_an_earlier_day_leaves_out_what_came_later(report, scene):
    earlier = "--engagement", scene.engagement.id, "--as-of", "2026-02-12"
    said = Said(report("progress", "json", *earlier)[1])
    assert said.as_of == date(2026, 2, 12)
    assert [row[0] for row in said.rows("sessions")] == [1, 2]
    assert said.rows("measures")[0][7:9] == [date(2026, 2, 1), 14]
    assert [row[6] for row in said.rows("milestones")].count("Late") == 0
    assert "12 of 80 h" in str(said.content["facts"])

    before = "--engagement", scene.engagement.id, "--as-of", "2026-01-20"
    said = Said(report("progress", "json", *before)[1])
    assert said.rows("sessions") == []
    assert said.rows("measures")[0][7:9] == [date(2026, 1, 1), 13]
    assert "No session has been held yet." in said.content["findings"]


def test_an_earlier_day_of_the_portfolio_leaves_out_later_sessions_and_hours(report, scene):
    row = Said(report("portfolio", "json", "--as-of", "2026-02-12")[1]).tables["engagements"]["rows"][0]
    assert (row["sessions"], row["hours_used"], row["last_session_on"]) == (2, 12.0, "2026-02-10")
    assert row["milestones_late"] == 0
    row = Said(report("portfolio", "json", "--as-of", "2026-03-03")[1]).tables["engagements"]["rows"][0]
    assert (row["sessions"], row["hours_used"], row["last_session_on"]) == (3, 18.0, "2026-02-15")
    assert row["milestones_late"] == 1


def test_a_session_counts_on_the_day_of_its_place(report, scene):
    """It is still 28 February in Chicago when it is 1 March in UTC."""
    make.CoachingSessionFactory(
        engagement=scene.engagement, number=9, time_zone="America/Chicago",
        starts_at=datetime(2026, 3, 1, 3, tzinfo=UTC),
    )  # fmt: skip
    said = Said(report("progress", "json", "--engagement", scene.engagement.id, "--as-of", "2026-02-28")[1])
    assert [row[:2] for row in said.rows("sessions")][-1] == [9, date(2026, 2, 28)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("progress", "csv"), "Name an engagement that exists: --engagement ID."),
        (("progress", "csv", "--engagement", 999_999), "Name an engagement that exists: --engagement ID."),
        (("progress", "odt"), "'odt' is not one of"),
        (("gossip", "csv"), "'gossip' is not one of"),
        (("portfolio", "csv", "--table", "secrets"), "No table 'secrets'; there are engagements, fees."),
        (("portfolio", "csv", "--as-of", "yesterday"), "'yesterday' does not match the format"),
    ],
)
def test_the_command_refuses_in_words_and_writes_nothing(report, scene, options, sentence):
    printed, written = report(*options, fails=True)
    assert sentence in printed
    assert written is None


def test_fees_are_exact(report):
    for fee in ("0.10", "0.20", "12500.00"):
        make.EngagementFactory(fee=Decimal(fee))
    assert Said(report("portfolio", "json")[1]).rows("fees") == [["USD", 3, Decimal("12500.3")]]
    assert b"USD,3,12500.30" in report("portfolio", "csv", "--table", "fees")[1]


def test_the_roadmap_report_says_the_same_in_every_format(report, scene):
    where = ("--engagement", scene.engagement.id, "--as-of", TODAY)
    said = Said(report("roadmap", "json", *where)[1])
    assert said.counts["milestones"] == 4
    check_xlsx(report("roadmap", "xlsx", *where)[1], said)
    check_docx(report("roadmap", "docx", *where)[1], said)
    check_csv(report("roadmap", "csv", *where)[1], said, "milestones")
    check_parquet(report("roadmap", "parquet", *where)[1], said, "milestones")


def test_beside_a_csv_lies_how_many_rows_it_holds(report, scene, tmp_path):
    content = report("progress", "csv", *of(scene), "--table", "sessions", "--bom")[1]
    assert content.startswith(b"\xef\xbb\xbf")
    said = json.loads((tmp_path / "progress.csv.rows.json").read_text())
    assert (said["rows"], said["table"], said["as_of"]) == (3, "sessions", TODAY.isoformat())
    assert said["sha256"] == sha256(content).hexdigest()
    assert len(csv_rows(content)[1]) == 3


def test_wishes_that_a_format_does_not_have_are_refused(report, scene):
    assert "--bom is for CSV" in report("progress", "pdf", *of(scene), "--bom", fails=True)[0]
    assert "--one-page is for PDF" in report("progress", "csv", *of(scene), "--one-page", fails=True)[0]


def test_a_board_gets_one_page(report, scene):
    assert len(pypdf.PdfReader(io.BytesIO(report("progress", "pdf", *of(scene), "--one-page")[1])).pages) == 1
    assert len(pypdf.PdfReader(io.BytesIO(report("portfolio", "pdf", "--one-page")[1])).pages) == 1


def test_the_marks_of_centre_and_client_stand_at_the_head(app, report, scene, tmp_path, monkeypatch):
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="9" cy="9" r="9"/></svg>'
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), "teal").save(picture, "PNG")
    (tmp_path / "centre.svg").write_text(dot)
    (tmp_path / f"client-{scene.organisation.id}.png").write_bytes(picture.getvalue())
    (tmp_path / "client-999.png").write_bytes(b"no picture")
    monkeypatch.setitem(app.config, "LOGOS_FOLDER", str(tmp_path))
    with pikepdf.open(io.BytesIO(report("progress", "pdf", *of(scene))[1])) as document:
        said = [str(one.Alt) for one in document.objects if "/Alt" in getattr(one, "keys", list)()]
    assert {"Logo of the centre", f"Logo of {scene.organisation.name}"} <= set(said)
    words = docx_words(report("progress", "docx", *of(scene))[1])
    assert 'descr="Logo of the centre"' in words
    assert f'descr="Logo of {scene.organisation.name}"' in words
