"""The record of a session between the two sides: draft, shared, acknowledged, locked."""

from datetime import datetime, timedelta

from crm import clock
from crm.errors import DomainError
from crm.extensions import db
from crm.sessions.models import CoachingSession, RecordState, SessionState
from crm.sessions.models_record import RecordStep, Step, Timer

#: After so many days of silence a shared session may be locked without an answer.
SILENCE = timedelta(days=14)


def _note(session: CoachingSession, step: Step, *, by, at: datetime, reason: str | None = None) -> None:
    db.session.add(
        RecordStep(
            session_id=session.id,
            **session.whereabouts,
            step=step,
            taken_at=at,
            reason=reason,
            user_id=by.id,
        )
    )


def set_shared(session: CoachingSession, is_shared: bool, *, by) -> None:
    """Show the session to the client, or take it out of their sight until they have acknowledged it."""
    if is_shared == session.is_shared:
        return
    if not is_shared and session.acknowledged_at:
        raise DomainError(f"The client has acknowledged session {session.number}: it stays with them.")
    now = clock.now()
    session.is_shared, session.shared_at = is_shared, now if is_shared else None
    _note(session, Step.SHARED if is_shared else Step.WITHDRAWN, by=by, at=now)


def share(session: CoachingSession, *, by) -> None:
    if session.state is SessionState.HELD and not session.summary:
        raise DomainError("Write the summary first: there is nothing to share yet.")
    set_shared(session, True, by=by)


def acknowledge(session: CoachingSession, *, by) -> None:
    """The client has read it, and it says what was agreed."""
    if session.record is not RecordState.SHARED or session.state is not SessionState.HELD:
        raise DomainError(f"Session {session.number} is not waiting to be acknowledged.")
    session.acknowledged_at = clock.now()
    _note(session, Step.ACKNOWLEDGED, by=by, at=session.acknowledged_at)


def ask_again(session: CoachingSession) -> bool:
    """What was acknowledged says something else now: whoever acknowledged it is asked anew."""
    was_acknowledged = session.acknowledged_at is not None
    session.acknowledged_at = None
    return was_acknowledged


def lock(session: CoachingSession, *, by) -> None:
    """From now on nothing in it changes. Asks for the client's word, or for two weeks without one."""
    now = clock.now()
    silent = session.record is RecordState.SHARED and session.shared_at and now - session.shared_at >= SILENCE
    if session.record is not RecordState.ACKNOWLEDGED and not silent:
        raise DomainError(
            f"Session {session.number} is locked once the client has acknowledged it, "
            f"or has said nothing for {SILENCE.days} days after it was shared."
        )
    session.locked_at = now
    _note(session, Step.LOCKED, by=by, at=now)


def unlock(session: CoachingSession, reason: str, *, by) -> None:
    if not session.locked_at:
        raise DomainError(f"Session {session.number} is not locked.")
    session.locked_at = None
    _note(session, Step.UNLOCKED, by=by, at=clock.now(), reason=reason)


def start_timer(engagement, running: Timer | None, *, by) -> None:
    if running:
        raise DomainError("A timer runs already. Stop it first.")
    place = engagement.whereabouts
    db.session.add(Timer(**place, user_id=by.id, started_at=clock.now()))


def stop_timer(running: Timer) -> tuple[datetime, int]:
    """When it was started, and the whole minutes since: one at least, a day at most."""
    minutes = round((clock.now() - running.started_at).total_seconds() / 60)
    db.session.delete(running)
    return running.started_at, min(max(minutes, 1), 1440)
