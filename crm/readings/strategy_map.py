"""Where the goals and arrows of a strategy map stand: one lane a perspective, causes below their effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crm.alignment.models import Perspective

#: The lanes from the top: what is learnt at the bottom carries what is paid and meant at the top.
LANES = (
    Perspective.MISSION,
    Perspective.FINANCE,
    Perspective.PATIENTS,
    Perspective.PROCESSES,
    Perspective.LEARNING,
    None,
)
#: In pixels of the drawing.
WIDTH, HEIGHT, GAP, MARGIN, LABEL = 210, 66, 34, 46, 120
LINE, LINES = 30, 3


class Box(NamedTuple):
    """One goal: its corner at the top left, its statement in lines."""

    id: int
    x: int
    y: int
    lines: list[str]
    statement: str


class Lane(NamedTuple):
    label: str
    y: int
    height: int


class Arrow(NamedTuple):
    path: str
    sentence: str


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    lanes: Sequence[Lane]
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def drawn(goals: Sequence, causes: Sequence) -> Map:
    """The map of goals (id, statement, perspective) and causes (goal_id, effect_id)."""
    lanes, boxes, y = [], {}, 0
    of_lane = {lane: found for lane in LANES if (found := [one for one in goals if one.perspective is lane])}
    widest = max(map(len, of_lane.values()), default=0)
    for lane, found in of_lane.items():
        here = _nearest(found, boxes, causes)
        lanes.append(Lane(lane.label if lane else "No perspective", y, HEIGHT + 2 * GAP))
        start = LABEL + MARGIN + (widest - len(here)) * (WIDTH + GAP) // 2
        for place, goal in enumerate(here):
            box = Box(goal.id, start + place * (WIDTH + GAP), y + GAP, _lines(goal.statement), goal.statement)
            boxes[goal.id] = box
        y += HEIGHT + 2 * GAP
    arrows = [_arrow(boxes[one.goal_id], boxes[one.effect_id]) for one in causes]
    width = LABEL + 3 * MARGIN + widest * (WIDTH + GAP)
    return Map(width, max(y, 1), lanes, list(boxes.values()), arrows)


def _nearest(goals: list, above: dict[int, Box], causes: Sequence) -> list:
    """The goals of a lane in such an order that each stands near what it leads to above."""

    def middle(place: int) -> float:
        effects = [above[one.effect_id].x for one in causes
                   if one.goal_id == goals[place].id and one.effect_id in above]  # fmt: skip
        return sum(effects) / len(effects) if effects else place * (WIDTH + GAP) + LABEL

    return [goals[place] for place in sorted(range(len(goals)), key=middle)]


def _lines(text: str) -> list[str]:
    """The statement in at most three short lines, the last cut where there is more."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > LINE:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    shown = [one if len(one) <= LINE else f"{one[: LINE - 1]}…" for one in lines[:LINES]]
    if len(lines) > LINES:
        shown[-1] = f"{shown[-1][: LINE - 1].rstrip()}…"
    return shown


def _arrow(cause: Box, effect: Box) -> Arrow:
    sentence = f"“{cause.statement}” helps to reach “{effect.statement}”."
    middle = WIDTH // 2
    if cause.y - effect.y > HEIGHT + 2 * GAP and abs(cause.x - effect.x) < WIDTH:
        start, end = (cause.x + WIDTH, cause.y + HEIGHT // 2), (effect.x + WIDTH + 7, effect.y + HEIGHT // 2)
        return Arrow(_curve(start, (3 * GAP, 0), end, (3 * GAP, 0)), sentence)  # Past what stands between.
    if cause.y > effect.y:
        start, end = (cause.x + middle, cause.y), (effect.x + middle, effect.y + HEIGHT + 7)
        bend = (start[1] - end[1]) // 2
        return Arrow(_curve(start, (0, -bend), end, (0, bend)), sentence)
    if cause.y == effect.y:
        side = 1 if cause.x < effect.x else -1
        start = (cause.x + (WIDTH if side > 0 else 0), cause.y + HEIGHT // 2)
        end = (effect.x + (-7 if side > 0 else WIDTH + 7), effect.y + HEIGHT // 2)
        if abs(cause.x - effect.x) > WIDTH + GAP:
            start, end = (cause.x + middle, cause.y), (effect.x + middle, effect.y - 7)
            return Arrow(_curve(start, (0, -GAP), end, (0, -GAP)), sentence)
        return Arrow(_curve(start, (GAP // 2 * side, 0), end, (-GAP // 2 * side, 0)), sentence)
    start, end = (cause.x + middle, cause.y + HEIGHT), (effect.x + middle, effect.y - 7)
    bend = (end[1] - start[1]) // 2
    return Arrow(_curve(start, (0, bend), end, (0, -bend)), sentence)


def _curve(start: tuple[int, int], out: tuple[int, int], end: tuple[int, int], into: tuple[int, int]) -> str:
    (x, y), (u, v) = start, end
    return f"M{x} {y}C{x + out[0]} {y + out[1]} {u + into[0]} {v + into[1]} {u} {v}"
