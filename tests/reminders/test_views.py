"""One click out of the mail ends reminders: for whoever holds the link, and nobody learns whose it is."""

import pytest
import sqlalchemy as sa

from config import TestConfig
from crm import create_app
from crm.accounts.models import Rhythm
from crm.audit.models import audit_entry
from crm.extensions import limiter
from crm.reminders.tokens import token_for
from tests.factories import UserFactory


@pytest.fixture
def link(app):
    def link(user) -> str:
        with app.app_context():
            return f"/unsubscribe/{token_for(user)}"

    return link


def test_looking_at_the_link_changes_nothing_and_tells_nothing(client, coach, link, session):
    answer = client.get(link(coach))
    assert answer.status_code == 200
    assert "End the reminders?" in answer.text
    assert "Ada" not in answer.text
    assert coach.email not in answer.text
    session.expire_all()
    assert coach.reminders is Rhythm.DAILY


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "One-Click"}], ids=["by hand", "by program"])
def test_unsubscribe_saves_without_a_sign_in(client, coach, link, session, data):
    other = UserFactory()
    answer = client.post(link(coach), data=data)
    assert answer.status_code == 200
    assert "No more reminders" in answer.text
    session.expire_all()
    assert (coach.reminders, other.reminders) == (Rhythm.NEVER, Rhythm.DAILY)
    entry = session.execute(sa.select(audit_entry)).one()
    assert (entry.who, entry.thing, entry.thing_id) == ("Somebody not signed in", "user_account", coach.id)
    assert client.post(link(coach)).status_code == 200, "once more does no harm"


def test_it_needs_no_token_of_a_form(app, client, coach, link, monkeypatch, session):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert client.post(link(coach)).status_code == 200
    session.expire_all()
    assert coach.reminders is Rhythm.NEVER


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_we_did_not_make_is_a_404(client, coach, link, method):
    good = link(coach)
    payload, signature = good.rsplit(".", 1)
    for token in ("none", "1", f"{coach.id}.{signature}", good[13:-2], f"a{payload}.{signature}"):
        assert getattr(client, method)(f"/unsubscribe/{token}").status_code == 404


def test_a_link_of_somebody_who_is_gone_says_the_same(app, client, coach, link):
    coach.id, known = 987_654, coach.id
    gone = link(coach)
    coach.id = known
    assert client.get(gone).text == client.get(link(coach)).text
    assert client.post(gone).status_code == 200


def test_tries_are_limited(app, connection, monkeypatch):
    class Counting(TestConfig):
        RATELIMIT_ENABLED = True
        UNSUBSCRIBE_LIMIT = "3 per minute"
        SQLALCHEMY_DATABASE_URI = app.config["SQLALCHEMY_DATABASE_URI"]

    monkeypatch.setattr(limiter, "enabled", True)
    client = create_app(Counting).test_client()
    limiter.reset()
    answers = [client.post("/unsubscribe/none").status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
