import pytest
import sqlalchemy as sa

from crm.extensions import queue
from crm.runs.models import ReportRun
from crm.store import store
from tests.backup.conftest import address as address
from tests.jobs.conftest import work as work


@pytest.fixture(autouse=True)
def empty(app):
    """No run is in the queue, and no file is kept."""
    with app.app_context():
        queue.flush()
        for name in list(store().names()):
            store().delete(name)


@pytest.fixture
def kept(app):
    """`kept()`: the names of all files that are kept."""

    def kept() -> list[str]:
        with app.app_context():
            return list(store().names())

    return kept


@pytest.fixture
def runs(session):
    """`runs()`: all of them as they stand, oldest first."""

    def runs() -> list[ReportRun]:
        session.expire_all()
        return list(session.scalars(sa.select(ReportRun).order_by(ReportRun.id)))

    return runs
