"""In the reader's own hours, once a day, across both changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts.models import Rhythm
from crm.clock import zone_names
from crm.reminders.when import due_on

pytestmark = pytest.mark.no_database


def person(**said):
    usual = {"time_zone": "Europe/London", "reminders": Rhythm.DAILY, "reminder_hour": 7}
    return SimpleNamespace(**{**usual, "reminder_days": [1, 2, 3, 4, 5], "reminded_on": None, **said})


def reminded(one, since: datetime, until: datetime, every=timedelta(minutes=5)) -> list[str]:
    """When somebody is reminded, where they are, if it is looked every five minutes."""
    found, now = [], since
    while now < until:
        if day := due_on(one, now):
            one.reminded_on = day
            found.append(f"{now:%d %H:%M}")
        now += every
    return found


@pytest.mark.parametrize(
    ("zone", "hour", "day", "expected"),
    [
        ("Europe/London", 7, date(2026, 3, 27), ["27 07:00", "28 07:00", "29 06:00", "30 06:00"]),
        ("Europe/London", 1, date(2026, 3, 27), ["27 01:00", "28 01:00", "29 01:00", "30 00:00"]),
        ("Europe/London", 7, date(2026, 10, 23), ["23 06:00", "24 06:00", "25 07:00", "26 07:00"]),
        ("Europe/London", 1, date(2026, 10, 23), ["23 00:00", "24 00:00", "25 00:00", "26 01:00"]),
        ("America/Chicago", 2, date(2026, 3, 6), ["06 08:00", "07 08:00", "08 08:00", "09 07:00"]),
        ("Asia/Kolkata", 7, date(2026, 3, 27), ["27 01:30", "28 01:30", "29 01:30", "30 01:30"]),
        ("Africa/Casablanca", 7, date(2026, 2, 14), ["14 06:00", "15 07:00", "16 07:00", "17 07:00"]),
    ],
)
def test_once_a_day_at_the_hour_of_the_wall_clock(zone, hour, day, expected):
    """In UTC; at London's change in spring the hour from one to two is left out, in autumn it comes twice."""
    one = person(time_zone=zone, reminder_hour=hour, reminder_days=[1, 2, 3, 4, 5, 6, 7])
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert reminded(one, since, since + timedelta(days=4)) == expected


def test_only_on_the_chosen_days_and_weekly_on_the_first():
    since, until = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)
    daily, weekly = person(reminder_days=[5, 2]), person(reminder_days=[5, 2], reminders=Rhythm.WEEKLY)
    assert reminded(daily, since, until) == ["03 07:00", "06 07:00", "10 07:00", "13 07:00"]
    assert reminded(weekly, since, until) == ["03 07:00", "10 07:00"]
    assert reminded(person(reminders=Rhythm.NEVER), since, until) == []


def test_late_by_some_hours_where_no_worker_was_there_and_no_later():
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert due_on(person(), monday.replace(hour=6, minute=59)) is None
    assert due_on(person(), monday.replace(hour=14, minute=59)) == date(2026, 3, 2)
    assert due_on(person(), monday.replace(hour=15)) is None


@given(
    zone=st.sampled_from(zone_names()),
    hour=st.integers(0, 23),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)),  # noqa: DTZ001 - hypothesis wants it naive
)
def test_never_twice_a_day_anywhere_and_never_left_out(zone, hour, start):
    one = person(time_zone=zone, reminder_hour=hour, reminder_days=[1, 2, 3, 4, 5, 6, 7])
    since = start.replace(tzinfo=UTC)
    found = reminded(one, since, since + timedelta(days=6), every=timedelta(minutes=30))
    assert 5 <= len(found) <= 7
