"""Whose day has come to the hour of their reminders. Wall clocks decide, so clock changes do no harm."""

from datetime import date, datetime

from crm import clock
from crm.accounts.models import Rhythm

#: For how many hours a reminder may still come, where no worker was there in time.
LATE = 8


def due_on(person, now: datetime) -> date | None:
    """The day for which `person` is to be reminded now; None while it is not the time.

    An hour that the clocks leave out is over when they show the next; one that comes twice is the same day.
    """
    wall = clock.local(now, person.time_zone)
    days = sorted(person.reminder_days)
    if person.reminders is Rhythm.WEEKLY:
        days = days[:1]
    if person.reminders is Rhythm.NEVER or wall.isoweekday() not in days:
        return None
    if not person.reminder_hour <= wall.hour < person.reminder_hour + LATE:
        return None
    day = wall.date()
    return None if person.reminded_on and person.reminded_on >= day else day
