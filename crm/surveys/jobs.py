"""Waves close by themselves."""

from crm import clock
from crm.jobs.registry import Schedule, task
from crm.jobs.running import stopping
from crm.surveys import actions, queries
from crm.surveys.models import WaveState
from crm.transactions import one
from crm.words import plural


@task(
    "surveys.close",
    "Close surveys whose day is over",
    schedule=Schedule("Every hour", minute="15"),
    has_steps=True,
)
def close_due() -> str | None:
    with one():
        due = [row for row in queries.open_past_their_day() if row.closes_on < clock.today(row)]
    closed = 0
    for row in due:
        if stopping.is_set():
            break
        with one():
            wave = queries.taken_up(row.id)
            if wave and wave.state is WaveState.OPEN:
                actions.close_wave(wave)
                closed += 1
    return f"{plural(closed, 'survey')} closed." if closed else None
