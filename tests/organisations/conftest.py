import pytest

from tests import factories as make


@pytest.fixture
def me():
    return make.UserFactory()


@pytest.fixture
def browser(sign_in, me):
    return sign_in(me)


@pytest.fixture
def ours(me):
    return make.OrganisationFactory(name="Kept", keeper=me)
