"""What the readings of a worksheet show besides its marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import sqlalchemy as sa

from crm.alignment.models import SERVES, Strategy
from crm.alignment.models_sheet import GoalCause, StrategyTie
from crm.alignment.queries import Worksheet, goals_of, worksheet
from crm.alignment.queries_sheet import channels_by_strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.outcomes.models import MeasureKind
from crm.outcomes.queries import Reading, readings
from crm.roadmap.queries import milestones_of

_HERE = sa.bindparam("engagement")


class Tie(NamedTuple):
    """Two strategies that help (1, 2) or hinder (-1, -2) each other."""

    id: int
    strategy_id: int
    other_id: int
    strength: int
    note: str | None

    @property
    def words(self) -> str:
        return {2: "help each other much", 1: "help each other", -1: "hinder each other"}.get(
            self.strength, "hinder each other much"
        )

    @property
    def sign(self) -> str:
        return {2: "++", 1: "+", -1: "−"}.get(self.strength, "−−")


class Cause(NamedTuple):
    """An arrow between two goals."""

    id: int
    goal_id: int
    effect_id: int
    note: str | None


@dataclass(frozen=True)
class Plan:
    """A worksheet with everything that its rows say."""

    sheet: Worksheet
    goals: Sequence[sa.Row]
    strategies: Sequence[sa.Row]
    milestones: Sequence[sa.Row]
    measures: Sequence[Reading]
    channels: dict[int, list[str]]

    @cached_property
    def shares(self) -> dict[int, float]:
        """What each strategy carries of the goals, by its id."""
        score = self.sheet.score
        rows = self.sheet.strategies
        return {row.id: float(score.shares[place]) if score else 0.0 for place, row in enumerate(rows)}

    def milestones_for(self, strategy_id: int) -> list[sa.Row]:
        return [one for one in self.milestones if one.strategy_id == strategy_id]

    def goals_for(self, strategy_id: int) -> list[sa.Row]:
        """The goals that the strategy serves, clearly or strongly."""
        return [goal for goal in self.goals if self.sheet.mark(goal.id, strategy_id) >= SERVES]

    def measures_for(self, strategy_id: int, *, outcomes: bool) -> list[Reading]:
        """Measures of the goals that it serves: of outcomes, or of what is done on the way."""
        keys = {goal.id for goal in self.goals_for(strategy_id)}
        return [
            one
            for one in self.measures
            if one.measure.goal_id in keys and (one.measure.kind is MeasureKind.OUTCOME) is outcomes
        ]


def plan_of(engagement: Engagement, user) -> Plan:
    """The plan as `user` may see it, in seven statements however long it is."""
    asked = {"engagement": engagement.id}
    return Plan(
        worksheet(engagement),
        goals_of(engagement.id),
        db.session.execute(_strategies(), asked).all(),
        milestones_of(engagement.id, user),
        readings(engagement.id),
        channels_by_strategy(engagement.id),
    )


@cache
def _strategies() -> sa.Select:
    s = columns(Strategy)
    told = (
        s.id, s.statement, s.audience, s.audience_needs, s.objective, s.key_message, s.channels, s.partners,
        s.resources, s.effort_hours, s.cost, s.currency, s.starts_on, s.ends_on,
    )  # fmt: skip
    return sa.select(*told, owner_name(s)).where(s.engagement_id == _HERE).order_by(s.position, s.id)


def ties_of(engagement_id: int) -> list[Tie]:
    t = StrategyTie.__table__.c
    found = sa.select(t.id, t.strategy_id, t.other_id, t.strength, t.note).where(t.engagement_id == _HERE)
    rows = db.session.execute(found.order_by(t.strategy_id, t.other_id), {"engagement": engagement_id})
    return [Tie(*row) for row in rows]


def causes_of(engagement_id: int) -> list[Cause]:
    c = GoalCause.__table__.c
    found = sa.select(c.id, c.goal_id, c.effect_id, c.note).where(c.engagement_id == _HERE)
    rows = db.session.execute(found.order_by(c.goal_id, c.effect_id), {"engagement": engagement_id})
    return [Cause(*row) for row in rows]
