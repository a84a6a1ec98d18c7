from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import DomainError
from crm.organisations import reading
from crm.organisations.reading import escaped, looks_like_header, read

DATA = Path(__file__).parent / "data"
#: Beside the project, where a developer may keep larger files; its tests are skipped without it.
SHARED = Path(__file__).parents[3] / "shared" / "data"


def workbook(*cells, **formats) -> bytes:
    """A workbook with (row, column, value) written to it."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        style = book.add_format(formats)
        for row, column, value in cells:
            sheet.write(row, column, value, style)
    return file.getvalue()


def test_read_keeps_leading_zeros_of_the_american_file():
    sheet = read((DATA / "cms_hgi_2021_excerpt.csv").read_bytes(), "cms.csv")
    assert (len(sheet.rows), len(sheet.columns), sheet.separator, sheet.encoding) == (5, 38, ",", "utf-8")
    assert sheet.columns[:2] == ("Facility ID", "Facility Name")
    assert [row[0] for row in sheet.rows] == ["010001", "010005", "400001", "014000", "02013F"]
    assert sheet.numbers == [2, 3, 4, 5, 6]


def test_read_finds_tildes_and_the_western_encoding_of_the_british_file():
    sheet = read((DATA / "nhs_choices_excerpt_tilde.csv").read_bytes(), "nhs.csv")
    assert (len(sheet.rows), len(sheet.columns), sheet.separator, sheet.encoding) == (5, 22, "~", "cp1252")
    assert "St Bartholomew\N{RIGHT SINGLE QUOTATION MARK}s Hospital" in sheet.rows[3]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "~"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_read_finds_separator_and_encoding(separator, encoding):
    lines = [("Name", "Town", "Beds"), ("Zürich, Spital", "Zürich", "120"), ("Łódź; Szpital", "Łódź", "7")]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in cells) for cells in lines)
    sheet = read(text.encode(encoding), "x.csv")
    assert sheet.columns == lines[0]
    assert [tuple(row) for row in sheet.rows] == lines[1:]


def test_read_knows_asian_characters_where_western_ones_would_decode_too():
    text = "id,名稱,地址\n" + "1,臺北榮民總醫院,臺北市北投區石牌路二段\n" * 40
    sheet = read(text.encode("big5"), "x.csv")
    assert sheet.columns == ("id", "名稱", "地址")
    assert sheet.rows[0][1] == "臺北榮民總醫院"


def test_read_takes_the_users_word_over_its_guess():
    content = "Name;A,B\nÄrzte;1,2".encode("cp1250")
    sheet = read(content, "x.csv", separator=",", encoding="cp1250")
    assert (sheet.columns, sheet.rows) == (("Name;A", "B"), [["Ärzte;1", "2"]])


def test_read_counts_rows_as_a_spreadsheet_does():
    sheet = read(b'\nName,Notes\n"A","two\nlines"\n\n,\nB,\n\n\n', "x.csv")
    assert sheet.rows == [["A", "two\nlines"], ["B", ""]]
    assert (sheet.numbers, sheet.first_row_number) == ([3, 6], 3)


def test_read_without_headings_numbers_the_columns():
    content = b"R0A,MANCHESTER,20171001,\nR0B,SUNDERLAND,20190401,x\n"
    sheet = read(content, "x.csv", header=False)
    assert sheet.columns == ("Column 1", "Column 2", "Column 3", "Column 4")
    assert (len(sheet.rows), sheet.numbers) == (2, [1, 2])
    assert read(content, "x.csv", header=None) == sheet


def test_headings_are_told_from_data():
    assert looks_like_header(["Name", "Town", ""])
    assert not looks_like_header(["Name", "2", "x"])
    assert not looks_like_header(["a", "", "", ""])
    assert not looks_like_header(["no", "no", "yes"])


def test_read_names_blank_and_repeated_headings():
    assert read(b"Name,,Name, Two\n1,2,3,4", "x.csv").columns == ("Name", "Column 2", "Name (2)", "Two")


def test_read_drops_nuls():
    sheet = read(b"Name,To\0wn\nA\0,B\n", "x.csv")
    assert (sheet.columns, sheet.rows) == (("Name", "Town"), [["A", "B"]])


def test_read_keeps_rows_that_are_too_long_to_be_refused_one_by_one():
    assert read(b"Name,Town\nA,B,C\nD,E\n", "x.csv").rows == [["A", "B", "C"], ["D", "E"]]


def test_read_workbook_as_people_see_it():
    content = workbook((2, 1, "Name"), (2, 2, "Beds"), (3, 1, "A"), (3, 2, 120), (5, 1, "B"), (5, 2, 12.5))
    sheet = read(content, "named.csv")
    assert [cell for cell in sheet.columns if not cell.startswith("Column")] == ["Name", "Beds"]
    assert [row[-2:] for row in sheet.rows] == [["A", "120"], ["B", "12.5"]]
    assert (sheet.numbers, sheet.separator, sheet.encoding) == ([4, 6], None, None)


def test_read_workbook_gives_days_as_days():
    content = workbook((0, 0, 46000.0), (0, 1, "x"), num_format="yyyy-mm-dd")
    assert read(content, "x.xlsx", header=False).rows == [["2025-12-09", "x"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b",,\n,,\n", "is empty"),
        (b"Name,Town\n", "no rows under it"),
        (b"%PDF-1.7 ...", "is a PDF, not a table"),
        (b"\x89PNG\r\n", "is a picture, not a table"),
        (b'["a", "b"]', "is JSON, not a table"),
        (b"<!DOCTYPE html><p>", "is a web page, not a table"),
        (bytes(range(1, 32)) * 9, "is not a table"),
        (b"PK\x03\x04 and then nothing", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is damaged"),
        (b'Name,Town\nA,"B\nC,D\n', "In row 2 a quotation mark opens and is never closed"),
        (b'Name,Town\nA,"' + b"B" * 200_000, "In row 2 a quotation mark opens"),
    ],
)
def test_read_refuses_with_a_sentence(content, sentence):
    with pytest.raises(DomainError, match=sentence):
        read(content, "x.csv")


def test_read_refuses_too_many_rows(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read(b"Name\n1\n2\n3\n", "x.csv").rows) == 3
    with pytest.raises(DomainError, match="more than 3 rows"):
        read(b"Name\n1\n2\n3\n4\n", "x.csv")
    with pytest.raises(DomainError, match="more than 3 rows"):
        read(b"1\n2\n3\n4\n", "x.csv", header=False)


def test_read_refuses_unknown_encodings_and_separators():
    with pytest.raises(DomainError, match="is not an encoding"):
        read(b"Name,Town\nA,B", "x.csv", encoding="klingon")
    with pytest.raises(DomainError, match="cannot be read as ascii"):
        read("Name,Town\nÄ,B".encode(), "x.csv", encoding="ascii")
    with pytest.raises(DomainError, match="one character"):
        read(b"Name,Town\nA,B", "x.csv", separator=", ")


@pytest.mark.parametrize("cell", ["=1+2", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "\r=1"])
def test_formulas_are_escaped_in_a_reject_file_and_come_back(cell):
    assert escaped(cell) == f"'{cell}"
    mended = f'row,why,Name\n2,because,"{escaped(cell)}"\n'
    assert read(mended.encode(), "x.csv").rows[0][2] == cell


@pytest.mark.parametrize("cell", ["-5", "+44 20 7946 0000", "- 1,200.50", "Plain", "", "'quoted'"])
def test_numbers_and_plain_text_are_not_escaped(cell):
    assert escaped(cell) == cell


@given(st.binary(max_size=300))
def test_read_reads_or_says_why_not(content):
    with suppress(DomainError):
        sheet = read(content, "x", header=None)
        assert sheet.rows
        assert len(set(sheet.columns)) == len(sheet.columns)
        assert not any("\0" in cell for row in sheet.rows for cell in row)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("path", "rows", "columns"),
    [
        ("hospitals/cms_hgi_2021.csv", 5325, 38),
        ("hospitals/nhs_choices_hospitals_tilde.csv", 1216, 22),
        ("hospitals/nhs_ods_etr_trusts_noheader.csv", 218, 27),
        ("hospitals/jp_hokkaido_hospitals_utf8.csv", 574, 23),
        ("hostile/characters.csv", 382, 18),
        ("hostile/messy_very_bad_no_good_data.csv", 100, 8),
        ("hostile/utf-16le_encoded.csv", 327, 19),
        ("hostile/null.csv", 10, 4),
        ("hostile/simple.xlsx", 6, 3),
    ],
)
def test_read_reads_the_real_files(path, rows, columns):
    sheet = read((SHARED / path).read_bytes(), path, header=None)
    assert (len(sheet.rows), len(sheet.columns)) == (rows, columns)


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not here")
def test_read_says_that_a_real_workbook_is_locked():
    with pytest.raises(DomainError, match="locked with a password"):
        read((SHARED / "hostile/encrypted_no_password.xls").read_bytes(), "x.xls")


def zipped(*names: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped("word/document.xml", "[Content_Types].xml"),
        zipped("META-INF/MANIFEST.MF", "Evil.class"),
        zipped("../../etc/passwd"),
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" * 8,
        b"\x7fELF\x02\x01\x01\0" + bytes(range(1, 32)) * 8,
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["document", "program for Java", "path", "program", "ELF", "page", "PDF", "picture"],
)
@pytest.mark.parametrize("name", ["clients.csv", "clients.xlsx"])
def test_what_a_file_is_is_told_by_its_content_whatever_it_is_called(content, name):
    with pytest.raises(DomainError, match=f"“{name}” is "):
        read(content, name)


@pytest.mark.parametrize("last", [(1_048_575, 16_383), (999_999, 999)])
def test_two_cells_far_apart_are_refused_before_room_is_made_for_all_between(last):
    with pytest.raises(DomainError, match="unpacks to more than a table could be"):
        read(workbook((0, 0, "Name"), (*last, "Far away")), "far.xlsx")


def test_a_long_narrow_sheet_and_a_wide_short_one_are_read():
    for last in ((199_999, 1), (1, 900)):
        assert read(workbook((0, 0, "Name"), (*last, "Far away")), "far.xlsx").rows
