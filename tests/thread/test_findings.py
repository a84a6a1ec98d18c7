"""Each kind of finding appears when it should and only then, and its button opens a page that mends it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import url_for

from crm.access import Role
from crm.engagements.models import Stage
from crm.readers import become
from crm.sessions.models import SessionState
from crm.thread.findings import loose_ends
from crm.thread.queries import thread_of
from tests import factories as make
from tests.reading import addresses, main

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
TODAY = NOW.date()


class Sound:
    """An engagement in which nothing hangs loose, to be spoilt in one way at a time."""

    def __init__(self):
        self.me = make.UserFactory()
        self.engagement = make.EngagementFactory(team=[self.me])
        self.on = {"engagement": self.engagement}
        self.goals = [make.GoalFactory(**self.on) for _ in range(3)]
        self.strategies = [make.StrategyFactory(**self.on, effort_hours=10) for _ in range(4)]
        self.relations = {}
        for goal, strategies in enumerate(((0, 1), (1, 2), (2, 3))):
            for strategy in strategies:
                self.relate(goal, strategy, 3)
        self.milestones = [
            make.MilestoneFactory(**self.on, strategy_id=strategy.id, planned_on=TODAY)
            for strategy in self.strategies
        ]
        self.session = make.CoachingSessionFactory(**self.on, coach=self.me, starts_at=NOW - timedelta(28))
        self.measures = [make.MeasureFactory(**self.on, goal_id=goal.id) for goal in self.goals]
        self.observations = [make.ObservationFactory(measure=measure) for measure in self.measures]

    def relate(self, goal, strategy, mark, note=None):
        keys = {"goal_id": self.goals[goal].id, "strategy_id": self.strategies[strategy].id}
        known = self.relations.get((goal, strategy))
        if known:
            known.mark, known.note = mark, note
        else:
            relation = make.RelationFactory(**self.on, **keys, mark=mark, note=note)
            self.relations[goal, strategy] = relation


def delete(*rows) -> None:
    for row in rows:
        make.session.delete(row)
    make.session.flush()


def orphan_goal(one):
    delete(one.relations[0, 0], one.relations[0, 1])


def weak_goal(one):
    one.relate(0, 0, 1)
    one.relate(0, 1, 1)


def single_point(one):
    delete(one.relations[0, 1])


def orphan_strategy(one):
    make.StrategyFactory(**one.on)


def over_claimed(one):
    for goal in range(2):
        one.relate(goal, 1, 9, "Two pilots")


def dense(one):
    for goal in range(3):
        for strategy in range(4):
            one.relate(goal, strategy, 3)


def misfit(one):
    one.strategies[3].effort_hours = 90


def nine_without_a_note(one):
    one.relate(0, 0, 9)


def no_weights(one):
    for goal in one.goals:
        goal.weight = 0


def no_milestone(one):
    delete(one.milestones[1])


def late(one):
    one.milestones[0].planned_on = TODAY - timedelta(1)


def loose_milestone(one):
    make.MilestoneFactory(**one.on, title="Adrift", planned_on=TODAY)


def no_measure(one):
    delete(*one.observations[:1])
    delete(one.measures[0])


def no_evidence(one):
    delete(one.observations[0])


def dangling_measure(one):
    make.ObservationFactory(measure=make.MeasureFactory(**one.on, name="Adrift"))


def no_session(one):
    one.session.state = SessionState.PLANNED


def cadence(one):
    one.session.starts_at = NOW - timedelta(29)


SPOILT = {
    "Orphan goal": (orphan_goal, "alignment.create_strategy"),
    "Weak goal": (weak_goal, "alignment.create_strategy"),
    "Single point": (single_point, "alignment.worksheet"),
    "Orphan strategy": (orphan_strategy, "alignment.edit_strategy"),
    "Over-claimed": (over_claimed, "alignment.worksheet"),
    "Too dense": (dense, "alignment.worksheet"),
    "Effort misfit": (misfit, "alignment.edit_strategy"),
    "9 without a reason": (nine_without_a_note, "alignment.note"),
    "No weights": (no_weights, "alignment.worksheet"),
    "No milestone": (no_milestone, "roadmap.create"),
    "Late": (late, "roadmap.edit"),
    "Loose milestone": (loose_milestone, "roadmap.edit"),
    "No measure": (no_measure, "outcomes.create"),
    "No evidence": (no_evidence, "outcomes.show"),
    "Dangling measure": (dangling_measure, "outcomes.edit"),
    "No session": (no_session, "sessions.create"),
    "Cadence": (cadence, "sessions.create"),
}
#: What follows of itself: a strategy that loses its only goal serves none, and its effort carries less.
FOLLOWS = {"Orphan strategy", "Effort misfit"}


@pytest.fixture
def one(clock_at):
    clock_at(NOW)
    return Sound()


@pytest.fixture
def found(app, session):
    """`found(engagement)`: the findings of the whole thread, with the addresses of their buttons."""

    def found(one, reader=None):
        session.flush()
        session.expire_all()
        with app.test_request_context():
            become(reader or one.me)
            thread = thread_of(one.engagement, reader or one.me)
            ends = loose_ends(one.engagement, thread, TODAY)
            return [(end, url_for(end.endpoint, **end.parts)) for end in ends]

    return found


def test_nothing_hangs_loose_in_a_sound_engagement(one, found, sign_in):
    assert found(one) == []
    assert "Nothing hangs loose." in main(sign_in(one.me).get(f"/engagements/{one.engagement.id}").text)


@pytest.mark.parametrize("label", SPOILT)
def test_a_finding_appears_and_its_button_opens_what_mends_it(one, found, sign_in, label):
    spoil, endpoint = SPOILT[label]
    spoil(one)

    told = found(one)

    labels = {end.label for end, _ in told}
    assert label in labels
    assert labels <= {label} | FOLLOWS
    [end, address] = next(pair for pair in told if pair[0].label == label)
    assert end.endpoint == endpoint
    client = sign_in(one.me)
    page = client.get(f"/engagements/{one.engagement.id}/thread").text
    assert end.sentence in main(page)
    assert address in addresses(page)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("Orphan goal", "has no strategy rated 3 or more. It carries 33 % of the weight."),
        ("Late", "is 1 day late."),
        ("Cadence", "The last session was 29 days ago."),
        ("Effort misfit", "75 % of the effort is planned for"),
    ],
)
def test_a_finding_says_how_much(one, found, label, sentence):
    SPOILT[label][0](one)
    assert any(sentence in end.sentence for end, _ in found(one) if end.label == label)


def test_an_engagement_without_a_goal_says_so(clock_at, found, sign_in):
    clock_at(NOW)
    one = Sound.__new__(Sound)
    one.me = make.UserFactory()
    one.engagement = make.EngagementFactory(team=[one.me])
    told = found(one)
    assert [end.label for end, _ in told] == ["No goal", "No session"]
    assert sign_in(one.me).get(told[0][1]).status_code == 200


@pytest.mark.parametrize("stage", [Stage.INQUIRY, Stage.PROPOSAL, Stage.ON_HOLD, Stage.FOLLOW_UP, Stage.LOST])
def test_the_cadence_of_an_engagement_that_rests_is_nobodys_worry(one, found, stage):
    cadence(one)
    one.engagement.stage = stage
    one.engagement.closed_on = date(2026, 3, 1) if stage is Stage.FOLLOW_UP else None
    assert found(one) == []


def test_an_engagement_that_has_not_begun_needs_no_session_yet(one, found):
    no_session(one)
    one.engagement.starts_on = date(2026, 3, 4)
    assert found(one) == []


def test_findings_come_worst_first(one, found):
    for spoil in (loose_milestone, no_milestone, late, cadence, single_point):
        spoil(one)
    levels = [end.level for end, _ in found(one)]
    assert levels == sorted(levels, key=["bad", "warn", "info"].index)
    assert {"bad", "warn", "info"} == set(levels)


def test_a_client_reads_the_findings_and_is_offered_no_button(one, sign_in):
    late(one)
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=one.engagement, user=guest)
    page = sign_in(guest).get(f"/engagements/{one.engagement.id}/thread").text
    assert "is 1 day late." in main(page)
    assert f"/milestones/{one.milestones[0].id}/edit" not in addresses(page)
