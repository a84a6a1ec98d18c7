"""A practice made by chance from a seed: several of everything, on teams of several, under several tags."""

from copy import copy
from datetime import UTC, date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from crm.access import Role
from crm.accounts.models import User
from crm.alignment.models import Perspective
from crm.engagements.models import Engagement, FeeBasis, Stage, StageMove
from crm.organisations.models import Kind, Platform, Tag
from crm.outcomes.models import Direction
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState, SessionState, TimeKind
from crm.sessions.models_time import TimeState
from tests import factories as make

NOW = datetime(2026, 4, 15, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
SINCE = date(2025, 10, 1)
SPAN = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
DAYS = (date(2026, 4, 10) - SINCE).days


class Practice:
    def __init__(self, seed: int):
        self.by = Random(seed)  # noqa: S311 - chance, no secret
        self.coaches = make.UserFactory.create_batch(3)
        self.manager = make.UserFactory(role=Role.MANAGER)
        tags = [Tag(name=name) for name in ("rural", "teaching", "member")]
        for coach in self.coaches:
            make.PersonRateFactory(user_id=coach.id, from_on=date(2020, 1, 1), amount=120, currency="USD")
        self.engagements = [self._engagement(tags) for _ in range(5)]
        make.session.flush()

    def again(self, session) -> "Practice":
        """The same practice, its rows asked for anew."""
        same = copy(self)
        same.manager = session.get(User, self.manager.id)
        same.coaches = [session.get(User, one.id) for one in self.coaches]
        same.engagements = [session.get(Engagement, one.id) for one in self.engagements]
        return same

    def day(self) -> date:
        return SINCE - timedelta(20) + timedelta(self.by.randrange(DAYS + 20))

    def some(self, things, most=3) -> list:
        return self.by.sample(things, self.by.randint(0, min(most, len(things))))

    def _engagement(self, tags):
        organisation = make.OrganisationFactory(
            kind=self.by.choice((Kind.HOSPITAL, Kind.NON_PROFIT)), state=self.by.choice(("MN", "WI"))
        )
        organisation.tags = self.some(tags)
        team = self.by.sample(self.coaches, 2)
        e = make.EngagementFactory(
            organisation=organisation, team=team, lead=team[0], currency=self.by.choice(("USD", "EUR")),
            fee=self.by.randrange(1, 90_000), fee_basis=FeeBasis.FIXED, stage_since=self.day(),
            stage=self.by.choice((Stage.PROPOSAL, Stage.DISCOVERY, Stage.IMPLEMENTATION, Stage.LOST)),
            starts_on=SINCE,
        )  # fmt: skip
        make.BudgetFactory(engagement=e, hours=self.by.randint(5, 60))
        if self.by.random() < 0.6:
            make.EngagementRateFactory(engagement=e, from_on=date(2020, 1, 1), amount=100, currency="USD")
        goals, strategies = self._sheet(e)
        milestones = self._milestones(e, strategies)
        contacts = make.ContactFactory.create_batch(2, organisation=organisation)
        for number in range(1, 7):
            self._session(e, number, team, (goals, strategies, milestones), contacts)
        self._free_time(e, team, strategies, milestones)
        self._actions(e, team, contacts)
        self._voices(e)
        return e

    def _sheet(self, e):
        goals = [
            make.GoalFactory(
                engagement=e, weight=self.by.randint(1, 30), perspective=self.by.choice((None, *Perspective))
            )
            for _ in range(4)
        ]
        strategies = make.StrategyFactory.create_batch(3, engagement=e)
        for goal in goals:
            for strategy in self.some(strategies):
                mark = self.by.choice((0, 1, 3, 9))
                make.RelationFactory(engagement=e, goal_id=goal.id, strategy_id=strategy.id, mark=mark)
        for goal in self.some(goals):
            measure = make.MeasureFactory(
                engagement=e, goal_id=goal.id, direction=self.by.choice(list(Direction)),
                baseline=self.by.choice((None, 5.0)),
            )  # fmt: skip
            for month in range(self.by.randint(0, 5)):
                make.ObservationFactory(
                    measure=measure, period_on=date(2026, month + 1, 1), value=float(self.by.randint(1, 9))
                )
        return goals, strategies

    def _milestones(self, e, strategies):
        made = []
        for _ in range(5):
            state, baseline = self.by.choice(list(MilestoneState)), self.day()
            made.append(
                make.MilestoneFactory(
                    engagement=e,
                    state=state,
                    baseline_on=baseline,
                    planned_on=baseline + timedelta(self.by.randint(-5, 40)),
                    actual_on=self.day() if state is MilestoneState.DONE else None,
                    strategy_id=self.by.choice((None, *(one.id for one in strategies))),
                )
            )
        return made

    def _session(self, e, number, team, things, contacts):
        day = self.day()
        session = make.CoachingSessionFactory(
            engagement=e, number=number, coach=team[0], is_pro_bono=self.by.random() < 0.3,
            starts_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            state=self.by.choice((SessionState.HELD, SessionState.HELD, SessionState.CANCELLED)),
        )  # fmt: skip
        session.contacts, session.users = self.some(contacts), team
        for kind, of in zip(("goal_id", "strategy_id", "milestone_id"), things, strict=True):
            for one in self.some(of):
                make.SessionTouchFactory(session=session, **{kind: one.id})
        for person in team:
            for kind in (TimeKind.COACHING, TimeKind.PREPARATION, TimeKind.TRAVEL):
                if self.by.random() < 0.7:
                    make.TimeEntryFactory(
                        session=session, user_id=person.id, kind=kind, minutes=self.by.randint(1, 200),
                        is_billable=self.by.random() < 0.7, worked_on=day,
                        state=self.by.choice(list(TimeState)),
                    )  # fmt: skip

    def _free_time(self, e, team, strategies, milestones):
        for _ in range(6):
            link = self.by.choice(
                ({}, {"strategy_id": strategies[0].id}, {"milestone_id": self.by.choice(milestones).id})
            )
            make.FreeTimeFactory(
                engagement=e, user_id=self.by.choice(team).id, minutes=self.by.randint(1, 200),
                worked_on=self.day(), is_billable=self.by.random() < 0.7,
                state=self.by.choice(list(TimeState)), **link,
            )  # fmt: skip

    def _actions(self, e, team, contacts):
        for _ in range(8):
            owner = self.by.choice(({}, {"owner_user_id": team[0].id}, {"owner_contact_id": contacts[0].id}))
            state = self.by.choice(list(ActionState))
            make.ActionFactory(
                engagement=e, due_on=self.by.choice((None, self.day())), state=state,
                done_on=self.day() if state is ActionState.DONE else None, **owner,
            )  # fmt: skip

    def _voices(self, e):
        for _ in range(3):
            make.SatisfactionScoreFactory(
                engagement=e, score=self.by.randint(0, 10), said_on=self.day(),
                is_from_client=self.by.random() < 0.5,
            )  # fmt: skip
        for platform in self.some(list(Platform)):
            channel = make.ChannelFactory(
                organisation=e.organisation, platform=platform, handle=f"{platform.value}-{e.id}"
            )
            for counted_on in sorted({self.day() for _ in range(self.by.randint(0, 4))}):
                make.ChannelCountFactory(
                    organisation=e.organisation, channel_id=channel.id, counted_on=counted_on,
                    followers=self.by.randint(0, 5000),
                )  # fmt: skip
        for stage in self.some(list(Stage)):
            make.session.add(
                StageMove(
                    engagement_id=e.id, organisation_id=e.organisation_id, to_stage=stage, moved_on=self.day()
                )
            )


def every(model, engagements) -> list:
    keys = [e.id for e in engagements]
    return make.session.scalars(sa.select(model).where(model.engagement_id.in_(keys))).all()


def is_now(day: date | None) -> bool:
    return day is not None and FIRST <= day <= LAST


def is_before(day: date | None) -> bool:
    return day is not None and SINCE <= day < FIRST
