from datetime import UTC, datetime

import pytest

from crm.access import Role
from crm.jobs.registry import TASKS
from crm.mail import letters
from tests import factories as make

#: A Tuesday, a little after seven in the morning in UTC.
NOW = datetime(2026, 3, 3, 7, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _early(clock_at):
    clock_at(NOW)


@pytest.fixture
def remind(app):
    """`remind()`: what the worker does every five minutes."""

    def remind() -> str | None:
        with app.app_context():
            return TASKS["reminders.digests"].work()

    return remind


@pytest.fixture
def written(app):
    """`written(mail)`: the mail as it would go out now."""

    def written(mail):
        with app.app_context():
            return letters.write(mail)

    return written


@pytest.fixture
def coach():
    return make.UserFactory(name="Ada Coach")


@pytest.fixture
def guest():
    """A client with a sign-in."""
    return make.UserFactory(name="Maria Client", role=Role.CLIENT)


@pytest.fixture
def engagement(coach, guest):
    return make.EngagementFactory(title="Fewer missed appointments", team=[coach], granted=[guest])
