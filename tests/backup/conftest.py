"""Plumblines with databases of their own, to be backed up and restored into."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from config import TestConfig
from crm import create_app
from crm.accounts.models import User
from crm.backup.tables import tables_of
from crm.drafts.models import Draft
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.organisations.models_import import ImportUpload
from crm.outcomes.models import Observation
from crm.readers import lifted
from tests.conftest import BACKENDS

#: Before row-level security: the tables of an older Plumbline.
OLDER = "154aaa2430c1"
SECRET = "What only the coach shall ever read"


class Plumbline:
    """One installation: an address of a database and the commands of the machine."""

    def __init__(self, address: str):
        self.address = address
        self.app = create_app(type("Settings", (TestConfig,), {"SQLALCHEMY_DATABASE_URI": address}))

    def flask(self, *arguments):
        return self.app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])

    @property
    def engine(self) -> sa.Engine:
        with self.app.app_context():
            return db.engine

    def lines(self) -> dict[str, list[bytes]]:
        """Every row of every table, past all guards."""
        with self.engine.connect() as connection:
            return {stored.name: list(stored.lines(connection)) for stored in tables_of(connection)}

    def has_tables(self) -> bool:
        return bool(sa.inspect(self.engine).get_table_names())

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture(scope="session")
def address(database_address, tmp_path_factory) -> Callable[[str], str]:
    """`address(kind)`: of an empty database, on SQLite or on the PostgreSQL of the tests."""

    def address(kind: str) -> str:
        name = f"backup_{secrets.token_hex(4)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp(name) / 'plumbline.db'}"
        engine = sa.create_engine(database_address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return make_url(database_address).set(database=name).render_as_string(hide_password=False)

    return address


def pytest_generate_tests(metafunc):
    """A backup goes from one database to the other: with PostgreSQL, it is restored into both."""
    if "empty" in metafunc.fixturenames:
        kind = metafunc.config.getoption("database")
        metafunc.parametrize("empty", BACKENDS[: BACKENDS.index(kind) + 1], indirect=True)


@pytest.fixture(scope="session")
def kind(request) -> str:
    return request.config.getoption("database")


@pytest.fixture
def plumbline(address, kind):
    """`plumbline()`: a new one, without tables."""
    made = []

    def plumbline(kind: str = kind) -> Plumbline:
        made.append(Plumbline(address(kind)))
        return made[-1]

    yield plumbline
    for one in made:
        one.close()


@pytest.fixture
def empty(request, plumbline):
    """An empty place of each kind."""
    return plumbline(request.param)


@pytest.fixture(scope="session")
def source(address, kind):
    """The demo, and on top what is hard to carry from one database to another."""
    source = Plumbline(address(kind))
    assert source.flask("db", "upgrade").exit_code == 0
    assert source.flask("demo", "--as-of", "2026-03-03").exit_code == 0
    with source.app.app_context(), lifted():
        _add_odd_rows()
        db.session.commit()
    yield source
    source.close()


def _add_odd_rows() -> None:
    user = db.session.scalar(sa.select(User).order_by(User.id))
    first, *_, last = db.session.scalars(sa.select(Organisation).order_by(Organisation.id))
    first.parent_id = last.id
    fields = [["summary", SECRET], ["agenda", 'Zo\\u00eb "東京" a\0b\\n'], ["empty", ""]]
    db.session.add(Draft(user_id=user.id, form="engagements/1/sessions/new", fields=fields))
    content = bytes(range(256))
    db.session.add(ImportUpload(user_id=user.id, filename="病院.csv", content=content, has_header=True))
    open_ = sa.select(Observation).where(Observation.approved_at.is_(None)).order_by(Observation.id)
    seen = db.session.scalars(open_.limit(3)).all()
    seen[0].value, seen[1].value, seen[2].value = 0.1 + 0.2, 1e-300, 1.7976931348623157e308
    user.last_seen_at = datetime(2026, 3, 3, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="session")
def kept(source, tmp_path_factory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("kept") / "plumbline.zip"
    result = source.flask("backup", path)
    assert result.exit_code == 0, result.output
    return path
