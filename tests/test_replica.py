"""Reports read from a real streaming replica, or from the primary and say why."""

import time

import pytest
import sqlalchemy as sa
from flask import current_app
from flask import session as cookie
from sqlalchemy.exc import DBAPIError

from config import TestConfig
from crm import clock, create_app, replica
from crm.access import Role
from crm.accounts.models import User
from crm.extensions import db
from crm.organisations.models import Kind, Organisation
from crm.readers import OPERATOR, reading_as
from crm.replica import PRIMARY, chosen, reading
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.queries_streams import all_sessions
from crm.transactions import one
from tests.servers import Postgresql

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    with Postgresql(folder / "primary", **QUICK).make() as primary:
        copy = Postgresql(folder / "copy", **QUICK).copy(primary)
        with copy:
            yield primary, copy


def built(primary, copy):
    settings = {"SQLALCHEMY_DATABASE_URI": primary.url, "REPORTS_DATABASE_URL": copy.url}
    return create_app(type("Settings", (TestConfig,), settings))


def forget_connections() -> None:
    db.session.remove()
    for engine in (db.engine, current_app.extensions[replica.REPLICA]):
        engine.dispose()


@pytest.fixture(scope="module")
def apart(pair):
    """A Plumbline that has a replica."""
    app = built(*pair)
    with app.app_context():
        db.create_all()
        with one():
            db.session.add_all(
                User(
                    name=role.label,
                    email=f"{role}@h.example",
                    password="x",
                    role=role,
                    fs_uniquifier=str(role),
                )
                for role in Role
            )
            db.session.add(Organisation(name="Seen by few", kind=Kind.HOSPITAL))
    yield app
    with app.app_context():
        forget_connections()


@pytest.fixture(autouse=True)
def session(request):
    """None of the house's: everything here has databases of its own."""


@pytest.fixture
def place(apart):
    """`place()`: where a report would be read now, nothing being held against the replica."""

    def place():
        apart.extensions.pop(replica.AVOIDED, None)
        return chosen()

    with apart.app_context():
        yield place


@pytest.fixture
def paused(pair, apart):
    """The replica, which for a while takes nothing in."""
    engine = sa.create_engine(pair[1].url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_wal_replay_pause()"))
        yield
        connection.execute(sa.text("SELECT pg_wal_replay_resume()"))
    engine.dispose()


def add_client(name: str) -> None:
    with one():
        db.session.add(Organisation(name=name, kind=Kind.HOSPITAL))


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Organisation.name).order_by(Organisation.id)))


def count_raw() -> int:
    return db.session.scalar(sa.text("SELECT count(*) FROM organisation"))


def is_on_replica() -> bool:
    return db.session.scalar(sa.text("SELECT pg_is_in_recovery()"))


def test_what_was_just_saved_is_in_a_job_that_reads_the_replica(place):
    add_client("Brand new")
    assert place().engine is not None
    found, where = reading(lambda: (is_on_replica(), names()))
    assert found[0] is True
    assert "Brand new" in found[1]
    assert where.notes == ()
    assert is_on_replica() is False, "and afterwards the primary is read again"


def test_the_guard_holds_on_the_replica_for_every_role(place):
    place()
    people = db.session.scalars(sa.select(User)).all()
    assert {user.role for user in people} == set(Role)
    seen = {}
    for user in people:
        with reading_as(user):
            here, (there, where), (raw, _) = names(), reading(names), reading(count_raw)
        assert where.engine is not None
        assert there == here, user.role
        assert raw == len(here), user.role
        seen[user.role] = bool(there)
    assert {role for role in seen if seen[role]} == {Role.ADMINISTRATOR, Role.MANAGER}


WRITES = (
    "UPDATE user_account SET name = 'x'",
    "CREATE TABLE x ()",
    "SET transaction_read_only = off; DELETE FROM draft",
)


