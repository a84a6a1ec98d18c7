"""Getting in, getting out, and what stops a guesser."""

import re
from urllib.parse import urljoin, urlsplit

import pytest

from config import TestConfig
from crm import create_app
from crm.access import Role
from crm.extensions import db, limiter
from tests.accounts.trying import PASSWORD, post_sign_in
from tests.factories import UserFactory
from tests.naughty import LONG, NAUGHTY
from tests.reading import main, typed
from tests.routes import WRITING, address


def token_of(client, path="/login") -> str:
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text)[1]


def test_sign_in_by_e_mail_password_and_token(client, csrf_on, person):
    me = person(email="me@example.org")

    response = post_sign_in(client, "Me@Example.ORG", csrf_token=token_of(client))

    assert (response.status_code, response.location) == (302, "/")
    assert me.name in client.get("/account").text


HOMES = {
    Role.ADMINISTRATOR: ("/settings", "Settings and users"),
    Role.MANAGER: ("/portfolio", "Portfolio"),
    Role.CONSULTANT: ("/my-day", "My day"),
    Role.CLIENT: ("/roadmap", "Roadmap"),
    Role.ADVISER: ("/board", "Board"),
}


@pytest.mark.parametrize("role", Role)
def test_each_role_lands_on_its_own_home(client, person, role):
    response = client.post(
        "/login", data={"email": person(role=role).email, "password": PASSWORD}, follow_redirects=True
    )
    path, heading = HOMES[role]
    assert response.request.path == path
    assert f"<h1>{heading}</h1>" in response.text


def test_a_wrong_address_and_a_wrong_password_read_the_same(client, person):
    me = person()
    wrong_password = main(post_sign_in(client, me.email, "wrong").text)
    wrong_address = main(post_sign_in(client, "nobody@example.org").text)

    assert "The e-mail address or the password is not right." in wrong_password
    assert wrong_password == wrong_address
    assert client.get("/account").status_code == 302


def test_the_address_typed_stays_and_the_password_does_not(client):
    page = post_sign_in(client, "typo@example.org", "my secret").text
    assert typed(page, "email") == "typo@example.org"
    assert not typed(page, "password")
    assert "my secret" not in page


def test_who_is_no_longer_active_cannot_sign_in(client, person):
    page = post_sign_in(client, person(active=False).email)
    assert "is not right" in page.text
    assert client.get("/account").status_code == 302


def test_who_is_closed_while_signed_in_is_out(client, person, session):
    me = person()
    post_sign_in(client, me.email)
    me.active = False
    session.flush()
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("text", [*NAUGHTY.values(), "a\0@b.org", LONG, ""], ids=lambda text: text[:8])
def test_sign_in_refuses_anything_strange(client, text):
    for data in ({"email": text, "password": "x"}, {"email": "a@b.org", "password": text}):
        response = client.post("/login", data=data)
        assert response.status_code == 200
        assert "is not right" in response.text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_sign_in_sends_nobody_elsewhere(client, person, elsewhere):
    me = person()
    response = client.post(
        "/login",
        query_string={"next": elsewhere},
        data={"email": me.email, "password": PASSWORD, "next": elsewhere},
    )
    assert response.status_code in (200, 302)
    location = response.location or "/"
    assert urlsplit(urljoin("http://crm.test/login", location)).netloc == "crm.test"
    assert "\\" not in location


def test_sign_out_is_a_post(client, person):
    post_sign_in(client, person().email)

    assert client.get("/logout").status_code == 405
    assert client.get("/account").status_code == 200

    assert client.post("/logout").location == "/login"
    assert client.get("/account").status_code == 302


@pytest.fixture
def limited(app, connection, monkeypatch):
    """A client of an app that counts the tries, as in production."""

    class Counting(TestConfig):
        RATELIMIT_ENABLED = True
        SQLALCHEMY_DATABASE_URI = app.config["SQLALCHEMY_DATABASE_URI"]

    monkeypatch.setattr(limiter, "enabled", True)
    counting = create_app(Counting)
    with counting.app_context():
        monkeypatch.setitem(db.engines, None, connection)
    limiter.reset()
    return counting.test_client()


def test_the_eleventh_try_in_a_minute_is_refused(limited, person):
    me = person()
    answers = [post_sign_in(limited, me.email, "guess").status_code for _ in range(10)]
    eleventh = post_sign_in(limited, me.email)

    assert answers == [200] * 10
    assert eleventh.status_code == 429
    assert re.search(r"Try again in \d+ seconds?\.", eleventh.text)
    assert 0 < int(eleventh.headers["Retry-After"]) <= 60
    assert limited.get("/login").status_code == 200, "looking is not a try"


#: What mail programs send by themselves: their token is in the address.
BY_MAIL = {"reminders.end"}
#: Their forms say it themselves, and keep what was answered: tests/surveys/test_views_form.py.
BY_STRANGERS = {"survey_form.start", "survey_form.answer"}
SIGNED = [rule for rule in WRITING if rule.endpoint not in BY_MAIL | BY_STRANGERS]


@pytest.mark.parametrize(
    "rule", [rule for rule in WRITING if rule.endpoint not in BY_MAIL | BY_STRANGERS], ids=str
)
def test_a_post_without_a_token_is_refused(sign_in, csrf_on, rule):
    client = sign_in(UserFactory(role=Role.ADMINISTRATOR))
    response = client.post(address(rule), data={"csrf_token": "forged"})
    assert response.status_code == 400
    assert "could not be read" in response.text
