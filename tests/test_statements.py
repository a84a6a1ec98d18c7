"""A page costs as many statements for fifty of everything that it lists as for one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm import clock
from crm.access import Role
from crm.evidence.models import FindingState
from crm.jobs.models import JobRun
from crm.judging.models import RoundState
from crm.mail.models import Mail
from crm.organisations.models import Kind
from crm.sessions.models import SessionState
from crm.sessions.models_time import TimeState
from crm.surveys.models import Told, WaveState
from tests import factories as make
from tests.factories_analyses import AnalysisFactory, LookFactory
from tests.factories_runs import ReportRunFactory, ReportScheduleFactory, ReportSnapshotFactory
from tests.statement_pages import PAGES

#: More than a page of a listing shows, so that what leads to the next one costs no more either.
MANY = 50


class World:
    """A client, an engagement and their readers; `grow()` adds one of everything that some page lists."""

    def __init__(self):
        self.coach = make.UserFactory(time_zone="Europe/Berlin")
        self.manager = make.UserFactory(role=Role.MANAGER)
        self.administrator = make.UserFactory(role=Role.ADMINISTRATOR)
        self.guest = make.UserFactory(role=Role.CLIENT)
        self.organisation = make.OrganisationFactory()
        contact = make.ContactFactory(organisation=self.organisation, user=self.guest)
        self.owners = {"owner_contact_id": contact.id}, {"owner_user_id": self.coach.id}
        self.engagement = self._engagement()
        self.version = make.VersionFactory(engagement=self.engagement, number=1000)
        self.grown = 0
        self.run = self.schedule = self.measure = self.session = self.goal = self.evaluation = (
            self.analysis
        ) = None
        self.survey = make.SurveyFactory(engagement=self.engagement)
        self.plan = make.OutcomesPlanFactory(engagement=self.engagement)
        self.sheet = make.TimesheetFactory(
            user_id=self.coach.id, week_on=date(2026, 2, 9), state=TimeState.SUBMITTED
        )
        self.entry = make.FreeTimeFactory(engagement=self.engagement, user_id=self.coach.id)
        self.open_round = make.RoundFactory(
            engagement=self.engagement, number=1_000, opened_by_id=self.coach.id
        )
        closed_at = datetime(2026, 2, 1, tzinfo=UTC)
        self.round = make.RoundFactory(
            engagement=self.engagement, number=999, state=RoundState.CLOSED, closed_at=closed_at
        )
        for one in (self.open_round, self.round):
            self._rater(one, self.coach)
        self.grow()

    def _rater(self, round_, user):
        make.RaterFactory(engagement=self.engagement, round_id=round_.id, user=user)

    def _engagement(self):
        return make.EngagementFactory(
            organisation=self.organisation, team=[self.coach], granted=[self.guest], lead=self.coach
        )

    def grow(self):
        self.grown += 1
        e, owner, today = self.engagement, self.owners[self.grown % 2], clock.today()
        self._people()
        if self.grown > 1:
            make.BudgetFactory(engagement=self._engagement())
        goal = make.GoalFactory(engagement=e, weight=2, **owner)
        strategy = make.StrategyFactory(engagement=e, effort_hours=5, **owner)
        make.RelationFactory(engagement=e, goal_id=goal.id, strategy_id=strategy.id, mark=3)
        self.goal = self.goal or goal
        for which in {goal, self.goal}:
            checked_on = date(2021, 1, 1) + timedelta(self.grown)
            make.CheckInFactory(engagement=e, goal_id=which.id, checked_on=checked_on, user=self.coach)
        self._drawn(goal, strategy)
        planned_on = today + timedelta(self.grown - 25)
        milestone = make.MilestoneFactory(
            engagement=e, strategy_id=strategy.id, planned_on=planned_on, **owner
        )
        self._session(goal, milestone)
        for who in self.owners:
            make.ActionFactory(engagement=e, session_id=self.session.id, due_on=today, **who)
        self._measure(goal, owner)
        self._survey()
        self._planned()
        make.DeliverableFactory(engagement=e, **owner)
        make.ChangeOrderFactory(engagement=e, number=self.grown)
        make.FollowUpFactory(engagement=e, months=self.grown, due_on=today)
        make.OutlineFactory(user=self.coach)
        make.SavedViewFactory(user=self.coach)
        make.AgendaTemplateFactory(user=self.coach)
        make.VersionFactory(engagement=e, number=self.grown)
        make.TurnFactory(engagement=e, version_id=self.version.id)
        self._hours(strategy)
        make.SatisfactionScoreFactory(engagement=e)
        self._judgements(goal, strategy)
        make.HealthOverrideFactory(engagement=e, expires_on=today, lifted_on=today)
        self._worth()
        self._found()
        self._made()

    def _found(self):
        """A finding, one that is shared, an analysis not told of yet, and a client in the benchmark."""
        on = {"engagement": self.engagement}
        shared = make.SharedFindingFactory()
        make.FindingFactory(measure_id=self.measure.id, **on)
        make.FindingFactory(
            state=FindingState.SHARED, agreed_at=clock.now(), shared_id=shared.id,
            evaluation_id=self.evaluation.id, **on,
        )  # fmt: skip
        analysis = AnalysisFactory(measure_id=self.measure.id, **on)
        LookFactory(analysis_id=analysis.id, **on)
        other = self._engagement() if self.grown == 1 else make.EngagementFactory()
        make.BenchmarkConsentFactory(organisation=other.organisation, given_on=date(2020, 1, 1))
        make.ObservationFactory(measure=make.MeasureFactory(engagement=other, name="Kept"), value=self.grown)
        if self.grown == 1:
            self._others()

    def _others(self):
        """Clients enough for a distribution."""
        for value in range(4):
            one = make.EngagementFactory()
            make.BenchmarkConsentFactory(organisation=one.organisation, given_on=date(2020, 1, 1))
            make.ObservationFactory(measure=make.MeasureFactory(engagement=one, name="Kept"), value=value)

    def _worth(self):
        """An evaluation, and on the first of them one more assumption and option."""
        on = {"engagement": self.engagement}
        one = make.EvaluationFactory(**on)
        self.evaluation = self.evaluation or one
        measure_id = make.MeasureFactory(**on).id
        for which in {one, self.evaluation}:
            make.EvaluationLineFactory(evaluation_id=which.id, measure_id=measure_id, low=1, high=2, **on)
            make.EvaluationOptionFactory(evaluation_id=which.id, effect=10 + self.grown, **on)

    def _planned(self):
        """A hypothesis with its power, a registration and a deviation."""
        on = {"engagement": self.engagement, "plan_id": self.plan.id}
        hypothesis = make.HypothesisFactory(measure_id=self.measure.id, **on)
        make.PowerPlanFactory(engagement=self.engagement, hypothesis_id=hypothesis.id)
        make.RegistrationFactory(user_id=self.coach.id, **on)
        make.DeviationFactory(user_id=self.coach.id, **on)
        make.GuidelineMarkFactory(item=str(self.grown), **on)

    def _drawn(self, goal, strategy):
        """A tie in the roof, an arrow of the map, a larger goal and a comparison."""
        on, other = {"engagement": self.engagement}, make.GoalFactory(engagement=self.engagement)
        make.StrategyTieFactory(strategy_id=strategy.id, other_id=make.StrategyFactory(**on).id, **on)
        make.GoalCauseFactory(goal_id=goal.id, effect_id=other.id, **on)
        make.GoalParentFactory(goal_id=goal.id, parent_id=other.id, **on)
        make.GoalComparisonFactory(goal_id=goal.id, other_id=other.id, **on)

    def _judgements(self, goal, strategy):
        """Two who dispute a cell, in a round that is over; and one's own mark in the open one."""
        other = make.UserFactory()
        for round_, user, mark in (
            (self.round, self.coach, 0), (self.round, other, 3), (self.open_round, self.coach, 1),
        ):  # fmt: skip
            make.JudgementFactory(
                engagement=self.engagement, round_id=round_.id, user_id=user.id, goal_id=goal.id,
                strategy_id=strategy.id, mark=mark, is_revealed=round_ is self.round,
            )  # fmt: skip
        for round_ in (self.round, self.open_round):
            self._rater(round_, other)
        make.RoundFactory(
            engagement=self.engagement, number=self.grown, state=RoundState.CLOSED, closed_at=clock.now()
        )

    def _hours(self, strategy):
        """Time in the open week and in the submitted one, with weeks and rates of other people."""
        for day in (3, 10):
            make.FreeTimeFactory(
                engagement=self._engagement() if self.grown > 1 else self.engagement,
                user_id=self.coach.id, worked_on=date(2026, 2, day), minutes=20, note="Noted",
            )  # fmt: skip
        make.TimeOverrideFactory(
            time=make.FreeTimeFactory(engagement=self.engagement, user_id=self.coach.id, minutes=1)
        )
        for state in (TimeState.SUBMITTED, TimeState.APPROVED):
            sheet = make.TimesheetFactory(state=state)
            make.FreeTimeFactory(engagement=self.engagement, user_id=sheet.user_id, state=state)
            make.PersonRateFactory(user_id=sheet.user_id)
        make.TimesheetStepFactory(sheet=self.sheet)
        make.EngagementRateFactory(
            engagement=self.engagement, from_on=date(2026, 1, 1) + timedelta(self.grown)
        )

    def _made(self):
        """A file that is made in the background, and one by itself for somebody else."""
        schedule = ReportScheduleFactory(user=self.coach)
        self.schedule = self.schedule or schedule
        run = ReportRunFactory(user=self.coach)
        self.run = self.run or run
        due_at = clock.now() + timedelta(self.grown)
        kept_on = date(2022, 1, 1) + timedelta(self.grown)
        for key in (None, self.engagement.id):
            ReportSnapshotFactory(engagement_id=key, as_of=kept_on)
        ReportRunFactory(schedule_id=self.schedule.id, due_at=due_at)

    def _people(self):
        now = clock.now()
        make.session.add(JobRun(task="mail.deliver", enqueued_at=now))
        make.session.add(
            Mail(
                user_id=make.UserFactory().id,
                occasion="one",
                kind="reminder",
                subject="One due",
                queued_at=now,
                next_try_at=now,
            )
        )
        make.ContactFactory(organisation=self.organisation)
        make.OrganisationFactory(kind=Kind.HOSPITAL, parent_id=self.organisation.id, keeper=self.coach)
        channel = make.ChannelFactory(organisation=self.organisation)
        for month in (1, 2):
            make.ChannelCountFactory(
                organisation=self.organisation, channel_id=channel.id, counted_on=date(2026, month, 1)
            )
        make.TeamMemberFactory(engagement=self.engagement)

    def _session(self, goal, milestone):
        number, now = 3 * self.grown, clock.now()
        when = {
            SessionState.HELD: now - timedelta(3),
            SessionState.PLANNED: now + timedelta(3, minutes=number),
        }
        for place, (state, starts_at) in enumerate(when.items()):
            self.session = make.CoachingSessionFactory(
                engagement=self.engagement, number=number + place, coach=self.coach, state=state,
                starts_at=starts_at, is_shared=True, summary=None if number % 2 else "Said",
            )  # fmt: skip
            make.TimeEntryFactory(session=self.session)
            make.RecordStepFactory(session=self.session)
            make.SessionTouchFactory(session=self.session, goal_id=goal.id)
            make.SessionTouchFactory(session=self.session, milestone_id=milestone.id)

    def _measure(self, goal, owner):
        schedule = {"starts_on": date(2026, 1, 5), "goal_id": goal.id}
        measure = make.MeasureFactory(engagement=self.engagement, **schedule, **owner)
        self.measure = self.measure or measure
        observation = make.ObservationFactory(measure=measure)
        make.CorrectionFactory(engagement=self.engagement, observation_id=observation.id)
        self._analysed(self.plan)
        if self.grown > 1:
            make.PhaseFactory(
                engagement=self.engagement,
                measure_id=self.measure.id,
                starts_on=date(2021, 1, 15) + timedelta(31 * self.grown),
            )
            period_on = date(2021, 1, 1) + timedelta(31 * self.grown)
            value = {"period_on": period_on, "value": self.grown % 7, "user_id": self.coach.id}
            observation = make.ObservationFactory(measure=self.measure, **value)
            make.CorrectionFactory(engagement=self.engagement, observation_id=observation.id)

    def _survey(self):
        """A question and a closed wave more, with five answers to it."""
        make.SurveyFactory(engagement=self.engagement)
        told = {"measure_id": self.measure.id, "told_as": Told.MEAN}
        question = make.SurveyQuestionFactory(survey=self.survey, **told)
        wave = make.SurveyWaveFactory(
            survey=self.survey, state=WaveState.CLOSED, closed_at=clock.now(), opened_at=clock.now(),
            views=5, visitors=5, started=5, finished=5,
        )  # fmt: skip
        for number in range(1, 6):
            make.SurveyAnswerFactory(wave=wave, question_id=question.id, number=number)

    def _analysed(self, plan):
        """Another question, another analysis and another look at the first one."""
        on = {"engagement": self.engagement}
        make.HypothesisFactory(plan_id=plan.id, measure_id=self.measure.id, position=self.grown, **on)
        analysis = AnalysisFactory(measure_id=self.measure.id, **on)
        self.analysis = self.analysis or analysis
        LookFactory(analysis_id=self.analysis.id, number=self.grown, user_id=self.coach.id, **on)

    def crowd(self):
        """Many people, times and actions on the one session whose page is read."""
        for _ in range(MANY):
            make.ActionFactory(engagement=self.engagement, session_id=self.session.id, **self.owners[0])
            make.TimeEntryFactory(session=self.session, user_id=make.UserFactory().id)
        self.session.users = make.UserFactory.create_batch(MANY)
        self.session.contacts = make.ContactFactory.create_batch(MANY, organisation=self.organisation)


@pytest.fixture
def cost(client, session, queries):
    """`cost(world)` is how many statements each page takes, each read by whom it is for."""

    def cost(world: World) -> dict[str, int]:
        things = ("organisation", "engagement", "session", "measure", "sheet", "entry", "goal", "version")
        things += ("round", "open_round", "survey", "evaluation", "analysis", "run", "schedule")
        keys = {name: getattr(world, name).id for name in things}
        people = {who: getattr(world, who).fs_uniquifier for who, _ in PAGES.values()}
        spent = {}
        for name, (who, address) in PAGES.items():
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = people[who], True
            session.expire_all()
            queries.clear()
            answer = client.get(address.format(**keys))
            assert answer.status_code == 200, (name, answer.status)
            spent[name] = len(queries)
        return spent

    return cost


def test_every_page_costs_the_same_however_much_it_lists(cost):
    world = World()
    one = cost(world)

    while world.grown < MANY:
        world.grow()
    world.crowd()
    many = cost(world)

    told = "\n".join(f"{name:<32} {one[name]:>3} {many[name]:>3}" for name in PAGES)
    assert many == one, f"statements for 1 row and for {MANY}:\n{told}"
    assert max(one.values()) <= 24, told
