"""What the cells of other trackers mean."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.sessions.models_time import TimeKind
from crm.timesheets import trackers, weeks

pytestmark = pytest.mark.no_database
DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", ["toggl", "clockify", "harvest"])
def test_a_tool_is_known_by_its_headings(name):
    separator = ";" if name == "harvest" else ","
    header = next(csv.reader((DATA / f"{name}.csv").read_text().splitlines(), delimiter=separator))
    assert trackers.detect(header).name == name
    assert trackers.detect([heading.upper() for heading in header]).name == name


@pytest.mark.parametrize("header", [[], ["Date", "Hours"], ["name", "city", "cms"]])
def test_other_files_are_not_known(header):
    assert trackers.detect(header) is None


@pytest.mark.parametrize(
    ("text", "order", "wanted"),
    [
        ("2026-03-04", "month", date(2026, 3, 4)),
        ("03/04/2026", "month", date(2026, 3, 4)),
        ("03/04/2026", "day", date(2026, 4, 3)),
        ("4.3.26", "day", date(2026, 3, 4)),
        ("2026/3/4", "day", date(2026, 3, 4)),
    ],
)
def test_days(text, order, wanted):
    assert trackers.day(text, order) == wanted


@pytest.mark.parametrize("text", ["13/13/2026", "yesterday", "2026-02-30", "", "03/2026"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="not a day"):
        trackers.day(text, "month")


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["03/04/2026", "13/04/2026"], "day"),
        (["03/04/2026", "03/13/2026"], "month"),
        (["03/04/2026"], "month"),
        (["03.04.2026"], "day"),
        (["2026-03-04"], "month"),
    ],
)
def test_the_order_of_days_is_guessed(days, order):
    assert trackers.guess_order(days) == order


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:05", 545),
        ("9:05:59", 545),
        ("1:05 PM", 785),
        ("12:00 AM", 0),
        ("12:30 p.m.", 750),
        ("23:59", 1439),
    ],
)
def test_times_of_both_clocks(text, minutes):
    assert trackers.time_of_day(text) == minutes


@pytest.mark.parametrize("text", ["24:00", "13:00 PM", "0:30 AM", "9", "noon", "10:60"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"clock|time"):
        trackers.time_of_day(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("01:30:00", 90), ("00:45:10", 45), ("00:45:30", 46), ("1.50", 90), ("0,25", 15), (".5", 30)],
)
def test_durations(text, minutes):
    assert trackers.duration(text) == minutes


@pytest.mark.parametrize("text", ["00:00:20", "0", "25:00:00", "soon", "-1", "1:2:3:4"])
def test_durations_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"\.$"):
        trackers.duration(text)


def test_kinds_are_guessed_from_words():
    assert trackers.guess_kind("Travel time") is TimeKind.TRAVEL
    assert trackers.guess_kind("Prep") is TimeKind.PREPARATION
    assert trackers.guess_kind("Anything") is TimeKind.COACHING


@given(st.integers(1, 1440))
def test_minutes_survive_every_way_of_writing_them(minutes):
    assert weeks.minutes(weeks.clock(minutes)) == minutes
    assert weeks.minutes(f"{minutes}m") == minutes
    assert weeks.minutes(str(minutes / 60)[:8]) == minutes
    assert weeks.minutes(f"{minutes / 60:.4f}".replace(".", ",")) == minutes


@given(st.text(max_size=12))
def test_any_text_is_minutes_of_a_day_or_refused(text):
    try:
        minutes, said = weeks.minutes(text), weeks.HINT
    except ValueError as error:
        minutes, said = 0, str(error)
    assert 0 <= minutes <= 1440
    assert said in (weeks.HINT, "A day has 24 hours.")


@given(st.dates(date(1990, 1, 1), date(2100, 12, 1)))
def test_a_week_begins_on_its_monday(day):
    first = weeks.monday(day)
    assert first.weekday() == 0
    assert day in weeks.days_of(first)
