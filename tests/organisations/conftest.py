import pytest

from tests import factories as make


@pytest.fixture
def ours(me):
    return make.OrganisationFactory(name="Kept", keeper=me)
