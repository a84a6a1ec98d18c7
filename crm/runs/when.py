"""When a schedule is due, and which days its report speaks of then. Pure."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from crm import clock
from crm.runs.models import Rhythm

#: No two due days of a rhythm lie further apart.
FARTHEST = 100


def is_due_on(rhythm: Rhythm, day: date, weekday: int | None, of_month: int | None) -> bool:
    """A month that is shorter than the day has its last; a quarter is over on its last day."""
    if rhythm is Rhythm.WEEKLY:
        return day.isoweekday() == weekday
    last = monthrange(day.year, day.month)[1]
    if rhythm is Rhythm.MONTHLY:
        return day.day == min(of_month or 1, last)
    return day.month % 3 == 0 and day.day == last


def next_after(moment: datetime, schedule) -> datetime:
    """The first time after `moment` that the schedule strikes, where its hour is told."""
    here = clock.local(moment, schedule.time_zone).date()
    for ahead in range(FARTHEST):
        day = here + timedelta(ahead)
        if is_due_on(schedule.rhythm, day, schedule.weekday, schedule.day):
            strikes = clock.to_utc(datetime.combine(day, time(schedule.hour)), schedule.time_zone)
            if strikes > moment:
                return strikes
    raise ValueError(f"a schedule that is never due: {schedule!r}")


def day_of(schedule, moment: datetime) -> date:
    """The day on which it is due, where its hour is told."""
    return clock.local(moment, schedule.time_zone).date()


def period(rhythm: Rhythm, day: date) -> tuple[date, date]:
    """The last whole week, month or quarter; the quarter's own last day ends it."""
    if rhythm is Rhythm.WEEKLY:
        last = day - timedelta(day.isoweekday())
        return last - timedelta(6), last
    if rhythm is Rhythm.MONTHLY:
        last = day.replace(day=1) - timedelta(1)
        return last.replace(day=1), last
    following = day + timedelta(1)
    last = date(following.year, (following.month - 1) // 3 * 3 + 1, 1) - timedelta(1)
    return date(last.year, last.month - 2, 1), last
