"""A week as a table: rows of engagement, kind and service line; columns of days. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations

from crm.timesheets.queries import Key
from crm.timesheets.weeks import A_DAY, clock, days_of, wall
from crm.words import day as said_day
from crm.words import hours, plural

#: How far the pages lead, where no time stands yet.
WEEKS_BACK, WEEKS_AHEAD = 8, 8


@dataclass
class Cell:
    key: Key
    day: date
    entries: list = field(default_factory=list)
    #: What was typed and not taken, with why.
    typed: str | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        return f"{self.key.name}.{self.day}"

    @cached_property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def text(self) -> str:
        return clock(self.minutes) if self.typed is None else self.typed

    @property
    def is_several(self) -> bool:
        return len(self.entries) > 1


@dataclass
class Row:
    key: Key
    engagement: str
    client: str
    cells: list[Cell]

    @cached_property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)


@dataclass
class Grid:
    week_on: date
    rows: list[Row]
    entries: Sequence

    @cached_property
    def days(self) -> list[date]:
        return days_of(self.week_on)

    @cached_property
    def day_minutes(self) -> list[int]:
        return [sum(row.cells[at].minutes for row in self.rows) for at in range(7)]

    @cached_property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    @cached_property
    def billable(self) -> int:
        return sum(entry.minutes for entry in self.entries if entry.is_billable)

    @cached_property
    def totals(self) -> dict:
        """What a script shows after a cell is saved."""
        return {
            "cells": {cell.name: cell.minutes for row in self.rows for cell in row.cells if cell.entries},
            "rows": {row.key.name: clock(row.minutes) for row in self.rows},
            "days": [clock(minutes) for minutes in self.day_minutes],
            "week": clock(self.minutes) or "0:00",
            "billable": clock(self.billable) or "0:00",
        }


def lay_out(week_on: date, entries: Sequence, blank: Iterable[tuple[Key, str, str]] = ()) -> Grid:
    """The entries in their cells; `blank` are rows (key, engagement, client) without any time yet."""
    named: dict[Key, tuple[str, str]] = {}
    cells: dict[tuple[Key, date], list] = defaultdict(list)
    for entry in entries:
        key = Key(entry.engagement_id, entry.kind, entry.service_line)
        named.setdefault(key, (entry.engagement, entry.client))
        cells[key, entry.worked_on].append(entry)
    for key, engagement, client in blank:
        named.setdefault(key, (engagement, client))
    rows = [
        Row(key, *names, [Cell(key, day, cells[key, day]) for day in days_of(week_on)])
        for key, names in named.items()
    ]
    return Grid(week_on, rows, entries)


def warnings(entries: Sequence, today: date) -> list[str]:
    """What looks wrong and is not refused: overlaps on the clock, and days that have not come yet."""
    said = []
    later = sorted({entry.worked_on for entry in entries if entry.worked_on > today})
    if later:
        days = ", ".join(said_day(one) for one in later)
        said.append(f"Time stands on {plural(len(later), 'day')} still to come: {days}.")
    for first, second in combinations(_timed(entries), 2):
        begins, ends = _span(first), _span(second)
        if begins[0] < ends[1] and ends[0] < begins[1]:
            said.append(f"{said_day(first.worked_on)}: {_said(first)} overlaps {_said(second)}.")
    return said


def _timed(entries: Sequence) -> list:
    return sorted((one for one in entries if one.from_minute is not None), key=_span)


def _span(entry) -> tuple[int, int]:
    start = entry.worked_on.toordinal() * A_DAY
    return start + entry.from_minute, start + entry.to_minute


def _said(entry) -> str:
    return f"{entry.engagement} ({wall(entry.from_minute)} to {wall(entry.to_minute)})"


def against(minutes: int, capacity: int) -> str:
    """How a week stands beside what the person can work."""
    if not capacity:
        return "No weekly hours are set for this person."
    rest = capacity - minutes
    if rest >= 0:
        return f"{hours(rest)} of {hours(capacity)} are left."
    return f"{hours(-rest)} beyond the {hours(capacity)} of a week."


def neighbours(week_on: date, first: date, today: date) -> tuple[date | None, date | None]:
    """The weeks before and after, from the first with time in it to a few weeks from now."""
    before, after = week_on - timedelta(7), week_on + timedelta(7)
    earliest = min(first, today - timedelta(weeks=WEEKS_BACK))
    return before if week_on > earliest else None, after if after <= today + timedelta(
        weeks=WEEKS_AHEAD
    ) else None
