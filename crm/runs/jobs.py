from typing import Any

import sqlalchemy as sa
from flask import current_app

from crm import clock
from crm.extensions import db
from crm.jobs.registry import Schedule, task
from crm.jobs.running import stopping
from crm.mail.letters import Letter, letter
from crm.runs import life, making, schedules, snapshots
from crm.runs.models import ReportRun, ReportSchedule, RunState
from crm.store import store
from crm.transactions import one
from crm.words import day, plural

task(life.MAKE, "Make a report", retries=life.RETRIES, delay=10, has_steps=True)(making.make)


@task(
    "runs.tidy",
    "Delete files of reports whose time is over",
    schedule=Schedule("Every night at 02:50 UTC", minute="50", hour="2"),
    has_steps=True,
)
def tidy() -> str | None:
    """First the line says that the file is gone, then it is deleted: none is offered that is not there."""
    with one():
        names = life.forget(clock.now())
    for name in names:
        store().delete(name)
    with one():
        old = life.outdated(clock.now(), current_app.config["DATA_DAYS"])
        old += snapshots.orphans(clock.today())
    for name in old:
        store().delete(name)
    gone = len(names) + len(old) + store().tidy()
    return f"{plural(gone, 'file')} deleted." if gone else None


@task(
    "runs.schedules",
    "Have reports made that are due",
    schedule=Schedule("Every five minutes", minute="*/5"),
    has_steps=True,
)
def due() -> str | None:
    """One schedule a step, and word of runs that nobody makes any more."""
    with one():
        left = life.give_up_left()
    started = 0
    while not stopping.is_set():
        with one():
            schedule = schedules.start_due()
        if schedule is None:
            break
        started += 1
    said = [f"{plural(started, 'schedule')} begun."] if started else []
    said += [f"{plural(left, 'run')} given up."] if left else []
    return " ".join(said) or None


@task(
    "runs.month_end",
    "Keep reports as of the end of the month",
    schedule=Schedule("Every night at 00:20 UTC", minute="20", hour="0"),
    has_steps=True,
)
def month_end() -> str | None:
    """One report a step: whoever is killed leaves the rest to the next night, or to the next try."""
    as_of, kept = snapshots.last_month_end(clock.today()), 0
    if as_of is None:
        return None
    with one():
        keys = snapshots.still_to_keep(as_of)
    for key in keys:
        if stopping.is_set():
            break
        with one():
            kept += snapshots.keep_one(as_of, key)
    return f"{plural(kept, 'report')} kept as of {day(as_of)}." if kept else None


@letter(schedules.LEFT_OUT)
def left_out(_reader, about: dict[str, Any]) -> Letter | None:
    schedule = db.session.scalar(sa.select(ReportSchedule).where(ReportSchedule.id == about["schedule"]))
    context = {"schedule": schedule}
    return schedule and Letter("A report went to fewer people", "mail/report_left_out.html", context)


@letter(life.READY)
def ready(_reader, about: dict[str, Any]) -> Letter | None:
    """That it is there, and where; what it is about is for whoever signs in."""
    run = _run(about)
    if run is None or run.state is not RunState.DONE:
        return None
    return Letter("A report is ready for you", "mail/report_ready.html", {"run": run})


@letter(life.FAILED)
def failed(_reader, about: dict[str, Any]) -> Letter | None:
    return Letter("A report could not be made", "mail/report_failed.html", {"run": _run(about)})


def _run(about: dict[str, Any]) -> ReportRun | None:
    """As far as the reader of the mail sees it."""
    return db.session.scalar(sa.select(ReportRun).where(ReportRun.id == about["run"]))
