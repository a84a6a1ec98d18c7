"""Nobody searches, downloads or imports more than a person can; the page says when to come back."""

import re

import pytest
from flask import request

from config import TestConfig
from crm import create_app
from crm.access import Role
from crm.extensions import db, limiter
from crm.limits import downloads, imports, searches
from tests.crawler import Walk
from tests.factories import UserFactory
from tests.routes import ROUTES, address
from tests.scene import NOW, everything


@pytest.fixture
def counting(app, connection, monkeypatch):
    """`counting(user)`: a client of an app that counts, two of each kind a minute."""

    class Counting(TestConfig):
        RATELIMIT_ENABLED = True
        SEARCHES_LIMIT = DOWNLOADS_LIMIT = IMPORTS_LIMIT = "2 per minute"
        SQLALCHEMY_DATABASE_URI = app.config["SQLALCHEMY_DATABASE_URI"]

    monkeypatch.setattr(limiter, "enabled", True)
    counting = create_app(Counting)
    with counting.app_context():
        monkeypatch.setitem(db.engines, None, connection)
    limiter.reset()

    def signed_in(user):
        client = counting.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = user.fs_uniquifier, True
        return client

    return signed_in


ASKED = {
    "searches": ("GET", "/organisations/?q=clinic", 200),
    "downloads": ("GET", "/reports/portfolio.csv", 200),
    "imports": ("POST", "/organisations/import/", 422),
}


@pytest.mark.parametrize("kind", ASKED)
def test_the_third_in_a_minute_is_refused_and_told_when(counting, kind):
    method, path, usual = ASKED[kind]
    client = counting(UserFactory())
    answers = [client.open(path, method=method) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [usual, usual, 429]
    seconds = int(answers[-1].headers["Retry-After"])
    assert 0 < seconds <= 60
    assert re.search(r"Try again in \d+ seconds?\.", answers[-1].text)
    assert "Sign out" in answers[-1].text


@pytest.mark.parametrize("kind", ASKED)
def test_one_reader_does_not_use_up_what_is_anothers(counting, kind):
    method, path, usual = ASKED[kind]
    greedy, other = counting(UserFactory()), counting(UserFactory())
    for _ in range(3):
        greedy.open(path, method=method)
    assert other.open(path, method=method).status_code == usual


def test_reading_pages_is_not_counted(counting):
    client = counting(UserFactory())
    for path in ["/organisations/", "/organisations/?q=", "/reports", "/organisations/import/"] * 3:
        assert client.get(path).status_code == 200


def test_the_limits_of_the_house_let_a_person_work():
    assert TestConfig.SEARCHES_LIMIT == "120 per minute"
    assert TestConfig.DOWNLOADS_LIMIT.startswith("30 per minute")


def counted(app, kind, rule) -> bool:
    method = "POST" if "POST" in rule.methods else "GET"
    with app.test_request_context(address(rule), method=method):
        request.url_rule = rule
        return kind()


def test_every_import_is_counted(app):
    found = {rule.endpoint for rule in ROUTES if counted(app, imports, rule)}
    assert found == {
        "organisation_import.upload",
        "organisation_import.mapping",
        "organisation_import.reading",
        "time_import.upload",
        "time_import.preview",
        "observation_import.upload",
        "sheet_import.upload",
        "sheet_upload.upload",
        "sheet_upload.apply",
    }


def test_whatever_comes_as_a_file_is_counted_and_no_page_is(app, sign_in, session, clock_at, monkeypatch):
    clock_at(NOW)
    me = UserFactory(role=Role.ADMINISTRATOR)
    everything(UserFactory())
    seen = {}

    def note(response):
        if request.endpoint not in ("static", "bootstrap.static"):
            is_file = "attachment" in response.headers.get("Content-Disposition", "")
            seen.setdefault(request.endpoint, set()).add((is_file, downloads()))
        return response

    monkeypatch.setitem(app.after_request_funcs, None, [*app.after_request_funcs[None], note])
    Walk(sign_in(me), "x").all()
    assert {endpoint for endpoint, kinds in seen.items() if (True, True) in kinds} >= {
        "reporting.progress_file",
        "reporting.portfolio_file",
        "outcomes.download",
    }
    assert set().union(*seen.values()) == {(True, True), (False, False)}, seen


def test_a_search_is_known_by_its_word(app):
    for path, is_search in {"/portfolio?q=x": True, "/portfolio?q=": False, "/portfolio": False}.items():
        with app.test_request_context(path):
            assert searches() == is_search
