"""The worksheet on paper: over as many pages as it takes, with its findings, its reasons and its hash."""

import io
from datetime import UTC, date, datetime

import pikepdf
import pytest

from crm.versions.paper import report_of
from crm.versions.sheet import Kept
from reports.writers.pdf import write_pdf
from tests.reading import pdf_words, squeezed
from tests.versions.contents import content
from tests.versions.rows import goal, strategy

pytestmark = pytest.mark.no_database
MARKS = [(g, 100 + s, (1, 3, 9)[(g * s) % 3]) for g in range(1, 40) for s in range(1, 61) if (g + s) % 2]
SAID = content(
    [
        goal(place, statement=f"A goal that is told in several words, number {place}")
        for place in range(1, 41)
    ],
    [strategy(100 + place, statement=f"Stories of patients, series {place}") for place in range(1, 61)],
    [*MARKS, (40, 101, 1, "Because the pilot said so")],
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    said = {"title": "Access", "client": "Lakeside", "words": "version 3"}
    at = datetime(2026, 3, 3, tzinfo=UTC)
    return write_pdf(report_of(Kept(SAID), "f" * 64, **said, on=date(2026, 3, 3), at=at))


def test_forty_by_sixty_go_over_pages_in_strips(pdf):
    words = pdf_words(pdf)
    for strip in ("Strategies 1 to 20", "Strategies 21 to 40", "Strategies 41 to 60"):
        assert strip in words
    # Every goal in each of the three strips and in the table of goals, every strategy whole in its table.
    assert words.count("number 17") >= 4
    assert squeezed("Stories of patients, series 60") in squeezed(words)


def test_it_holds_findings_reasons_legend_and_hash(pdf):
    words = pdf_words(pdf)
    assert "has no strategy rated 3 or more, only a 1." in words
    assert "Because the pilot said so" in words
    assert "the strategy serves the goal strongly" in words
    assert "f" * 64 in squeezed(words)


def test_it_is_tagged_and_lies_across(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as book:
        assert book.Root.MarkInfo.Marked
        assert str(book.Root.Lang).startswith("en")
        left, bottom, right, top = map(float, book.pages[0].MediaBox)
        assert right - left > top - bottom
        assert b"pdfuaid" in book.Root.Metadata.read_bytes()
