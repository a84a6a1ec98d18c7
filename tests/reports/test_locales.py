"""Numbers and days as the reader writes them; data for machines alike for everybody."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal

from reports import text
from reports.charts import draw_svg, hours_spec
from reports.locales import LOCALES, reading_as
from reports.portfolio import portfolio
from reports.writers import FORMATS
from reports.writers.json import write_json
from tests.reading import docx_words, parquet, pdf_words
from tests.reports.made_up import AS_OF, MADE_AT
from tests.reports.made_up_portfolio import portfolio_frame

pytestmark = pytest.mark.no_database
DAY, MOMENT = date(2026, 3, 3), datetime(2026, 3, 3, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "moment", "money", "percent"),
    [
        ("en-GB", "3 Mar 2026", "3 Mar 2026, 15:05 UTC", "1,234.50", "80 %"),
        ("en-US", "Mar 3, 2026", "Mar 3, 2026, 3:05\u202fPM UTC", "1,234.50", "80%"),
        ("de-DE", "03.03.2026", "03.03.2026, 15:05 UTC", "1.234,50", "80\xa0%"),
        ("fr-FR", "3 mars 2026", "3 mars 2026, 15:05 UTC", "1\u202f234,50", "80\xa0%"),
        ("es-ES", "3 mar 2026", "3 mar 2026, 15:05 UTC", "1.234,50", "80\xa0%"),
    ],
)
def test_each_locale_writes_in_its_way(locale, day, moment, money, percent):
    with reading_as(locale):
        assert (text.day(DAY), text.moment(MOMENT)) == (day, moment)
        assert text.show(Decimal("1234.5"), "money") == money
        assert text.show(0.8, "percent") == percent
        assert text.show(-1234.5, "number") == format_decimal(-1234.5, locale=locale.replace("-", "_"))
    assert text.day(DAY) == "3 Mar 2026"


def test_a_locale_that_is_not_known_is_the_usual_one():
    with reading_as("xx-XX"):
        assert text.day(DAY) == "3 Mar 2026"
    assert set(LOCALES) >= {"en-GB", "en-US", "de-DE", "fr-FR"}


@pytest.fixture
def report():
    frame = portfolio_frame(6)
    frame["client"] = "Lakeside"
    return lambda: portfolio(frame, AS_OF, MADE_AT)


def in_german(report, format_: str) -> bytes:
    with reading_as("de-DE"):
        return FORMATS[format_].written(report())


def test_pages_paper_and_words_are_of_the_reader(report):
    for words in (
        in_german(report, "html").decode(),
        pdf_words(in_german(report, "pdf")),
        docx_words(in_german(report, "docx")),
    ):
        assert "03.03.2026" in words
        assert "12.500,10" in words
        assert "12,500.10" not in words


def test_days_of_a_sheet_are_typed_and_shown_as_the_reader_does(report):
    with zipfile.ZipFile(io.BytesIO(in_german(report, "xlsx"))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert "dd.mm.yyyy" in styles
    assert "d mmm yyyy" not in styles


def test_rows_for_machines_are_the_same_for_everybody(report):
    assert in_german(report, "csv") == FORMATS["csv"].written(report())
    assert parquet(in_german(report, "parquet")) == parquet(FORMATS["parquet"].written(report()))
    ours, theirs = (json.loads(one)["tables"] for one in (in_german(report, "json"), write_json(report())))
    assert ours == theirs


def test_axes_count_as_the_reader_does(report):
    spec = hours_spec(report().charts[0].table.frame.assign(used=[4000.0] * 5 + [9000.0]))
    with reading_as("de-DE"):
        assert ">4.000<" in draw_svg(spec)
    assert ">4,000<" in draw_svg(spec)
