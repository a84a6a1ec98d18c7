"""One run of one task: in an app context and a transaction of its own, for whom it reads, told and timed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic
from traceback import extract_tb

from flask import Flask, current_app, g
from prometheus_client import Histogram
from sqlalchemy.exc import DBAPIError, OperationalError

from crm import clock
from crm.access import Operator
from crm.accounts.models import User
from crm.errors import DomainError
from crm.extensions import db, queue
from crm.jobs import runs
from crm.jobs.models import RunState
from crm.jobs.registry import TASKS, Task
from crm.readers import become
from crm.transactions import one

WORKER = Operator(name="Worker")
BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800)
NO_SUCH_TASK = "This Plumbline has no such task any more."
READER_GONE = "Whoever it was for may not sign in any more."
#: Set when the worker has been asked to stop: long work looks, and ends at its next step.
stopping = Event()
log = logging.getLogger("plumbline")
durations = Histogram(
    "plumbline_job_seconds",
    "How long runs of tasks took; the count is how many there were.",
    ["task", "outcome"],
    buckets=BUCKETS,
)


@contextmanager
def place(app: Flask) -> Iterator[None]:
    """A context with a session of its own, in which the worker acts."""
    with app.app_context():
        g.operator = WORKER
        yield


@queue.task(name="run")
def run_task(number: int) -> None:
    """All that the queue ever carries: the number of a run."""
    do(queue.app, number)


queue.run_task = run_task


def do(app: Flask, number: int, worker: str = "here") -> None:
    """Do this run, if it is still to be done. Whatever becomes of it is written down."""
    worker = app.extensions.get("worker", worker)
    with place(app), one():
        run = runs.take(number, worker)
    if run is None:
        return
    started, task = monotonic(), TASKS.get(run.task)
    said = _attempt(app, task, run)
    seconds = monotonic() - started
    with place(app), one():
        if runs.finish(number, worker, seconds=round(seconds, 3), **said) and _is_idle(said):
            runs.forget_idle(run.task, number)
    durations.labels(run.task, said["state"].value).observe(seconds)
    facts = {"job": run.task, "run": number, "try": run.tries, "outcome": said["state"].value}
    log.info("job", extra=facts | {"ms": round(seconds * 1000, 1)})


def _is_idle(said: dict) -> bool:
    return said["state"] is RunState.DONE and said["outcome"] is None


def _attempt(app: Flask, task: Task | None, run) -> dict:
    """What is to be written down about this try."""
    if task is None:
        return runs.after_failure(None, run.tries, NO_SUCH_TASK)
    try:
        with place(app):
            return runs.over(RunState.DONE, outcome=_work(task, run.user_id, run.arguments))
    except Exception as error:
        is_final = isinstance(error, DomainError)
        if not is_final:
            log.error("job failed", exc_info=error, extra={"job": run.task, "run": run.id})
        return runs.after_failure(task, run.tries, sentence(error), is_final=is_final)


def _work(task: Task, user_id: int | None, arguments: dict) -> str | None:
    if task.has_steps:
        return task.work(**arguments)
    with one():
        if user_id:
            become(_reader(user_id))
        return task.work(**arguments)


def _reader(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if not user or not user.active:
        raise DomainError(READER_GONE)
    return user


def sentence(error: Exception) -> str:
    """What went wrong, without words that anybody typed: those may stand in the message of an exception."""
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, OperationalError):
        return "The database could not be used."
    kind = type(error.orig if isinstance(error, DBAPIError) else error).__name__
    place = next(iter(extract_tb(error.__traceback__)[-1:]), None)
    where = f" in {place.name}, line {place.lineno}" if place else ""
    return f"Something broke that nobody foresaw: {kind}{where}."


def tick(name: str) -> None:
    """The schedule says that it is time."""
    app = queue.app
    with place(app), one():
        number = runs.start_due(TASKS[name], clock.now().replace(second=0, microsecond=0))
    if number:
        do(app, number)


def work_off() -> int:
    """Do all that is in the queue, here and now. How many runs."""
    done = 0
    while waiting := queue.dequeue():
        do(current_app._get_current_object(), *waiting.args)
        done += 1
    return done
