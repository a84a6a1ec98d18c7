"""Periods told from today, so that a view that is kept goes on with the days."""

import re
from calendar import monthrange
from datetime import date, timedelta

from crm.fields import EARLIEST, LATEST

#: How a form offers them. Of the others, any number of days up to MOST_DAYS can be said.
OFFERED = {
    "last-7-days": "The last 7 days",
    "last-30-days": "The last 30 days",
    "last-91-days": "The last 91 days",
    "last-365-days": "The last 365 days",
    "this-week": "This week",
    "this-month": "This month",
    "last-month": "Last month",
    "this-quarter": "This quarter",
    "last-quarter": "Last quarter",
    "this-year": "This year",
    "last-year": "Last year",
    "next-30-days": "The next 30 days",
    "next-91-days": "The next 91 days",
    "before-today": "Before today",
}
MOST_DAYS = 9_999
_DAYS = re.compile(r"(last|next)-([1-9]\d{0,3})-days")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def is_span(name: str) -> bool:
    return name in OFFERED or _DAYS.fullmatch(name) is not None


def words(name: str) -> str:
    return OFFERED.get(name) or name.replace("-", " ")


def days(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of the period, both of them in it."""
    if found := _DAYS.fullmatch(name):
        reach = timedelta(int(found[2]) - 1)
        return (today - reach, today) if found[1] == "last" else (today, today + reach)
    if name == "before-today":
        return EARLIEST, today - timedelta(1)
    which, _, unit = name.partition("-")
    if unit == "week":
        first = today - timedelta(today.weekday())
        return first, first + timedelta(6)
    return _months(_MONTHS[unit], today, back=which == "last")


def _months(size: int, today: date, *, back: bool) -> tuple[date, date]:
    index = 12 * today.year + today.month - 1
    index -= index % size + (size if back else 0)
    end = index + size - 1
    last = date(end // 12, end % 12 + 1, 1)
    return date(index // 12, index % 12 + 1, 1), last.replace(day=monthrange(last.year, last.month)[1])


def named(first: date, last: date, today: date) -> str | None:
    """Which of the periods that are offered these days are, seen from today."""
    told = (name for name in OFFERED if name != "before-today")
    return next((name for name in told if days(name, today) == (first, last)), None)


def a_day(value: str) -> date | None:
    """The day that is written so; None for none that a person could mean."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
