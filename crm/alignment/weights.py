"""How the goals of one worksheet get their weights: shared out, out of an order, or out of pairs."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import NamedTuple

import sqlalchemy as sa

from crm.alignment.models import Goal
from crm.alignment.models_sheet import GoalComparison
from crm.errors import DomainError
from crm.extensions import db
from crm.methods import weighting

#: Saaty's words for how many times as important.
TIMES = {
    1: "as important as",
    3: "a little more important than",
    5: "clearly more important than",
    7: "much more important than",
    9: "far more important than",
}


class Comparison(NamedTuple):
    """Two goals side by side; `times` as `GoalComparison` holds it, None where nobody has compared them."""

    first: sa.Row
    second: sa.Row
    times: int | None


def comparisons(goals: Sequence[sa.Row], engagement_id: int) -> list[Comparison]:
    """Every pair of the goals, each once."""
    c = GoalComparison.__table__.c
    said = sa.select(c.goal_id, c.other_id, c.times).where(c.engagement_id == engagement_id)
    known = {(goal, other): times for goal, other, times in db.session.execute(said)}
    pairs = combinations(sorted(goals, key=lambda goal: goal.id), 2)
    return [Comparison(first, second, known.get((first.id, second.id))) for first, second in pairs]


def reading(goals: Sequence[sa.Row], pairs: Sequence[Comparison]) -> weighting.Pairwise | str:
    """What the comparisons say, positions in the order of the goals; or the sentence why they say nothing."""
    place = {goal.id: position for position, goal in enumerate(goals)}
    said = tuple(
        (place[first.id], place[second.id], times) for first, second, times in pairs if times is not None
    )
    try:
        return _read(said, len(goals))
    except ValueError as error:
        return str(error)


@lru_cache(maxsize=256)
def _read(said: tuple[tuple[int, int, int], ...], goals: int) -> weighting.Pairwise:
    judgements = {(i, j): float(times) if times > 0 else 1 / -times for i, j, times in said}
    return weighting.pairwise(judgements, goals=goals)


class Misfit(NamedTuple):
    """The comparison that fits the others least: its two goals, and a sentence."""

    key: str
    sentence: str


def misfit(goals: Sequence[sa.Row], found: weighting.Pairwise) -> Misfit | None:
    """Which pair to look at again, where the answers do not fit each other."""
    pair = found.worst
    if pair is None or found.is_consistent is not False:
        return None
    first, second = goals[pair.first], goals[pair.second]
    sentence = (
        f"“{first.statement}” was said to be {_times(pair.value)} as important as “{second.statement}”; "
        f"the other answers come to {_times(pair.suggested)}."
    )
    return Misfit("pair-{}-{}".format(*sorted((first.id, second.id))), sentence)


def _times(value: float) -> str:
    return f"{value:.0f} times" if value >= 1 else f"1/{1 / value:.0f}"


def share_out(goals: Sequence[Goal], points: Mapping[int, int]) -> None:
    """Give each goal its points. They must come to 100, or nothing is changed."""
    try:
        weighting.points([points.get(goal.id, 0) for goal in goals])
    except ValueError as error:
        raise DomainError(str(error)) from None
    for goal in goals:
        goal.weight, goal.importance_rank = points.get(goal.id, 0), None


def rank(goals: Sequence[Goal], ranks: Mapping[int, int]) -> None:
    """Weigh the goals by their order: 1 for what matters most, equal ranks share."""
    if missing := [goal.statement for goal in goals if goal.id not in ranks]:
        raise DomainError(f"Give “{missing[0]}” a rank as well: every goal needs one.")
    try:
        weights = weighting.ranking([ranks[goal.id] for goal in goals]).weights
    except ValueError as error:
        raise DomainError(str(error)) from None
    for goal, points in zip(goals, weighting.whole(weights), strict=True):
        goal.weight, goal.importance_rank = points, ranks[goal.id]


def compare(goals: Sequence[Goal], said: Mapping[tuple[int, int], int | None], *, by) -> None:
    """Keep what was said of pairs, and weigh the goals by it as soon as all goals are linked."""
    if not {goal.id for goal in goals}.issuperset(chain.from_iterable(said)):
        raise DomainError("One of these goals is no longer on the worksheet. Load the page again.")
    if not said:
        return
    place = goals[0].whereabouts
    wanted = sa.select(GoalComparison).where(GoalComparison.engagement_id == place["engagement_id"])
    known = {(one.goal_id, one.other_id): one for one in db.session.scalars(wanted)}
    for pair, times in said.items():
        found = known.get(pair)
        if found and times is None:
            db.session.delete(found)
        elif found:
            found.times, found.user_id = times, by.id
        elif times is not None:
            row = GoalComparison(goal_id=pair[0], other_id=pair[1], times=times, user_id=by.id, **place)
            db.session.add(row)
    db.session.flush()
    _weigh_by_pairs(goals, place["engagement_id"])


def _weigh_by_pairs(goals: Sequence[Goal], engagement_id: int) -> None:
    found = reading(goals, comparisons(goals, engagement_id))
    if not isinstance(found, str):
        for goal, points in zip(goals, weighting.whole(found.weights), strict=True):
            goal.weight, goal.importance_rank = points, None


def read_times(text: str) -> int | None:
    """What a page sends for one pair: nothing, or a number on the scale."""
    if not text:
        return None
    try:
        times = int(text)
    except ValueError:
        times = 0
    if times in (0, -1) or abs(times) > 9:
        raise DomainError("A comparison is between 1 and 9, for the one goal or for the other.")
    return times


def goals_in(engagement_id: int) -> Sequence[Goal]:
    """The goals themselves, in their order, to be weighed."""
    wanted = sa.select(Goal).where(Goal.engagement_id == engagement_id)
    return db.session.scalars(wanted.order_by(Goal.position, Goal.id)).all()
