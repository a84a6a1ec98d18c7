"""What nobody may do to time, below every route, command and import.

A week that is submitted, approved or locked stays as it is. It moves on, or back, only with a step that says
who took it. A day has 24 hours, and hours beyond a budget need a reason that is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.locks import before, judge, only_changes
from crm.readers import lifted
from crm.sessions.models_time import Override, TimeEntry, TimeKind, TimeOverride, TimeState
from crm.sessions.queries_budget import BeyondBudgetError, counts, excused, line_of, overruns
from crm.timesheets.models import MOVES, EngagementRate, PersonRate, Timesheet, TimesheetStep
from crm.timesheets.queries import hold
from crm.timesheets.weeks import A_DAY, monday
from crm.words import day, hours

SETTLED = frozenset(TimeState) - {TimeState.OPEN}
HOW_TO_OPEN = {
    TimeState.SUBMITTED: "Withdraw it first, or have it sent back.",
    TimeState.APPROVED: "Have it sent back first, with a reason.",
    TimeState.LOCKED: "Have it unlocked first, with a reason.",
}


def _kept(rows: Iterable, model: type, session: Session) -> list:
    """The rows of this model that will be there after the flush."""
    return [row for row in rows if isinstance(row, model) and row not in session.deleted]


@judge
def weeks_stay_as_they_are(session: Session, rows: Sequence) -> None:
    entries = [row for row in rows if isinstance(row, TimeEntry)]
    if not entries:
        return
    sheets = _sheets(session, {(row.user_id, monday(row.worked_on)) for row in entries})
    for row in entries:
        state = sheets.get((row.user_id, monday(row.worked_on)), TimeState.OPEN)
        if row.state is state and only_changes(row, TimeEntry.never_settled, session):
            continue
        for held in (before(row, "state"), state, row.state):
            if held in SETTLED:
                raise DomainError(_refusal(row, held))


def _refusal(row: TimeEntry, held: TimeState) -> str:
    week = day(monday(before(row, "worked_on") or row.worked_on))
    return f"The time of the week of {week} is {held.label.lower()}. {HOW_TO_OPEN[held]}"


def _sheets(session: Session, weeks: set[tuple[int, date]]) -> dict[tuple[int, date], TimeState]:
    """The state of each of these weeks, as this flush will leave it."""
    with lifted(), session.no_autoflush:
        hold(*{user for user, _ in weeks})
        found = session.execute(
            sa.select(Timesheet.user_id, Timesheet.week_on, Timesheet.state).where(
                sa.tuple_(Timesheet.user_id, Timesheet.week_on).in_(sorted(weeks))
            )
        )
        states = {(row.user_id, row.week_on): row.state for row in found}
    pending = (row for row in (*session.new, *session.dirty) if isinstance(row, Timesheet))
    return states | {(row.user_id, row.week_on): row.state for row in pending}


@judge
def weeks_move_by_steps(session: Session, rows: Sequence) -> None:
    steps = {row.timesheet_id: row for row in rows if isinstance(row, TimesheetStep) and row in session.new}
    for row in rows:
        if isinstance(row, TimesheetStep) and row not in session.new:
            raise DomainError("What was done with a timesheet stays as it was written.")
        if isinstance(row, Timesheet):
            _judge_sheet(session, row, steps.get(row.id))


def _judge_sheet(session: Session, sheet: Timesheet, step: TimesheetStep | None) -> None:
    was = before(sheet, "state") or TimeState.OPEN
    is_same = (before(sheet, "user_id"), before(sheet, "week_on")) in (
        (None, None),
        (sheet.user_id, sheet.week_on),
    )
    if sheet in session.deleted or not is_same:
        raise DomainError("A timesheet stays the timesheet of its person and week.")
    if was is sheet.state:
        return
    if step is None or MOVES[step.move][1] is not sheet.state or was not in MOVES[step.move][0]:
        raise DomainError(
            f"A week that is {was.label.lower()} cannot simply become {sheet.state.label.lower()}."
        )


@judge
def what_was_allowed_stays(session: Session, rows: Sequence) -> None:
    """A rate or a reason given for an entry is settled with its week."""
    overrides = [row for row in rows if isinstance(row, TimeOverride)]
    if not overrides:
        return
    with lifted(), session.no_autoflush:
        ids = {_entry_of(row) for row in overrides}
        found = session.execute(sa.select(TimeEntry.id, TimeEntry.state).where(TimeEntry.id.in_(ids)))
        states = {row.id: row.state for row in found}
    for row in overrides:
        if (held := states.get(_entry_of(row))) in (TimeState.APPROVED, TimeState.LOCKED):
            raise DomainError(f"This time is {held.label.lower()}. {HOW_TO_OPEN[held]}")


def _entry_of(row: TimeOverride) -> int | None:
    return row.time_entry_id or (row.entry.id if row.entry else None)


@judge
def a_day_has_24_hours(session: Session, rows: Sequence) -> None:
    entries = _kept(rows, TimeEntry, session)
    days = {(row.user_id, row.worked_on) for row in entries}
    if not days:
        return
    spent: dict[tuple[int, date], int] = defaultdict(int)
    with lifted(), session.no_autoflush:
        t = TimeEntry
        found = session.execute(
            sa.select(t.user_id, t.worked_on, sa.func.sum(t.minutes))
            .where(sa.tuple_(t.user_id, t.worked_on).in_(sorted(days)), t.id.not_in(_ids(session, rows)))
            .group_by(t.user_id, t.worked_on)
        )
        spent.update({(user, worked_on): minutes for user, worked_on, minutes in found})
    for row in entries:
        spent[row.user_id, row.worked_on] += row.minutes
    for (_, worked_on), minutes in spent.items():
        if minutes > A_DAY:
            raise DomainError(f"{day(worked_on)} would have {hours(minutes)}. A day has 24 hours.")


def _ids(session: Session, rows: Sequence) -> list[int]:
    """The entries that this flush changes or deletes: what the database says of them is of yesterday."""
    return [row.id for row in rows if isinstance(row, TimeEntry) and row.id is not None]


@judge
def budgets_hold(session: Session, rows: Sequence) -> None:
    """Whoever logs more than is agreed says why."""
    growing = [row for row in _kept(rows, TimeEntry, session) if _grows(row)]
    if not growing:
        return
    over = overruns({line_of(row) for row in growing}, _entries_after(session, rows))
    if not over:
        return
    known = excused([row.id for row in growing if row.id])
    given = {
        one.entry for one in session.new if isinstance(one, TimeOverride) and one.what is Override.BUDGET
    }
    for row in growing:
        if line_of(row) in over and row not in given and row.id not in known:
            raise BeyondBudgetError(row.service_line, over[line_of(row)])


def _entries_after(session: Session, rows: Sequence) -> list[TimeEntry]:
    """The entries of the flush, those that it deletes with no minutes left."""
    gone = [
        TimeEntry(id=row.id, minutes=0)
        for row in rows
        if isinstance(row, TimeEntry) and row in session.deleted
    ]
    return [*_kept(rows, TimeEntry, session), *gone]


def _grows(row: TimeEntry) -> bool:
    """Whether it puts more on a budget than it did: any entry that is new, longer, or moved there.

    What comes back out of the bin was on it before.
    """
    if not counts(row) or sa.inspect(row).transient:
        return False
    if sa.inspect(row).pending:
        return True
    moved = any(before(row, name) != getattr(row, name) for name in ("engagement_id", "service_line"))
    was_counted = before(row, "is_billable") and before(row, "kind") is not TimeKind.TRAVEL
    return moved or not was_counted or row.minutes > before(row, "minutes")


@judge
def locked_time_keeps_its_price(session: Session, rows: Sequence) -> None:
    """A rate that would change what locked time is worth is refused."""
    for row in rows:
        if isinstance(row, PersonRate | EngagementRate):
            since = min(filter(None, (row.from_on, before(row, "from_on"))))
            _refuse_before_lock(session, row, since)


def _refuse_before_lock(session: Session, row: PersonRate | EngagementRate, since: date) -> None:
    t = TimeEntry
    whose = t.user_id == row.user_id if isinstance(row, PersonRate) else t.engagement_id == row.engagement_id
    with lifted(), session.no_autoflush:
        last = session.scalar(sa.select(sa.func.max(t.worked_on)).where(whose, t.state == TimeState.LOCKED))
    if last and last >= since:
        later = day(last + timedelta(days=1))
        raise DomainError(
            f"Time up to {day(last)} is locked at the rates of then. Begin this rate on {later}."
        )
