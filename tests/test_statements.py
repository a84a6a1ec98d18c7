"""A page costs as many statements for fifty of everything that it lists as for one."""

from datetime import date, timedelta

import pytest

from crm import clock
from crm.access import Role
from crm.jobs.models import JobRun
from crm.mail.models import Mail
from crm.organisations.models import Kind
from crm.sessions.models import SessionState
from crm.sessions.models_time import TimeState
from tests import factories as make

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
        self.measure = self.session = None
        self.sheet = make.TimesheetFactory(
            user_id=self.coach.id, week_on=date(2026, 2, 9), state=TimeState.SUBMITTED
        )
        self.entry = make.FreeTimeFactory(engagement=self.engagement, user_id=self.coach.id)
        self.grow()

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
        planned_on = today + timedelta(self.grown - 25)
        milestone = make.MilestoneFactory(
            engagement=e, strategy_id=strategy.id, planned_on=planned_on, **owner
        )
        self._session(goal, milestone)
        for who in self.owners:
            make.ActionFactory(engagement=e, session_id=self.session.id, due_on=today, **who)
        self._measure(goal, owner)
        make.DeliverableFactory(engagement=e, **owner)
        make.ChangeOrderFactory(engagement=e, number=self.grown)
        make.FollowUpFactory(engagement=e, months=self.grown, due_on=today)
        make.OutlineFactory(user=self.coach)
        make.AgendaTemplateFactory(user=self.coach)
        make.VersionFactory(engagement=e, number=self.grown)
        make.TurnFactory(engagement=e, version_id=self.version.id)
        self._hours(strategy)
        make.SatisfactionScoreFactory(engagement=e)
        make.HealthOverrideFactory(engagement=e, expires_on=today, lifted_on=today)

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
        measure = make.MeasureFactory(engagement=self.engagement, goal_id=goal.id, **owner)
        self.measure = self.measure or measure
        make.ObservationFactory(measure=measure)
        if self.grown > 1:
            period_on = date(2021, 1, 1) + timedelta(31 * self.grown)
            make.ObservationFactory(measure=self.measure, period_on=period_on, value=self.grown % 7)

    def crowd(self):
        """Many people, times and actions on the one session whose page is read."""
        for _ in range(MANY):
            make.ActionFactory(engagement=self.engagement, session_id=self.session.id, **self.owners[0])
            make.TimeEntryFactory(session=self.session, user_id=make.UserFactory().id)
        self.session.users = make.UserFactory.create_batch(MANY)
        self.session.contacts = make.ContactFactory.create_batch(MANY, organisation=self.organisation)


PAGES = {
    "organisations": ("manager", "/organisations/"),
    "organisations of a consultant": ("coach", "/organisations/"),
    "health": ("coach", "/engagements/{engagement}/health"),
    "health for the client": ("guest", "/engagements/{engagement}/health"),
    "client page": ("coach", "/organisations/{organisation}"),
    "engagements": ("manager", "/engagements/"),
    "engagements of a client": ("guest", "/engagements/"),
    "overview": ("coach", "/engagements/{engagement}"),
    "overview for the client": ("guest", "/engagements/{engagement}"),
    "thread": ("coach", "/engagements/{engagement}/thread"),
    "people": ("coach", "/engagements/{engagement}/people"),
    "stages": ("coach", "/engagements/{engagement}/stage"),
    "board": ("manager", "/engagements/board?all=1"),
    "board of a consultant": ("coach", "/engagements/board"),
    "statement of work": ("coach", "/engagements/{engagement}/work"),
    "closing": ("coach", "/engagements/{engagement}/closing"),
    "timeline": ("coach", "/engagements/{engagement}/timeline"),
    "timeline of a client": ("guest", "/organisations/{organisation}/timeline"),
    "templates": ("coach", "/templates"),
    "agendas": ("coach", "/agendas"),
    "search": ("coach", "/sessions/search?q=Said"),
    "everybody's actions": ("manager", "/actions?whose=all"),
    "worksheet": ("coach", "/engagements/{engagement}/worksheet"),
    "versions": ("coach", "/engagements/{engagement}/versions"),
    "version": ("coach", "/versions/{version}"),
    "version for the client": ("guest", "/versions/{version}"),
    "comparison": ("coach", "/engagements/{engagement}/versions/compare"),
    "counter": ("guest", "/versions/{version}/counter"),
    "take over": ("coach", "/versions/{version}/take-over"),
    "worksheet as JSON": ("guest", "/engagements/{engagement}/worksheet.json"),
    "roadmap": ("coach", "/engagements/{engagement}/roadmap"),
    "sessions": ("coach", "/engagements/{engagement}/sessions"),
    "session": ("coach", "/sessions/{session}"),
    "session for the client": ("guest", "/sessions/{session}"),
    "session form": ("coach", "/sessions/{session}/edit"),
    "outcomes": ("coach", "/engagements/{engagement}/outcomes"),
    "measure": ("coach", "/measures/{measure}"),
    "my day": ("coach", "/my-day"),
    "client page of a client": ("guest", "/organisations/{organisation}"),
    "client's roadmap": ("guest", "/roadmap"),
    "portfolio": ("manager", "/portfolio?stage=all"),
    "portfolio in trouble": ("manager", "/portfolio?troubled=1"),
    "reports": ("coach", "/reports"),
    "progress report": ("coach", "/engagements/{engagement}/progress.json"),
    "portfolio report": ("manager", "/reports/portfolio.json?stage=all"),
    "actions": ("guest", "/actions"),
    "users": ("administrator", "/settings"),
    "audit trail": ("manager", "/audit"),
    "jobs": ("administrator", "/jobs"),
    "mail": ("administrator", "/mail"),
    "week": ("coach", "/time/2026-02-02"),
    "time entries": ("manager", "/time/entries"),
    "entry form": ("coach", "/time/entries/{entry}/edit"),
    "weeks to approve": ("manager", "/time/approvals"),
    "submitted week": ("manager", "/time/sheets/{sheet}"),
    "utilisation": ("manager", "/time/utilisation?from=2026-01-01&to=2026-12-31"),
    "rates": ("manager", "/time/rates"),
    "time and money": ("manager", "/engagements/{engagement}/money"),
    "history": ("coach", "/history/engagement/{engagement}"),
}


@pytest.fixture
def cost(client, session, queries):
    """`cost(world)` is how many statements each page takes, each read by whom it is for."""

    def cost(world: World) -> dict[str, int]:
        things = ("organisation", "engagement", "session", "measure", "sheet", "entry", "version")
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
