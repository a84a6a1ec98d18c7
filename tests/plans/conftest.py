from datetime import UTC, date, datetime

import pytest

from crm.outcomes.models import Direction, MeasureKind, ValueKind
from crm.outcomes.models_plan import Design
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
