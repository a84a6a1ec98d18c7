"""The rows that most others hang on: people, clients, engagements, and the way to name their thread."""

from datetime import date
from decimal import Decimal

import factory
from sqlalchemy.orm import scoped_session, sessionmaker

from crm.access import Role
from crm.accounts.models import User
from crm.engagements.models import Engagement, EngagementGrant, Stage, TeamMember
from crm.organisations.models import (
    Channel,
    ChannelCount,
    Contact,
    Identifier,
    Organisation,
    Platform,
    Scheme,
)

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
    closed_on = factory.LazyAttribute(
        lambda made: made.stage_since if made.stage is Stage.FOLLOW_UP else None
    )
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
