"""The life of a run: asked for, taken by one worker, done, tried again, or given up."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm import clock
from crm.extensions import db, queue
from crm.jobs.models import OPEN, JobRun, RunState
from crm.jobs.registry import TASKS, Task
from crm.readers import lifted
from crm.transactions import afterwards

CUT_OFF = "The worker stopped in the middle of it."
HELD = "Held back after a restore: it may have been done since the backup was made."
#: How many heartbeats may fail to come before a worker is taken for dead, or a place in the queue for lost.
MISSED = 4
#: For how long runs are kept.
KEPT_DONE, KEPT_FAILED = timedelta(days=30), timedelta(days=180)


def enqueue(name: str, /, *, reader=None, **arguments) -> JobRun:
    """Have a task run by a worker, once this transaction is kept; as `reader`, else as the operator."""
    run = JobRun(
        task=TASKS[name].name,
        user_id=reader.id if reader else None,
        arguments=arguments,
        enqueued_at=clock.now(),
    )
    with lifted():  # Whoever asks for a run need not be among those who may look at runs.
        db.session.add(run)
        db.session.flush()
    number = run.id
    afterwards(lambda: put(number))
    return run


def nudge(name: str) -> None:
    """Have a task run soon, unless it is about to anyway."""
    waiting = sa.select(JobRun.id).where(JobRun.task == name, JobRun.state == RunState.QUEUED).limit(1)
    with lifted():
        is_waiting = db.session.scalar(waiting)
    if not is_waiting:
        enqueue(name)


def put(number: int) -> None:
    """Into the queue. Twice does no harm: one worker takes it."""
    queue.enqueue(queue.run_task.s(number))


def start_due(task: Task, minute: datetime) -> int | None:
    """Make the run that the schedule asks for, unless one is under way or another worker was quicker."""
    under_way = sa.select(JobRun.id).where(JobRun.task == task.name, JobRun.state.in_(OPEN)).limit(1)
    if db.session.scalar(under_way):
        return None
    run = JobRun(task=task.name, due_at=minute, enqueued_at=minute)
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError:
        return None
    return run.id


def take(number: int, worker: str) -> sa.Row | None:
    """The run, if this worker may do it now: nobody else can have it then."""
    now = clock.now()
    is_ready = sa.or_(
        JobRun.state == RunState.QUEUED,
        sa.and_(JobRun.state == RunState.WAITING, JobRun.next_try_at <= now),
    )
    return db.session.execute(
        sa.update(JobRun)
        .where(JobRun.id == number, is_ready)
        .values(
            state=RunState.RUNNING, tries=JobRun.tries + 1, worker=worker, started_at=now, seen_at=now,
            next_try_at=None,
        )
        .returning(JobRun.id, JobRun.task, JobRun.tries, JobRun.user_id, JobRun.arguments)
        .execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip


def finish(number: int, worker: str, **said) -> bool:
    """Write down how it ended, if the run is still this worker's."""
    ended = db.session.execute(
        sa.update(JobRun)
        .where(JobRun.id == number, JobRun.state == RunState.RUNNING, JobRun.worker == worker)
        .values(**said)
        .execution_options(synchronize_session=False)
    )
    return ended.rowcount == 1


def over(state: RunState, *, outcome: str | None = None, error: str | None = None) -> dict:
    return {"state": state, "finished_at": clock.now(), "outcome": outcome, "error": error}


def after_failure(task: Task | None, tries: int, error: str, *, is_final: bool = False) -> dict:
    """Tried again later, or given up."""
    if task is None or is_final or tries > task.retries:
        return over(RunState.FAILED, error=error)
    return {"state": RunState.WAITING, "next_try_at": clock.now() + task.wait(tries), "error": error}


def forget_idle(name: str, but: int) -> None:
    """Of the runs of a task that found nothing to do, the last one says enough."""
    idle = JobRun.task == name, JobRun.state == RunState.DONE, JobRun.outcome.is_(None), JobRun.id != but
    db.session.execute(sa.delete(JobRun).where(*idle).execution_options(synchronize_session=False))


def forget_old(now: datetime) -> int:
    """Delete what nobody will ask about any more. How many."""
    old = sa.or_(
        sa.and_(JobRun.state == RunState.DONE, JobRun.finished_at < now - KEPT_DONE),
        sa.and_(JobRun.state == RunState.FAILED, JobRun.finished_at < now - KEPT_FAILED),
    )
    return db.session.execute(
        sa.delete(JobRun).where(old).execution_options(synchronize_session=False)
    ).rowcount


def hold_all() -> int:
    """Nothing that a restored database still had to do is done unasked. How many runs were held."""
    held = sa.update(JobRun).where(JobRun.state.in_(OPEN)).values(**over(RunState.FAILED, error=HELD))
    return db.session.execute(held.execution_options(synchronize_session=False)).rowcount


def beat(worker: str) -> None:
    """This worker lives, and so do its runs."""
    mine = sa.update(JobRun).where(JobRun.state == RunState.RUNNING, JobRun.worker == worker)
    db.session.execute(mine.values(seen_at=clock.now()).execution_options(synchronize_session=False))


def sweep(silence: timedelta) -> None:
    """Take up what was left lying: runs of dead workers, tries that are due, places lost in the queue."""
    now = clock.now()
    dead = sa.select(JobRun).where(JobRun.state == RunState.RUNNING, JobRun.seen_at < now - silence)
    for run in db.session.scalars(dead.with_for_update(skip_locked=True)):
        for name, value in after_failure(TASKS.get(run.task), run.tries, CUT_OFF).items():
            setattr(run, name, value)
        if run.state is RunState.WAITING:
            run.next_try_at = now  # It was the worker that failed, not the run.
    db.session.flush()
    left = sa.or_(
        sa.and_(JobRun.state == RunState.QUEUED, JobRun.enqueued_at < now - silence),
        sa.and_(
            JobRun.state == RunState.WAITING,
            JobRun.next_try_at <= now,
            JobRun.enqueued_at <= now - silence / MISSED,
        ),
    )
    again = sa.update(JobRun).where(left).values(enqueued_at=now).returning(JobRun.id)
    for number in db.session.scalars(again.execution_options(synchronize_session=False)).all():
        afterwards(lambda number=number: put(number))
