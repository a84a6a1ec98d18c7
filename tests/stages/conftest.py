import pytest

from crm.engagements.models import Stage
from tests import factories as make


@pytest.fixture
def ours(me):
    return make.EngagementFactory(team=[me], title="Kept", stage=Stage.INQUIRY)
