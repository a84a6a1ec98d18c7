"""Days of the demo, all counted from the day it is made for."""

from datetime import date, datetime, time, timedelta

from crm import clock

SATURDAY = 5


def after(as_of: date, days: int | None) -> date | None:
    return None if days is None else as_of + timedelta(days=days)


def working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def month(as_of: date, back: int) -> date:
    """The first day of the month that lies `back` months before."""
    index = as_of.year * 12 + as_of.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def instant(day: date, hour: int, minute: int, zone: str) -> datetime:
    return clock.to_utc(datetime.combine(day, time(hour, minute)), zone)
