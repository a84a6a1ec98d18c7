"""What was agreed stays as it was said; what is in the library is taken out of it before it goes."""

from sqlalchemy.orm import Session

from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.evidence.models import Finding, FindingState
from crm.locks import before, judge, only_changes

AGREED = "This finding is agreed: it stays as it was said. Open it again to change it."
SHARED = "This finding is in the library: take it out first."
MOVES = frozenset({"state", "shared_id", "agreed_at", "agreed_by_id"})


@judge
def nothing_of_an_agreed_finding(session: Session, rows) -> None:
    """With the whole engagement its findings may go, and come back; what was shared names nobody."""
    goes_whole = any(isinstance(row, Engagement) for row in rows)
    for row in rows:
        was = before(row, "state") if isinstance(row, Finding) else None
        goes = row in session.deleted or row not in session.dirty
        if was is FindingState.SHARED and goes and not goes_whole:
            raise DomainError(SHARED)
        is_settled = was in (FindingState.AGREED, FindingState.SHARED) and row in session.dirty
        if is_settled and not only_changes(row, MOVES, session):
            raise DomainError(AGREED)
