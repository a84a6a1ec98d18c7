"""Every request leaves one line, and no line holds what somebody typed."""

import json
import logging

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crm.access import Role
from crm.extensions import db
from crm.monitoring.logs import Lines, open_log
from crm.sessions import actions
from crm.sessions.models import PrivateNote
from tests.factories import UserFactory
from tests.scene import everything

SECRET = "qzsecret"


@pytest.fixture
def lines(caplog):
    """`lines()`: what was logged, as the log writes it: through the formatter of the process."""
    caplog.set_level(logging.INFO, "plumbline")
    open_log()
    formatter = next(
        handler.formatter for handler in logging.getLogger().handlers if isinstance(handler.formatter, Lines)
    )
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(formatter.format(record))

    keep = Keep()
    logging.getLogger().addHandler(keep)
    yield lambda: [json.loads(line) for line in written]
    logging.getLogger().removeHandler(keep)


def test_a_request_leaves_one_line_of_json(sign_in, lines):
    me = UserFactory(role=Role.MANAGER)
    response = sign_in(me).get("/portfolio?q=lakeside")

    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert 0 < line.pop("ms") < 60_000
    assert line == {
        "level": "INFO",
        "logger": "plumbline",
        "event": "request",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "route": "/portfolio",
        "status": 200,
        "user": me.id,
    }


def test_nobody_is_signed_in_and_nothing_is_there(client, lines):
    client.get(f"/no/such/{SECRET}")
    (line,) = lines()
    assert (line["route"], line["status"], line["user"]) == (None, 404, None)


def test_a_file_of_ours_leaves_no_line(client, lines):
    client.get("/static/css/theme.css").close()
    assert lines() == []


def test_a_request_id_is_taken_over(client):
    assert (
        client.get("/healthz", headers={"X-Request-ID": "a1-B2_c3d4"}).headers["X-Request-ID"] == "a1-B2_c3d4"
    )


@pytest.mark.parametrize(
    "told", ["", "short", "x" * 65, "a b c d e f g", 'quote"quote"', "é" * 10, "a\tbcdefgh"]
)
def test_a_request_id_that_is_none_is_replaced(client, told):
    answers = [client.get("/healthz", headers={"X-Request-ID": told}).headers["X-Request-ID"] for _ in "ab"]
    assert told not in answers
    assert len(set(answers)) == 2
    assert all(len(answer) == 16 for answer in answers)


@pytest.fixture
def crashing(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def crashing(endpoint, function):
        monkeypatch.setitem(app.view_functions, endpoint, function)

    return crashing


def test_a_crash_says_what_and_where_and_the_page_says_which(client, crashing, lines):
    def crash():
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error

    crashing("accounts.choose_theme", crash)
    response = client.post("/theme")

    crashed, requested = lines()
    assert response.status_code == 500
    assert f"<code>{crashed['request_id']}</code>" in response.text
    assert crashed["request_id"] == requested["request_id"] == response.headers["X-Request-ID"]
    assert (crashed["level"], crashed["event"], crashed["route"]) == ("ERROR", "crash", "/theme")
    assert {"ValueError", "KeyError"} <= set(crashed["raised"])
    assert any(step.endswith(" crash") and "test_logs.py" in step for step in crashed["raised"])
    assert SECRET not in json.dumps(lines())


def log_a_session(client, one):
    typed = {"on": "2026-03-03", "at": "10:00", "time_zone": "UTC", "state": "held", "mode": "video"}
    words = dict.fromkeys(("private_note", "summary", "agenda", "place", "promised-0-title"), SECRET)
    address = f"/engagements/{one.engagement.id}/sessions/new"
    return client.post(address, data=typed | words | {"service_line": "coaching"})


def test_no_line_holds_what_was_typed(client, sign_in, lines, session):
    me = UserFactory(password="x")
    one = everything(me)
    client.post("/login", data={"email": me.email, "password": SECRET})
    client.post("/login", data={"email": f"{SECRET}@example.org", "password": SECRET})
    sign_in(me)
    assert log_a_session(client, one).status_code == 302
    assert session.scalars(select(PrivateNote.body)).all().count(SECRET) == 1
    client.post(f"/drafts/{SECRET}", data={"note": SECRET})
    client.get(f"/organisations/?q={SECRET}", headers={"Referer": f"http://crm.test/{SECRET}"})
    client.get(f"/organisations/import/{SECRET}", headers={"Cookie": f"x={SECRET}"})
    client.get("/my-day", headers={"X-Request-ID": f"{SECRET} {SECRET}", "User-Agent": SECRET})
    assert len(lines()) == 7
    assert SECRET not in json.dumps(lines())


def test_no_line_holds_a_note_when_saving_it_crashes(app, sign_in, lines, monkeypatch):
    def broken(_session, note, *, by):
        db.session.execute(text("INSERT INTO nowhere VALUES (:note)"), {"note": note})

    me = UserFactory()
    one = everything(me)
    monkeypatch.setattr(actions, "set_note", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert log_a_session(sign_in(me), one).status_code == 500
    crash, _request = lines()
    assert crash["raised"][0] in ("OperationalError", "ProgrammingError")
    assert crash["user"] == me.id
    assert SECRET not in json.dumps(lines())


def test_an_error_of_the_database_does_not_say_what_it_was_given(app, connection):
    statement = text("INSERT INTO nowhere VALUES (:note)")
    with pytest.raises(DBAPIError) as caught, connection.begin_nested():
        connection.execute(statement, {"note": SECRET})
    assert "nowhere" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_no_line_holds_a_password_when_sign_in_crashes(client, crashing, lines):
    def crash():
        raise RuntimeError(f"{SECRET} is not right")

    crashing("security.login", crash)
    client.post("/login", data={"email": "a@b.org", "password": SECRET})
    assert [line["event"] for line in lines()] == ["crash", "request"]
    assert SECRET not in json.dumps(lines())
