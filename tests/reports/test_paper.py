"""What PDF/UA asks of a long report, read out of the file: tags, names, and the order in which it is read."""

import io
import json
from collections import defaultdict
from datetime import date, timedelta
from math import inf

import pandas as pd
import pikepdf
import pytest
import typst
from fontpkg_inter import ROOT as INTER

from reports.lines import lines, width
from reports.model import Column, Table
from reports.progress import progress
from reports.widths import LINE, ROW, SIZE, laid_out
from reports.writers.pdf import write_pdf
from tests.reading import pdf_words
from tests.reports.made_up import progress_frames

pytestmark = pytest.mark.no_database
FONTS = INTER / "files"
ROWS = 2_900


@pytest.fixture(scope="module")
def report():
    """Everything that a report can hold, and sessions for sixty pages."""
    names = list(progress_frames().sessions.columns)
    rows = [
        (
            n,
            date(2026, 3, 1) - timedelta(n % 900),
            "Video",
            "Ana Ortiz",
            60,
            f"Agreed on step {n} of the roll-out.",
        )
        for n in range(ROWS)
    ]
    return progress(progress_frames(sessions=pd.DataFrame(rows, columns=names)))


@pytest.fixture(scope="module")
def content(report) -> bytes:
    return write_pdf(report)


@pytest.fixture
def document(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        yield document


def kids(node) -> list:
    found = node.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def walk(node, page=None):
    """The leaves of the structure in reading order: page, and number of the marked content."""
    if isinstance(node, int):
        yield page, node
        return
    page = node.get("/Pg", page)
    if node.get("/Type") == "/MCR":
        yield page, int(node.MCID)
        return
    for kid in kids(node):
        yield from walk(kid, page)


def elements(node, tag: str) -> list:
    found = []
    for kid in kids(node):
        if isinstance(kid, pikepdf.Dictionary):
            found += [kid] if kid.get("/S") == tag else []
            found += elements(kid, tag)
    return found


def marked(page) -> list[int]:
    """The numbers of the marked content of a page as they are drawn. No text may lie outside of marks."""
    found, depth = [], 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
            if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
                found.append(int(operands[1].MCID))
        elif name == "EMC":
            depth -= 1
        elif name in ("Tj", "TJ", "'", '"'):
            assert depth, "There is text that is neither content nor decoration."
    return found


def test_it_says_what_it_is_and_in_which_language(document, report):
    root = document.Root
    assert len(document.pages) >= 60
    assert (bool(root.MarkInfo.Marked), str(root.Lang)) == (True, "en-GB")
    assert root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", report.title)
    assert all(page.get("/Tabs") == "/S" for page in document.pages if "/Annots" in page)


def test_its_structure_has_headings_tables_and_described_pictures(document, report):
    tree = document.Root.StructTreeRoot
    assert len(elements(tree, "/H1")) == 1
    assert len(elements(tree, "/H2")) >= len(report.tables)
    figures = elements(tree, "/Figure")
    assert {chart.alt for chart in report.charts} <= {str(one.Alt).replace("\u200b", "") for one in figures}
    assert all("/Alt" in one for one in figures)
    heads = elements(tree, "/TH")
    assert heads
    assert {str(said.Scope) for one in heads for said in one.A if "/Scope" in said} == {"/Column"}
    assert len(elements(tree, "/TR")) > ROWS


def test_it_is_read_in_the_order_in_which_it_is_drawn(document):
    pages = {page.objgen: number for number, page in enumerate(document.pages)}
    told = defaultdict(list)
    for page, number in walk(document.Root.StructTreeRoot):
        told[pages[page.objgen]].append(number)
    for number, page in enumerate(document.pages):
        drawn = marked(page)
        assert told[number] == drawn, f"page {number + 1}"


def test_it_has_bookmarks_and_numbers_its_pages(document, content, report):
    with document.open_outline() as outline:
        titles = [one.title for first in outline.root for one in (first, *first.children)]
    assert {table.title for table in report.tables} <= set(titles)
    read, last = pdf_words(content), len(document.pages)
    for number in (1, 2, last):
        assert f"page {number} of {last}" in read


SAID = [
    "Went through the figures of the month with the ward; two names for the panel are still to come.",
    "WWWWWWWW AVAVAV To. Ta, y. WAWAWAWAWA fi ffl -> <= != (c) 3.1 % 1,234.50 €",
    "https://example.org/a/very/long/way/to/say/it-all?with=some&more=of#it",
    "Übergrößenträger, naïve façade, Čeština, Ελληνικά και ελληνικά, Русский язык и ещё раз",
    "two\nlines, and a third one that goes on\n", "x", "", "  spaces   between  ",
    "a-b-c-d-e-f-g-h-i-j-k-l-m", "10x10 (see [1]) * 3x4",
    "\u200b".join(["abcdefghijklmnopqrstuvwx"] * 4),
    "1 2 3 4 5 6 7 8 9 0 11 111 1111 11111 111111 1111111 11111111 111111111",
]  # fmt: skip


def typst_says(rooms):
    """Widths on one line, and heights in columns so wide (points), of all of SAID as typst sets them."""
    each = f"({', '.join(map(str, rooms))},)"
    template = [
        '#set text(font: "Inter", 7.5pt, number-width: "tabular", lang: "en", region: "gb")',
        "#set par(leading: 0.45em)",
        "#let said = json(bytes(sys.inputs.said))",
        "#context [#metadata(said.map(one => (measure(one).width.pt(), "
        f"{each}.map(room => measure(block(width: room * 1pt, one)).height.pt())))) <w>]",
    ]
    found = typst.query(
        "\n".join(template).encode(), "<w>", field="value", one=True, font_paths=[FONTS],
        ignore_system_fonts=True, sys_inputs={"said": json.dumps(SAID)},
    )  # fmt: skip
    return json.loads(found)


def test_words_take_no_more_room_than_is_reckoned():
    rooms = [40, 55.5, 90, 130, 210]
    for said, (wide, heights) in zip(SAID, typst_says(rooms), strict=True):
        if "\n" not in said:
            assert wide <= width(said) * 7.5 <= wide * 1.09 + 3, said
        for room, high in zip(rooms, heights, strict=True):
            count = lines(said, room / 7.5)
            reckoned = (ROW - 3 + (count - 1) * LINE) * 72 / 25.4
            assert high <= reckoned, (said, room)
            assert count == inf or reckoned - high < 1.5 * LINE * 72 / 25.4, (said, room)
    assert lines("to https://example.org/a/very/long/way", 5) == inf
    assert [lines(SAID[0], room) for room in (100, 25)] == [1, 2]


def test_letters_that_are_not_ours_are_left_to_typst():
    columns = Column("a", "A", "text"), Column("b", "B", "integer")
    assert laid_out(columns, [["ab", "1"]], ["", ""], 174.0)
    assert laid_out(columns, [["札幌", "1"]], ["", ""], 174.0) is None


def test_columns_share_the_page():
    columns = [Column(name, name, "text") for name in "abc"]
    for long in (3, 40, 400):
        widths, heights = laid_out(columns, [["x", "word " * long, "y"]], [""] * 3, 174.0)
        assert sum(widths) <= 174.0 + 1e-9
        assert heights[0] == pytest.approx(ROW + LINE * (lines("word " * long, (widths[1] - 2.8) / SIZE) - 1))
    assert laid_out(columns * 20, [["x", "word " * 40, "y"] * 20], [""] * 60, 174.0) is None


def test_rows_of_one_height_hold_what_is_in_them():
    frame = pd.DataFrame({"name": ["WWWW", "gjpqy", "ÄÖÅ", "x" * 20], "n": [1, 2, 3, 4]})
    table = Table("t", "T", (Column("name", "Name", "text"), Column("n", "N", "integer", total=True)), frame)
    made = progress(progress_frames())
    read = pdf_words(write_pdf(type(made)("flat", "Flat", "", made.as_of, made.made_at, tables=(table,))))
    for said in ("WWWW", "gjpqy", "ÄÖÅ", "x" * 20, "10"):
        assert said in read
