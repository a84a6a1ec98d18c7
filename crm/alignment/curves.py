"""Score and confidence of a goal over time, as places on a drawing."""

from datetime import date
from typing import NamedTuple

from crm.alignment.queries_checkins import Progress

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 32


class Dot(NamedTuple):
    x: float
    y: float


class Curve(NamedTuple):
    """Both lines on one scale: a score from 0 to 1, and a confidence from 0 to 10 beside it."""

    score: list[Dot]
    confidence: list[Dot]
    levels: list[tuple[float, str, str]]
    days: tuple[date, date]
    left: int = LEFT
    right: int = WIDTH - RIGHT
    width: int = WIDTH
    height: int = HEIGHT

    @staticmethod
    def line(dots: list[Dot]) -> str:
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in dots)


def curve(progress: Progress) -> Curve | None:
    """None where there are fewer than two check-ins: no line could be drawn."""
    rows = progress.check_ins
    if len(rows) < 2:
        return None
    first, last = rows[0].checked_on, rows[-1].checked_on
    span = (last - first).days

    def x(row) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (row.checked_on - first).days / span

    known = [(row, one.score) for row, one in zip(rows, progress.scores, strict=True) if one]
    return Curve(
        [Dot(x(row), _y(score)) for row, score in known],
        [Dot(x(row), _y(row.confidence / 10)) for row in rows],
        [(_y(level / 10), f"{level / 10:g}", str(level)) for level in (0, 4, 7, 10)],
        (first, last),
    )


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)
