"""Real workers: one is killed in the middle of a file, one is told that nobody wants it any more."""

from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.accounts.models import User
from crm.extensions import db
from crm.jobs.models import JobRun
from crm.jobs.models import RunState as JobState
from crm.readers import lifted
from crm.runs import life
from crm.runs.models import ReportRun, RunState
from crm.runs.order import Order
from crm.store import Folder
from tests.jobs.workers import House, kill, wait_for
from tests.runs.nursery import PARTS, ROWS


class Press(House):
    module = "tests.runs.nursery"


@pytest.fixture
def gates(tmp_path) -> Path:
    gates = tmp_path / "gates"
    gates.mkdir()
    return gates


@pytest.fixture
def press(address, database_address, tmp_path, gates):
    kind = "sqlite" if database_address.startswith("sqlite") else "postgresql"
    with Press(address(kind), tmp_path, FILES_URL=str(tmp_path / "files"), GATES=str(gates)) as press:
        yield press


@pytest.fixture
def asked(press) -> int:
    """The number of a run that waits."""
    with press.step():
        said = {"email": "rosa@example.org", "password": "x", "fs_uniquifier": "rosa"}
        db.session.add(User(name="Rosa", role=Role.MANAGER, **said))
    return ask(press)


def ask(press) -> int:
    with press.step():
        rosa = db.session.scalars(sa.select(User)).one()
        return life.ask(Order("sessions", "csv", clock.today()), by=rosa).id


def made(press) -> list[tuple]:
    """How the jobs stand, and how often each was tried."""
    with press.app.app_context():
        found = sa.select(JobRun.state, JobRun.tries).where(JobRun.task == life.MAKE).order_by(JobRun.id)
        return [tuple(row) for row in db.session.execute(found)]


def run_of(press, number: int) -> sa.Row:
    r = ReportRun
    shown = (r.state, r.permille, r.tries, r.file, r.digest, r.rows)
    with press.app.app_context(), lifted():
        return db.session.execute(sa.select(*shown).where(ReportRun.id == number)).one()


def browse(press, number: int, end: str = ""):
    client = press.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "rosa", True
    return client.get(f"/runs/{number}{end}")


def test_a_worker_killed_halfway_offers_no_half_file_and_the_next_finishes_it(press, asked, gates, tmp_path):
    kept = Folder(tmp_path / "files")
    (gates / "60").touch()
    with press.worker() as number:
        wait_for(lambda: run_of(press, asked).permille >= 500)
        kill(number)
    broken = run_of(press, asked)
    assert (broken.state, broken.tries, broken.file) == (RunState.RUNNING, 1, None)
    assert list(kept.names()) == []
    assert browse(press, asked, "/file.csv").status_code == 404

    (gates / "20").touch()
    (gates / "60").unlink()
    seen = []
    with press.worker():
        wait_for(lambda: run_of(press, asked).tries == 2)
        seen.append(run_of(press, asked).permille)
        assert "taken up again" in browse(press, asked).text
        assert browse(press, asked, "/file.csv").status_code == 404
        (gates / str(PARTS)).touch()
        wait_for(lambda: seen.append(run_of(press, asked).permille) or seen[-1] == 1000)
    assert seen == sorted(seen)
    assert seen[0] >= broken.permille

    done = run_of(press, asked)
    assert (done.permille, done.tries, done.rows) == (1000, 2, PARTS * ROWS)
    assert list(kept.names()) == [done.file]
    answer = browse(press, asked, "/file.csv")
    assert sha256(answer.data).hexdigest() == done.digest
    assert answer.data.count(b"\r\n") == PARTS * ROWS + 1
    answer.close()
    assert made(press) == [(JobState.DONE, 2)]
    cancel_frees_the_worker(press, kept)


def cancel_frees_the_worker(press, kept: Folder) -> None:
    """In the same house, for it takes longest to build."""
    before, number = list(kept.names()), ask(press)
    with press.worker():
        wait_for(lambda: run_of(press, number).permille >= 100)
        with press.step(), life.seeing_all():
            db.session.get(ReportRun, number).cancel_at = clock.now()
        began = monotonic()
        wait_for(lambda: run_of(press, number).state is RunState.CANCELLED)
        assert monotonic() - began < 5
        wait_for(lambda: made(press) == [(JobState.DONE, 2), (JobState.DONE, 1)])
    assert list(kept.names()) == before
