"""Throw away, put back, delete for good. Nothing else in Plumbline deletes what people have entered."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm import clock, locks
from crm.audit.models import Verb
from crm.audit.trail import Entry, label_of, record
from crm.base import UtcDateTime
from crm.bin import queries
from crm.bin.models import BinItem
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import lifted

NEVER_COPIED = frozenset({"private_note", "survey_answer", "survey_visit"})
#: The column by which a row says that its time has not come.
REVEALED = "is_revealed"
STILL_CARRIES = "“{name}” still carries other things, such as milestones or measures. Move those first."
CANNOT_RETURN = (
    "“{name}” cannot be put back: what it belongs to is gone, or something else has taken its place."
)


def throw_away(row, *, by) -> BinItem:
    """Put the row, and all that the database would delete with it, into the bin."""
    name = label_of(row) or f"{row.__tablename__.replace('_', ' ')} {row.id}"
    with lifted():  # A colleague's time and note go with the session, unseen.
        rows = queries.hanging_on(row.__table__, [row.id])
        locks.refuse(db.session(), queries.loaded(rows))
    item = BinItem(
        thing=row.__tablename__,
        thing_id=row.id,
        name=name[:255],
        user_id=by.id,
        organisation_id=row.id
        if row.__tablename__ == "organisation"
        else getattr(row, "organisation_id", None),
        engagement_id=row.id if row.__tablename__ == "engagement" else getattr(row, "engagement_id", None),
        rows={table.name: [_written(one) for one in found] for table, found in rows.items()},
    )
    db.session.add(item)
    db.session.delete(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise DomainError(STILL_CARRIES.format(name=name)) from None
    return item


def put_back(item: BinItem) -> None:
    """Every row as it was, under the same id; unless what is settled meanwhile has no room for it."""
    locks.refuse(db.session(), list(_rows_of(item)))
    try:
        with db.session.begin_nested():
            for name, rows in item.rows.items():
                table = db.metadata.tables[name]
                db.session.execute(sa.insert(table), [_read(table, row) for row in rows])
    except IntegrityError:
        raise DomainError(CANNOT_RETURN.format(name=item.name)) from None
    place = {"engagement_id": item.engagement_id, "organisation_id": item.organisation_id}
    record(Entry(Verb.RESTORED, item.thing, item.thing_id, item.name, **place))
    db.session.delete(item)


def _rows_of(item: BinItem) -> Iterator:
    """What it would put back, for who judges it."""
    known = queries.models()
    for name, rows in item.rows.items():
        table = db.metadata.tables[name]
        if table in known:
            yield from (known[table](**_read(table, row)) for row in rows)


def copy(item: BinItem) -> dict[str, list[dict]]:
    """Everything that deleting it for good would take away, but for what is in no file: see `told`."""
    item.copied_at = clock.now()
    return {name: rows for name, rows in told(item).items() if name not in NEVER_COPIED}


def told(item: BinItem) -> dict[str, list[dict]]:
    """What hung on it, but for the marks of a round that was not over: not even their number is told."""
    kept = {name: [row for row in rows if row.get(REVEALED, True)] for name, rows in item.rows.items()}
    return {name: rows for name, rows in kept.items() if rows}


def delete_for_good(item: BinItem) -> None:
    if not item.copied_at:
        raise DomainError(f"Download a copy of “{item.name}” first: nobody can put it back afterwards.")
    db.session.delete(item)


def _written(row: dict) -> dict:
    return {name: _plain(value) for name, value in row.items() if value is not None}


def _plain(value):
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(table: sa.Table, row: dict) -> dict:
    """A row for its table again; what was nothing is said, or a default would take its place."""
    return {column.name: _value(column, row.get(column.name)) for column in table.columns}


def _value(column: sa.Column, value):
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if issubclass(kind, Enum) else value
