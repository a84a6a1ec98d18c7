import pytest

from tests import factories as make


@pytest.fixture
def ours(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def goal(ours):
    return make.GoalFactory(engagement=ours, statement="Fewer missed appointments", weight=30)


@pytest.fixture
def strategy(ours):
    return make.StrategyFactory(engagement=ours, statement="Reminder stories")
