# ruff: noqa: DTZ001 - what a clock on a wall shows has no zone
"""What day it is depends on whose day it is; what time it is, on the wall that the clock hangs on."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm import clock

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Tokyo", date(2026, 3, 3)),
        ("America/Chicago", date(2026, 3, 2)),
        ("Pacific/Kiritimati", date(2026, 3, 3)),
        ("Pacific/Pago_Pago", date(2026, 3, 2)),
        ("UTC", date(2026, 3, 2)),
        (None, date(2026, 3, 2)),
    ],
)
def test_today_is_the_day_where_the_user_is(clock_at, zone, day):
    clock_at(datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    assert clock.today(SimpleNamespace(time_zone=zone)) == day


def test_today_without_anybody_is_the_day_in_utc(clock_at):
    clock_at(datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 3, 2)


def test_now_is_aware():
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("America/Chicago", datetime(2026, 3, 7, 9), datetime(2026, 3, 7, 15, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 3, 9, 9), datetime(2026, 3, 9, 14, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 10, 31, 9), datetime(2026, 10, 31, 14, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 11, 2, 9), datetime(2026, 11, 2, 15, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 28, 9), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 30, 9), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 9), datetime(2026, 10, 24, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 26, 9), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 3, 15, tzinfo=UTC)),
        (None, datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 9, tzinfo=UTC)),
    ],
)
def test_nine_on_the_wall_is_nine_again_on_either_side_of_a_clock_change(zone, wall, instant):
    assert clock.to_utc(wall, zone) == instant
    assert clock.local(instant, zone).replace(tzinfo=None) == wall


def test_the_hour_that_comes_twice_is_taken_for_the_first():
    twice = datetime(2026, 10, 25, 2, 30)
    assert clock.to_utc(twice, "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_hour_that_never_comes_is_read_as_the_hour_after_it():
    never = datetime(2026, 3, 29, 2, 30)
    assert clock.local(clock.to_utc(never, "Europe/Berlin"), "Europe/Berlin").hour == 3


@given(some.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), some.sampled_from(clock.zone_names()))
def test_every_instant_comes_back_from_the_wall_but_for_the_hour_that_comes_twice(naive, zone):
    instant = naive.replace(tzinfo=UTC)
    wall = clock.local(instant, zone)
    again = clock.to_utc(wall.replace(tzinfo=None), zone)
    assert again == instant or wall.fold == 1


def test_the_zones_to_choose_from_are_real_places():
    names = clock.zone_names()
    assert names[0] == "UTC"
    assert {"America/Chicago", "Europe/Berlin", "Asia/Tokyo", "Pacific/Kiritimati"} <= set(names)
    assert "US/Central" not in names
    assert all(ZoneInfo(name) for name in names)
