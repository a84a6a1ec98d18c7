"""The sessions of one engagement of the bulk, with their minutes and actions."""

from datetime import date, datetime, timedelta

from crm.demo import days
from crm.demo import words_bulk as words
from crm.demo.time import state_of
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    Mode,
    PrivateNote,
    Recurrence,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
    session_contact,
    session_user,
)
from crm.sessions.models_record import RecordStep, Step
from crm.timesheets.weeks import monday

MODES = tuple(Mode)
#: Sessions of so long ago are locked, for their clients have said nothing since they were shared.
LOCKED_AFTER, SILENT_FOR = timedelta(days=120), timedelta(days=30)
#: Every so many sessions there is a private note, and time that belongs to no session.
NOTED, BESIDE = 6, 4
#: Every so many open actions come again each month.
RECURS = 8


def add_bulk_sessions(bulk, count: int, span: int, milestones: list[int]) -> None:
    """Spread evenly over the days of the span, from the start on."""
    for number in range(1, count + 1):
        day = days.working(bulk.starts + timedelta(days=span * number // count))
        state = SessionState.HELD if day < bulk.rows.as_of else SessionState.PLANNED
        session = _session(bulk, number, day, state)
        if state is SessionState.HELD:
            _time(bulk, session, day, number)
            if number % 2:
                _action(bulk, session, day, milestones[number % words.FOUR])


def _session(bulk, number: int, day: date, state: SessionState) -> int:
    rng, client = bulk.rng, bulk.client
    contact = number % len(client.contacts)
    is_written = state is SessionState.HELD and rng.random() < 0.95
    starts_at = days.instant(day, rng.randrange(8, 17), rng.choice((0, 0, 15, 30, 45)), client.zone)
    shared_at = starts_at + timedelta(hours=20) if is_written else None
    locked_at = shared_at + SILENT_FOR if is_written and day < bulk.rows.as_of - LOCKED_AFTER else None
    session = bulk.add(
        CoachingSession,
        number=number,
        coach_id=bulk.lead,
        state=state,
        starts_at=starts_at,
        time_zone=client.zone,
        mode=rng.choice(MODES),
        agenda=rng.choice(words.AGENDAS),
        summary=rng.choice(words.SUMMARIES).format(name=client.names[contact]) if is_written else None,
        is_shared=is_written or state is SessionState.PLANNED,
        shared_at=shared_at,
        locked_at=locked_at,
    )
    _record(bulk, session, shared_at, locked_at)
    if is_written and number % NOTED == 0:
        bulk.add(PrivateNote, session_id=session, user_id=bulk.lead, body=rng.choice(words.NOTES))
    bulk.add(SessionTouch, session_id=session, strategy_id=bulk.strategies[number % words.FOUR])
    bulk.rows.pair(session_user, session_id=session, user_id=bulk.lead)
    bulk.rows.pair(session_contact, session_id=session, contact_id=client.contacts[contact])
    return session


def _record(bulk, session: int, shared_at: datetime | None, locked_at: datetime | None) -> None:
    for step, at in ((Step.SHARED, shared_at), (Step.LOCKED, locked_at)):
        if at:
            bulk.add(RecordStep, session_id=session, step=step, taken_at=at, user_id=bulk.lead)


def _time(bulk, session: int, day: date, number: int) -> None:
    bulk.weeks.add((bulk.lead, monday(day)))
    kinds = (TimeKind.COACHING, TimeKind.PREPARATION) if number % 2 else (TimeKind.COACHING,)
    for kind in kinds:
        bulk.add(
            TimeEntry,
            session_id=session,
            user_id=bulk.lead,
            worked_on=day,
            kind=kind,
            state=state_of(bulk.rows.as_of, day),
            minutes=bulk.rng.choice((60, 75, 90, 120)) if kind is TimeKind.COACHING else 30,
        )
    if number % BESIDE == 0:
        bulk.add(
            TimeEntry,
            user_id=bulk.lead,
            worked_on=day,
            kind=TimeKind.FOLLOW_UP,
            state=state_of(bulk.rows.as_of, day),
            minutes=30,
            note="Sent the summary and answered questions about it.",
        )


def _action(bulk, session: int, day: date, milestone: int) -> None:
    due = day + timedelta(days=bulk.rng.choice((7, 14, 21)))
    is_done = due < bulk.rows.as_of and bulk.rng.random() < 0.97
    theirs = bulk.rng.random() < 0.6
    bulk.add(
        Action,
        title=bulk.rng.choice(words.ACTIONS),
        session_id=session,
        milestone_id=milestone,
        due_on=due,
        state=ActionState.DONE if is_done else ActionState.OPEN,
        done_on=due if is_done else None,
        owner_contact_id=bulk.client.contacts[0] if theirs else None,
        owner_user_id=None if theirs else bulk.lead,
        recurs=Recurrence.MONTHLY if not is_done and session % RECURS == 0 else None,
        **bulk.rows.made_on(day),
    )
