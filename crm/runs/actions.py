from crm import clock
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.errors import DomainError
from crm.extensions import db
from crm.runs import life, queries, schedules
from crm.runs.life import refuse_open
from crm.runs.models import ReportRun, ReportSchedule, RunState
from crm.runs.order import LISTS, Order, formats_of, may_see, permission_of
from crm.runs.when import next_after
from reports.writers import FORMATS

NOT_FOR_THEM = "Choose among the people who may see this report."
#: How many files somebody may have under way at once.
MOST_OPEN = 20
TOO_MANY = f"{MOST_OPEN} of your files are still to be made. Wait for one, or cancel one."


def ask(order: Order, *, by, wants_mail: bool = False) -> ReportRun:
    """Have a file made in the background."""
    if queries.open_count(by) >= MOST_OPEN:
        raise DomainError(TOO_MANY)
    run = life.ask(order, by=by, wants_mail=wants_mail)
    name = f"{run.title} as {FORMATS[run.format].label}"
    record(Entry(Verb.ASKED_FOR, "report_run", run.id, name, run.engagement_id))
    return run


def cancel(run: ReportRun) -> None:
    """What waits is not begun; what is being made is let go of within a moment."""
    if not run.is_open:
        raise DomainError("It is over: there is nothing to cancel.")
    run.cancel_at = clock.now()
    if run.state is not RunState.RUNNING:
        run.state, run.finished_at = RunState.CANCELLED, run.cancel_at


def delete(run: ReportRun) -> list[str]:
    """The line, the file, and what the report said. The names of what is to be deleted."""
    refuse_open(run)
    names = [name for name in (run.file, run.writing) if name]
    data = run.data
    record(Entry(Verb.DELETED, "report_run", run.id, run.title, run.engagement_id))
    db.session.delete(run)
    db.session.flush()
    if data and not life.shared({data}):
        names.append(data)
    return names


def make_again(run: ReportRun, format_: str, *, by) -> ReportRun:
    """The same once more: of what the report said then, where that is kept; else as things stand."""
    refuse_open(run)
    if format_ not in formats_of(run.report) or not may_see(by, run.report, run.engagement_id):
        raise DomainError("There is no such file to be made.")
    same = run.data and run.state in (RunState.DONE, RunState.EXPIRED)
    as_of = clock.today(by) if run.report in LISTS else run.as_of
    part = run.part if format_ == run.format else None
    order = Order(run.report, format_, as_of, run.asked, part, run.engagement)
    kept = {"data": run.data, "data_digest": run.data_digest, "made_at": run.made_at} if same else {}
    return life.ask(order, by=by, **kept)


def save(schedule: ReportSchedule, *, by) -> None:
    """A schedule that is new or changed: it goes to nobody who may not see its report."""
    schedule.readers = sorted(set(schedule.readers))
    if permission_of(schedule.report) is None or not may_see(by, schedule.report, schedule.engagement_id):
        raise DomainError("There is no such report.")
    if not schedule.readers:
        raise DomainError("Choose who gets it.")
    if not set(schedule.readers) <= schedules.who_may_see(schedule.report, schedule.engagement_id):
        raise DomainError(NOT_FOR_THEM)
    schedule.next_at = next_after(clock.now(), schedule)
    db.session.add(schedule)
    db.session.flush()


def pause(schedule: ReportSchedule) -> None:
    """It rests, or goes on from its next time: what fell due meanwhile is not made up for."""
    schedule.is_paused = not schedule.is_paused
    schedule.next_at = next_after(clock.now(), schedule)


def run_now(schedule: ReportSchedule) -> int:
    """Make it for everybody now, besides its own times. For how many."""
    return schedules.make_for_all(schedule, clock.now())
