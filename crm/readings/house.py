"""Where the lines of a house of quality stand: the matrix, its roof, and bars of what strategies carry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crm.alignment.queries import Worksheet
from crm.readings.queries import Tie

#: In pixels of the drawing.
CELL, LABEL, WEIGHT, FOOT, BAR = 40, 300, 56, 96, 64
LINE = 44


class Knot(NamedTuple):
    """A tie in the roof: the middle of its diamond."""

    x: float
    y: float
    sign: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class House:
    width: int
    height: int
    roof: float
    left: int
    beams: Sequence[str]
    knots: Sequence[Knot]
    bars: Sequence[float]


def built(sheet: Worksheet, ties: Sequence[Tie]) -> House:
    """The drawing of a worksheet with its ties."""
    across = len(sheet.strategies)
    left, roof = LABEL + WEIGHT, across * CELL / 2
    place = {row.id: position for position, row in enumerate(sheet.strategies)}
    names = {row.id: row.statement for row in sheet.strategies}
    knots = [
        Knot(
            left + (place[one.strategy_id] + place[one.other_id] + 1) * CELL / 2,
            roof - abs(place[one.strategy_id] - place[one.other_id]) * CELL / 2,
            one.sign,
            "good" if one.strength > 0 else "bad",
            f"“{names[one.strategy_id]}” and “{names[one.other_id]}” {one.words}.",
        )
        for one in ties
    ]
    most = max((float(share) for share in sheet.score.shares), default=0.0) if sheet.score else 0.0
    bars = [float(share) / most * BAR if most else 0.0 for share in sheet.score.shares] if sheet.score else []
    height = int(roof + CELL + len(sheet.goals) * CELL + FOOT)
    return House(left + across * CELL + 12, height, roof, left, _beams(across, left, roof), knots, bars)


def _beams(across: int, left: int, roof: float) -> list[str]:
    """The lines of the roof: from the edge of each column up to the left and up to the right."""
    half, beams = CELL / 2, []
    for edge in range(across + 1):
        x, up = left + edge * CELL, (across - edge) * half
        beams.append(f"M{x:g} {roof:g}L{x + up:g} {roof - up:g}")
        down = edge * half
        beams.append(f"M{x:g} {roof:g}L{x - down:g} {roof - down:g}")
    return beams
