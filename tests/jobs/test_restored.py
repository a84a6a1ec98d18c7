"""What waited when a backup was made is not done unasked when it is restored."""

import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.extensions import db
from crm.jobs.models import JobRun, RunState
from crm.mail.models import Mail, MailState
from tests.backup.conftest import Plumbline


def test_jobs_and_mails_that_waited_are_held_back(tmp_path):
    address = f"sqlite:///{tmp_path / 'one.db'}"
    source, empty = Plumbline(address), Plumbline(address.replace("one", "two"))
    for command in (("db", "upgrade"), ("demo",)):
        assert source.flask(*command).exit_code == 0
    with source.app.app_context():
        now, user = clock.now(), db.session.scalar(sa.select(User.id).limit(1))
        db.session.add(JobRun(task="mail.deliver", enqueued_at=now))
        db.session.add(JobRun(task="mail.deliver", state=RunState.RUNNING, enqueued_at=now))
        known = {
            "user_id": user,
            "kind": "reminder",
            "subject": "1 due",
            "queued_at": now,
            "next_try_at": now,
        }
        db.session.add(Mail(occasion="a", **known))
        db.session.add(Mail(occasion="b", state=MailState.HANDING_OVER, claim="c", **known))
        db.session.commit()
        finished = db.session.scalar(sa.select(sa.func.count()).where(JobRun.state == RunState.DONE))
    assert source.flask("backup", tmp_path / "b.zip").exit_code == 0
    result = empty.flask("restore", tmp_path / "b.zip")
    assert result.exit_code == 0, result.output
    assert "4 jobs and mails that waited are held back" in result.output
    with empty.app.app_context():
        held = db.session.scalars(sa.select(JobRun.state).where(JobRun.task == "mail.deliver")).all()
        assert held[-2:] == [RunState.FAILED] * 2
        assert db.session.scalar(sa.select(sa.func.count()).where(JobRun.state == RunState.DONE)) == finished
        held = db.session.scalars(sa.select(Mail).where(Mail.occasion.in_(["a", "b"]))).all()
        assert {mail.state for mail in held} == {MailState.FAILED}
        assert all("may have gone out" in mail.error for mail in held)
    for one in (source, empty):
        one.close()
