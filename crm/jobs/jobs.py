from crm import clock
from crm.jobs.registry import Schedule, task
from crm.jobs.runs import forget_old


@task("jobs.tidy", "Forget old runs", schedule=Schedule("Every night at 02:40 UTC", minute="40", hour="2"))
def tidy() -> str | None:
    """Runs that went well are kept for a month, failed ones for half a year."""
    gone = forget_old(clock.now())
    return f"{gone} runs forgotten." if gone else None
