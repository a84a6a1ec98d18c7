import pytest
from flask_security import hash_password

from tests.accounts.trying import PASSWORD
from tests.factories import UserFactory


@pytest.fixture
def person(app):
    """`person(role=…)` is somebody who can really sign in."""

    def person(**fields):
        with app.app_context():
            return UserFactory(password=hash_password(PASSWORD), **fields)

    return person


@pytest.fixture
def csrf_on(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
