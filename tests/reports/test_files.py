"""Word, Parquet, sheets that are split, one page for a board, and lists that come in parts."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import pandas as pd
import pikepdf
import pypdf
import pytest

from reports.model import Column, Logo, Report
from reports.portfolio import portfolio
from reports.progress import progress
from reports.streams import BrokenStreamError, Stream
from reports.writers.csv import stream_csv, write_csv
from reports.writers.docx import write_docx
from reports.writers.json import write_json
from reports.writers.parquet import write_parquet
from reports.writers.pdf import write_pdf
from reports.writers.xlsx import write_xlsx
from reports.writers.xlsx_parts import letters
from reports.writers.xlsx_stream import stream_xlsx
from tests.reading import docx_words, parquet, sheets
from tests.reports.made_up import AS_OF, MADE_AT, progress_frames
from tests.reports.made_up_portfolio import portfolio_frame
from tests.reports.test_writers import HOSTILE, hostile_report


@pytest.fixture(scope="module")
def report() -> Report:
    return progress(progress_frames())


@pytest.fixture(scope="module")
def engagements() -> Report:
    return portfolio(portfolio_frame(), AS_OF, MADE_AT)


def test_money_has_no_line_of_totals():
    with pytest.raises(ValueError, match="each currency"):
        Column("fee", "Fee", "money", total=True)


def test_no_file_adds_up_fees_of_several_currencies(engagements):
    across = sum(row[2] for row in engagements.table("fees").rows)
    assert len(engagements.table("fees")) == 3
    for said in (f"{across:,}", f"{across}"):
        assert said not in write_json(engagements).decode()
        assert said not in docx_words(write_docx(engagements))
        assert all(
            said not in str(line) for rows in sheets(write_xlsx(engagements)).values() for line in rows
        )


def test_parquet_keeps_types_labels_and_money_to_the_cent(engagements):
    table = parquet(write_parquet(engagements))
    types = {field.name: str(field.type) for field in table.schema}
    assert "Decimal128" in types["fee"]
    assert "Date32" in types["starts_on"]
    assert "Int64" in types["milestones"]
    assert "Float64" in types["hours_used"]
    assert table.schema.field("hours_used").metadata[b"label"] == b"Used"
    fees = [fee for fee in table.column("fee").to_pylist() if fee is not None]
    assert sum(fees) == sum(fee for fee in engagements.table().values("fee") if fee is not None)
    assert table.schema.metadata[b"notes"] == engagements.notes[0].encode()


def test_parquet_refuses_a_table_that_is_not_there(report):
    assert parquet(write_parquet(report, "actions")).num_rows == len(report.table("actions"))
    with pytest.raises(KeyError):
        write_parquet(report, "secrets")


def test_parquet_holds_hostile_text_as_it_is():
    assert parquet(write_parquet(hostile_report())).column("name").to_pylist() == HOSTILE


def test_a_word_file_has_headings_a_language_alternative_texts_and_page_numbers(report):
    content = write_docx(report)
    document = docx.Document(io.BytesIO(content))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[:2] == ["What stands out", "Alignment"]
    assert {table.title for table in report.tables} <= set(headings)
    assert document.core_properties.title == report.title
    assert document.core_properties.language == "en-GB"
    words = docx_words(content)
    assert 'w:instr="PAGE"' in words
    assert 'w:instr="NUMPAGES"' in words
    assert 'w:lang w:val="en-GB"' in words
    drawn = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert drawn == [chart.alt for chart in report.charts]
    tables = [table for table in document.tables if len(table.rows)]
    assert words.count("<w:tblHeader/>") == len(tables)
    assert words.count("w:tblCaption") == len(tables)


def test_a_word_file_survives_hostile_text():
    said = [
        cell.text
        for cell in docx.Document(io.BytesIO(write_docx(hostile_report()))).tables[0].columns[0].cells
    ]
    assert said[1:7] == ["=1+1", "+43", "-3", "@sum", "\tx", "\nx"]
    assert said[-1] == "Total"


def test_a_sheet_that_is_full_goes_on_on_the_next(engagements):
    book = sheets(write_xlsx(engagements, most_rows=12))
    parts = [rows for name, rows in book.items() if name.startswith("Engagements")]
    assert [len(rows) for rows in parts] == [12, 12, 6]
    wanted = [row[1] for row in engagements.table().rows]
    assert [row[1] for rows in parts for row in rows[1:-1]] == wanted
    at = [column.name for column in engagements.table().columns].index("sessions")
    assert sum(rows[-1][at] for rows in parts) == engagements.table().totals["sessions"]
    assert any("go on over 3 sheets" in str(line) for line in book["Summary"])
    assert len(sheets(write_xlsx(engagements))) < len(book)


def test_sheets_name_their_headings_for_screen_readers(engagements):
    with zipfile.ZipFile(io.BytesIO(write_xlsx(engagements))) as archive:
        book = archive.read("xl/workbook.xml").decode()
    assert "ColumnTitleRegion1.A1.U25" in book
    assert "_xlnm.Print_Titles" in book


def test_json_says_the_type_of_each_column(engagements):
    columns = {
        of["name"]: of for of in json.loads(write_json(engagements))["tables"]["engagements"]["columns"]
    }
    assert columns["starts_on"] == {
        "name": "starts_on", "label": "Starts", "kind": "date", "type": "string", "format": "date",
    }  # fmt: skip
    assert (columns["burn"]["type"], columns["burn"]["unit"]) == ("number", "fraction of 1")


def test_csv_begins_with_a_mark_on_request(report):
    assert write_csv(report, bom=True) == b"\xef\xbb\xbf" + write_csv(report)


def test_a_board_reads_one_page_with_what_stands_out_first(engagements):
    many = replace(engagements, findings=tuple(f"Finding {n} " + "word " * 80 for n in range(40)))
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(many, one_page=True))).pages
    assert len(pages) == 1
    said = " ".join(pages[0].extract_text().split())
    assert "The full report says 35 more." in said
    assert "page 1 of 1" in said
    assert "St Brigid Health System" in said
    assert len(pypdf.PdfReader(io.BytesIO(write_pdf(many))).pages) > 3


@pytest.mark.parametrize("more", [0, 1, 4, 30])
def test_one_page_is_one_however_much_there_is_to_say(report, more):
    said = tuple(f"Finding {n} " + "word " * 60 for n in range(more))
    square = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'
    full = replace(report, findings=said, opening="What was reached. " * 20 * (more > 1))
    full = replace(full, notes=report.notes * 2, logos=(Logo(square, "svg", "Logo of the centre"),))
    assert len(pypdf.PdfReader(io.BytesIO(write_pdf(full, one_page=True))).pages) == 1
    without = replace(full, charts=(), findings=said[:1], opening="")
    assert "Roadmap" in pypdf.PdfReader(io.BytesIO(write_pdf(without, one_page=True))).pages[0].extract_text()


def test_a_pdf_has_bookmarks_and_alternative_texts(report):
    content = write_pdf(report)
    outline = str(pypdf.PdfReader(io.BytesIO(content)).outline)
    assert all(table.title in outline for table in report.tables)
    with pikepdf.open(io.BytesIO(content)) as document:
        said = {
            str(one.Alt) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        }
    assert {chart.alt for chart in report.charts} <= said


COLUMNS = (
    Column("name", "Name, in full", "text"),
    Column("on", "Day", "date"),
    Column("minutes", "Minutes", "integer", total=True),
    Column("hours", "Hours", "hours", total=True),
)
TEXTS = [*HOSTILE, None, "\x01bell", '"', "two\r\nlines"]


def stream(count: int = 40, size: int = 7, rows: int | None = None) -> Stream:
    whole = [
        (TEXTS[n % len(TEXTS)], None if n % 5 == 4 else date(2026, 1, 1 + n % 28), n - 3, n / 4)
        for n in range(count)
    ]
    parts = [list(zip(*whole[at : at + size], strict=True)) for at in range(0, count, size)]
    made_at = datetime(2026, 3, 3, tzinfo=UTC)
    return Stream(
        "list", "A list: all of it", COLUMNS, parts, count if rows is None else rows, AS_OF, made_at
    )


def rows_of(one: Stream) -> list[tuple]:
    return [row for part in one.parts for row in zip(*part, strict=True)]


def test_a_streamed_csv_is_what_the_standard_library_writes():
    read = list(csv.reader(io.StringIO(b"".join(stream_csv(stream())).decode(), newline="")))
    assert read[0] == ["Name, in full", "Day", "Minutes", "Hours"]
    frame = pd.DataFrame(rows_of(stream()), columns=[of.name for of in COLUMNS], dtype=object)
    table = replace(hostile_report().table(), columns=COLUMNS, frame=frame)
    assert b"".join(stream_csv(stream())) == write_csv(replace(hostile_report(), tables=(table,)))


@pytest.mark.parametrize(
    ("count", "most", "sheeted"), [(40, 100, [40]), (40, 12, [10] * 4), (41, 12, [10] * 4 + [1])]
)
def test_a_streamed_workbook_is_split_where_a_sheet_is_full(count, most, sheeted):
    content = b"".join(stream_xlsx(stream(count), most_rows=most))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    book = sheets(content)
    about = {line[0]: line[1] for line in book.pop("About")}
    assert [len(rows) - 2 for rows in book.values()] == sheeted
    read = [row for rows in book.values() for row in rows[1:-1]]
    assert [row[2] for row in read] == [row[2] for row in rows_of(stream(count))]
    assert [row[1] or None for row in read] == [row[1] for row in rows_of(stream(count))]
    assert about["Rows"] == count
    assert about["Minutes, total"] == sum(rows[-1][2] for rows in book.values()) == sum(range(-3, count - 3))
    assert about["Hours, total"] == sum(range(count)) / 4


def test_a_streamed_workbook_never_makes_text_into_a_formula():
    book = sheets(b"".join(stream_xlsx(stream())))
    said = [row[0] for row in next(iter(book.values()))[1:-1]]
    assert said[:4] == HOSTILE[:4]
    assert said[13] == "bell"
    assert all(isinstance(cell, str) for cell in said)


def test_a_streamed_workbook_is_ready_to_print_and_to_filter():
    with zipfile.ZipFile(io.BytesIO(b"".join(stream_xlsx(stream())))) as archive:
        sheet, book = (archive.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "workbook"))
    for said in (
        'state="frozen"',
        'orientation="landscape"',
        'autoFilter ref="A1:D41"',
        "<f>SUM(C2:C41)</f><v>660</v>",
    ):
        assert said in sheet
    assert "_xlnm.Print_Titles" in book
    assert "ColumnTitleRegion1.A1.D41.1" in book


@pytest.mark.parametrize("write", [stream_csv, stream_xlsx])
def test_a_stream_whose_rows_are_not_all_there_breaks(write):
    read = []
    with pytest.raises(BrokenStreamError, match="40 rows came, 41 were counted"):
        read.extend(write(stream(rows=41)))
    written = b"".join(read)
    if write is stream_xlsx:
        assert not zipfile.is_zipfile(io.BytesIO(written))
        return
    assert "BROKEN OFF" in written.decode().splitlines()[-1]
    with pytest.raises(csv.Error, match="unexpected end"):
        list(csv.reader(io.StringIO(written.decode(), newline=""), strict=True))
    with pytest.raises(pd.errors.ParserError):
        pd.read_csv(io.BytesIO(written))


def test_columns_have_the_names_that_sheets_give_them():
    assert [letters(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
