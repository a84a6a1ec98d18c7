"""The roof of the house and the arrows of the map."""

from graphlib import CycleError, TopologicalSorter

import sqlalchemy as sa

from crm.alignment.models import Goal, Strategy
from crm.alignment.models_sheet import GoalCause, StrategyTie
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.readings import queries

STRENGTHS = (2, 1, -1, -2)


def tie(engagement: Engagement, pair: tuple[int, int], strength: int, note: str | None, *, by) -> None:
    """Say whether two strategies help or hinder each other; 0 says that they do neither."""
    first, second = sorted(pair)
    if first == second:
        raise DomainError("Choose two different strategies.")
    _require(Strategy, engagement, {first, second})
    wanted = sa.select(StrategyTie).where(StrategyTie.strategy_id == first, StrategyTie.other_id == second)
    found = db.session.scalar(wanted)
    if strength == 0:
        if found:
            db.session.delete(found)
        return
    if strength not in STRENGTHS:
        raise DomainError("Two strategies help or hinder each other, much or a little, or not at all.")
    if found is None:
        found = StrategyTie(strategy_id=first, other_id=second, **_place(engagement))
        db.session.add(found)
    found.strength, found.note, found.user_id = strength, note, by.id


def lead_to(engagement: Engagement, goal_id: int, effect_id: int, note: str | None) -> None:
    """Draw an arrow from one goal to another. A circle is refused, with its way."""
    if goal_id == effect_id:
        raise DomainError("A goal cannot lead to itself. Choose two different goals.")
    titles = _require(Goal, engagement, {goal_id, effect_id})
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement.id).with_for_update())
    causes = queries.causes_of(engagement.id)
    if known := next((one for one in causes if (one.goal_id, one.effect_id) == (goal_id, effect_id)), None):
        db.session.get(GoalCause, known.id).note = note
        return
    _refuse_circle([*((one.goal_id, one.effect_id) for one in causes), (goal_id, effect_id)], titles)
    db.session.add(GoalCause(goal_id=goal_id, effect_id=effect_id, note=note, **_place(engagement)))


def part(engagement: Engagement, goal_id: int, effect_id: int) -> None:
    """Take an arrow away."""
    c = GoalCause
    wanted = sa.select(c).where(
        c.engagement_id == engagement.id, c.goal_id == goal_id, c.effect_id == effect_id
    )
    if found := db.session.scalar(wanted):
        db.session.delete(found)


def _refuse_circle(arrows: list[tuple[int, int]], titles: dict[int, str]) -> None:
    graph: dict[int, list[int]] = {}
    for cause, effect in arrows:
        graph.setdefault(effect, []).append(cause)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1][:-1]
        start = circle.index(arrows[-1][1])  # From where the new arrow points to, round to there again.
        way = " → ".join(f"“{titles[key]}”" for key in [*circle[start:], *circle[: start + 1]])
        raise DomainError(f"This arrow would close a circle: {way}. Cause and effect run one way.") from None


def _require(model: type, engagement: Engagement, keys: set[int]) -> dict[int, str]:
    """The statements of all rows of this kind on the worksheet, with these among them."""
    found = sa.select(model.id, model.statement).where(model.engagement_id == engagement.id)
    titles = dict(db.session.execute(found).all())
    if not keys <= titles.keys():
        raise DomainError("One of them is no longer on the worksheet. Load the page again.")
    return titles


def _place(engagement: Engagement) -> dict[str, int]:
    return engagement.whereabouts
