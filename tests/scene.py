"""One client with something of every kind on the thread, as of 3 March 2026."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from crm.alignment.models import Perspective
from crm.economics.models import LineKind
from crm.engagements.models import ServiceLine, Stage, StageMove
from crm.evidence.models import FindingState
from crm.organisations.models import Kind, Tag
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState, SessionState, TimeKind
from tests import factories as make

NOW = datetime(2026, 3, 3, 10, 15, tzinfo=UTC)
TODAY = NOW.date()
MINUTES = {TimeKind.COACHING: 90, TimeKind.PREPARATION: 30, TimeKind.TRAVEL: 45}


def everything(coach, *, colleagues=(), guest=None, shared=True) -> SimpleNamespace:
    """A client whom `coach` leads with `colleagues`; `guest` is its sponsor's sign-in."""
    organisation = make.OrganisationFactory(kind=Kind.HOSPITAL, city="Rochester", state="MN", beds=300)
    organisation.tags = [Tag(name=f"{organisation.name} {n}") for n in range(3)]
    make.OrganisationFactory(parent_id=organisation.id)
    make.IdentifierFactory(organisation=organisation)
    channel = make.ChannelFactory(organisation=organisation)
    make.ChannelCountFactory(organisation=organisation, channel_id=channel.id)
    contact = make.ContactFactory(organisation=organisation, user=guest)
    engagement = make.EngagementFactory(
        organisation=organisation,
        lead=coach,
        team=[coach, *colleagues],
        granted=[guest] if guest else [],
    )
    one = SimpleNamespace(organisation=organisation, contact=contact, engagement=engagement, coach=coach)
    one.channel = channel
    make.session.add(
        StageMove(
            engagement_id=engagement.id,
            organisation_id=organisation.id,
            to_stage=Stage.IMPLEMENTATION,
            moved_on=date(2026, 1, 5),
            user_id=coach.id,
        )
    )
    make.BudgetFactory(engagement=engagement, hours=60)
    make.BudgetFactory(engagement=engagement, service_line=ServiceLine.RESEARCH, hours=20)
    _worksheet(one)
    _roadmap(one)
    one.sessions = [_session(one, n, colleagues, shared) for n in (1, 2, 3)]
    one.session = one.sessions[0]
    _planned(one)
    _actions(one)
    _outcomes(one)
    make.session.flush()
    return one


def _worksheet(one) -> None:
    e = one.engagement
    weights = {"Fewer missed appointments": 30, "More trust": 20, "Lower cost of recruiting": 50}
    one.goals = [
        make.GoalFactory(
            engagement=e, statement=f"{statement} {e.id}", weight=weight, position=place,
            owner_contact_id=one.contact.id, horizon_on=date(2026, 9, 30), perspective=Perspective.PATIENTS,
        )
        for place, (statement, weight) in enumerate(weights.items())
    ]  # fmt: skip
    one.goal = one.goals[0]
    one.strategies = [
        make.StrategyFactory(engagement=e, position=place, effort_hours=hours, owner_user_id=one.coach.id)
        for place, hours in enumerate((40, 25))
    ]
    for goal, strategy, mark in ((0, 0, 9), (0, 1, 1), (1, 1, 3)):
        make.RelationFactory(
            engagement=e, goal_id=one.goals[goal].id, strategy_id=one.strategies[strategy].id, mark=mark
        )


def _roadmap(one) -> None:
    days = {
        MilestoneState.DONE: date(2026, 2, 1),
        MilestoneState.IN_PROGRESS: date(2026, 2, 20),
        MilestoneState.PLANNED: date(2026, 4, 1),
        MilestoneState.DROPPED: date(2026, 3, 1),
    }
    one.milestones = [
        make.MilestoneFactory(
            engagement=one.engagement, state=state, planned_on=planned, strategy_id=one.strategies[0].id,
            actual_on=date(2026, 2, 6) if state is MilestoneState.DONE else None,
            baseline_on=date(2026, 1, 30), owner_contact_id=one.contact.id,
        )
        for state, planned in days.items()
    ]  # fmt: skip


def _session(one, number: int, colleagues, shared: bool):
    session = make.CoachingSessionFactory(
        engagement=one.engagement, number=number, coach=one.coach, summary=f"We agreed on step {number}.",
        starts_at=datetime(2026, 2, 5 * number, 15, tzinfo=UTC), time_zone="America/Chicago",
        is_shared=shared, place="Room 4", agenda="Where we stand",
    )  # fmt: skip
    session.users, session.contacts = [one.coach, *colleagues], [one.contact]
    make.SessionTouchFactory(session=session, goal_id=one.goal.id)
    make.SessionTouchFactory(session=session, strategy_id=one.strategies[0].id)
    make.PrivateNoteFactory(session=session)
    for person in (one.coach, *colleagues):
        for kind, minutes in MINUTES.items():
            make.TimeEntryFactory(
                session=session, user_id=person.id, kind=kind, minutes=minutes,
                is_billable=kind is not TimeKind.TRAVEL, worked_on=session.starts_at.date(),
            )  # fmt: skip
    return session


def _planned(one) -> None:
    one.planned = make.CoachingSessionFactory(
        engagement=one.engagement, number=4, coach=one.coach, state=SessionState.PLANNED,
        starts_at=datetime(2026, 3, 9, 15, tzinfo=UTC), time_zone="America/Chicago",
    )  # fmt: skip


def _actions(one) -> None:
    e, session = one.engagement, one.session
    one.overdue = make.ActionFactory(
        engagement=e, session_id=session.id, due_on=date(2026, 2, 20), owner_contact_id=one.contact.id
    )
    one.due = make.ActionFactory(
        engagement=e, session_id=session.id, due_on=date(2026, 3, 10), owner_user_id=one.coach.id
    )
    make.ActionFactory(
        engagement=e, milestone_id=one.milestones[0].id, state=ActionState.DONE, done_on=date(2026, 2, 9)
    )


def _outcomes(one) -> None:
    e = one.engagement
    make.OutcomesPlanFactory(engagement=e)
    one.measure = make.MeasureFactory(engagement=e, goal_id=one.goal.id, target=9.0, baseline=12.0)
    for month in range(14):
        make.ObservationFactory(
            measure=one.measure,
            period_on=date(2025 + month // 12, month % 12 + 1, 1),
            value=12 - 0.1 * month,
            numerator=120 - month,
            denominator=1000,
        )
    one.second = make.MeasureFactory(engagement=e, unit=None)
    evaluation = make.EvaluationFactory(engagement=e)
    for kind in LineKind:
        make.EvaluationLineFactory(engagement=e, evaluation_id=evaluation.id, kind=kind, low=0, high=2)
    for effect in (1, 2):
        make.EvaluationOptionFactory(engagement=e, evaluation_id=evaluation.id, effect=effect)
    make.FindingFactory(engagement=e, measure_id=one.measure.id, state=FindingState.AGREED, agreed_at=NOW)
    make.BenchmarkConsentFactory(organisation=one.organisation)
