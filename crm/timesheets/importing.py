"""Time out of the exports of other trackers: try it, or do it.

Trying is the same code, the same judges and the same constraints inside a savepoint that is rolled back. A
row is known again by what it says of who, when and what; run again, the same file changes nothing. What
somebody changed here since is not overwritten.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from crm.access import Role
from crm.audit.models import Verb
from crm.audit.trail import Entry as Happened
from crm.audit.trail import record
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.importing import REFUSED, Outcome
from crm.organisations.matching import some
from crm.organisations.rows import rejects
from crm.scopes import team
from crm.sessions.actions_time import excuse
from crm.sessions.models_time import TimeEntry, TimeKind, TimeState
from crm.timesheets.plans import File, Plan, Row, people_of
from crm.timesheets.weeks import A_DAY

CHUNK = 100
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
TOLD = ("engagement_id", "kind", "worked_on", "minutes", "from_minute", "to_minute", "is_billable", "note")

#: The entries that rows are already, by the key of the row.
Known = dict[str, TimeEntry]


def import_time(file: File, plan: Plan, *, by, dry_run: bool = False) -> Outcome:
    """Log the time of the file; `by` is who imports. Never commits."""
    rows = file.rows(plan.order)
    with db.session.begin_nested() as savepoint:
        _place(rows, file, plan, by)
        taken = [row for row in rows if not row.problems]
        _write(taken, plan, by)
        if dry_run:
            savepoint.rollback()
    outcome = _outcome(file, rows)
    if not dry_run:
        counts = {name: [None, count] for name, count in outcome.counts.items()}
        record(Happened(Verb.IMPORTED, "time_entry", name=file.tracker.label, changes=counts))
    return outcome


def _outcome(file: File, rows: Sequence[Row]) -> Outcome:
    refused = [row for row in rows if row.problems]
    counts = Counter(row.outcome for row in rows if not row.problems)
    return Outcome(
        created=counts[CREATED],
        updated=counts[UPDATED],
        unchanged=counts[UNCHANGED],
        rejected=len(refused),
        rows=len(rows),
        problems=[problem for row in refused for problem in row.problems],
        rejects=rejects(file.sheet, refused),
    )


def _place(rows: Sequence[Row], file: File, plan: Plan, by) -> None:
    """Whose time each row is, on which engagement, of what kind: as columns of an entry."""
    people, teams = people_of(rows), _teams(set(plan.engagements.values()))
    clients = _clients(set(plan.engagements.values()))
    seen: Counter[str] = Counter()
    for row in rows:
        user_id = _person(row, file, people, by)
        engagement_id = plan.engagements.get(row.place)
        if row.values.get("project") and (engagement_id not in clients):
            row.refuse(
                file.heading("project"), row.values["project"], "No engagement is chosen for this project."
            )
        elif user_id and engagement_id and (engagement_id, user_id) not in teams:
            row.refuse(
                file.heading("project"), row.values["project"], "This person is not on the team of it."
            )
        if not row.problems:
            said = _said(row, plan)
            row.values["entry"] = said | {
                "user_id": user_id,
                "organisation_id": clients[engagement_id],
                "service_line": plan.line,
                "imported_key": _key(row, file, user_id, seen),
            }


def _person(row: Row, file: File, people: dict[str, list[int]], by) -> int | None:
    if not row.person:
        return None
    column = file.heading(
        "email" if "email" in file.places else "person" if "person" in file.places else "first"
    )
    found = people.get(row.person.casefold(), [])
    if len(found) != 1:
        reason = "Nobody" if not found else "More than one person"
        row.refuse(column, row.person, f"{reason} in Plumbline is called so.")
        return None
    if by.role is not Role.ADMINISTRATOR and found[0] != by.id:
        row.refuse(column, row.person, "This is somebody else's time: an administrator can import it.")
    return found[0]


def _teams(engagement_ids: set[int]) -> set[tuple[int, int]]:
    pairs = sa.select(team.c.engagement_id, team.c.user_id).where(team.c.engagement_id.in_(engagement_ids))
    return {(row.engagement_id, row.user_id) for row in db.session.execute(pairs)}


def _clients(engagement_ids: set[int]) -> dict[int, int]:
    pairs = sa.select(Engagement.id, Engagement.organisation_id).where(Engagement.id.in_(engagement_ids))
    return {row.id: row.organisation_id for row in db.session.execute(pairs)}


def _said(row: Row, plan: Plan) -> dict:
    minutes = row.values.get("duration") or row.values["hours"]
    start, end = row.values.get("start_at"), row.values.get("end_at")
    if start is not None and end is not None:
        end += A_DAY if end <= start else 0
    # Clock times that do not say the minutes, as after a pause, would be untrue.
    is_whole = start is not None and end is not None and abs(end - start - minutes) <= 1
    return {
        "engagement_id": plan.engagements[row.place],
        "kind": plan.kinds.get(row.label, TimeKind.COACHING),
        "worked_on": row.values["start_on"],
        "minutes": minutes,
        "from_minute": start if is_whole else None,
        "to_minute": end if is_whole else None,
        "is_billable": row.values.get("billable", False),
        "note": row.values.get("note"),
    }


def _key(row: Row, file: File, user_id: int, seen: Counter) -> str:
    """Which row of which tool it is: all that it says but for how long it took; of two alike, which."""
    names = ("client", "project", "task", "note", "start_on", "start_at")
    said = [file.tracker.name, user_id, *(str(row.values.get(name, "")) for name in names)]
    digest = sha256(orjson.dumps(said)).hexdigest()
    seen[digest] += 1
    return f"{digest}-{seen[digest]}"


def _digest(values: dict) -> str:
    return sha256(orjson.dumps([str(values[name]) for name in TOLD])).hexdigest()


def _write(rows: Sequence[Row], plan: Plan, by) -> None:
    known = _known({row.values["entry"]["imported_key"] for row in rows})
    changing = [row for row in rows if _compare(row, known) != UNCHANGED and not row.problems]
    for start in range(0, len(changing), CHUNK):
        chunk = changing[start : start + CHUNK]
        if _refusal(chunk, known, plan, by) is None:
            continue
        for row in chunk:
            if reason := _refusal([row], known, plan, by):
                row.refuse("the whole row", "", reason)


def _known(keys: Iterable[str]) -> Known:
    found: Known = {}
    for part in some(list(keys)):
        rows = db.session.scalars(sa.select(TimeEntry).where(TimeEntry.imported_key.in_(part)))
        found.update({entry.imported_key: entry for entry in rows})
    return found


def _compare(row: Row, known: Known) -> str:
    """Whether the row is new, known as it is, or says something else than it did."""
    said = row.values["entry"]
    entry = known.get(said["imported_key"])
    if entry is None:
        row.outcome = CREATED
        return row.outcome
    new, here = _digest(said), _digest({name: getattr(entry, name) for name in TOLD})
    row.outcome = UNCHANGED if new in (here, entry.imported_digest) else UPDATED
    if row.outcome == UPDATED and here != entry.imported_digest:
        row.refuse(
            "the whole row",
            "",
            "This time was changed in Plumbline and in the file. Change it in one of them.",
        )
    return row.outcome


def _refusal(rows: Sequence[Row], known: Known, plan: Plan, by) -> str | None:
    """Write the rows in a savepoint of their own; why not, and nothing written, if something refuses."""
    try:
        with db.session.begin_nested():
            for row in rows:
                _put(row.values["entry"], known)
            excuse(plan.reason, by=by)
            db.session.flush()
    except DomainError as error:
        return str(error)
    except (IntegrityError, DataError):
        return REFUSED
    return None


def _put(said: dict, known: Known) -> None:
    entry = known.get(said["imported_key"]) or TimeEntry(state=TimeState.OPEN)
    for name, value in said.items():
        setattr(entry, name, value)
    entry.imported_digest = _digest(said)
    db.session.add(entry)
