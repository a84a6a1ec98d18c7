import pytest
import sqlalchemy as sa

from crm import clock
from crm.extensions import db
from crm.mail import letters, outbox
from crm.mail import server as mail_server
from crm.mail.delivering import deliver
from crm.mail.letters import Letter
from crm.mail.models import Mail
from crm.transactions import one
from tests.backup.conftest import address as address
from tests.factories import UserFactory


@pytest.fixture
def mail_url(app):
    """`mail_url(url)`: the application sends there from now on."""
    before = app.config["MAIL_URL"]

    def mail_url(url: str) -> None:
        app.config["MAIL_URL"] = url
        mail_server.init_app(app)

    yield mail_url
    mail_url(before)


@pytest.fixture
def greeting(monkeypatch):
    """A kind of letter, for whoever is in the tests."""
    said = {"greeting": lambda reader, about: Letter(f"Hello {reader.name}", "mail/test.html")}
    monkeypatch.setattr(letters, "KINDS", letters.KINDS | said)


@pytest.fixture
def post(app, greeting):
    """`post(count)`: so many people with one mail each in the outbox; gives the people."""

    def post(count: int = 1) -> list:
        people = UserFactory.create_batch(count)
        for person in people:
            with app.app_context(), one():
                outbox.post(person, kind="greeting", occasion="meeting", subject="Hello")
        return people

    return post


@pytest.fixture
def send(app):
    """`send()`: what the worker does each minute, here and now."""

    def send() -> str | None:
        with app.app_context():
            return deliver()

    return send


@pytest.fixture
def make_due(app):
    """`make_due()`: no mail has to wait any longer."""

    def make_due() -> None:
        with app.app_context(), one():
            db.session.execute(sa.update(Mail).values(next_try_at=clock.now()))

    return make_due
