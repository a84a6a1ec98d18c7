"""The database does not work for ever for one page."""

from time import monotonic

import pytest
from flask import g
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config import TestConfig
from crm import create_app, deadlines
from crm.extensions import db

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


@pytest.fixture
def slow(app, database_address, tmp_path):
    """An app with a database of its own, whose theme button and health never end."""

    class Slow(TestConfig):
        STATEMENT_SECONDS = 1
        SQLALCHEMY_DATABASE_URI = database_address
        if database_address == "sqlite://":
            SQLALCHEMY_DATABASE_URI = f"sqlite:///{tmp_path / 'slow.db'}"

    app = create_app(Slow)

    def endless():
        db.session.execute(text(ENDLESS[db.engine.dialect.name]))
        return "done"

    app.view_functions["monitoring.alive"] = endless
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_page_that_asks_for_too_much_is_stopped_and_says_so(slow):
    began = monotonic()
    response = slow.test_client().get("/healthz")
    assert monotonic() - began < 10
    assert response.status_code == 503
    assert "This took too long" in response.text


def test_the_next_page_has_its_own_time(slow):
    client = slow.test_client()
    client.get("/healthz")
    assert client.get("/readyz").json["database"] == "ok"


def test_a_command_takes_the_time_that_it_needs(slow):
    with slow.app_context():
        if db.engine.dialect.name == "postgresql":
            assert db.session.scalar(text("SHOW statement_timeout")) == "0"
        assert not deadlines.is_overdue()


def test_a_write_in_sqlite_is_let_finish(slow):
    for method, is_overdue in {"GET": True, "POST": False}.items():
        with slow.test_request_context(method=method):
            g.started = monotonic() - 2
            assert deadlines.is_overdue() == is_overdue


def test_an_error_that_is_no_timeout_is_a_crash(slow):
    def broken():
        raise OperationalError("SELECT 1", {}, Exception("disk"))

    slow.config["PROPAGATE_EXCEPTIONS"] = False
    slow.view_functions["monitoring.alive"] = broken
    assert slow.test_client().get("/healthz").status_code == 500
