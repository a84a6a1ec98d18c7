"""Rounds end and remind by themselves; and what their letters say."""

from datetime import date, datetime, timedelta
from typing import Any

from crm import clock
from crm.accounts.models import Rhythm
from crm.jobs.registry import Schedule, task
from crm.jobs.running import stopping
from crm.judging import actions, queries
from crm.judging.actions import INVITATION, REMINDER
from crm.judging.models import RoundState
from crm.mail.letters import Letter, Withdrawn, letter
from crm.transactions import one
from crm.words import plural

#: So many days before its last one, those who are not done are reminded.
AHEAD = timedelta(days=3)
#: For how many hours after theirs a reminder may still come, where no worker was there in time.
LATE = 8
OVER = "The round was closed before it could be sent."
NOT_ASKED = "Its reader is not asked to judge any more, or has finished."


@task(
    "rounds.close",
    "Close rounds whose day is over",
    schedule=Schedule("Every hour", minute="5"),
    has_steps=True,
)
def close_due() -> str | None:
    with one():
        due = [row for row in queries.open_with_day() if row.closes_on < clock.today(row)]
    closed = 0
    for row in due:
        if stopping.is_set():
            break
        with one():
            round = queries.taken_up(row.id)
            if round.state is RoundState.OPEN:
                actions.close(round)
                closed += 1
    return f"{plural(closed, 'round')} closed." if closed else None


@task(
    "rounds.reveal",
    "Show marks that came back out of the bin",
    schedule=Schedule("Every night", minute="40", hour="2"),
    has_steps=True,
)
def reveal() -> str | None:
    with one():
        count = actions.reveal_what_came_back()
    return f"{plural(count, 'mark')} shown." if count else None


@task(
    "rounds.remind",
    "Remind raters before a round ends",
    schedule=Schedule("Every hour", minute="10"),
    has_steps=True,
)
def remind_due() -> str | None:
    """Each rater in an hour of their own day: whoever is killed has left nobody by halves."""
    with one():
        due = [row for row in queries.open_with_day() if clock.today(row) >= row.closes_on - AHEAD]
    now, written = clock.now(), 0
    for row in due:
        if stopping.is_set():
            break
        with one():
            round = queries.taken_up(row.id)
            for rater in queries.raters_of(round):
                if not rater.done_at and is_their_hour(rater.user, now, row.closes_on):
                    written += actions.remind_of_end(round, rater)
    return f"{plural(written, 'reminder')} written." if written else None


def is_their_hour(user, now: datetime, last: date) -> bool:
    """Whether somebody wants mail now: at their hour on one of their days, on the last day on any."""
    if user.reminders is Rhythm.NEVER:
        return False
    wall = clock.local(now, user.time_zone)
    is_day = wall.isoweekday() in user.reminder_days or wall.date() == last
    return is_day and user.reminder_hour <= wall.hour < user.reminder_hour + LATE


@letter(INVITATION)
def invitation(reader, about: dict[str, Any]) -> Letter:
    return _letter(reader, about["round"], is_reminder=False)


@letter(REMINDER)
def reminder(reader, about: dict[str, Any]) -> Letter:
    return _letter(reader, about["round"], is_reminder=True)


def _letter(reader, round_id: int, *, is_reminder: bool) -> Letter:
    """As things stand when it is sent. It holds no mark, not even the reader's own."""
    found = queries.find_asked(round_id, reader)
    if found is None or found.done_at:
        raise Withdrawn(NOT_ASKED)
    if found.state is not RoundState.OPEN or found.closed_on:
        raise Withdrawn(OVER)
    words = "Still open: your judgement" if is_reminder else "Your judgement is asked for"
    return Letter(
        f"{words}: {found.engagement}", "mail/round.html", {"round": found, "is_reminder": is_reminder}
    )
