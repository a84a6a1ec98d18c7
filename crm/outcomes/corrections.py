"""What a value said before is kept, and what is approved stays, below every route, command and import."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import DomainError
from crm.extensions import db
from crm.locks import before, changed, judge
from crm.outcomes.models import Correction, Observation
from crm.readers import known
from crm.words import day

WHY = "why_corrected"
#: A change of one of these is a correction.
CORRECTED = frozenset({"value", "numerator", "denominator", "n"})
SAID = (*sorted(CORRECTED), "provenance")
APPROVAL = frozenset({"approved_at", "approved_by_id"})
APPROVED = (
    "The value of {day} is approved: it stays as it is. Have its period opened again first, with a reason."
)


@contextmanager
def because(reason: str | None, *, by) -> Iterator[None]:
    """Corrections of what is written in here are for this reason, and by this person."""
    info = db.session().info
    info[WHY] = reason, by.id
    try:
        yield
        db.session.flush()
    finally:
        info.pop(WHY, None)


def said_before(row: Observation, **more) -> Correction:
    """What the row says in the database, as a correction of it."""
    reason, user_id = db.session().info.get(WHY) or (None, known().id)
    return Correction(
        observation_id=row.id,
        **row.whereabouts,
        reason=reason,
        user_id=user_id or None,
        corrected_at=clock.now(),
        **{name: before(row, name) for name in SAID},
        **more,
    )


@event.listens_for(db.session, "before_flush")
def keep_what_it_said(session: Session, _context, _instances) -> None:
    rows = [row for row in session.dirty if isinstance(row, Observation) and changed(row) & CORRECTED]
    session.add_all([said_before(row) for row in rows if row not in session.deleted])


@judge
def approved_values_stay(session: Session, rows: Sequence) -> None:
    opened = {row.observation_id for row in session.new if isinstance(row, Correction) and row.is_reopening}
    for row in rows:
        if not isinstance(row, Observation) or before(row, "approved_at") is None:
            continue
        is_opened = row.id in opened and row not in session.deleted and row.approved_at is None
        if not is_opened or changed(row) - APPROVAL - {"updated_at"}:
            raise DomainError(APPROVED.format(day=day(before(row, "period_on"))))


@judge
def corrections_stay(session: Session, rows: Sequence) -> None:
    """They go with their observation, and not by themselves."""
    for row in rows:
        is_kept = isinstance(row, Correction) and sa.inspect(row).persistent
        if is_kept and (row in session.deleted or session.is_modified(row)):
            raise DomainError("What a value said before it was corrected stays as it was written.")
