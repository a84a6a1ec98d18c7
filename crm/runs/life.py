"""The life of a run: asked for, taken by one worker, told how far it is, done, given up, or forgotten.

Each is one step, kept whole. Whoever makes a run holds its claim; who has lost that must not end it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.errors import DomainError
from crm.extensions import db
from crm.jobs.models import JobRun
from crm.jobs.models import RunState as JobState
from crm.jobs.runs import CUT_OFF, enqueue
from crm.mail.outbox import post
from crm.readers import lifted
from crm.runs.models import OPEN, WHOLE, ReportRun, ReportSchedule, RunState
from crm.runs.order import Order, is_of_engagement, may_see, reach_of
from crm.runs.queries import expected_seconds
from reports.writers import FORMATS

MAKE, READY, FAILED = "runs.make", "report_ready", "report_failed"
#: How often one is tried again.
RETRIES = 3
#: What takes longer is told by mail, whether or not that was asked for.
LONG = 60
NOT_YOURS = "Whoever it was for may not see this report any more."


class Lost(Exception):  # noqa: N818 - what happened
    """Another worker has the run by now, or it was deleted."""


class Cancelled(Exception):  # noqa: N818 - what happened
    """Its reader does not want it any more."""


class Taken(NamedTuple):
    """What a worker has to know of the run that it makes."""

    id: int
    claim: str
    user_id: int
    report: str
    format: str
    part: str | None
    asked: str
    as_of: object
    engagement_id: int | None
    made_at: datetime | None
    data: str | None
    data_digest: str | None
    writing: str
    #: What a worker that was killed may have left.
    left: str | None


@contextmanager
def seeing_all() -> Iterator[None]:
    """Runs are their readers' alone: whoever makes them sees all, until what has changed is sent."""
    with lifted():
        yield
        db.session.flush()


def ask(order: Order, *, by, wants_mail: bool = False, **more) -> ReportRun:
    """Have this file made for `by`, once the transaction is kept."""
    run = ReportRun(
        user_id=by.id, report=order.report, format=order.format, part=order.part, asked=order.asked,
        as_of=order.as_of, engagement_id=order.engagement and order.engagement.id, title=order.title,
        wants_mail=wants_mail, expected=expected_seconds(order.report, order.format), **more,
    )  # fmt: skip
    with seeing_all():
        db.session.add(run)
        db.session.flush()
        run.job_id = enqueue(MAKE, run=run.id).id
    return run


def _held(key: int) -> ReportRun | None:
    return db.session.scalar(sa.select(ReportRun).where(ReportRun.id == key).with_for_update(of=ReportRun))


def _mine(key: int, claim: str) -> ReportRun:
    run = _held(key)
    if run is None or run.claim != claim or run.state is not RunState.RUNNING:
        raise Lost
    if run.cancel_at:
        raise Cancelled
    return run


def _end(run: ReportRun, state: RunState, **said) -> None:
    run.state, run.finished_at, run.claim, run.step = state, clock.now(), None, None
    for name, value in said.items():
        setattr(run, name, value)


def take(key: int) -> Taken | None:
    """The run, for this worker alone; None where nobody wants it any more."""
    with seeing_all():
        run = _held(key)
        if run is None or run.state not in (*OPEN, RunState.FAILED):
            return None
        left = run.writing
        if run.cancel_at:
            _end(run, RunState.CANCELLED)
            return None
        user = db.session.get(User, run.user_id)
        if not may_see(user, run.report, run.engagement_id):
            _give_up(run, NOT_YOURS)
            return None
        now, token = clock.now(), secrets.token_urlsafe(24).replace("_", "0").replace("-", "1")
        run.state, run.claim, run.finished_at, run.error = RunState.RUNNING, secrets.token_hex(16), None, None
        run.tries, run.started_at, run.step = run.tries + 1, now, "Begun"
        run.writing = f"runs/{now:%Y/%m}/{token}.{FORMATS[run.format].extension}"
        run.role, run.reach = reach_of(user)
        taken = {name: getattr(run, name) for name in Taken._fields if name != "left"}
        return Taken(**taken, left=left)


def tell(key: int, claim: str, step: str, permille: int) -> None:
    """How far it is: never less far than it was. Raises Lost and Cancelled."""
    with seeing_all():
        run = _mine(key, claim)
        run.step, run.permille = step, max(run.permille, min(permille, WHOLE))


