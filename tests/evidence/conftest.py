from datetime import UTC, datetime

import pytest

from crm.access import Role
from crm.organisations.models import Kind
from tests import factories as make
from tests.factories_analyses import AnalysisFactory, LookFactory

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
RESULT = {
    "method": "Interrupted time series", "estimate": -2.1, "low": -3.3, "high": -0.9, "p": 0.002, "unit": "%",
    "design": "interrupted_series", "naive": -2.8, "n": 20,
    "board": "Missed visits: 2.1 % lower after the start than the trend before had led one to expect.",
    "not_shown": "It does not rule out anything else that happened at the same time.", "assumptions": [],
}  # fmt: skip


@pytest.fixture
def me(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Ada Coachwell")


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT, name="Rosa Kleinhaus")


@pytest.fixture
def engagement(me, guest):
    organisation = make.OrganisationFactory(
        name="Zephyrdale General Hospital", city="Zephyrdale", kind=Kind.HOSPITAL, beds=320
    )
    make.ContactFactory(organisation=organisation, user=guest, name="Rosa Kleinhaus")
    engagement = make.EngagementFactory(organisation=organisation, team=[me], title="Missed visits")
    make.EngagementGrantFactory(engagement=engagement, user=guest, is_sponsor=True)
    return engagement


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(engagement=engagement, name="No-show rate")


@pytest.fixture
def look(engagement, measure):
    analysis = AnalysisFactory(engagement=engagement, measure_id=measure.id, title="Fewer no-shows?")
    return LookFactory(engagement=engagement, analysis_id=analysis.id, result=RESULT, n=20)
