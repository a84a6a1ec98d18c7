"""What people do with their weeks. What may not be is refused by crm.timesheets.judges, below all of this."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from crm.access import Permission, holds
from crm.errors import DomainError
from crm.extensions import db
from crm.sessions.actions_time import excuse
from crm.sessions.models_time import BILLED, TimeEntry, TimeState
from crm.timesheets import queries, queries_approval
from crm.timesheets.models import MOVES, NEEDS_A_REASON, Move, Timesheet, TimesheetStep
from crm.timesheets.queries import Key

ONLY_AUTHORS = frozenset({Move.SUBMITTED, Move.WITHDRAWN})


class Typed(NamedTuple):
    """What somebody typed into one cell of a timesheet, and what stood there when they saw it."""

    row: Key
    day: date
    minutes: int
    was: int


class Collided(NamedTuple):
    """A cell that somebody else changed meanwhile to something else than was typed."""

    typed: Typed
    now: int


def fill(user, cells: Iterable[Typed], reason: str | None = None) -> list[Collided]:
    """Write the cells that were changed. What was changed elsewhere meanwhile is not overwritten."""
    changed = [cell for cell in cells if cell.minutes != cell.was]
    if not changed:
        return []
    entries = queries.entries_by_cell(user, min(c.day for c in changed), max(c.day for c in changed))
    places = queries.places_for(user, {cell.row.engagement_id for cell in changed})
    collided = []
    for cell in changed:
        held = entries.get((cell.row, cell.day), [])
        now = sum(entry.minutes for entry in held)
        if now not in (cell.was, cell.minutes):
            collided.append(Collided(cell, now))
        elif now != cell.minutes:
            _write(user, cell, held, places)
    excuse(reason, by=user)
    db.session.flush()
    return collided


def _write(user, cell: Typed, held: Sequence[TimeEntry], places: dict[int, int]) -> None:
    if len(held) > 1:
        raise DomainError(
            "Several entries stand in this cell: change them one by one in the list of entries."
        )
    if held and cell.minutes:
        held[0].minutes = cell.minutes
        _stretch(held[0])
    elif held:
        db.session.delete(held[0])
    elif cell.row.engagement_id not in places:
        raise DomainError("This engagement is not among those that you work on.")
    else:
        db.session.add(
            TimeEntry(
                engagement_id=cell.row.engagement_id,
                organisation_id=places[cell.row.engagement_id],
                user_id=user.id,
                worked_on=cell.day,
                kind=cell.row.kind,
                service_line=cell.row.service_line,
                minutes=cell.minutes,
                is_billable=cell.row.kind in BILLED,
                state=TimeState.OPEN,
            )
        )


def _stretch(entry: TimeEntry) -> None:
    """Clock times that no longer say the minutes are dropped: they would be untrue."""
    if entry.from_minute is not None and entry.to_minute - entry.from_minute != entry.minutes:
        entry.from_minute = entry.to_minute = None


def log(entry: TimeEntry, engagement_id: int, organisation_id: int, *, by, reason: str | None = None) -> None:
    """A new entry, beside the cells of the timesheet."""
    entry.engagement_id, entry.organisation_id = engagement_id, organisation_id
    entry.user_id, entry.state = by.id, TimeState.OPEN
    db.session.add(entry)
    change(by=by, reason=reason)


def change(*, by, reason: str | None = None) -> None:
    """Save what a form changed of an entry; what goes beyond a budget with the reason given."""
    excuse(reason, by=by)
    db.session.flush()


def move(sheet: Timesheet, step: Move, reason: str | None, *, by) -> None:
    """One step in the life of a week, written down with who took it; its entries go with it."""
    allowed, target = MOVES[step]
    if sheet.state not in allowed:
        raise DomainError(f"{sheet.name} is {sheet.state.label.lower()}: it cannot be {_said(step)}.")
    _refuse_others(sheet, step, by)
    queries.hold(sheet.user_id)
    if step in NEEDS_A_REASON and not reason:
        raise DomainError(f"Say why it is {_said(step)}: {sheet.user.name} reads it, and it is kept.")
    entries = queries.entries_of(sheet.user_id, sheet.week_on)
    if step is Move.SUBMITTED and not entries:
        raise DomainError("There is no time in this week yet: fill it first.")
    db.session.add(
        TimesheetStep(
            timesheet_id=sheet.id, user_id=sheet.user_id, by_id=by.id or None, move=step, reason=reason
        )
    )
    sheet.state = target
    for entry in entries:
        entry.state = target
    db.session.flush()


def _said(step: Move) -> str:
    return step.label.lower()


def _refuse_others(sheet: Timesheet, step: Move, by) -> None:
    is_own = sheet.user_id == by.id
    if step in ONLY_AUTHORS:
        if not is_own:
            raise DomainError("A week is submitted and withdrawn by the person whose week it is.")
    elif not holds(by, Permission.TIME_APPROVE):
        raise DomainError("A manager or an administrator decides about a week.")
    elif is_own:
        raise DomainError("Somebody else decides about your own week.")


def open_sheet(user, week_on: date) -> Timesheet:
    """The person's sheet for that week; a new one where there was none."""
    sheet = queries.find_sheet(user, week_on)
    if not sheet:
        sheet = Timesheet(user_id=user.id, week_on=week_on, state=TimeState.OPEN)
        db.session.add(sheet)
        db.session.flush()
    return sheet


def approve_all(sheets: Iterable[Timesheet], *, by) -> int:
    """Approve several weeks at once; how many."""
    count = 0
    for sheet in sheets:
        move(sheet, Move.APPROVED, None, by=by)
        count += 1
    return count


def lock_until(day: date, *, by) -> int:
    """Lock every approved week that is over by that day, but for one's own; how many."""
    count = 0
    for sheet in queries_approval.approved_until(day, but_for=by):
        move(sheet, Move.LOCKED, f"Period up to {day.isoformat()}", by=by)
        count += 1
    return count
