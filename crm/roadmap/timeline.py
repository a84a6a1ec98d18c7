"""Where each milestone lies on the drawn roadmap: geometry only, in units of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

LEFT, RIGHT, TOP, STEP, PAD = 250.0, 980.0, 34.0, 34.0, 14
#: Months that each zoom shows at once; None is the whole roadmap.
ZOOMS = {"all": None, "year": 12, "quarter": 3}


@dataclass(frozen=True)
class Bar:
    id: int
    title: str
    state: str
    is_late: bool
    is_critical: bool
    y: float
    baseline: float
    end: float
    words: str
    shows: tuple[bool, bool]
    planned_on: date


class Arrow(NamedTuple):
    """From the end of what is waited for to the end of what waits: a path in units of the picture."""

    path: str
    is_critical: bool


class Window(NamedTuple):
    """The days that are shown, and the first days of the windows before and after."""

    first: date
    last: date
    before: date | None = None
    after: date | None = None


@dataclass(frozen=True)
class Timeline:
    bars: list[Bar]
    arrows: list[Arrow]
    months: list[tuple[float, str]]
    today: float | None
    height: float
    window: Window

    @property
    def units_a_day(self) -> float:
        return round((RIGHT - LEFT) / max((self.window.last - self.window.first).days, 1), 4)


def window_of(rows: Sequence, today: date, zoom: str = "all", start: date | None = None) -> Window:
    """What is shown: everything, or so many months from a first of a month on."""
    days = [day for row in rows for day in (row.baseline_on, row.planned_on, row.actual_on) if day]
    first, last = min(days) - timedelta(PAD), max(days) + timedelta(PAD)
    months = ZOOMS.get(zoom)
    if months is None:
        return Window(first, last)
    start = (start or min(max(today, first), last)).replace(day=1)
    end = start + relativedelta(months=months)
    return Window(
        start,
        end - timedelta(1),
        start - relativedelta(months=months) if start > first else None,
        end if end <= last else None,
    )


@dataclass(frozen=True)
class Scale:
    """Which days the picture shows, and where each of them lies."""

    first: date
    last: date

    def x(self, day: date) -> float:
        within = min(max(day, self.first), self.last) - self.first
        return round(LEFT + (RIGHT - LEFT) * within.days / max((self.last - self.first).days, 1), 1)

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last


def draw(
    rows: Sequence, today: date, late, say, *, needs=None, critical=frozenset(), window: Window | None = None
) -> Timeline | None:
    """The picture of these milestones, or None without any; `late` and `say` judge and word a row.

    `needs` names what each waits for, `critical` those on the critical path.
    """
    if not rows:
        return None
    window = window or window_of(rows, today)
    scale = Scale(window.first, window.last)
    bars = [_bar(row, place, scale, late, say, critical) for place, row in enumerate(rows)]
    return Timeline(
        bars,
        _arrows(bars, needs or {}, critical),
        _months(scale),
        scale.x(today) if scale.shows(today) else None,
        TOP + STEP * len(rows) + 6,
        window,
    )


def _bar(row, place: int, scale: Scale, late, say, critical) -> Bar:
    end, key = row.actual_on or row.planned_on, getattr(row, "id", place)
    return Bar(
        key,
        row.title,
        row.state.value,
        late(row),
        key in critical,
        TOP + STEP * place,
        scale.x(row.baseline_on),
        scale.x(end),
        say(row),
        (scale.shows(row.baseline_on), scale.shows(end)),
        row.planned_on,
    )


def _arrows(bars: list[Bar], needs: dict[int, list[int]], critical) -> list[Arrow]:
    places = {bar.id: bar for bar in bars}
    return [
        Arrow(_elbow(places[need], places[key]), key in critical and need in critical)
        for key, waits in needs.items()
        for need in waits
        if key in places and need in places and (places[key].shows[1] or places[need].shows[1])
    ]


def _elbow(source: Bar, target: Bar) -> str:
    """Down or up from the one, across to the other, ending at its mark."""
    start, end = source.y + 12, target.y + 12
    gap = 9 if end > start else -9
    return f"M{source.end} {start + gap}V{(start + end) / 2}H{target.end}V{end - gap}"


def _months(scale: Scale) -> list[tuple[float, str]]:
    """The first days of months or, where those would crowd, of quarters or years."""
    length = (scale.last - scale.first).days
    every = 1 if length <= 300 else 3 if length <= 1000 else 12
    marks, day = [], date(scale.first.year, 1, 1)
    while day <= scale.last:
        if scale.shows(day):
            marks.append((scale.x(day), f"{day:%b %Y}" if day.month == 1 or not marks else f"{day:%b}"))
        day = day + relativedelta(months=every)
    return marks
