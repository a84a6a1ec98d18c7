import pytest
import sqlalchemy as sa

from crm.extensions import queue
from crm.jobs import registry
from crm.jobs.models import JobRun
from crm.jobs.registry import Task
from crm.jobs.running import work_off
from crm.jobs.runs import enqueue
from crm.transactions import one
from tests.backup.conftest import address as address


@pytest.fixture(autouse=True)
def empty_queue(app):
    with app.app_context():
        queue.flush()


@pytest.fixture
def add_task(monkeypatch):
    """`add_task(work, **how)`: a task named tests.task, for the length of a test."""

    def add_task(work, **how) -> None:
        task = Task("tests.task", "Something long", work, **how)
        monkeypatch.setattr(registry, "TASKS", registry.TASKS)
        monkeypatch.setitem(registry.TASKS, "tests.task", task)

    return add_task


@pytest.fixture
def ask(app):
    """`ask(**arguments)`: have tests.task run; gives the number of its run."""

    def ask(**arguments) -> int:
        with app.app_context(), one():
            return enqueue("tests.task", **arguments).id

    return ask


@pytest.fixture
def work(app):
    """`work()`: do all that is in the queue, as a worker would."""

    def work() -> int:
        with app.app_context():
            return work_off()

    return work


@pytest.fixture
def run(session):
    """`run(number)`: as it stands written."""

    def run(number: int) -> JobRun:
        session.expire_all()
        return session.scalars(sa.select(JobRun).where(JobRun.id == number)).one()

    return run
