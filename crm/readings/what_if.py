"""What if a weight or a mark were another? Reckoned out of the question alone: nothing is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from crm.alignment.models import MARKS
from crm.alignment.queries import SheetRelation, Worksheet
from crm.methods import sensitivity
from crm.pages import row_key
from crm.words import plural


class Place(NamedTuple):
    """A strategy in the ranking as it stands, and as it would be."""

    statement: str
    share: float
    then: float
    rank: int
    new_rank: int

    @property
    def moved(self) -> str:
        by = self.rank - self.new_rank
        if by == 0:
            return "stays"
        return f"{'up' if by > 0 else 'down'} {abs(by)}"


@dataclass(frozen=True)
class Asked:
    """The weights by goal and the marks by goal and strategy that the reader tries out."""

    weights: Mapping[int, int]
    marks: Mapping[tuple[int, int], int]
    refused: Sequence[str]


SCALES = {"w": "weight from 0 to 100", "m": "mark: 0, 1, 3 or 9"}


def asked(arguments: Mapping[str, str], sheet: Worksheet) -> Asked:
    """Read the question: `w-12=30`, `m-12-34=9`. What cannot be read is told, and left out."""
    weights, marks, refused = {}, {}, []
    goals, strategies = ({row.id for row in rows} for rows in (sheet.goals, sheet.strategies))
    for name, value in arguments.items():
        kind, *keys = name.split("-")
        if kind not in ("w", "m") or not value.strip():
            continue
        try:
            number, ids = int(value), tuple(map(row_key, keys))
        except ValueError:
            refused.append(f"“{value}” is no whole number.")
            continue
        if kind == "w" and len(ids) == 1 and ids[0] in goals and 0 <= number <= 100:
            weights[ids[0]] = number
        elif kind == "m" and len(ids) == 2 and ids[0] in goals and ids[1] in strategies and number in MARKS:
            marks[ids] = number
        else:
            refused.append(
                f"{number} is no {'weight from 0 to 100' if kind == 'w' else 'mark: 0, 1, 3 or 9'}."
            )
    return Asked(weights, marks, refused)


def changed(sheet: Worksheet, wanted: Asked) -> Worksheet:
    """The worksheet as it would be."""
    goals = [row._replace(weight=wanted.weights.get(row.id, row.weight)) for row in sheet.goals]
    relations = dict(sheet.relations)
    for (goal_id, strategy_id), mark in wanted.marks.items():
        relations[goal_id, strategy_id] = SheetRelation(goal_id, strategy_id, mark, None)
    return replace(sheet, goals=goals, relations=relations)


def ranking(sheet: Worksheet, then: Worksheet) -> list[Place]:
    """The strategies in the order that they would have."""
    now, new = _shares(sheet), _shares(then)
    ranks, new_ranks = _ranks(now), _ranks(new)
    places = [
        Place(row.statement, float(now[k]), float(new[k]), int(ranks[k]), int(new_ranks[k]))
        for k, row in enumerate(sheet.strategies)
    ]
    return sorted(places, key=lambda one: (one.new_rank, one.statement))


def _shares(sheet: Worksheet) -> np.ndarray:
    return sheet.score.shares if sheet.score else np.zeros(len(sheet.strategies))


def _ranks(shares: np.ndarray) -> np.ndarray:
    """1 for the largest; equal ones share a rank."""
    rounded = np.round(shares, 12)
    return 1 + (rounded[None, :] > rounded[:, None]).sum(axis=1)


@dataclass(frozen=True)
class Firmness:
    """How far the ranking hangs on the weights, in sentences, and how often each strategy comes first."""

    sentences: Sequence[str]
    first: Sequence[tuple[str, float, float]]


#: By how much each weight is shaken, and how often.
SHAKE, DRAWS = 0.25, 1_000


def firmness(sheet: Worksheet) -> Firmness | None:
    """None where there is nothing to rank."""
    weights = [goal.weight for goal in sheet.goals]
    marks = np.array(sheet.marks, dtype=float)
    if not any(weights) or len(sheet.strategies) < 2 or not marks.any():
        return None
    found = sensitivity.stability(weights, marks)
    shaken = sensitivity.shake(weights, marks, share=SHAKE, draws=DRAWS)
    first = sorted(
        (
            (row.statement, float(shaken.first[k]), float(shaken.mean_ranks[k]))
            for k, row in enumerate(sheet.strategies)
        ),
        key=lambda one: (-one[1], one[2], one[0]),
    )
    return Firmness([*_sentences(sheet, found)], first)


def _sentences(sheet: Worksheet, found: sensitivity.Stability):
    leader = sheet.strategies[found.leader].statement
    if found.is_tied:
        yield f"“{leader}” shares the first place: any change of a weight decides it."
        return
    change = found.smallest
    if change is None:
        yield f"“{leader}” stays first whatever any one goal weighs."
        return
    goal, taker = sheet.goals[change.goal], sheet.strategies[change.taker].statement
    yield (
        f"“{leader}” comes first. The smallest change that takes it away: “{goal.statement}” weighing "
        f"{change.needed:.3g} instead of {change.given:.3g}; then “{taker}” leads."
    )
    never = int((~np.isfinite(found.first_fall) & ~np.isfinite(found.first_rise)).sum())
    if never:
        yield f"{plural(never, 'goal')} could weigh anything at all without changing who comes first."
