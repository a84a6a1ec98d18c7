"""Which periods a schedule owes, worked out by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from crm.outcomes.models import Frequency
from crm.outcomes.periods import Standing, first_day, following, name, owed

WEEKLY, MONTHLY, QUARTERLY = Frequency
pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("frequency", "day", "first", "after", "called"),
    [
        (WEEKLY, date(2026, 3, 1), date(2026, 2, 23), date(2026, 3, 2), "week of 23 Feb 2026"),
        (WEEKLY, date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 9), "week of 2 Mar 2026"),
        (MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1), "Dec 2026"),
        (QUARTERLY, date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1), "Q4 2026"),
        (QUARTERLY, date(2026, 2, 28), date(2026, 1, 1), date(2026, 4, 1), "Q1 2026"),
    ],
)
def test_a_day_lies_in_a_period(frequency, day, first, after, called):
    assert first_day(frequency, day) == first
    assert following(frequency, first) == after
    assert name(frequency, first) == called


def schedule(frequency=MONTHLY, starts_on=date(2026, 1, 1), ends_on=None, due_days=14):
    return SimpleNamespace(frequency=frequency, starts_on=starts_on, ends_on=ends_on, due_days=due_days)


def told(measure, known, today):
    return [
        (one.period_on.isoformat(), one.due_on.isoformat(), one.standing)
        for one in owed(measure, known, today)
    ]


def test_a_period_is_owed_once_it_is_over_and_late_once_its_days_are():
    today = date(2026, 4, 14)
    assert told(schedule(), {date(2026, 2, 17)}, today) == [
        ("2026-01-01", "2026-02-14", Standing.LATE),
        ("2026-03-01", "2026-04-14", Standing.OWED),
    ]
    assert told(schedule(), set(), date(2026, 1, 31)) == []
    assert told(schedule(), set(), date(2026, 2, 1)) == [("2026-01-01", "2026-02-14", Standing.OWED)]


def test_a_schedule_begins_with_the_period_of_its_first_day_and_ends_with_that_of_its_last():
    measure = schedule(WEEKLY, date(2026, 3, 4), date(2026, 3, 16), due_days=0)
    assert [one[0] for one in told(measure, set(), date(2026, 6, 1))] == [
        "2026-03-02",
        "2026-03-09",
        "2026-03-16",
    ]
    assert told(schedule(QUARTERLY), set(), date(2026, 7, 1))[1][:2] == ("2026-04-01", "2026-07-14")


def test_without_a_schedule_nothing_is_owed():
    assert owed(schedule(starts_on=None), set(), date(2026, 3, 1)) == []


def test_a_schedule_that_began_before_memory_ends_somewhere():
    assert len(owed(schedule(WEEKLY, date(1, 1, 1)), set(), date(2026, 1, 1))) == 2_000
