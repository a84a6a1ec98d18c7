from datetime import UTC, datetime

import pytest

from tests import factories as make

NOW = datetime(2026, 3, 3, 10, 25, tzinfo=UTC)


@pytest.fixture
def held(me, clock_at):
    """A session of mine that was held and written up, and its engagement."""
    clock_at(NOW)
    engagement = make.EngagementFactory(team=[me], title="Kept")
    return make.CoachingSessionFactory(engagement=engagement, coach=me, summary="We agreed.")
