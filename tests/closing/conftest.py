import pytest

from crm.access import Role
from crm.engagements.models import Stage
from tests import factories as make


@pytest.fixture
def ours(me):
    return make.EngagementFactory(team=[me], lead=me, title="Kept", stage=Stage.CLOSING)


@pytest.fixture
def manager(sign_in):
    """A function: it signs the manager in, and with it everybody else out."""
    return lambda: sign_in(make.UserFactory(role=Role.MANAGER))
