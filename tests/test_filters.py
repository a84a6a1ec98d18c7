"""How values read on a page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crm import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 3), "3 Mar 2026"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "31 Dec 2026"),
        (None, "–"),
    ],
)
def test_day(value, text):
    assert words.day(value) == text


def test_day_says_what_is_missing():
    assert words.day(None, "no end set") == "no end set"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (None, "Tue 3 Mar 2026, 10:00"),
        ("America/Chicago", "Tue 3 Mar 2026, 04:00"),
        ("Asia/Tokyo", "Tue 3 Mar 2026, 19:00"),
    ],
)
def test_moment_is_told_by_the_clock_on_the_wall(zone, text):
    assert words.moment(datetime(2026, 3, 3, 10, tzinfo=UTC), zone) == text


def test_moment_without_one():
    assert words.moment(None) == "–"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (12.5, 1, "12.5"),
        (12.0, 1, "12"),
        (1200, 1, "1,200"),
        (100, 0, "100"),
        (1000, 0, "1,000"),
        (0, 1, "0"),
        (0.04, 1, "0"),
        (-0.04, 1, "0"),
        (-2.5, 1, "-2.5"),
        (Decimal("3.1400"), 2, "3.14"),
        (None, 1, "–"),
    ],
)
def test_number(value, digits, text):
    assert words.number(value, digits) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.8, "80 %"), (1, "100 %"), (0, "0 %"), (0.005, "0 %"), (-0.001, "0 %"), (None, "–")]
)
def test_percent(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(90, "1.5 h"), (60, "1 h"), (50, "0.8 h"), (0, "0 h"), (None, "0 h"), (75_000, "1,250 h")],
)
def test_hours(minutes, text):
    assert words.hours(minutes) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("12500"), "USD", "US$12,500.00"),
        (Decimal("0.1"), "GBP", "£0.10"),
        (Decimal("12500"), "JPY", "JP¥12,500"),
        (None, None, "–"),
    ],
)
def test_money(amount, currency, text):
    assert words.money(amount, currency) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (999, "999"), (1000, "1,000"), (1001, "1,000+")])
def test_capped(count, text):
    assert words.capped(count) == text


@pytest.mark.parametrize(
    ("count", "parts", "text"),
    [
        (1, ("thing",), "1 thing"),
        (0, ("thing",), "0 things"),
        (1200, ("thing",), "1,200 things"),
        (2, ("is", "are"), "2 are"),
        (1, ("goal hangs", "goals hang"), "1 goal hangs"),
    ],
)
def test_plural(count, parts, text):
    assert words.plural(count, *parts) == text
