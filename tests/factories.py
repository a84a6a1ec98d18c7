from datetime import UTC, date, datetime
from decimal import Decimal

import factory

from crm.alignment.models import Goal, Relation, Strategy
from crm.builder.models import SavedView
from crm.closing.models import FollowUp
from crm.engagements.models import Budget, ServiceLine
from crm.engagements.models_work import ChangeOrder, Deliverable
from crm.health.models import HealthOverride, Judged, SatisfactionScore
from crm.outcomes.models import Correction, Measure, Observation, Phase
from crm.outcomes.models_plan import (
    Consent,
    EthicsDetermination,
    EthicsKind,
    Hypothesis,
    OutcomesPlan,
)
from crm.outlines.models import Outline
from crm.roadmap.models import Milestone, MilestoneNeed
from crm.sessions.models import Action, CoachingSession, PrivateNote, SessionTouch, TimeEntry, TimeKind
from crm.sessions.models_record import AgendaTemplate, RecordStep, Step, Timer
from crm.sessions.models_time import Override, TimeOverride
from crm.timesheets.models import EngagementRate, Move, PersonRate, Timesheet, TimesheetStep
from tests.factories_base import (  # noqa: F401 - tests know them all by one name
    ChannelCountFactory,
    ChannelFactory,
    ContactFactory,
    EngagementFactory,
    EngagementGrantFactory,
    Factory,
    IdentifierFactory,
    OfOrganisation,
    OnThread,
    OrganisationFactory,
    TeamMemberFactory,
    UserFactory,
    session,
)
from tests.factories_plan import (  # noqa: F401
    AmendmentFactory,
    DeviationFactory,
    GuidelineMarkFactory,
    PowerPlanFactory,
    RegistrationFactory,
)
from tests.factories_sheet import (  # noqa: F401
    CheckInFactory,
    GoalCauseFactory,
    GoalComparisonFactory,
    GoalOriginFactory,
    GoalParentFactory,
    JudgementFactory,
    RaterFactory,
    RoundFactory,
    SheetSetupFactory,
    StrategyTieFactory,
    TurnFactory,
    VersionFactory,
)
from tests.factories_survey import (  # noqa: F401
    SurveyAnswerFactory,
    SurveyFactory,
    SurveyQuestionFactory,
    SurveyVisitFactory,
    SurveyWaveFactory,
)
from tests.factories_tell import (  # noqa: F401
    BenchmarkConsentFactory,
    EvaluationFactory,
    EvaluationLineFactory,
    EvaluationOptionFactory,
    FindingFactory,
    SharedFindingFactory,
)


class MilestoneNeedFactory(OnThread):
    class Meta:
        model = MilestoneNeed


class DeliverableFactory(OnThread):
    class Meta:
        model = Deliverable

    title = factory.Sequence("Deliverable {}".format)
    acceptance = "Both sides have read it"


class ChangeOrderFactory(OnThread):
    class Meta:
        model = ChangeOrder

    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence("Change {}".format)
    reason = "The ward asked for it"
    hours = factory.LazyFunction(lambda: {"coaching": 10})
    proposed_on = date(2026, 2, 1)


class FollowUpFactory(OnThread):
    class Meta:
        model = FollowUp

    months = factory.Sequence(lambda n: n + 1)
    due_on = date(2027, 1, 5)


class RecordStepFactory(Factory):
    """A step of a session's record: name the session, and its engagement follows."""

    class Meta:
        model = RecordStep
        exclude = ("session",)

    session_id = factory.SelfAttribute("session.id")
    engagement_id = factory.SelfAttribute("session.engagement_id")
    organisation_id = factory.SelfAttribute("session.organisation_id")
    step = Step.SHARED
    taken_at = datetime(2026, 3, 4, 9, tzinfo=UTC)


class AgendaTemplateFactory(Factory):
    class Meta:
        model = AgendaTemplate

    name = factory.Sequence("Agenda {}".format)
    body = "1. What became of the actions"
    user = factory.SubFactory(UserFactory)


class TimerFactory(OnThread):
    class Meta:
        model = Timer

    started_at = datetime(2026, 3, 4, 9, tzinfo=UTC)


class OutlineFactory(Factory):
    class Meta:
        model = Outline

    name = factory.Sequence("Outline {}".format)
    content = factory.LazyFunction(dict)
    user = factory.SubFactory(UserFactory)


class SavedViewFactory(Factory):
    class Meta:
        model = SavedView

    name = factory.Sequence("View {}".format)
    what = factory.LazyFunction(lambda: {"builder": {"base": "goals"}})
    user = factory.SubFactory(UserFactory)


class BudgetFactory(OnThread):
    class Meta:
        model = Budget

    service_line = ServiceLine.COACHING
    hours = 60


class SatisfactionScoreFactory(OnThread):
    class Meta:
        model = SatisfactionScore

    score = 8
    said_on = date(2026, 2, 1)
    said_by = "Rosa Klein"
    is_from_client = True


class HealthOverrideFactory(OnThread):
    class Meta:
        model = HealthOverride

    level = Judged.WATCH
    note = "The ward moves house"
    from_on = date(2026, 2, 1)
    expires_on = date(2026, 3, 1)


