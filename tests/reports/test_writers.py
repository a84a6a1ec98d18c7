"""Every file is read back and must hold the same rows and totals as the report."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pandas as pd
import pikepdf
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from reports import text
from reports.model import Column, Report, Table
from reports.portfolio import portfolio
from reports.progress import progress
from reports.writers import FORMATS
from reports.writers.csv import write_csv, write_frame
from reports.writers.json import write_json
from reports.writers.pdf import write_pdf
from reports.writers.xlsx import write_xlsx
from tests.reading import decoded
from tests.reports.made_up import AS_OF, ENGAGEMENT, MADE_AT, empty_frames, progress_frames
from tests.reports.made_up_portfolio import portfolio_frame

HOSTILE = [
    "=1+1",
    "+43",
    "-3",
    "@sum",
    "\tx",
    "\rx",
    'a,"b"\nc',
    "<script>",
    "#panic()",
    "病院",
    "O'Neill",
    "",
]


@pytest.fixture(scope="module")
def report() -> Report:
    return progress(progress_frames())


@pytest.fixture(scope="module")
def engagements() -> Report:
    return portfolio(portfolio_frame(), AS_OF, MADE_AT)


def hostile_report() -> Report:
    frame = pd.DataFrame({"name": HOSTILE, "change": range(-6, 6)})
    columns = (Column("name", "Name", "text"), Column("change", "Change", "integer", total=True))
    title = '#import "x" *bold* $x$ \\ <b>'
    return Report(
        "hostile",
        title,
        "",
        AS_OF,
        MADE_AT,
        findings=tuple(HOSTILE),
        tables=(Table("t", "T", columns, frame),),
    )


def sheet(content: bytes, name: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_formats_stand_in_their_order():
    assert list(FORMATS) == ["html", "csv", "xlsx", "pdf", "json", "parquet", "docx"]
    assert all(form.mimetype and form.extension == name for name, form in FORMATS.items())


def test_csv_holds_the_rows_of_the_first_table_and_nothing_else(engagements):
    frame = pd.read_csv(io.BytesIO(write_csv(engagements)))
    assert list(frame.columns) == [column.label for column in engagements.table().columns]
    assert len(frame) == 24
    assert frame["Used"].sum() == pytest.approx(engagements.table().totals["hours_used"])
    assert frame["Milestones"].sum() == engagements.table().totals["milestones"]
    assert frame["Starts"].iloc[0] == "2025-01-01"


def test_csv_gives_another_table_by_name(engagements):
    lines = write_csv(engagements, "fees").decode().split("\r\n")
    assert lines[:2] == ["Currency,Engagements with a fee,Fees", "EUR,7,87569.70"]
    with pytest.raises(KeyError):
        write_csv(engagements, "secrets")


def test_csv_escapes_formulas_in_text_and_leaves_negative_numbers():
    frame = pd.read_csv(io.BytesIO(write_csv(hostile_report())), keep_default_na=False)
    assert frame["Name"].tolist()[:6] == ["'=1+1", "'+43", "'-3", "'@sum", "'\tx", "'\rx"]
    assert frame["Name"].tolist()[6:] == HOSTILE[6:]
    assert frame["Change"].tolist() == list(range(-6, 6))


def test_xlsx_holds_typed_rows_and_a_live_total(report):
    rows = sheet(write_xlsx(report), "Goals")
    assert rows[0] == ["Goal", "Weight", "Owner", "Horizon", "Best relation"]
    assert rows[1] == ["Fewer missed appointments", 0.3, "Dr M. Brandt", date(2026, 9, 30), 9]
    assert rows[-1][:2] == ["Total", pytest.approx(1.0)]
    assert sheet(write_xlsx(report), "Sessions")[-1][4] == 840


def test_xlsx_totals_are_formulas_over_every_row(report):
    workbook = archive_parts(write_xlsx(report))
    sums = [
        part for name, part in workbook.items() if name.startswith("xl/worksheets/") and "SUM(E2:E7)" in part
    ]
    assert len(sums) == 1
    assert "<f>SUM(E2:E7)</f><v>840</v>" in sums[0]
    assert "frozen" in sums[0]
    assert 'autoFilter ref="A1:F7"' in sums[0]
    assert 'orientation="landscape"' in sums[0]


def archive_parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_xlsx_has_a_native_chart_for_each_chart(report, engagements):
    assert sum(name.startswith("xl/charts/chart") for name in archive_parts(write_xlsx(report))) == 2
    assert sum(name.startswith("xl/charts/chart") for name in archive_parts(write_xlsx(engagements))) == 1
    numbers = sheet(write_xlsx(report), "Observations")
    assert len(numbers) == 1 + 17 + 5
    assert numbers[1][:3] == ["No-show rate, cardiology", date(2024, 10, 1), 11.9]


def test_xlsx_begins_with_a_summary(engagements):
    rows = sheet(write_xlsx(engagements), "Summary")
    assert rows[0][0] == "Portfolio of engagements"
    assert rows[2][:2] == ["As of", AS_OF]
    assert ["Engagements", 24] in [row[:2] for row in rows]


def test_xlsx_never_makes_text_into_a_formula_or_a_link():
    content = write_xlsx(hostile_report())
    assert [row[0] for row in sheet(content, "T")][1:5] == HOSTILE[:4]
    assert "<f>1+1</f>" not in "".join(archive_parts(content).values())


def test_json_holds_everything(report):
    content = json.loads(write_json(report))
    assert content["as_of"] == "2026-03-03"
    assert content["made_at"] == "2026-03-03T10:15:00+00:00"
    assert content["row_counts"]["milestones"] == len(content["tables"]["milestones"]["rows"]) == 7
    assert content["tables"]["milestones"]["rows"][0]["slip_days"] == -2
    assert content["tables"]["milestones"]["rows"][6]["slip_days"] is None
    assert content["tables"]["strategies"]["totals"] == {"effort_hours": 110.5, "share": pytest.approx(1.0)}


def test_pdf_holds_the_rows_the_totals_and_the_counts(report):
    read = pdf_text(write_pdf(report))
    for table in report.tables:
        assert text.count(len(table), "row") in read
        assert table.title in read
    for said in (
        "Dr M. Brandt",
        "30 Sep 2026",
        "110.5 h",
        "840",
        "31.5 of 60 h",
        "As of 3 Mar 2026",
        "page 1 of",
    ):
        assert said in read


def test_pdf_is_tagged_and_says_what_it_is(report):
    with pikepdf.open(io.BytesIO(write_pdf(report))) as document:
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "en-GB"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == report.title
            assert metadata["dc:creator"] == ["Plumbline"]
            assert metadata["pdfuaid:part"] == "1"


def test_pdf_reads_text_as_text_and_survives_any_script():
    read = pdf_text(write_pdf(hostile_report()))
    assert '#import "x" *bold* $x$ \\ <b>' in read
    assert "#panic()" in read
    assert "12 rows" in read


def test_pdf_of_a_wide_table_keeps_every_column_and_row(engagements):
    read = pdf_text(write_pdf(engagements))
    for column in engagements.table().columns:
        assert column.label in read
    assert read.count("No session for 42 days") == 8
    assert read.count("24 rows") == 2


@pytest.mark.parametrize("name", ["html", "xlsx", "pdf"])
def test_an_empty_table_has_a_sentence_instead(name):
    written = FORMATS[name].write(progress(empty_frames(with_columns=False)))
    read = {"html": bytes.decode, "xlsx": lambda content: str(sheet(content, "Goals")), "pdf": pdf_text}
    assert "No goals have been set yet." in read[name](written)


def test_an_empty_table_is_a_header_or_no_rows_to_a_machine():
    report = progress(empty_frames(with_columns=False))
    assert write_csv(report) == b"Goal,Weight,Owner,Horizon,Best relation\r\n"
    assert json.loads(write_json(report))["tables"]["goals"]["rows"] == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_client_never_reads_a_fee(name):
    frames = progress_frames(engagement=ENGAGEMENT | {"fee": Decimal("98765.43"), "currency": "EUR"})
    written = FORMATS[name].write(progress(frames))
    said = decoded(written, FORMATS[name].mimetype)
    assert "98765" not in said.replace(",", "")


def test_pdf_breaks_words_without_end(report):
    goals = progress_frames().goals.assign(goal="x" * 300)
    read = pdf_text(write_pdf(progress(progress_frames(goals=goals))))
    assert "x" * 300 not in read
    assert read.count("x") > 1200


def test_a_frame_as_csv_holds_no_formula():
    frame = pd.DataFrame({"said": ["=1+1", "so", None], "count": [1.5, 2.0, float("nan")]})
    assert write_frame(frame) == "said,count\r\n'=1+1,1.5\r\nso,2.0\r\n,\r\n"
