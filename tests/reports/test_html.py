"""The HTML is parsed strictly and read back."""

import re

import pytest

from reports import text
from reports.portfolio import portfolio
from reports.progress import progress
from reports.writers.html import fragment, write_html
from tests.reading import sound
from tests.reports.made_up import AS_OF, MADE_AT, empty_frames, frame, progress_frames
from tests.reports.made_up_portfolio import portfolio_frame


@pytest.fixture(scope="module")
def report():
    return progress(progress_frames())


@pytest.fixture(scope="module")
def page(report):
    return write_html(report).decode()


def test_the_page_is_strict_html_with_a_language_and_a_title(page, report):
    root = sound(page)
    assert root.get("lang") == "en-GB"
    assert root.find(".//title").text == report.title
    assert [heading.text for heading in root.iter("h1")] == [report.title]


@pytest.mark.parametrize("count", [0, 24])
def test_a_portfolio_is_strict_html(count):
    report = portfolio(portfolio_frame(count), AS_OF, MADE_AT)
    root = sound(write_html(report).decode())
    assert [heading.text for heading in root.iter("h1")] == [report.title]


def test_the_fragment_begins_at_the_second_heading_and_obeys_a_strict_policy(report):
    body = fragment(report, lambda name: f"/reports/progress/{name}.csv?a=1&b=2")
    sound(f'<!doctype html><html lang="en"><title>x</title>{body}')
    assert not re.search(r"<(h1|style|script)|\son\w+=|\sstyle=", body)
    assert 'href="/reports/progress/goals.csv?a=1&amp;b=2"' in body


def test_every_table_is_read_back_whole(page, report):
    root = sound(page)
    for table in report.tables:
        section = next(
            part for part in root.iter("section") if part.get("aria-labelledby") == f"table-{table.name}"
        )
        shown = [["".join(cell.itertext()) for cell in row] for row in section.find(".//tbody")]
        assert section.find(".//caption").text == table.title
        assert shown == [
            [text.show(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]


def test_totals_stand_in_the_foot(page):
    feet = ["".join(foot.itertext()).split() for foot in sound(page).iter("tfoot")]
    assert ["Total", "110.5", "h", "100", "%"] in feet
    assert ["Total", "840"] in feet


def test_charts_have_a_name_a_sentence_and_a_table(page, report):
    root = sound(page)
    images = [image for image in root.iter() if str(image.tag).endswith("svg") and image.get("role") == "img"]
    assert [image.get("aria-label") for image in images] == [chart.alt for chart in report.charts]
    assert len(list(root.iter("details"))) == 2
    assert report.charts[0].sentence in page


def test_numbers_are_marked_and_cells_have_a_scope(page):
    root = sound(page)
    assert all(head.get("scope") for head in root.iter("th"))
    assert any(cell.get("class") == "num" for cell in root.iter("td"))


def test_what_a_user_typed_stays_text():
    goals = frame("goals")
    goals.loc[0, "goal"] = "<script>alert(1)</script>\x00"
    page = write_html(progress(progress_frames(goals=goals))).decode()
    sound(page)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_empty_tables_have_a_sentence_instead():
    page = write_html(progress(empty_frames(with_columns=True))).decode()
    sound(page)
    for sentence in (
        "No goals have been set yet.",
        "No session has been logged yet.",
        "There are no action items",
    ):
        assert sentence in page


def test_a_page_may_hold_fewer_rows_than_the_table_and_says_so():
    report = progress(progress_frames())
    whole, short = fragment(report), fragment(report, most=2)
    table = next(table for table in report.tables if len(table) > 2)
    assert str(table.rows[-1][0]) in whole
    assert f"the first 2 of {len(table)} rows" in short
    assert "Here stand" not in whole
