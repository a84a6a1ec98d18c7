"""Where each milestone lies on the drawn roadmap: geometry only, in units of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

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
    end = _months_later(start, months)
    return Window(
        start,
        end - timedelta(1),
        _months_later(start, -months) if start > first else None,
        end if end <= last else None,
    )


def draw(
    rows: Sequence, today: date, late, say, *, needs=None, critical=frozenset(), window: Window | None = None
) -> Timeline | None:
    """The picture of these milestones, or None without any; `late` and `say` judge and word a row.

    `needs` names what each waits for, `critical` those on the critical path.
    """
    if not rows:
        return None
    window = window or window_of(rows, today)
    first, last = window.first, window.last
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (min(max(day, first), last) - first).days / span, 1)

    def shows(day: date) -> bool:
        return first <= day <= last

    bars = []
    for position, row in enumerate(rows):
        end = row.actual_on or row.planned_on
        bars.append(
            Bar(
                getattr(row, "id", position),
                row.title,
                row.state.value,
                late(row),
                getattr(row, "id", position) in critical,
                TOP + STEP * position,
                x(row.baseline_on),
                x(end),
                say(row),
                (shows(row.baseline_on), shows(end)),
                row.planned_on,
            )
        )
    marks = _months(first, last, x)
    now = x(today) if shows(today) else None
    return Timeline(
        bars, _arrows(bars, needs or {}, critical), marks, now, TOP + STEP * len(rows) + 6, window
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
    side = min(source.end, target.end) if target.end < source.end else source.end
    gap = 9 if end > start else -9
    return f"M{source.end} {start + gap}V{(start + end) / 2}H{max(target.end, side)}V{end - gap}"


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def _months(first: date, last: date, x) -> list[tuple[float, str]]:
    """The first days of months or, where those would crowd, of quarters or years."""
    length = (last - first).days
    every = 1 if length <= 300 else 3 if length <= 1000 else 12
    marks, day = [], date(first.year, 1, 1)
    while day <= last:
        if day >= first:
            marks.append((x(day), f"{day:%b %Y}" if day.month == 1 or not marks else f"{day:%b}"))
        day = _months_later(day, every)
    return marks
