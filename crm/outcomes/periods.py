"""The periods of a schedule: weeks begin on Mondays, months and quarters on their first day. Pure."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import auto
from typing import NamedTuple, Protocol

from crm.base import Labelled
from crm.outcomes.models import Frequency
from crm.words import day

MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}
#: More than anybody could enter; a schedule that owes more began long before anybody meant to keep it.
MOST_OWED = 2_000


class Scheduled(Protocol):
    frequency: Frequency
    starts_on: date | None
    ends_on: date | None
    due_days: int


class Standing(Labelled):
    LATE = auto()
    OWED = auto()

    @property
    def label(self) -> str:
        return "Late" if self is Standing.LATE else "Owed now"


class Owed(NamedTuple):
    """A period that is over and has no value yet."""

    period_on: date
    name: str
    due_on: date
    standing: Standing


def first_day(frequency: Frequency, value: date) -> date:
    """The first day of the period that a day lies in."""
    if frequency is Frequency.WEEKLY:
        return value - timedelta(days=value.weekday())
    months = MONTHS[frequency]
    return date(value.year, (value.month - 1) // months * months + 1, 1)


def following(frequency: Frequency, first: date) -> date:
    """The first day of the period after the one that begins on `first`."""
    if frequency is Frequency.WEEKLY:
        return first + timedelta(days=7)
    months = first.month - 1 + MONTHS[frequency]
    return date(first.year + months // 12, months % 12 + 1, 1)


def name(frequency: Frequency, first: date) -> str:
    if frequency is Frequency.WEEKLY:
        return f"week of {day(first)}"
    if frequency is Frequency.QUARTERLY:
        return f"Q{(first.month + 2) // 3} {first.year}"
    return f"{first:%b %Y}"


def called(frequency: Frequency) -> str:
    return {Frequency.WEEKLY: "week", Frequency.MONTHLY: "month", Frequency.QUARTERLY: "quarter"}[frequency]


def scheduled(measure: Scheduled, until: date) -> Iterator[tuple[date, date]]:
    """First day of every period of the schedule that is over by `until`, and the day after its last."""
    if measure.starts_on is None:
        return
    first = first_day(measure.frequency, measure.starts_on)
    last = min(filter(None, (measure.ends_on, until)))
    for _ in range(MOST_OWED):
        after = following(measure.frequency, first)
        if first > last or after > until:
            return
        yield first, after
        first = after


def owed(measure: Scheduled, known: Collection[date], today: date) -> list[Owed]:
    """The periods of the schedule that are over and have no value, the oldest first."""
    there = {first_day(measure.frequency, one) for one in known}
    found = []
    for first, after in scheduled(measure, today):
        if first not in there:
            due_on = after + timedelta(days=measure.due_days - 1)
            standing = Standing.LATE if due_on < today else Standing.OWED
            found.append(Owed(first, name(measure.frequency, first), due_on, standing))
    return found
