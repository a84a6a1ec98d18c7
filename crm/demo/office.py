"""What the worker has done of late: runs of tasks, and mail that went, was refused and was withdrawn."""

from datetime import timedelta
from typing import NamedTuple

from crm.demo.rows import Rows
from crm.jobs.models import JobRun, RunState
from crm.mail.models import Mail, MailState


class Sent(NamedTuple):
    who: str
    days: int
    subject: str
    state: MailState = MailState.SENT
    error: str | None = None


REFUSED = "The mail server said: 550 There is no such mailbox here"
MAILS = (
    Sent("consultant", 2, "1 overdue, 2 due today"),
    Sent("client", 2, "1 overdue, 1 due soon"),
    Sent("client2", 2, "1 due today", MailState.WITHDRAWN, "There is nothing left to say in it."),
    Sent("consultant", 1, "2 overdue, 1 session to write up"),
    Sent("consultant2", 1, "1 due today, 1 session to write up"),
    Sent("client", 1, "1 overdue", MailState.FAILED, REFUSED),
)


class Ran(NamedTuple):
    task: str
    days: int
    minute: int
    outcome: str | None = None
    error: str | None = None


RUNS = (
    Ran("jobs.tidy", 2, 160, "4 runs forgotten."),
    Ran("reminders.digests", 2, 420, "3 reminders written."),
    Ran("mail.deliver", 2, 421, "Mail: 2 sent, 1 withdrawn."),
    Ran("jobs.tidy", 1, 160, error="The database could not be used."),
    Ran("reminders.digests", 1, 420, "3 reminders written."),
    Ran("mail.deliver", 1, 421, "Mail: 2 sent, 1 failed."),
)


def add_office(rows: Rows, users: dict[str, int]) -> None:
    for ran in RUNS:
        at = rows.made_at - timedelta(days=ran.days) + timedelta(minutes=ran.minute)
        rows.add(
            JobRun,
            task=ran.task,
            state=RunState.FAILED if ran.error else RunState.DONE,
            arguments={},
            tries=6 if ran.error else 1,
            seconds=0.4,
            enqueued_at=at,
            started_at=at,
            finished_at=at + timedelta(seconds=1),
            outcome=ran.outcome,
            error=ran.error,
        )
    for number, sent in enumerate(MAILS):
        at = rows.made_at - timedelta(days=sent.days) + timedelta(minutes=421)
        day = at.date()
        rows.add(
            Mail,
            token=f"{number:032x}",
            user_id=users[sent.who],
            occasion=f"reminder/{day}",
            kind="reminder",
            about={"day": str(day)},
            subject=sent.subject,
            address=f"{sent.who}@plumbline.example",
            state=sent.state,
            queued_at=at - timedelta(minutes=1),
            next_try_at=at,
            tries=1,
            sent_at=at if sent.state is MailState.SENT else None,
            error=sent.error,
        )
