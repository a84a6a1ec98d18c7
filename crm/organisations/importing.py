"""Organisations out of a file: try it, or do it.

Trying is the same code and the same constraints inside a savepoint that is rolled back. Each row
is taken or refused as a whole; created + updated + unchanged + rejected is the rows of the file.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from crm.access import Role
from crm.audit.models import Verb
from crm.audit.trail import Entry as Happened
from crm.audit.trail import record
from crm.extensions import db
from crm.organisations.mapping import SCHEMES, Plan
from crm.organisations.matching import match
from crm.organisations.models import Identifier, Kind, Organisation, Tag, organisation_tag, searchable
from crm.organisations.reading import Sheet
from crm.organisations.rows import Entry, Problem, entries, rejects
from crm.readers import lifted

CHUNK = 1_000
REFUSED = "The database refused this row: it contradicts what was saved there a moment ago. Try it again."


@dataclass(frozen=True)
class Outcome:
    created: int
    updated: int
    unchanged: int
    rejected: int
    rows: int
    problems: list[Problem] = field(default_factory=list)
    rejects: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "rejected", "rows")}

    @property
    def changed(self) -> int:
        return self.created + self.updated


def import_organisations(sheet: Sheet, plan: Plan, *, by=None, dry_run: bool = False) -> Outcome:
    """Create and update organisations; `by` is the user who imports, None for the command line.

    Never commits. A consultant becomes the keeper of what they create.
    """
    found = entries(sheet, plan)
    keeper = by.id if by is not None and by.role is Role.CONSULTANT else None
    with db.session.begin_nested() as savepoint:
        with lifted():
            match(found, plan, by=by)
        _write([entry for entry in found if not entry.problems], keeper)
        if dry_run:
            savepoint.rollback()
    outcome = _outcome(sheet, found)
    if not dry_run:
        counts = {name: [None, count] for name, count in outcome.counts.items()}
        record(Happened(Verb.IMPORTED, "organisation", changes=counts))
    return outcome


def _outcome(sheet: Sheet, found: list[Entry]) -> Outcome:
    refused = [entry for entry in found if entry.problems]
    taken = [entry for entry in found if not entry.problems]
    created = sum(entry.is_new for entry in taken)
    updated = sum(entry.is_changed for entry in taken if not entry.is_new)
    return Outcome(
        created=created,
        updated=updated,
        unchanged=len(taken) - created - updated,
        rejected=len(refused),
        rows=len(sheet.rows),
        problems=[problem for entry in refused for problem in entry.problems],
        rejects=rejects(sheet, refused),
    )


def _write(taken: list[Entry], keeper: int | None) -> None:
    changing = [entry for entry in taken if entry.is_new or entry.is_changed]
    tag_ids = _tag_ids({tag for entry in changing for tag in entry.new_tags})
    for start in range(0, len(changing), CHUNK):
        chunk = changing[start : start + CHUNK]
        if _fits(chunk, keeper, tag_ids):
            continue
        for entry in chunk:
            if not _fits([entry], keeper, tag_ids):
                entry.refuse("the whole row", "", REFUSED)


def _fits(chunk: list[Entry], keeper: int | None, tag_ids: dict[str, int]) -> bool:
    """Write the rows in a savepoint of their own; False, and nothing written, if the database refuses."""
    try:
        with db.session.begin_nested():
            ids = _create([entry for entry in chunk if entry.is_new], keeper)
            _update([entry for entry in chunk if entry.changes and not entry.is_new])
            _link(chunk, ids, tag_ids)
            record(*(_happened(entry, ids) for entry in chunk))
    except (IntegrityError, DataError):
        return False
    return True


def _create(new: list[Entry], keeper: int | None) -> dict[int, int]:
    """The ids of the new organisations, by row number."""
    if not new:
        return {}
    table = Organisation.__table__
    blank = {name: None for entry in new for name in entry.values if name in table.c}
    blank |= {"keeper_id": keeper, "kind": Kind.HOSPITAL}
    rows = [blank | _row(entry.values) for entry in new]
    # SQLite numbers rows as it inserts them; asked to keep the order, SQLAlchemy would go row by row there.
    in_order = db.session.get_bind().dialect.name != "sqlite"
    statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=in_order)
    ids = db.session.scalars(statement, rows).all()
    return dict(zip((entry.number for entry in new), ids if in_order else sorted(ids), strict=True))


def _row(values: dict) -> dict:
    """The columns of an organisation among the values."""
    apart = ("tags", *SCHEMES)
    row = {name: value for name, value in values.items() if name not in apart}
    return row | {"search_name": searchable(values["name"])[:255]} if "name" in row else row


def _update(changed: list[Entry]) -> None:
    """One statement for all rows in which the same columns change."""
    alike = defaultdict(list)
    for entry in changed:
        changes = _row(entry.changes)
        alike[tuple(sorted(changes))].append(changes | {"key": entry.organisation_id})
    table = Organisation.__table__
    for names, rows in alike.items():
        statement = sa.update(table).where(table.c.id == sa.bindparam("key"))
        values = {name: sa.bindparam(name) for name in names} | {"version_id": table.c.version_id + 1}
        db.session.execute(statement.values(values), rows)


def _link(chunk: list[Entry], ids: dict[int, int], tag_ids: dict[str, int]) -> None:
    owners = [(entry, ids.get(entry.number, entry.organisation_id)) for entry in chunk]
    identifiers = [
        {"organisation_id": owner, "scheme": scheme, "value": value}
        for entry, owner in owners
        for scheme, value in entry.new_identifiers
    ]
    tags = [
        {"organisation_id": owner, "tag_id": tag_id}
        for entry, owner in owners
        for tag_id in {tag_ids[tag] for tag in entry.new_tags}
    ]
    for table, rows in ((Identifier.__table__, identifiers), (organisation_tag, tags)):
        if rows:
            db.session.execute(sa.insert(table), rows)


def _happened(entry: Entry, ids: dict[int, int]) -> Happened:
    """What the audit trail says of one row."""
    key = ids.get(entry.number, entry.organisation_id)
    after = entry.values if entry.is_new else entry.changes
    changes = {name: [entry.before.get(name), value] for name, value in after.items() if value is not None}
    changes |= {scheme: [None, value] for scheme, value in entry.new_identifiers}
    if entry.new_tags:
        changes["tags"] = [None, entry.new_tags]
    verb = Verb.CREATED if entry.is_new else Verb.CHANGED
    name = entry.values.get("name") or entry.before.get("name")
    return Happened(verb, "organisation", key, name, None, key, changes)


def _tag_ids(names: set[str]) -> dict[str, int]:
    """The id of each of these tags; those that were not there come into being, whatever their case."""
    if not names:
        return {}
    tag = Tag.__table__.c
    known = {searchable(name): key for name, key in db.session.execute(sa.select(tag.name, tag.id))}
    missing = {searchable(name): name for name in sorted(names) if searchable(name) not in known}
    if missing:
        db.session.execute(sa.insert(Tag.__table__), [{"name": name} for name in missing.values()])
        return _tag_ids(names)
    return {name: known[searchable(name)] for name in names}
