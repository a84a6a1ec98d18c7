"""A version is never rewritten, nor is what was said to it. What was agreed or withdrawn stays so."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.locks import before, changed, judge
from crm.versions.models import Turn, Version, VersionState

KEPT = "Version {number} stays as it was kept. Change the worksheet and keep a new one."
SAID = "What was said to a version stays as it was said."
SETTLED = "Version {number} is {state}: nothing more can be said to it."
MAY_CHANGE = frozenset({"state", "updated_at"})
FINAL = frozenset({VersionState.AGREED, VersionState.WITHDRAWN})


@judge
def no_version_is_rewritten(session: Session, rows) -> None:
    for row in rows:
        if not isinstance(row, Version | Turn) or not inspect(row).persistent:
            continue
        said = changed(row)
        if isinstance(row, Turn):
            if said or row in session.deleted:
                raise DomainError(SAID)
        elif said - MAY_CHANGE or row in session.deleted:
            raise DomainError(KEPT.format(number=before(row, "number")))
        elif "state" in said and (state := before(row, "state")) in FINAL:
            raise DomainError(SETTLED.format(number=row.number, state=state.label.lower()))
