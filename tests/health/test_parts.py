"""The filter in SQL and the health that is reckoned say the same, whatever hangs on an engagement."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.engagements.models import Engagement, ServiceLine, Stage
from crm.extensions import db
from crm.health.models import Judged
from crm.health.parts import in_trouble, moments
from crm.health.queries import standings
from crm.methods.health import Dimension, Level
from crm.outcomes.models import Direction, MeasureKind
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState, SessionState
from tests import factories as make

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
TODAY = NOW.date()
STAGES = (*[Stage.IMPLEMENTATION] * 5, Stage.AGREED, Stage.LOST, Stage.INQUIRY)


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER)


@pytest.fixture
def told(app, manager):
    """`told()`: how each engagement stands, and which ones the filter finds."""

    def told():
        with app.app_context():
            ids = db.session.scalars(sa.select(Engagement.id)).all()
            found = db.session.scalars(sa.select(Engagement.id).where(in_trouble()), moments(TODAY)).all()
            return standings(ids, manager, TODAY), set(found)

    return told


def one_of(chance: Random) -> Engagement:
    """An engagement with some of everything, near the days and numbers at which a level changes."""
    starts_on = TODAY - timedelta(chance.choice((-1, 0, 10, 28, 29, 99)))
    ends = chance.choice((None, starts_on, TODAY, TODAY - timedelta(1), TODAY + timedelta(100)))
    ends_on = max(ends, starts_on) if ends else None
    on = {
        "engagement": make.EngagementFactory(
            stage=chance.choice(STAGES), starts_on=starts_on, ends_on=ends_on
        )
    }
    for part in (_plan, _hours, _talks, _sheet, _results, _hand):
        if chance.random() < 0.4:
            part(chance, on)
    return on["engagement"]


def _plan(chance, on):
    for state in chance.sample(list(MilestoneState), 2):
        actual_on = TODAY if state is MilestoneState.DONE else None
        planned_on = TODAY - timedelta(chance.choice((0, 0, -5, 1, 14, 15)))
        make.MilestoneFactory(state=state, actual_on=actual_on, planned_on=planned_on, **on)
    due_on = TODAY - timedelta(chance.choice((0, 14, 15)))
    state = chance.choice(list(ActionState))
    done_on = TODAY if state is ActionState.DONE else None
    make.ActionFactory(due_on=due_on, state=state, done_on=done_on, **on)
    make.ActionFactory(due_on=None, **on)


def _hours(chance, on):
    make.BudgetFactory(hours=chance.choice((1, 10)), **on)
    for line in (ServiceLine.COACHING, ServiceLine.EVENTS):
        make.FreeTimeFactory(
            minutes=chance.choice((1, 30, 60, 61, 600, 601)),
            service_line=line,
            worked_on=TODAY + timedelta(chance.choice((0, 1))),
            **on,
        )


def _talks(chance, on):
    ago = timedelta(chance.choice((-1, 0, 27.9, 28, 28.4, 28.5, 29, 29.5, 400)))
    make.CoachingSessionFactory(starts_at=NOW - ago, state=chance.choice(list(SessionState)), **on)
    for _ in range(chance.randrange(3)):
        said_on = TODAY - timedelta(chance.choice((-1, 0, 1, 180, 181)))
        make.SatisfactionScoreFactory(score=chance.randrange(4, 9), said_on=said_on, **on)


def _sheet(chance, on):
    strategy = make.StrategyFactory(**on)
    for mark in (None, 0, 1, 3, 9)[: chance.randrange(1, 6)]:
        goal = make.GoalFactory(weight=chance.choice((0, 10, 40)), **on)
        if mark is not None:
            make.RelationFactory(goal_id=goal.id, strategy_id=strategy.id, mark=mark, **on)


def _results(chance, on):
    for _ in range(2):
        measure = make.MeasureFactory(
            direction=chance.choice(list(Direction)),
            kind=chance.choice(list(MeasureKind)),
            baseline=chance.choice((None, 10, 10)),
            **on,
        )
        for month in range(1, chance.randrange(2, 12)):
            value = chance.choice((9, 10, 11, 11, 11))
            make.ObservationFactory(measure=measure, value=value, period_on=date(2025, 4 + month // 2, month))


def _hand(chance, on):
    for _ in range(chance.randrange(1, 3)):
        from_on = TODAY - timedelta(chance.choice((0, 5)))
        make.HealthOverrideFactory(
            level=chance.choice(list(Judged)),
            from_on=from_on,
            expires_on=max(from_on, TODAY + timedelta(chance.choice((-1, 0, 1)))),
            lifted_on=chance.choice((None, None, TODAY)),
            **on,
        )


@pytest.mark.parametrize("seed", range(3))
def test_the_filter_agrees_with_what_is_reckoned(told, seed):
    chance = Random(seed)  # noqa: S311 - a made-up office, no secret
    for _ in range(80):
        one_of(chance)
    stands, found = told()
    assert found == {key for key, one in stands.items() if one and one.is_troubled}
    assert 20 < len(found) < 70
    levels = {level: 0 for level in Level}
    for one in filter(None, stands.values()):
        for part in one.reckoned.parts:
            levels[part.level] += 1
    assert min(levels.values()) > 5


def on_course(**fields):
    """An engagement of which nothing is known but that they met today."""
    engagement = make.EngagementFactory(**fields)
    make.CoachingSessionFactory(engagement=engagement, starts_at=NOW)
    return engagement


def side(told, engagement, dimension):
    [part] = [one for one in told()[0][engagement.id].reckoned.parts if one.dimension is dimension]
    return part.level, part.sentence


def test_the_reason_names_the_milestone_that_is_longest_late(told):
    engagement = on_course()
    for title, ago in (("Consent", 2), ("Launch in cardiology", 18), ("Films", 5)):
        make.MilestoneFactory(engagement=engagement, title=title, planned_on=TODAY - timedelta(ago))
    sentence = "Launch in cardiology is 18 days late, and 2 more are late."
    assert side(told, engagement, Dimension.SCHEDULE) == (Level.BAD, sentence)
    assert told()[0][engagement.id].sentence == sentence


def test_the_latest_score_counts_with_how_many_it_rests_on(told):
    engagement = on_course()
    for score, ago in ((9, 40), (5, 1), (8, 2)):
        make.SatisfactionScoreFactory(engagement=engagement, score=score, said_on=TODAY - timedelta(ago))
    said = "The client last gave 5 of 10, on 2 Mar 2026, the latest of 3 scores."
    assert side(told, engagement, Dimension.SATISFACTION) == (Level.WATCH, said)


@pytest.mark.parametrize(
    ("baseline", "values", "level"),
    [
        (10, (9, 11, 12, 11), Level.WATCH),
        (10, (11,) * 6, Level.BAD),
        (10, (11, 11, 10, 11), Level.WATCH),
        (10, (11, 11, 11, 9), Level.GOOD),
        (10, (11, 11), Level.UNKNOWN),
        (None, (10, 11, 12, 13), Level.WATCH),
        (None, (10, 11, 12), Level.UNKNOWN),
    ],
)
def test_an_outcome_moves_the_wrong_way_by_its_latest_values(told, baseline, values, level):
    engagement = on_course()
    measure = make.MeasureFactory(engagement=engagement, name="Missed appointments", baseline=baseline)
    for month, value in enumerate(values, 1):
        make.ObservationFactory(measure=measure, value=value, period_on=date(2025, month, 1))
    assert side(told, engagement, Dimension.OUTCOME)[0] is level


def test_hours_on_a_line_without_a_budget_use_up_none(told):
    engagement = on_course(ends_on=TODAY)
    make.BudgetFactory(engagement=engagement, hours=10, service_line=ServiceLine.COACHING)
    make.FreeTimeFactory(engagement=engagement, minutes=60, service_line=ServiceLine.COACHING)
    make.FreeTimeFactory(engagement=engagement, minutes=1_200, service_line=ServiceLine.EVENTS)
    said = "10 % of the hours are used after 100 % of the time: burn ratio 0.10."
    assert side(told, engagement, Dimension.BUDGET) == (Level.GOOD, said)


def test_what_is_set_by_hand_ends_by_itself(app, manager):
    engagement = on_course(starts_on=TODAY - timedelta(1))
    make.CoachingSessionFactory(engagement=engagement, starts_at=NOW - timedelta(1))
    make.HealthOverrideFactory(
        engagement=engagement, level=Judged.BAD, from_on=TODAY, expires_on=TODAY + timedelta(5)
    )
    with app.app_context():
        levels = [
            standings([engagement.id], manager, TODAY + timedelta(day))[engagement.id].level
            for day in (-1, 0, 5, 6)
        ]
    assert levels == [Level.GOOD, Level.BAD, Level.BAD, Level.GOOD]
