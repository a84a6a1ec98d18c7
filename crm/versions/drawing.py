"""Coverage, completeness and density over the versions: the places of a line chart. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from crm.words import percent

LEFT, RIGHT, TOP, BOTTOM = 44, 600, 16, 190
#: As many versions as can be told apart on the chart; the table and its file hold all.
SHOWN = 24
#: Each line is told apart by its dashes and the shape of its points, too.
LINES = (
    ("coverage", "Coverage", "none", "circle"),
    ("completeness", "Completeness", "7 4", "square"),
    ("density", "Density", "2 4", "diamond"),
)


class Point(NamedTuple):
    x: float
    y: float
    words: str


class Drawn(NamedTuple):
    name: str
    label: str
    dashes: str
    shape: str
    points: list[Point]
    path: str
    #: Where its label stands: beside its last point, clear of the other labels.
    label_y: float


class Chart(NamedTuple):
    lines: list[Drawn]
    ticks: list[tuple[float, str]]
    levels: list[tuple[float, str]]
    sentence: str


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def chart_of(versions: Sequence) -> Chart | None:
    """Of versions, newest first; None for fewer than two, which make no line."""
    if len(versions) < 2:
        return None
    shown = list(reversed(versions[:SHOWN]))
    step = (RIGHT - LEFT) / (len(shown) - 1)
    places = [round(LEFT + number * step, 1) for number in range(len(shown))]
    drawn = [_line(spec, shown, places) for spec in LINES]
    every = -(-len(shown) // 12)
    ticks = [(x, str(row.number)) for x, row in zip(places, shown, strict=True)][::every]
    levels = [(_y(share / 4), percent(share / 4)) for share in range(5)]
    return Chart(_apart(drawn), ticks, levels, _sentence(shown[0], shown[-1]))


def _line(spec: tuple[str, str, str, str], shown: Sequence, places: Sequence[float]) -> Drawn:
    name, label, dashes, shape = spec
    values = [getattr(row, name) for row in shown]
    points = [
        Point(x, _y(value), f"Version {row.number}: {label.lower()} {percent(value)}")
        for x, value, row in zip(places, values, shown, strict=True)
    ]
    path = "M" + "L".join(f"{point.x} {point.y}" for point in points)
    return Drawn(name, label, dashes, shape, points, path, points[-1].y + 4)


def _apart(drawn: list[Drawn]) -> list[Drawn]:
    """Labels at least a line of text from each other."""
    moved, last = [], None
    for one in sorted(drawn, key=lambda line: line.label_y):
        y = one.label_y if last is None else max(one.label_y, last + 16)
        moved.append(one._replace(label_y=y))
        last = y
    return moved


def _sentence(first, last) -> str:
    said = (
        f"{label.lower()} went from {percent(getattr(first, name))} to {percent(getattr(last, name))}"
        if getattr(first, name) != getattr(last, name)
        else f"{label.lower()} stayed at {percent(getattr(last, name))}"
        for name, label, _, _ in LINES
    )
    told = ", ".join(said)
    return f"From version {first.number} to version {last.number}, {told}."
