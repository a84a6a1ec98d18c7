"""A locked session stays as it is: its words, its people, what it touched, its note and its minutes."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.locks import before, judge, only_changes
from crm.sessions.models import CoachingSession, PrivateNote, SessionTouch, TimeEntry

LOCKED = "Session {number} is locked: it stays as it was agreed. A manager can unlock it, with a reason."
#: What hangs on a session and is locked with it.
HANGING = (PrivateNote, SessionTouch, TimeEntry)


@judge
def nothing_of_a_locked_session(session: Session, rows) -> None:
    keys = set()
    for row in rows:
        if isinstance(row, CoachingSession):
            if before(row, "locked_at") and (row.locked_at or row in session.deleted):
                raise DomainError(LOCKED.format(number=row.number))
        elif isinstance(row, HANGING) and not only_changes(row, row.never_settled, session):
            keys.add(row.session_id)
    if keys := keys - {None}:
        s = CoachingSession.__table__.c
        locked = sa.select(s.number).where(s.id.in_(sorted(keys)), s.locked_at.is_not(None))
        if number := session.execute(locked.limit(1)).scalar():
            raise DomainError(LOCKED.format(number=number))
