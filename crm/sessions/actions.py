from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from crm import clock
from crm.engagements.models import Engagement, ServiceLine
from crm.errors import DomainError
from crm.extensions import db
from crm.sessions import queries
from crm.sessions.actions_time import excuse
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    PrivateNote,
    Recurrence,
    SessionTouch,
    TimeEntry,
    TimeKind,
)


def log(session: CoachingSession, engagement: Engagement, *, by) -> None:
    """Number a new session and put it on the engagement's thread."""
    session.engagement_id, session.organisation_id = engagement.id, engagement.organisation_id
    session.number = queries.next_number(engagement)
    session.coach_id = by.id
    db.session.add(session)
    db.session.flush()


def _on_thread_of(session: CoachingSession) -> dict:
    return {
        "engagement_id": session.engagement_id,
        "organisation_id": session.organisation_id,
        "session_id": session.id,
    }


def set_note(session: CoachingSession, body: str | None, *, by) -> None:
    """The author's own reflection; an empty one is taken away."""
    note = queries.find_note(session, by)
    if not body and note:
        db.session.delete(note)
    elif body and note:
        note.body = body
    elif body:
        db.session.add(PrivateNote(**_on_thread_of(session), user_id=by.id, body=body))


def set_minutes(
    session: CoachingSession, minutes: dict[TimeKind, int | None], *, by, reason: str | None = None
) -> None:
    """The minutes of the person who logs, by kind. Travel is not billed.

    With a reason, it is kept beside what goes beyond a budget.
    """
    known = {entry.kind: entry for entry in queries.own_time(session, by)}
    wall = clock.local(session.starts_at, session.time_zone)
    for kind, spent in minutes.items():
        entry = known.get(kind)
        if not spent:
            if entry:
                db.session.delete(entry)
            continue
        if not entry:
            entry = TimeEntry(**_on_thread_of(session), user_id=by.id, kind=kind)
            entry.is_billable = kind is not TimeKind.TRAVEL and not session.is_pro_bono
            db.session.add(entry)
        entry.minutes, entry.worked_on = spent, wall.date()
        entry.service_line = session.service_line or ServiceLine.COACHING
        # Time from before clock times were kept has none: to add them now would change what may be settled.
        if kind is TimeKind.COACHING and (kind not in known or entry.from_minute is not None):
            entry.from_minute = wall.hour * 60 + wall.minute
            entry.to_minute = entry.from_minute + spent
    excuse(reason, by=by)


def set_touches(session: CoachingSession, wanted: list[str]) -> None:
    """Exactly these things of the thread, each named as `goal:1`, `strategy:2` or `milestone:3`."""
    known = {_name(touch): touch for touch in queries.touches_of(session)}
    for name, touch in known.items():
        if name not in wanted:
            db.session.delete(touch)
    for name in wanted:
        if name not in known:
            kind, _, key = name.partition(":")
            db.session.add(SessionTouch(**_on_thread_of(session), **{f"{kind}_id": int(key)}))


def _name(touch: SessionTouch) -> str:
    if touch.goal_id:
        return f"goal:{touch.goal_id}"
    return f"strategy:{touch.strategy_id}" if touch.strategy_id else f"milestone:{touch.milestone_id}"


def touched(session: CoachingSession) -> list[str]:
    return [_name(touch) for touch in queries.touches_of(session)]


def promise(session: CoachingSession, title: str, owner: str | None, due_on: date | None) -> None:
    """An action that came out of a session."""
    db.session.add(Action(**_on_thread_of(session), title=title, owner=owner, due_on=due_on))


def owe(action: Action, engagement: Engagement) -> None:
    """An action that came out of no session."""
    action.engagement_id, action.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(action)


def finish(action: Action, evidence: str | None, on: date) -> Action | None:
    """Done. What comes again stands open anew, and is given back."""
    if action.state is not ActionState.OPEN:
        raise DomainError(f"“{action.title}” is {action.state.label.lower()} already.")
    action.state, action.done_on = ActionState.DONE, on
    action.evidence = evidence or action.evidence
    return _again(action, on) if action.recurs else None


def _again(action: Action, on: date) -> Action:
    """The next turn of an action that recurs: the first that is still to come, counted from its own day."""
    due_on = turn = action.due_on or on
    turns = 0
    while due_on <= on or not turns:
        turns += 1
        due_on = next_turn(turn, action.recurs, turns)
    again = Action(
        **action.whereabouts,
        title=action.title,
        owner=action.owner,
        due_on=due_on,
        recurs=action.recurs,
        milestone_id=action.milestone_id,
    )
    db.session.add(again)
    return again


def next_turn(first: date, recurs: Recurrence, turns: int) -> date:
    """The day of a later turn: months are counted from the first, so a 31st stays one where it can."""
    if recurs in WEEKS:
        return first + timedelta(weeks=WEEKS[recurs] * turns)
    return first + relativedelta(months=MONTHS[recurs] * turns)


WEEKS = {Recurrence.WEEKLY: 1, Recurrence.FORTNIGHTLY: 2}
MONTHS = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3}


def reopen(action: Action) -> None:
    if action.state is ActionState.OPEN:
        raise DomainError(f"“{action.title}” is open already.")
    action.state, action.done_on = ActionState.OPEN, None
