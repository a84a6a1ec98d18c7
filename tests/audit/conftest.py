import pytest

from tests import factories as make
from tests.accounts.conftest import person

__all__ = ["person"]


@pytest.fixture
def coach():
    return make.UserFactory(name="Ada Coach")


@pytest.fixture
def engagement(coach):
    return make.EngagementFactory(team=[coach], lead=coach)
