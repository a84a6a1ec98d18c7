"""Real worker processes: they work, say that they live, end when told, and are followed when killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from crm.extensions import db, queue
from crm.jobs import health
from crm.jobs.models import JobRun, RunState
from crm.jobs.runs import enqueue
from crm.queueing import STORAGE, _open
from tests.drill.server import free_port
from tests.jobs.workers import House, kill, wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(address, database_address, tmp_path):
    kind = "sqlite" if database_address.startswith("sqlite") else "postgresql"
    with House(address(kind), tmp_path) as house:
        yield house


def states(house, task: str) -> list[RunState]:
    with house.app.app_context():
        return list(db.session.scalars(sa.select(JobRun.state).where(JobRun.task == task)))


def readiness(house) -> dict[str, str]:
    with house.app.app_context():
        return health.readiness()


def test_a_worker_works_lives_and_ends(house):
    assert readiness(house) == {"queue": "ok", "worker": "not seen"}
    with house.step():
        enqueue("jobs.tidy")
    with house.worker() as number:
        wait_for(lambda: states(house, "jobs.tidy") == [RunState.DONE])
        wait_for(lambda: readiness(house)["worker"] == "ok")
        os.kill(number, signal.SIGTERM)
        wait_for(lambda: not psutil.pid_exists(number))
    assert '"event":"worker stopped"' in house.log.read_text()
    wait_for(lambda: readiness(house)["worker"] == "not seen")


def test_what_a_killed_worker_had_taken_is_done_by_the_next(house):
    with house.worker() as number:
        wait_for(lambda: readiness(house)["worker"] == "ok")
        kill(number)
    with house.step():
        run = enqueue("jobs.tidy")
        run.state, run.worker, run.tries, run.seen_at = RunState.RUNNING, "killed", 1, run.enqueued_at
    with house.app.app_context():
        queue.flush()
    with house.worker():
        wait_for(lambda: states(house, "jobs.tidy") == [RunState.DONE])
    assert states(house, "jobs.tidy") == [RunState.DONE]


def test_a_queue_out_of_reach_is_said(app, monkeypatch):
    there = _open({**app.config, "REDIS_URL": f"redis://127.0.0.1:{free_port()}"})
    monkeypatch.setitem(app.extensions, STORAGE, there)
    with app.app_context():
        assert health.readiness() == {"queue": "unreachable", "worker": "unknown"}
        assert health.worker_seen() is None


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_web_and_worker_start_and_end_together(tmp_path):
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'plumbline.db'}",
        "PLUMBLINE_BIN": str(Path(sys.executable).parent),
        "MAIL_URL": "",
    }
    with (tmp_path / "log").open("wb") as log:
        both = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "serve"), str(port)],
            env=environment,
            stderr=log,
            cwd=tmp_path,
        )
    try:
        wait_for(lambda: answers(port))
        (worker,) = wait_for(lambda: workers_of(both.pid))
        worker.kill()
        wait_for(lambda: "The worker has ended" in (tmp_path / "log").read_text())
        assert answers(port)
    finally:
        children = psutil.Process(both.pid).children(recursive=True)
        both.send_signal(signal.SIGINT)
        assert both.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    with socket.socket() as found:
        found.settimeout(1)
        assert found.connect_ex(("127.0.0.1", port)) != 0


def workers_of(number: int) -> list[psutil.Process]:
    time.sleep(0.1)
    children = psutil.Process(number).children()
    return [child for child in children if "worker" in child.cmdline() and "wsgi" in child.cmdline()]
