from datetime import date
from typing import Any

from crm import clock
from crm.accounts.models import Rhythm
from crm.jobs.registry import Schedule, task
from crm.jobs.running import stopping
from crm.mail.letters import Letter, Withdrawn, absolute, letter
from crm.reminders.actions import KIND, remind
from crm.reminders.queries import digest_for, with_reminders
from crm.reminders.tokens import token_for
from crm.reminders.when import due_on
from crm.transactions import one
from crm.words import plural

TOO_LATE = "Its day was over before it could be sent."
ENDED = "Its reader has ended reminders."


@task(
    "reminders.digests",
    "Write the day's reminders",
    schedule=Schedule("Every five minutes", minute="*/5"),
    has_steps=True,
)
def digests() -> str | None:
    """For everybody whose hour has come, one step each: whoever is killed has left nobody by halves."""
    with one():
        people = with_reminders()
    now, written = clock.now(), 0
    for person in people:
        if stopping.is_set():
            break
        if day := due_on(person, now):
            with one():
                written += remind(person.id, day)
    return f"{plural(written, 'reminder')} written." if written else None


@letter(KIND)
def reminder(reader, about: dict[str, Any]) -> Letter | None:
    """As things stand when it is sent: what was done meanwhile is not in it."""
    day = date.fromisoformat(about["day"])
    if reader.reminders is Rhythm.NEVER:
        raise Withdrawn(ENDED)
    if clock.today(reader) != day:
        raise Withdrawn(TOO_LATE)
    digest = digest_for(reader, day)
    if not digest:
        return None
    unsubscribe = absolute("reminders.unsubscribe", token=token_for(reader))
    context = {"digest": digest, "zone": reader.time_zone, "weekly": reader.reminders is Rhythm.WEEKLY}
    return Letter(digest.subject, "mail/reminder.html", context, unsubscribe)
