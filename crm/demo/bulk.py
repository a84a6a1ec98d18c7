"""One engagement of the bulk, with all that hangs on its thread, from dice and lists of words."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from crm.alignment.models import Goal, Perspective, Relation, Strategy
from crm.demo import days
from crm.demo import words_bulk as words
from crm.demo.bulk_sessions import add_bulk_sessions
from crm.demo.bulk_work import add_bulk_work
from crm.demo.clients import Placed
from crm.demo.contentment import add_bulk_contentment
from crm.demo.rounds import add_bulk_round
from crm.demo.rows import Rows
from crm.engagements.models import (
    BEFORE_AGREEMENT,
    LIVE,
    PATH,
    Budget,
    Engagement,
    FeeBasis,
    ServiceLine,
    Stage,
    StageMove,
    TeamMember,
)
from crm.outcomes.models import Direction, Measure, MeasureKind, Observation
from crm.outcomes.models_plan import Design, OutcomesPlan
from crm.roadmap.models import Milestone, MilestoneNeed, MilestoneState

CURRENCIES = {zone: currency for _, _, zone, currency in words.PLACES}
#: What a thousand is in a currency of small coins.
THOUSAND = {"JPY": 150_000}
#: How long an engagement in a stage has been going on, in days.
AGES = {
    Stage.AGREED: 20, Stage.DISCOVERY: 70, Stage.BASELINE: 100, Stage.ALIGNMENT: 130,
    Stage.IMPLEMENTATION: 300,
}  # fmt: skip
#: They meet no more often than every so many days.
BETWEEN = 4
BASES = (FeeBasis.FIXED, FeeBasis.FIXED, FeeBasis.TIME_AND_MATERIALS, FeeBasis.RETAINER, FeeBasis.MEMBERSHIP)
MARKS = (0, 0, 0, 1, 3, 3, 9)
#: One engagement in so many has had a round of judging.
JUDGED = 25
PERSPECTIVES = tuple(Perspective)
NO_PLAN = BEFORE_AGREEMENT | {Stage.LOST}
OVER = {Stage.FOLLOW_UP, Stage.LOST, Stage.CANCELLED}


class Bulk:
    def __init__(self, rows: Rows, rng: Random, size):
        self.rows = rows
        self.rng = rng
        self.size = size
        self.where: dict[str, int] = {}
        self.client: Placed | None = None
        self.starts = rows.as_of
        self.lead = 0
        #: The weeks in which somebody has time: who, and the Monday.
        self.weeks: set[tuple[int, date]] = set()

    def add(self, model, **said) -> int:
        return self.rows.add(model, **self.where, **said)

    def day(self, first: int, last: int) -> date:
        return self.starts + timedelta(days=self.rng.randint(first, last))

    def engagement(self, client: Placed, stage: Stage, lead: int, second: int, sessions: int) -> int:
        self.client, self.lead = client, lead
        age = max(self._age(stage), BETWEEN * sessions)
        self.starts = self.rows.as_of - timedelta(days=age)
        engagement = self._agreement(stage, age)
        self.where = {"engagement_id": engagement, "organisation_id": client.id}
        for user in {lead, second}:
            self.add(TeamMember, user_id=user)
        for line in (ServiceLine.COACHING, self.rng.choice((ServiceLine.TRAINING, ServiceLine.RESEARCH))):
            self.add(Budget, service_line=line, hours=self.rng.randrange(12, 90))
        self._moves(stage)
        if stage not in NO_PLAN:
            add_bulk_work(self, self.rows.tables[Engagement.__table__][-1])
        goals = self._worksheet()
        if engagement % JUDGED == 0:
            add_bulk_round(self, goals, sorted({lead, second}))
        milestones = self._roadmap(stage)
        if engagement % self.size.measured == 0:
            self._outcomes(goals)
        add_bulk_contentment(self, engagement)
        span = age + (14 if stage in LIVE else -1)
        add_bulk_sessions(self, sessions, span, milestones)
        return engagement

    def _age(self, stage: Stage) -> int:
        if stage in NO_PLAN:
            return self.rng.randrange(5, 200)
        usual = AGES.get(stage, 480)
        return self.rng.randint(usual // 2, usual * 3 // 2)

    def _agreement(self, stage: Stage, age: int) -> int:
        has_fee = stage is not Stage.INQUIRY
        currency = CURRENCIES.get(self.client.zone, "USD")
        is_over = stage in OVER
        since = self.rng.randrange(1, age)
        ends = self.rows.as_of + timedelta(days=-since if is_over else self.rng.randrange(10, 300))
        return self.rows.add(
            Engagement,
            title=f"{self.rng.choice(words.SUBJECTS)} {self.rng.choice(words.WAYS)}, {self.client.city}",
            organisation_id=self.client.id,
            stage=stage,
            stage_since=self.rows.as_of - timedelta(days=since),
            starts_on=self.starts,
            ends_on=ends,
            scope="Coaching on the client's own goals, with a roadmap and a measure for each.",
            fee=Decimal(self.rng.randrange(8, 120) * THOUSAND.get(currency, 1_000)) if has_fee else None,
            currency=currency if has_fee else None,
            lead_id=self.lead,
            fee_basis=self.rng.choice(BASES) if has_fee else None,
            closed_on=self.rows.as_of - timedelta(days=since) if stage is Stage.FOLLOW_UP else None,
        )

    def _moves(self, stage: Stage) -> None:
        """Where it began and where it is; the steps between are left out of the bulk."""
        before = {
            Stage.LOST: Stage.PROPOSAL,
            Stage.CANCELLED: Stage.DISCOVERY,
            Stage.ON_HOLD: Stage.IMPLEMENTATION,
        }
        last = before.get(stage) or PATH[max(0, PATH.index(stage) - 1)]
        self.add(
            StageMove, to_stage=Stage.INQUIRY, moved_on=self.starts - timedelta(days=30), user_id=self.lead
        )
        if stage is not Stage.INQUIRY:
            moved = self.rows.tables[Engagement.__table__][-1]["stage_since"]
            self.add(StageMove, from_stage=last, to_stage=stage, moved_on=moved, user_id=self.lead)

    def _worksheet(self) -> list[int]:
        rng = self.rng
        goals = [
            self.add(
                Goal,
                statement=statement,
                weight=rng.choice((10, 20, 25, 30, 40)),
                perspective=rng.choice(PERSPECTIVES),
                horizon_on=self.day(300, 500),
                position=position,
                owner_contact_id=self.client.contacts[0],
            )
            for position, statement in enumerate(rng.sample(words.GOALS, words.FOUR))
        ]
        self.strategies = [
            self.add(
                Strategy,
                statement=statement,
                effort_hours=rng.randrange(10, 90),
                position=position,
                owner_user_id=self.lead,
            )
            for position, statement in enumerate(rng.sample(words.STRATEGIES, words.FOUR))
        ]
        self._relations(goals)
        return goals

    def _relations(self, goals: list[int]) -> None:
        for goal in goals:
            for strategy in self.strategies:
                if mark := self.rng.choice(MARKS):
                    note = "Seen in the first quarter." if mark == 9 and self.rng.random() < 0.8 else None
                    self.add(
                        Relation, goal_id=goal, strategy_id=strategy, mark=mark, note=note, user_id=self.lead
                    )

    def _roadmap(self, stage: Stage) -> list[int]:
        milestones: list[int] = []
        for number, title in enumerate(self.rng.sample(words.STEPS, words.FOUR)):
            baseline = self.day(30 + number * 60, 80 + number * 80)
            planned = baseline + timedelta(days=self.rng.choice((0, 0, 7, 21)))
            is_done = planned < self.rows.as_of and (stage in OVER or self.rng.random() < 0.93)
            milestones.append(
                self.add(
                    Milestone,
                    title=title,
                    phase=words.PHASES[number // 2],
                    takes_days=self.rng.choice((0, 5, 10, 20)),
                    strategy_id=self.strategies[number],
                    state=MilestoneState.DONE if is_done else MilestoneState.PLANNED,
                    baseline_on=baseline,
                    planned_on=planned,
                    actual_on=planned - timedelta(days=self.rng.randrange(5)) if is_done else None,
                    owner_contact_id=self.client.contacts[1],
                )
            )
        for before, after in pairwise(milestones):
            self.add(MilestoneNeed, milestone_id=after, needs_id=before)
        return milestones

    def _outcomes(self, goals: list[int]) -> None:
        self.add(
            OutcomesPlan,
            question="Does the coaching go with a change in the measures?",
            design=Design.BEFORE_AFTER,
        )
        for goal, (name, unit, level) in zip(goals, self.rng.sample(words.MEASURES, 2), strict=False):
            direction = (
                Direction.INCREASE if name.startswith(("Questions", "Followers")) else Direction.DECREASE
            )
            measure = self.add(
                Measure,
                name=name,
                goal_id=goal,
                kind=MeasureKind.OUTCOME,
                direction=direction,
                unit=unit,
                baseline=level,
                target=round(level * (1.3 if direction is Direction.INCREASE else 0.7), 1),
                baseline_points=6,
                source="Monthly extract",
            )
            self._observations(measure, level, direction)

    def _observations(self, measure: int, level: float, direction: Direction) -> None:
        better = level * self.rng.choice((1.0, 0.85 if direction is Direction.DECREASE else 1.2))
        number_of, every = self.size.values, self.size.every
        for number in range(number_of):
            back = number_of - number
            period_on = (
                self.rows.as_of - timedelta(every * back) if every else days.month(self.rows.as_of, back)
            )
            self.add(
                Observation,
                measure_id=measure,
                period_on=period_on,
                value=round(self.rng.gauss(level if number < number_of // 2 else better, level / 20), 2),
                provenance="Monthly extract",
                user_id=self.lead,
                **self.rows.made_on(period_on + timedelta(days=40)),
            )
