from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes.models import Direction, MeasureKind, ValueKind
from crm.outcomes.models_plan import Design
from crm.plans import actions, queries
from crm.plans.models import Registration
from crm.readers import become
from tests import factories as make


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory(name="Ines Coach")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me], title="Fewer no-shows")


@pytest.fixture
def plan(engagement):
    return make.OutcomesPlanFactory(
        engagement=engagement, population="Out-patients", intervention="Reminders", comparison="Before",
        outcome="No-show rate", time_frame="12 months", design=Design.INTERRUPTED_SERIES,
        setting="One clinic", included="Booked", excluded="Emergencies", analysis="Interrupted series",
        missing_data="Left out and counted", intervention_on=date(2026, 4, 1),
        starts_on=date(2025, 4, 1), ends_on=date(2027, 3, 31),
    )  # fmt: skip


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(
        engagement=engagement, name="No-show rate", numerator="Missed", denominator="Booked",
        value_kind=ValueKind.PROPORTION, kind=MeasureKind.OUTCOME, lowest=0.0, ceiling=100.0,
        missing_rule="Left out", source="Booking system",
    )  # fmt: skip


@pytest.fixture
def hypothesis(plan, measure, engagement):
    return make.HypothesisFactory(
        engagement=engagement, plan_id=plan.id, measure_id=measure.id, is_primary=True,
        direction=Direction.DECREASE, smallest_difference=2.0,
    )  # fmt: skip


@pytest.fixture
def inside(app, me, engagement):
    """`with inside() as ours:` the application at work for `me`; what is settled judges there."""

    @contextmanager
    def inside():
        with app.app_context():
            become(me)
            yield db.session.get(Engagement, engagement.id)

    return inside


@pytest.fixture
def content(inside, hypothesis):
    """`content()` is what the plan says now."""

    def content() -> dict:
        with inside() as ours:
            return queries.content_of(ours)

    return content


@pytest.fixture
def registered(inside, hypothesis, me):
    """The plan is registered; its registration."""
    with inside() as ours:
        key = actions.register(ours, by=me).id
        db.session.commit()
    make.session.expire_all()
    return make.session.get(Registration, key)