def done(key: int, claim: str, kept_days: int, **made) -> None:
    """The file is there, whole: from here on it is offered."""
    with seeing_all():
        run = _mine(key, claim)
        user, now = db.session.get(User, run.user_id), clock.now()
        if not may_see(user, run.report, run.engagement_id):
            raise DomainError(NOT_YOURS)
        run.seconds = round((now - run.started_at).total_seconds(), 3)
        _end(run, RunState.DONE, permille=WHOLE, kept_until=now + timedelta(days=kept_days), **made)
        run.file, run.writing = run.writing, None
        name = f"{run.title} as {FORMATS[run.format].label}, made in the background for {user.name}"
        record(Entry(Verb.EXPORTED, "report_run", run.id, name, run.engagement_id))
        if run.wants_mail or run.schedule_id or (now - run.created_at).total_seconds() > LONG:
            post(user, kind=READY, occasion=f"{READY}/{run.id}", subject="A report is ready", run=run.id)


def failed(key: int, claim: str, error: str, *, is_final: bool) -> None:
    """To be tried again, or given up and said."""
    with seeing_all():
        run = _mine(key, claim)
        if not is_final and run.tries <= RETRIES:
            run.state, run.error, run.claim = RunState.WAITING, error, None
        else:
            _give_up(run, error)


def cancelled(key: int, claim: str) -> None:
    """The worker has let go of it."""
    with seeing_all():
        run = _held(key)
        if run is not None and run.claim == claim:
            _end(run, RunState.CANCELLED, writing=None)


def _give_up(run: ReportRun, error: str) -> None:
    _end(run, RunState.FAILED, error=error)
    told = {run.user_id}
    if schedule := run.schedule_id and db.session.get(ReportSchedule, run.schedule_id):
        schedule.last_said = f"It could not be made for everybody: {error}"
        told.add(schedule.user_id)
    for user in db.session.scalars(sa.select(User).where(User.id.in_(told), User.active)):
        post(user, kind=FAILED, occasion=f"{FAILED}/{run.id}", subject="A report failed", run=run.id)


def give_up_left() -> int:
    """Runs whose job was given up, or is not known any more: that is said. How many."""
    with seeing_all():
        live = sa.select(JobRun.id).where(JobRun.state != JobState.FAILED, JobRun.state != JobState.DONE)
        left = sa.select(ReportRun).where(ReportRun.state.in_(OPEN), ReportRun.job_id.not_in(live))
        runs = db.session.scalars(left.with_for_update(of=ReportRun, skip_locked=True)).all()
        for run in runs:
            if run.cancel_at:
                _end(run, RunState.CANCELLED)
            else:
                _give_up(run, CUT_OFF)
    return len(runs)


def forget(now: datetime) -> list[str]:
    """Files whose time is over, and what dead workers left. The names of what is to be deleted."""
    names = []
    with seeing_all():
        over = sa.select(ReportRun).where(ReportRun.state == RunState.DONE, ReportRun.kept_until < now)
        for run in db.session.scalars(over.with_for_update(of=ReportRun, skip_locked=True)):
            names.append(run.file)
            run.state, run.file = RunState.EXPIRED, None
            record(Entry(Verb.DELETED, "report_run", run.id, f"File of {run.title}", run.engagement_id))
        left = sa.select(ReportRun).where(ReportRun.state.not_in(OPEN), ReportRun.writing.is_not(None))
        for run in db.session.scalars(left.with_for_update(of=ReportRun, skip_locked=True)):
            names.append(run.writing)
            run.writing = None
    return names


def needs_engagement(run: ReportRun) -> bool:
    """Whether it is of an engagement that is gone."""
    return is_of_engagement(run.report) and run.engagement_id is None


def refuse_open(run: ReportRun) -> None:
    if run.is_open:
        raise DomainError("It is still being made. Cancel it first.")


def outdated(now: datetime, kept_days: int) -> list[str]:
    """What reports said, where nobody will ask any more: the names of what is to be deleted."""
    with seeing_all():
        old = sa.select(ReportRun).where(
            ReportRun.data.is_not(None), ReportRun.finished_at < now - timedelta(days=kept_days)
        )
        runs = db.session.scalars(old.with_for_update(of=ReportRun, skip_locked=True)).all()
        names = {run.data for run in runs}
        for run in runs:
            run.data = run.data_digest = None
        db.session.flush()
        return sorted(names - shared(names))


def shared(names: set[str]) -> set[str]:
    """Those of these that are the data of some run."""
    found = sa.select(ReportRun.data).where(ReportRun.data.in_(names))
    return set(db.session.scalars(found))
