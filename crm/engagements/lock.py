"""What can no longer be changed: a closed engagement with all that hangs on it, a change that was decided."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.engagements.models import Engagement, OnThread
from crm.engagements.models_work import ChangeOrder, ChangeState
from crm.errors import DomainError
from crm.extensions import db
from crm.locks import before, judge, only_changes
from crm.words import day

CLOSED = "“{title}” is closed since {day}: nothing on it can be changed. A manager can reopen it."
DECIDED = "Change order {number} is {state}: it stays as it was decided."
#: Which engagements the session at work may write to though they are closed.
OPENED = "opened_engagements"


@contextmanager
def opened(engagement: Engagement) -> Iterator[None]:
    """For the one act that may change a closed engagement: reopening it."""
    info = db.session().info
    info[OPENED] = frozenset({engagement.id})
    try:
        yield
        db.session.flush()
    finally:
        info.pop(OPENED)


@judge
def nothing_on_a_closed_engagement(session: Session, rows) -> None:
    on_thread = (row for row in rows if isinstance(row, OnThread) and not row.outlives_closing)
    keys = {row.engagement_id for row in on_thread if not only_changes(row, row.never_settled, session)}
    for row in rows:
        if isinstance(row, Engagement) and before(row, "closed_on"):
            keys.add(row.id)
    if asked := sorted(key for key in keys - session.info.get(OPENED, frozenset()) if key):
        e = Engagement.__table__.c
        closed = sa.select(e.title, e.closed_on).where(e.id.in_(asked), e.closed_on.is_not(None))
        if found := session.execute(closed.with_for_update(read=True).limit(1)).first():
            raise DomainError(CLOSED.format(title=found.title, day=day(found.closed_on)))


@judge
def nothing_of_a_decided_change(_session: Session, rows) -> None:
    for row in rows:
        state = before(row, "state") if isinstance(row, ChangeOrder) else None
        if state and state is not ChangeState.PROPOSED:
            raise DomainError(DECIDED.format(number=row.number, state=state.label.lower()))
