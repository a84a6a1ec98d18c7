"""Production starts only when nobody could walk in."""

import pytest
from flask_security import hash_password

from config import DEMO_PASSWORD, TestConfig
from crm import create_app, safety
from crm.extensions import db
from tests.factories import UserFactory

LONG = "q" * 48


class Production(TestConfig):
    PRODUCTION = True
    DEBUG = False
    SECRET_KEY = LONG
    SECURITY_PASSWORD_SALT = LONG


def changed(**settings) -> type:
    return type("Changed", (Production,), settings)


def test_a_sound_production_is_let_through():
    assert safety.check(Production) is None


def test_production_that_mails_says_who_and_from_where():
    mails = {"MAIL_URL": "smtp://h", "MAIL_FROM": "a@b.example", "SITE_URL": "https://crm.example.org"}
    assert safety.check(changed(**mails)) is None
    for missing in ({"MAIL_FROM": ""}, {"SITE_URL": "http://127.0.0.1:8000"}):
        with pytest.raises(RuntimeError, match="needs MAIL_FROM, and SITE_URL"):
            safety.check(changed(**mails | missing))


def test_only_postgresql_has_a_replica():
    copy = {"REPORTS_DATABASE_URL": "postgresql+psycopg://copy/crm"}
    primary = {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://db/crm"}
    assert safety.check(changed(**copy, **primary)) is None
    with pytest.raises(RuntimeError, match="REPORTS_DATABASE_URL is for a replica of PostgreSQL"):
        safety.check(changed(**copy, PRODUCTION=False, SQLALCHEMY_DATABASE_URI="sqlite://"))


def test_production_does_not_run_in_debug():
    with pytest.raises(RuntimeError, match="does not run in debug"):
        safety.check(changed(DEBUG=True))


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECURITY_PASSWORD_SALT"])
@pytest.mark.parametrize(
    "secret",
    ["", "short", "q" * 31, "dev" + LONG, "Changeme" + LONG, "SECRET" + LONG, "for tests only" + LONG],
)
def test_production_refuses_secrets_that_are_missing_short_or_known(name, secret):
    with pytest.raises(RuntimeError, match=f"Production needs {name}"):
        safety.check(changed(**{name: secret}))


def test_create_app_itself_refuses():
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        create_app(changed(SECRET_KEY=""))


def test_outside_production_anything_goes():
    assert safety.check(changed(PRODUCTION=False, DEBUG=True, SECRET_KEY="")) is None


def demo_user(app, password: str, **fields):
    with app.app_context():
        return UserFactory(email="consultant@plumbline.example", password=hash_password(password), **fields)


@pytest.fixture
def production(app, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    return app


def test_production_refuses_the_demos_password(production):
    demo_user(production, DEMO_PASSWORD)
    with pytest.raises(RuntimeError, match=r"consultant@plumbline\.example has the demo's password"):
        safety.check_people(production)


def test_production_lets_a_demo_user_with_another_password_be(production):
    demo_user(production, "something else entirely")
    assert safety.check_people(production) is None


def test_production_lets_a_demo_user_who_may_not_sign_in_be(production):
    demo_user(production, DEMO_PASSWORD, active=False)
    assert safety.check_people(production) is None


def test_outside_production_the_demo_may_sign_in(app):
    demo_user(app, DEMO_PASSWORD)
    assert safety.check_people(app) is None


@pytest.mark.no_database
def test_a_production_without_tables_starts_so_that_it_can_be_migrated():
    app = create_app(changed(SQLALCHEMY_DATABASE_URI="sqlite://"))
    with app.app_context():
        assert db.engine.dialect.name == "sqlite"
