"""Where each milestone lies on the drawn roadmap: geometry only, in units of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LEFT, RIGHT, TOP, STEP, PAD = 250.0, 980.0, 34.0, 34.0, 14


@dataclass(frozen=True)
class Bar:
    title: str
    state: str
    is_late: bool
    y: float
    baseline: float
    end: float
    words: str


@dataclass(frozen=True)
class Timeline:
    bars: list[Bar]
    months: list[tuple[float, str]]
    today: float | None
    height: float


def draw(rows: Sequence, today: date, late, say) -> Timeline | None:
    """The picture of these milestones, or None without any; `late` and `say` judge and word a row."""
    if not rows:
        return None
    days = [day for row in rows for day in (row.baseline_on, row.planned_on, row.actual_on) if day]
    first, last = min(days) - timedelta(PAD), max(days) + timedelta(PAD)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / span, 1)

    bars = [
        Bar(
            row.title,
            row.state.value,
            late(row),
            TOP + STEP * position,
            x(row.baseline_on),
            x(row.actual_on or row.planned_on),
            say(row),
        )
        for position, row in enumerate(rows)
    ]
    return Timeline(
        bars,
        _months(first, last, x),
        x(today) if first <= today <= last else None,
        TOP + STEP * len(rows) + 6,
    )


def _months(first: date, last: date, x) -> list[tuple[float, str]]:
    """The first days of months or, where those would crowd, of quarters or years."""
    length = (last - first).days
    every = 1 if length <= 300 else 3 if length <= 1000 else 12
    marks, day = [], date(first.year, 1, 1)
    while day <= last:
        if day >= first:
            marks.append((x(day), f"{day:%b %Y}" if day.month == 1 or not marks else f"{day:%b}"))
        month = day.month - 1 + every
        day = date(day.year + month // 12, month % 12 + 1, 1)
    return marks
