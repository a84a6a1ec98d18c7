"""What is allowed by hand about time: with a reason, which is kept."""

from crm.extensions import db
from crm.sessions.models_time import Override, TimeEntry, TimeOverride
from crm.sessions.queries_budget import counts, excused, line_of, overruns


def waiting() -> list[TimeEntry]:
    """The entries that the next flush makes or changes."""
    return [row for row in (*db.session.new, *db.session.dirty) if isinstance(row, TimeEntry)]


def excuse(reason: str | None, *, by) -> None:
    """Keep the reason beside every waiting entry that goes beyond a budget and has none yet."""
    rows = waiting()
    lines = {line_of(row) for row in rows if counts(row)}
    if not reason or not lines:
        return
    over, known = overruns(lines, rows), excused([row.id for row in rows if row.id])
    for row in rows:
        if counts(row) and line_of(row) in over and row.id not in known:
            db.session.add(override(row, Override.BUDGET, reason, by=by))


def override(entry: TimeEntry, what: Override, reason: str, *, by, **said) -> TimeOverride:
    return TimeOverride(
        entry=entry,
        **entry.whereabouts,
        user_id=entry.user_id,
        by_id=by.id or None,
        what=what,
        reason=reason,
        **said,
    )