class GoalFactory(OnThread):
    class Meta:
        model = Goal

    statement = factory.Sequence("Goal {}".format)
    weight = 10


class StrategyFactory(OnThread):
    class Meta:
        model = Strategy

    statement = factory.Sequence("Strategy {}".format)


class RelationFactory(OnThread):
    class Meta:
        model = Relation

    mark = 9


class MilestoneFactory(OnThread):
    class Meta:
        model = Milestone

    title = factory.Sequence("Milestone {}".format)
    baseline_on = date(2026, 3, 1)
    planned_on = date(2026, 3, 1)


class CoachingSessionFactory(OnThread):
    class Meta:
        model = CoachingSession

    number = factory.Sequence(lambda n: n + 1)
    coach = factory.SubFactory(UserFactory)
    starts_at = datetime(2026, 2, 3, 10, tzinfo=UTC)
    time_zone = "UTC"


class OfSession(Factory):
    class Meta:
        abstract = True
        exclude = ("session",)

    session = factory.SubFactory(CoachingSessionFactory)
    session_id = factory.SelfAttribute("session.id")
    engagement_id = factory.SelfAttribute("session.engagement_id")
    organisation_id = factory.SelfAttribute("session.organisation_id")


class SessionTouchFactory(OfSession):
    class Meta:
        model = SessionTouch


class PrivateNoteFactory(OfSession):
    class Meta:
        model = PrivateNote

    user_id = factory.SelfAttribute("session.coach_id")
    body = "Between me and myself"


class TimeEntryFactory(OfSession):
    class Meta:
        model = TimeEntry

    user_id = factory.SelfAttribute("session.coach_id")
    worked_on = date(2026, 2, 3)
    kind = TimeKind.COACHING
    minutes = 60


class FreeTimeFactory(OnThread):
    """Time of somebody without a session."""

    class Meta:
        model = TimeEntry

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    worked_on = date(2026, 2, 3)
    kind = TimeKind.COACHING
    minutes = 60


class TimeOverrideFactory(Factory):
    class Meta:
        model = TimeOverride
        exclude = ("time",)

    time = factory.SubFactory(FreeTimeFactory)
    time_entry_id = factory.SelfAttribute("time.id")
    engagement_id = factory.SelfAttribute("time.engagement_id")
    organisation_id = factory.SelfAttribute("time.organisation_id")
    user_id = factory.SelfAttribute("time.user_id")
    what = Override.BUDGET
    reason = "Agreed on the phone"


class TimesheetFactory(Factory):
    class Meta:
        model = Timesheet

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    week_on = date(2026, 2, 2)


class TimesheetStepFactory(Factory):
    class Meta:
        model = TimesheetStep
        exclude = ("sheet",)

    sheet = factory.SubFactory(TimesheetFactory)
    timesheet_id = factory.SelfAttribute("sheet.id")
    user_id = factory.SelfAttribute("sheet.user_id")
    move = Move.SUBMITTED


class PersonRateFactory(Factory):
    class Meta:
        model = PersonRate

    user_id = factory.LazyFunction(lambda: UserFactory().id)
    from_on = date(2026, 1, 1)
    amount = Decimal("120.00")
    currency = "USD"


class EngagementRateFactory(OnThread):
    class Meta:
        model = EngagementRate

    from_on = date(2026, 1, 1)
    amount = Decimal("100.00")
    currency = "USD"


class ActionFactory(OnThread):
    class Meta:
        model = Action

    title = factory.Sequence("Action {}".format)


class OutcomesPlanFactory(OnThread):
    class Meta:
        model = OutcomesPlan

    question = "Do reminders lower the no-show rate?"


class MeasureFactory(OnThread):
    class Meta:
        model = Measure

    name = factory.Sequence("Measure {}".format)
    unit = "%"


class ObservationFactory(Factory):
    class Meta:
        model = Observation
        exclude = ("measure",)

    measure = factory.SubFactory(MeasureFactory)
    measure_id = factory.SelfAttribute("measure.id")
    engagement_id = factory.SelfAttribute("measure.engagement_id")
    organisation_id = factory.SelfAttribute("measure.organisation_id")
    period_on = date(2026, 1, 1)
    value = 10.0


class HypothesisFactory(OnThread):
    class Meta:
        model = Hypothesis

    statement = "Reminders lower the no-show rate"


class EthicsDeterminationFactory(OnThread):
    class Meta:
        model = EthicsDetermination

    kind = EthicsKind.QUALITY_IMPROVEMENT
    determined_by = "Quality office"
    determined_on = date(2026, 1, 5)
    consent = Consent.NOT_NEEDED


class PhaseFactory(OnThread):
    class Meta:
        model = Phase

    starts_on = date(2026, 3, 1)
    name = "Reminders on every ward"
    reason = "The last ward began"


class CorrectionFactory(OnThread):
    class Meta:
        model = Correction

    value = 9.5
    corrected_at = datetime(2026, 3, 4, 12, tzinfo=UTC)
