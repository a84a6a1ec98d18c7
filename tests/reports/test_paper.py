"""What PDF/UA asks of a long report, read out of the file: tags, names, and the order in which it is read."""

import io
from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
import pikepdf
import pytest

from reports.model import Column, Table
from reports.progress import progress
from reports.widths import is_flat
from reports.writers.pdf import write_pdf
from tests.reading import pdf_words
from tests.reports.made_up import progress_frames

pytestmark = pytest.mark.no_database
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


@pytest.mark.parametrize(
    ("shown", "flat"),
    [
        ((["ab"], ["1"]), True),
        ((["a\nb"], ["1"]), False),
        ((["a" * 200], ["1"]), False),
        ((["W" * 62], ["1"]), False),
        ((["札" * 62], ["1"]), False),
        ((["a" * 62], ["1"]), True),
        ((["a" * 62], ["1" * 60]), False),
    ],
)
def test_only_what_is_sure_to_fit_is_set_on_one_line(shown, flat):
    columns = Column("a", "A", "text"), Column("b", "B", "integer")
    assert is_flat(columns, shown, 174.0) is flat


def test_rows_of_one_height_hold_what_is_in_them():
    frame = pd.DataFrame({"name": ["WWWW", "gjpqy", "ÄÖÅ", "x" * 20], "n": [1, 2, 3, 4]})
    table = Table("t", "T", (Column("name", "Name", "text"), Column("n", "N", "integer", total=True)), frame)
    made = progress(progress_frames())
    read = pdf_words(write_pdf(type(made)("flat", "Flat", "", made.as_of, made.made_at, tables=(table,))))
    for said in ("WWWW", "gjpqy", "ÄÖÅ", "x" * 20, "10"):
        assert said in read
