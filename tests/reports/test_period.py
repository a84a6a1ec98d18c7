from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.period import Period, before

MADE = datetime(2026, 4, 15, 9, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))


def test_whole_months_are_compared_with_whole_months():
    assert before(date(2026, 1, 1), date(2026, 3, 31)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert before(date(2024, 3, 1), date(2024, 3, 31)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert before(date(2026, 1, 1), date(2026, 12, 31)) == (date(2025, 1, 1), date(2025, 12, 31))


@given(DAYS, st.integers(0, 800))
def test_the_period_before_ends_where_this_one_begins_and_is_as_long(first, days):
    last = first + timedelta(days)
    start, end = before(first, last)
    assert end + timedelta(1) == first
    are_months = first.day == 1 and (last + timedelta(1)).day == 1
    assert start.day == 1 if are_months else (end - start).days == days


@given(DAYS, DAYS, DAYS)
def test_a_day_is_in_one_period_at_most(one, other, day):
    period = Period(min(one, other), max(one, other), MADE)
    assert not (period.holds(day) and period.held_before(day))
    assert not period.holds(None)


def test_a_period_says_its_days_and_what_it_is_narrowed_to():
    period = Period(date(2026, 1, 1), date(2026, 3, 31), MADE, "Hospital")
    assert period.subtitle == "1 Jan 2026 to 31 Mar 2026 · Hospital"
    assert period.note == "“Before” is the period from 1 Oct 2025 to 31 Dec 2025."
