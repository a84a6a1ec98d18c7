"""The queue and the limits over a real Redis: it may be killed, and nothing that was asked for is lost."""

import psutil
import pytest
import sqlalchemy as sa

from config import TestConfig
from crm import create_app
from crm.extensions import db, limiter
from crm.jobs import health
from crm.jobs.models import JobRun, RunState
from crm.jobs.runs import enqueue
from tests.jobs.workers import House, wait_for
from tests.servers import redis_server, redis_url


@pytest.fixture
def redis(tmp_path):
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def house(address, database_address, tmp_path, redis):
    kind = "sqlite" if database_address.startswith("sqlite") else "postgresql"
    with House(address(kind), tmp_path, REDIS_URL=redis_url(redis)) as house:
        yield house


def done(house) -> int:
    finished = sa.select(sa.func.count()).where(JobRun.state == RunState.DONE, JobRun.user_id.is_(None))
    with house.app.app_context():
        return db.session.scalar(finished.where(JobRun.arguments.is_not(None), JobRun.due_at.is_(None)))


def readiness(house) -> dict[str, str]:
    with house.app.app_context():
        return health.readiness()


def test_the_queue_outlives_its_redis(house, redis):
    assert readiness(house) == {"queue": "ok", "worker": "not seen"}
    with house.worker() as one, house.worker() as other:
        wait_for(lambda: readiness(house)["worker"] == "ok")
        redis.kill()
        assert readiness(house) == {"queue": "unreachable", "worker": "unknown"}
        with house.step():
            enqueue("jobs.tidy")
        redis.start()
        wait_for(lambda: done(house) == 1)
        wait_for(lambda: readiness(house) == {"queue": "ok", "worker": "ok"})
        assert psutil.pid_exists(one)
        assert psutil.pid_exists(other)


@pytest.fixture
def limited(redis):
    """`limited()`: one more web process, which counts tries where the others do."""
    settings = {
        "SQLALCHEMY_DATABASE_URI": "sqlite://",
        "RATELIMIT_ENABLED": True,
        "SEARCHES_LIMIT": "3 per hour",
        "RATELIMIT_STORAGE_URI": redis_url(redis),
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }
    before = dict(vars(limiter))
    yield lambda: create_app(type("Settings", (TestConfig,), settings)).test_client()
    vars(limiter).clear()
    vars(limiter).update(before)


def test_all_processes_count_together_and_one_by_one_while_redis_is_gone(limited, redis):
    one, other = limited(), limited()
    statuses = [client.get("/login?q=x").status_code for client in (one, other, one, other)]
    assert statuses == [200, 200, 200, 429]
    redis.kill()
    assert [one.get("/login?q=x").status_code for _ in range(4)] == [200, 200, 200, 429]
