"""The pages that say no, and where a button leads back to."""

import pytest
from flask import abort
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from crm import pages
from crm.access import Role
from crm.accounts.models import User
from crm.errors import DomainError
from crm.extensions import db
from tests.factories import UserFactory


@pytest.fixture
def raising(app, monkeypatch):
    """`raising(function)` makes the theme button, which everybody has, do something else."""

    def raising(function):
        monkeypatch.setitem(app.view_functions, "accounts.choose_theme", function)

    return raising


@pytest.mark.parametrize("role", [None, Role.CONSULTANT], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 418])
def test_an_error_has_a_page_that_says_what_to_do(client, sign_in, raising, code, role):
    raising(lambda: abort(code))
    reader = sign_in(UserFactory(role=role)) if role else client

    response = reader.post("/theme")

    assert response.status_code == code
    assert f"Error {code}" in response.text
    assert "Go to my start page" in response.text
    assert ("Sign out" in response.text) == bool(role)
    if code in pages.PROBLEMS:
        title, advice = pages.PROBLEMS[code]
        assert title in response.text
        assert advice in response.text


@pytest.mark.parametrize("role", [None, Role.CLIENT], ids=["anonymous", "signed in"])
def test_a_crash_has_a_page_without_its_entrails_and_leaves_nothing(
    app, client, sign_in, raising, session, role, monkeypatch
):
    def crash():
        db.session.add(User(name="Half", email="half@example.org", password="x", role=Role.MANAGER))
        db.session.flush()
        raise KeyError("the secret of the house")

    raising(crash)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    reader = sign_in(UserFactory(role=role)) if role else client

    response = reader.post("/theme")

    assert response.status_code == 500
    assert "Something broke on our side" in response.text
    assert "secret of the house" not in response.text
    assert session.scalar(select(func.count(User.id)).where(User.name == "Half")) == 0


def test_what_no_column_holds_is_refused_in_words(sign_in, raising):
    def too_odd():
        raise DataError("INSERT", {}, Exception("cannot contain NUL"))

    raising(too_odd)
    response = sign_in(UserFactory()).post("/theme")
    assert response.status_code == 422
    assert "Something in this is not right" in response.text
    assert "NUL" not in response.text


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR], ids=["anonymous", "signed in"])
def test_a_page_that_is_not_there(client, sign_in, role):
    reader = sign_in(UserFactory(role=role)) if role else client
    response = reader.get("/no/such/page")
    assert response.status_code == 404
    assert "There is nothing here for you" in response.text


def test_a_file_that_is_too_large_is_refused(app, sign_in, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100)
    response = sign_in(UserFactory()).post("/account", data={"name": "x" * 200})
    assert response.status_code == 413
    assert "This is too large" in response.text


def refuse():
    db.session.add(User(name="Half", email="half@example.org", password="x", role=Role.MANAGER))
    db.session.flush()
    raise DomainError("Not on a “Sunday” <b>.")


def test_a_refusal_of_the_domain_is_told_on_the_page_it_came_from(sign_in, raising, session):
    raising(refuse)
    client = sign_in(UserFactory())

    response = client.post("/theme", headers={"Referer": "http://crm.test/account"})

    assert response.status_code == 302
    assert response.location == "http://crm.test/account"
    page = client.get("/account").text
    assert "Not on a “Sunday” &lt;b&gt;." in page
    assert "Not on a" not in client.get("/account").text, "it is told once"
    assert session.scalar(select(func.count(User.id)).where(User.name == "Half")) == 0


def test_a_refusal_to_a_script_is_json(sign_in, raising, session):
    raising(refuse)
    response = sign_in(UserFactory()).post("/theme", headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert response.json == {"error": "Not on a “Sunday” <b>."}
    assert session.scalar(select(func.count(User.id)).where(User.name == "Half")) == 0


ELSEWHERE = [
    "https://evil.example/",
    "http://crm.test.evil.example/",
    "http://crm.test@evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("referer", ELSEWHERE)
@pytest.mark.parametrize(
    ("path", "home"), [("/theme", "/"), ("/drafts/discard/x", "/")], ids=["theme", "discard"]
)
def test_nobody_is_sent_elsewhere_by_referer(sign_in, path, home, referer):
    response = sign_in(UserFactory()).post(path, headers={"Referer": referer})
    assert (response.status_code, response.location) == (302, home)


@pytest.mark.parametrize("referer", ELSEWHERE)
def test_a_refusal_sends_nobody_elsewhere(sign_in, raising, referer):
    raising(refuse)
    response = sign_in(UserFactory()).post("/theme", headers={"Referer": referer})
    assert (response.status_code, response.location) == (302, "/")


@pytest.mark.parametrize(("theme", "shown"), [("dark", True), ("light", True), ("", False)])
def test_the_theme_is_remembered(client, theme, shown):
    client.post("/theme", data={"theme": theme})
    assert (f'data-bs-theme="{theme}"' in client.get("/login").text) == shown


@pytest.mark.parametrize("theme", ['"><script>', "x" * 9000, "dunkel", "\r\nSet-Cookie: a=b", "é", None])
def test_an_unknown_theme_is_none(client, theme):
    response = client.post("/theme", data={"theme": theme} if theme else {})
    assert response.status_code == 302
    assert client.get_cookie("theme", domain="crm.test").value == ""
    assert "data-bs-theme" not in client.get("/login").text


def test_a_theme_that_somebody_wrote_into_the_cookie_is_none(client):
    client.set_cookie("theme", "dark onclick=alert(1)")
    assert "data-bs-theme" not in client.get("/login").text


def test_assets_change_their_address_with_their_content(client):
    page = client.get("/login").text
    address = next(part for part in page.split('"') if "css/theme.css" in part)
    assert "?v=" in address
    with client.get(address) as response:
        assert response.status_code == 200
        assert response.mimetype == "text/css"
