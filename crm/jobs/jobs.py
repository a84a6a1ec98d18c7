from crm import clock
from crm.jobs.registry import Schedule, task
from crm.jobs.runs import forget_old
from crm.store import store


@task("jobs.tidy", "Forget old runs", schedule=Schedule("Every night at 02:40 UTC", minute="40", hour="2"))
def tidy() -> str | None:
    """Runs that went well are kept for a month, failed ones for half a year; files half written for a day."""
    gone = forget_old(clock.now())
    store().tidy()
    return f"{gone} runs forgotten." if gone else None