@pytest.mark.parametrize("statement", WRITES)
def test_nothing_can_be_written_through_it_even_where_it_is_no_replica(apart, pair, statement):
    app = built(pair[0], pair[0])
    with app.app_context():
        place = replica.Place(app.extensions[replica.REPLICA])
        with place.opened(OPERATOR) as session, pytest.raises(DBAPIError, match=r"read-only|read-write"):
            session.execute(sa.text(statement))
        forget_connections()


def test_a_reader_finds_what_they_saved_and_others_wait_for_the_replica(apart, place, paused, monkeypatch):
    add_client("Not there yet")
    monkeypatch.setattr(replica, "PATIENCE", 0.1)
    assert place() is PRIMARY, "a job would have waited, and then reads what is complete"
    with apart.test_request_context():
        where = place()
        assert where.engine is not None
        assert "Not there yet" not in reading(names)[0]
        cookie[replica.WROTE] = replica._here()
        assert place() is PRIMARY


def test_who_writes_keeps_in_their_cookie_how_far_the_primary_had_come(apart, place):
    client = apart.test_client()
    with apart.app_context():
        key = db.session.scalars(sa.select(User.fs_uniquifier).where(User.role == Role.ADMINISTRATOR)).one()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True
    assert client.get("/jobs").status_code == 200
    with client.session_transaction() as cookie:
        assert replica.WROTE not in cookie
    assert client.post("/jobs/tasks/jobs.tidy/run").status_code == 302
    with client.session_transaction() as cookie:
        assert "/" in cookie[replica.WROTE]
    assert client.get("/reports/actions").status_code == 200
    stranger = apart.test_client()
    stranger.post("/login", data={"email": "nobody@h.example", "password": "x"})
    with stranger.session_transaction() as cookie:
        assert replica.WROTE not in cookie


def test_a_report_says_up_to_when_the_replica_knows(apart, place, paused, monkeypatch):
    add_client("Later")
    monkeypatch.setattr(replica, "TOLD", replica.timedelta(0))
    with apart.test_request_context():
        (note,) = place().notes
        assert note.startswith("Read from a copy of the database that ended at ")
        assert note.endswith(" UTC: what was saved since then is not in it.")
        user = db.session.scalars(sa.select(User).where(User.role == Role.MANAGER)).one()
        with reading_as(user):
            for name in ("portfolio", "actions"):
                assert CATALOGUE[name].make(Request(user, clock.today())).notes[-1] == note
        monkeypatch.setitem(apart.config, "REPORTS_LAG_SECONDS", 0)
        assert place() is PRIMARY


def test_a_long_list_is_counted_and_read_at_one_place(place):
    place()
    user = db.session.scalars(sa.select(User).where(User.role == Role.MANAGER)).one()
    stream = all_sessions(user, clock.today())
    assert list(stream.checked()) == []


def test_what_breaks_on_the_replica_is_read_from_the_primary(place, caplog):
    place()
    asked = []

    def make():
        asked.append(is_on_replica())
        if asked[-1]:
            db.session.execute(sa.text("SELECT 1 / 0"))
        return "made"

    assert reading(make) == ("made", PRIMARY)
    assert asked == [True, False]
    assert caplog.records[-1].replica == "broke down"
    assert chosen() is PRIMARY, "and is left alone for a while"


def test_what_is_no_replica_is_not_read(apart, pair, caplog):
    app = built(pair[0], pair[0])
    with app.app_context():
        assert chosen() is PRIMARY
        assert replica.readiness() == {"replica": "no replica"}
        forget_connections()
    assert caplog.records[-1].replica == "no replica"


def test_a_replica_that_is_gone_is_told_and_comes_back(pair, apart, place, caplog):
    copy = pair[1]
    assert replica.readiness() == {"replica": "ok"}
    copy.kill()
    began = time.monotonic()
    assert place() is PRIMARY
    assert reading(is_on_replica) == (False, PRIMARY)
    assert time.monotonic() - began < 5
    assert replica.readiness() == {"replica": "unreachable"}
    assert caplog.records[-1].replica == "unreachable"
    assert "127.0.0.1" not in caplog.text
    copy.start()
    assert place().engine is not None
    assert reading(is_on_replica)[0] is True
