"""The tasks that there are, and when they run by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from huey import crontab

from crm import clock

#: Gives a sentence on what it did, or None where there was nothing to do.
Work = Callable[..., str | None]
TASKS: dict[str, "Task"] = {}
#: No schedule of ours is rarer than this.
RAREST = timedelta(days=8)


@dataclass(frozen=True)
class Schedule:
    """When, in words and as a crontab in UTC."""

    words: str
    minute: str = "*"
    hour: str = "*"
    day_of_week: str = "*"

    def holds(self, moment: datetime) -> bool:
        return crontab(self.minute, self.hour, day_of_week=self.day_of_week, strict=True)(moment)

    def next_after(self, moment: datetime) -> datetime | None:
        """The first minute after `moment` for which it holds."""
        return _next_after(self, moment.astimezone(clock.UTC).replace(second=0, microsecond=0))


@lru_cache(maxsize=256)
def _next_after(schedule: Schedule, minute: datetime) -> datetime | None:
    holds = crontab(schedule.minute, schedule.hour, day_of_week=schedule.day_of_week, strict=True)
    for ahead in range(1, int(RAREST.total_seconds() // 60)):
        if holds(there := minute + timedelta(minutes=ahead)):
            return there
    return None


@dataclass(frozen=True)
class Task:
    """What is done beside the pages. It must come out right when it is run twice: a worker may be killed."""

    name: str
    title: str
    work: Work
    schedule: Schedule | None = None
    #: How often it is tried again, and after how many seconds at first; each time it waits twice as long.
    retries: int = 5
    delay: int = 30
    #: Whether it keeps its own steps, each `with transactions.one():`, rather than being one transaction.
    has_steps: bool = False

    def wait(self, tries: int) -> timedelta:
        """How long to wait after this many tries."""
        return timedelta(seconds=min(self.delay * 2 ** (tries - 1), 6 * 3600))


def task(name: str, title: str, **how) -> Callable[[Work], Work]:
    """Make a task of a function, under a name that stays: runs that wait are known by it."""

    def register(work: Work) -> Work:
        if name in TASKS:
            raise RuntimeError(f"there are two tasks named {name}")
        TASKS[name] = Task(name, title, work, **how)
        return work

    return register


def title_of(name: str) -> str:
    """What people call a task; its name where it is one of an older Plumbline."""
    return TASKS[name].title if name in TASKS else name
