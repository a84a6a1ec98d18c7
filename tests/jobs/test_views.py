"""What ran and what failed, and what an administrator does about it."""

from html import unescape

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.audit.models import audit_entry
from crm.extensions import queue
from crm.jobs.models import JobRun, RunState
from crm.jobs.registry import TASKS
from crm.paging import SIZE
from tests.factories import UserFactory


@pytest.fixture
def admin(sign_in):
    return sign_in(UserFactory(role=Role.ADMINISTRATOR, name="Ruth"))


@pytest.fixture
def failed(session):
    now = clock.now()
    one = JobRun(
        task="mail.deliver", state=RunState.FAILED, enqueued_at=now, started_at=now, finished_at=now, tries=6,
        seconds=1.25, error="The database could not be used.",
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


def test_index_says_that_nothing_has_run(admin):
    page = unescape(admin.get("/jobs").text)
    assert "Nothing has run yet." in page
    assert "No worker has been seen." in page
    assert "Write the day's reminders" in page


def test_index_shows_what_failed_and_why(admin, failed):
    page = admin.get("/jobs?state=failed").text
    assert "Send waiting mail" in page
    assert "The database could not be used." in page
    assert "1.25 s" in page
    assert "Try again" in page
    assert "No run is in this state." in admin.get("/jobs?state=running").text
    assert admin.get("/jobs?state=nonsense").status_code == 200


def test_index_is_paged(admin, session):
    now = clock.now()
    session.add_all([JobRun(task="mail.deliver", enqueued_at=now) for _ in range(SIZE + 5)])
    session.flush()
    page = admin.get("/jobs").text
    scheduled = sum(task.schedule is not None for task in TASKS.values())
    assert page.count("<tr>") == SIZE + 1 + 1 + scheduled
    assert "Older" in page


def test_retry_has_a_failed_run_done_again_and_is_on_the_trail(app, admin, failed, session):
    with app.app_context():
        queue.flush()
    assert admin.post(f"/jobs/{failed.id}/retry").location == "/jobs"
    session.expire_all()
    assert (failed.state, failed.tries, failed.error) == (RunState.QUEUED, 0, None)
    with app.app_context():
        assert queue.pending_count() == 1
    entry = session.execute(sa.select(audit_entry)).one()
    assert (entry.verb, entry.who, entry.name) == ("asked_for", "Ruth", "Send waiting mail")


def test_retry_refuses_what_did_not_fail(admin, failed, session):
    failed.state, failed.finished_at = RunState.QUEUED, None
    session.flush()
    page = admin.post(f"/jobs/{failed.id}/retry", follow_redirects=True).text
    assert "Only what failed can be tried again." in page


def test_run_now_asks_for_a_task_of_the_schedule(admin, session):
    assert admin.post("/jobs/tasks/jobs.tidy/run").status_code == 302
    assert session.scalars(sa.select(JobRun.task)).all() == ["jobs.tidy"]
    assert admin.post("/jobs/tasks/no.such/run").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_a_stranger_cannot_look_or_run(sign_in, failed, role):
    client = sign_in(UserFactory(role=role))
    assert client.get("/jobs").status_code == 403
    assert client.post("/jobs/tasks/jobs.tidy/run").status_code == 403
    assert client.post(f"/jobs/{failed.id}/retry").status_code == 404
