"""What machines ask, and what strangers among them learn."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from crm.access import Role
from crm.extensions import db
from crm.monitoring.queries import newest_revisions
from tests.factories import UserFactory

TOKEN = "a token of the house"
#: In tests there is a queue in memory, nobody to work it off, and files in memory.
QUEUE = {"queue": "ok", "worker": "not seen", "files": "ok"}


def test_alive_asks_no_database(client, queries: list):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"alive": "ok"})
    assert queries == []


@pytest.fixture
def migrated(session):
    """`migrated(revision)` writes down how far the tables are."""

    def migrated(revision):
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    return migrated


def test_ready_where_the_database_answers_and_its_tables_are_the_newest(client, migrated):
    migrated(newest_revisions()[0])
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"database": "ok", "migrations": "ok"} | QUEUE)


@pytest.mark.parametrize("revision", [None, "000000000000"], ids=["no tables", "old tables"])
def test_not_ready_while_the_tables_are_old(client, migrated, revision):
    if revision:
        migrated(revision)
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (503, {"database": "ok", "migrations": "behind"} | QUEUE)


def test_not_ready_without_a_database_and_no_word_of_where_it_is(client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("SELECT 1", {}, Exception("no route to db.internal as plumbline"))

    monkeypatch.setattr(db.session, "execute", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"database": "unreachable", "migrations": "unknown"} | QUEUE


@pytest.mark.parametrize("token", ["", TOKEN], ids=["switched off", "switched on"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer \N{LATIN SMALL LETTER E WITH ACUTE}"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": TOKEN},
    ],
    ids=lambda headers: headers.get("Authorization", "none"),
)
def test_figures_are_for_nobody_without_the_token(app, sign_in, monkeypatch, token, headers):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", token)
    client = sign_in(UserFactory(role=Role.ADMINISTRATOR))
    assert client.get("/metrics", headers=headers).status_code == 404


def counts(client) -> dict[tuple, float]:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    families = {family.name: family for family in text_string_to_metric_families(response.text)}
    samples = families["plumbline_request_seconds"].samples
    return {
        (one.labels["method"], one.labels["endpoint"], one.labels["status"]): one.value
        for one in samples
        if one.name.endswith("_count")
    }


def test_figures_count_requests_by_endpoint_and_status(app, client, sign_in, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    client.get("/login")
    before = counts(client)
    for path in ("/login", "/login?next=/secret-path", "/no/such/page/of/4711"):
        client.get(path)
    for made_up in ("BREW", "WHEN"):
        client.open("/login", method=made_up)
    sign_in(UserFactory(role=Role.MANAGER)).get("/portfolio")
    after = counts(client)

    def more(*key):
        return after[key] - before.get(key, 0)

    assert more("GET", "security.login", "200") == 2
    assert more("GET", "none", "404") == 1
    assert more("other", "none", "405") == 2
    assert more("GET", "home.portfolio", "200") == 1
    assert not any("4711" in part or "secret" in part for key in after for part in key)


def test_figures_of_all_workers_come_out_of_their_folder(app, client, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    monkeypatch.setitem(app.config, "METRICS_FOLDER", str(tmp_path))
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert "plumbline_request_seconds" not in response.text, "no worker has written there"
