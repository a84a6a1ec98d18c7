from crm import clock
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.errors import DomainError
from crm.jobs.models import JobRun, RunState
from crm.jobs.registry import TASKS, title_of
from crm.jobs.runs import enqueue, put
from crm.transactions import afterwards


def try_again(run: JobRun) -> None:
    """A failed run, from the start."""
    if run.state is not RunState.FAILED:
        raise DomainError("Only what failed can be tried again.")
    if run.task not in TASKS:
        raise DomainError("This Plumbline has no such task any more.")
    run.state, run.finished_at, run.error = RunState.QUEUED, None, None
    run.tries, run.enqueued_at = 0, clock.now()
    number = run.id
    afterwards(lambda: put(number))
    record(Entry(Verb.ASKED_FOR, "job_run", run.id, title_of(run.task)))


def run_now(name: str) -> JobRun:
    """A task of the schedule, without waiting for its time."""
    if name not in TASKS or not TASKS[name].schedule:
        raise DomainError("There is no such task on the schedule.")
    run = enqueue(name)
    record(Entry(Verb.ASKED_FOR, "job_run", run.id, title_of(name)))
    return run
