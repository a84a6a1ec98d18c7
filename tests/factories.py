from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from sqlalchemy.orm import scoped_session, sessionmaker

from crm.access import Role
from crm.accounts.models import User
from crm.alignment.models import Goal, Relation, Strategy
from crm.engagements.models import Budget, Engagement, EngagementGrant, ServiceLine, Stage, TeamMember
from crm.organisations.models import (
    Channel,
    ChannelCount,
    Contact,
    Identifier,
    Organisation,
    Platform,
    Scheme,
)
from crm.outcomes.models import Measure, Observation, OutcomesPlan
from crm.roadmap.models import Milestone
from crm.sessions.models import Action, CoachingSession, PrivateNote, SessionTouch, TimeEntry, TimeKind
from crm.sessions.models_time import Override, TimeOverride
from crm.timesheets.models import EngagementRate, Move, PersonRate, Timesheet, TimesheetStep

session = scoped_session(sessionmaker())


class Factory(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session = session
        sqlalchemy_session_persistence = "flush"


class UserFactory(Factory):
    class Meta:
        model = User

    name = factory.Sequence("Person {}".format)
    email = factory.Sequence("person{}@example.org".format)
    password = "unusable"
    role = Role.CONSULTANT


class OrganisationFactory(Factory):
    class Meta:
        model = Organisation

    name = factory.Sequence("Client {}".format)


class OfOrganisation(Factory):
    class Meta:
        abstract = True

    organisation = factory.SubFactory(OrganisationFactory)


class ContactFactory(OfOrganisation):
    class Meta:
        model = Contact

    name = factory.Sequence("Contact {}".format)


class IdentifierFactory(OfOrganisation):
    class Meta:
        model = Identifier

    scheme = Scheme.CMS
    value = factory.Sequence("{:06}".format)


class ChannelFactory(OfOrganisation):
    class Meta:
        model = Channel

    platform = Platform.INSTAGRAM
    handle = factory.Sequence("@client{}".format)


class ChannelCountFactory(OfOrganisation):
    class Meta:
        model = ChannelCount

    counted_on = date(2026, 1, 1)
    followers = 100


class EngagementFactory(Factory):
    """`team` and `granted` are lists of users: on the team, and of the client with a grant."""

    class Meta:
        model = Engagement

    title = factory.Sequence("Engagement {}".format)
    organisation = factory.SubFactory(OrganisationFactory)
    stage = Stage.IMPLEMENTATION
    stage_since = date(2026, 1, 5)
    starts_on = date(2026, 1, 5)
    fee = Decimal("12500.00")
    currency = "USD"

    @factory.post_generation
    def team(self, _create, users):
        for user in users or ():
            TeamMemberFactory(engagement=self, user=user)

    @factory.post_generation
    def granted(self, _create, users):
        for user in users or ():
            EngagementGrantFactory(engagement=self, user=user)


class OnThread(Factory):
    """A row of an engagement's thread: name the engagement, and its client follows."""

    class Meta:
        abstract = True
        exclude = ("engagement",)

    engagement = factory.SubFactory(EngagementFactory)
    engagement_id = factory.SelfAttribute("engagement.id")
    organisation_id = factory.SelfAttribute("engagement.organisation_id")


class TeamMemberFactory(OnThread):
    class Meta:
        model = TeamMember

    user = factory.SubFactory(UserFactory)


class EngagementGrantFactory(OnThread):
    class Meta:
        model = EngagementGrant

    user = factory.SubFactory(UserFactory, role=Role.CLIENT)

    @factory.post_generation
    def contact(self, create, given):
        """Whoever holds a grant is one of the client's people."""
        known = session.query(Contact).filter_by(organisation_id=self.organisation_id, user_id=self.user_id)
        if create and not known.count():
            session.add(Contact(name="Client", organisation_id=self.organisation_id, user_id=self.user_id))
            session.flush()


class BudgetFactory(OnThread):
    class Meta:
        model = Budget

    service_line = ServiceLine.COACHING
    hours = 60


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
