"""Weeks and durations as people write them. Pure: no web, no database."""

import re
from datetime import date, time, timedelta

A_DAY = 1_440
WEEK = timedelta(days=7)
HINT = "Write hours as 1:30, 1.5, 1,5 or 90m."
_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]\d))?")
_UNITS = re.compile(r"(?:(\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?")
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,6})?|[.,]\d{1,6}")


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_of(week_on: date) -> list[date]:
    return [week_on + timedelta(days=n) for n in range(7)]


def minutes(text: str | None) -> int:
    """The minutes that somebody means by 1:30, 1.5, 1,5, 90m or 1h 30m; 0 for nothing.

    A bare number is hours. Raises ValueError with a sentence for what is none of these, or more than a day.
    """
    said = (text or "").strip().lower()
    if not said:
        return 0
    found = _minutes(said)
    if found is None:
        raise ValueError(HINT)
    if found > A_DAY:
        raise ValueError("A day has 24 hours.")
    return found


def _minutes(said: str) -> int | None:
    if clock := _CLOCK.fullmatch(said):
        hours, rest, seconds = clock.groups(default="0")
        return int(hours) * 60 + int(rest) + (int(seconds) >= 30)
    if _NUMBER.fullmatch(said):
        return round(float(said.replace(",", ".")) * 60)
    if (units := _UNITS.fullmatch(said)) and any(units.groups()):
        hours, rest = units.groups(default="0")
        return round(float(hours.replace(",", ".")) * 60) + int(rest)
    return None


def clock(minutes: int | None) -> str:
    """1:30; nothing for none."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else ""


def wall(minute: int | None) -> str:
    """The time of day that is so many minutes after midnight: 09:05."""
    return "" if minute is None else f"{minute // 60 % 24:02}:{minute % 60:02}"


def time_of_day(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60 % 24, minute % 60)
