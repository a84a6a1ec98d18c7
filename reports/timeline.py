"""Where the marks of a roadmap lie: positions along a line of time, as fractions from 0 to 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from reports import text
from reports.model import Step, Table, Timeline

_MOST_TICKS = 7


@dataclass(frozen=True)
class Track:
    step: Step
    baseline: float | None
    planned: float | None
    actual: float | None

    @property
    def bar(self) -> tuple[float, float] | None:
        """From what was first meant to what is meant now, or was done."""
        end = self.planned if self.actual is None else self.actual
        if self.baseline is None or end is None or self.baseline == end:
            return None
        return min(self.baseline, end), max(self.baseline, end)


@dataclass(frozen=True)
class Layout:
    tracks: tuple[Track, ...]
    ticks: tuple[tuple[float, str], ...]
    today: float | None


def _months(start: date, end: date) -> Iterator[date]:
    month = start
    while month < end:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _ticks(start: date, end: date) -> list[date]:
    months = list(_months(start, end))
    return months[:: -(-len(months) // _MOST_TICKS)]


def of_milestones(milestones: Table, today: date) -> Timeline | None:
    """The milestones of a table with milestone, strategy, state and the three days; None of an empty one."""
    names = ("milestone", "strategy", "baseline_on", "planned_on", "actual_on", "state")
    rows = zip(*(milestones.values(name) for name in names), strict=True)
    steps = tuple(
        Step(title, strategy or "", baseline, planned, actual, state or "", today)
        for title, strategy, baseline, planned, actual, state in rows
    )
    return Timeline(steps) if steps else None


def layout(timeline: Timeline) -> Layout | None:
    """Lay the milestones out over whole months; None where not one of them has a date."""
    days = [
        day
        for step in timeline
        for day in (step.baseline_on, step.planned_on, step.actual_on)
        if day is not None
    ]
    if not days:
        return None
    start, end = min(days).replace(day=1), _first_of_next_month(max(days))

    def place(day: date | None) -> float | None:
        return None if day is None else (day - start) / (end - start)

    today = timeline.rows[0].today
    tracks = (
        Track(step, place(step.baseline_on), place(step.planned_on), place(step.actual_on))
        for step in timeline
    )
    ticks = tuple((place(day), text.month(day)) for day in _ticks(start, end))
    return Layout(tuple(tracks), ticks, place(today) if start <= today < end else None)
