"""Listens to every session and writes what it did into the audit trail, in the transaction that did it.

What a flush changes is gathered as it happens; the entries are chained and written at the commit, so that
the head of the chain is locked for as short as can be. A savepoint that is rolled back takes its own
entries with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, Response, g, has_app_context, has_request_context, request
from flask_login import user_logged_in, user_logged_out
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from crm import clock, transactions
from crm.access import Operator, actor
from crm.audit.chain import digest
from crm.audit.models import Verb, audit_entry, audit_head
from crm.extensions import db
from crm.forms import strip

GATHERED, MARKS, HEARD = "audit_gathered", "audit_marks", "audit_heard"
#: Characters of a name that an entry repeats.
LONGEST = audit_entry.c.name.type.length
#: What an entry calls a value that it does not repeat.
HIDDEN = "not shown"
#: Tables of what is not said yet: nobody else sees it, and it changes with every key that is pressed. Runs
#: of tasks and reports and mails in the outbox are records of their own: what people do to them, their
#: actions tell. Who answers a survey, and when, is nobody's business.
UNHEARD = frozenset(
    {
        "draft",
        "import_upload",
        "job_run",
        "mail",
        "report_run",
        "report_snapshot",
        "survey_answer",
        "survey_visit",
    }
)  # fmt: skip
SECRETS = frozenset(
    {
        "bin_item.rows", "user_account.password", "user_account.fs_uniquifier", "private_note.body",
        "worksheet_version.content", "survey_wave.token",
    }
)  # fmt: skip
NOT_TOLD = frozenset(
    {
        "id",
        "created_at",
        "updated_at",
        "engagement_id",
        "organisation_id",
        "last_seen_at",
        "version_id",
        "reminded_on",
        "last_at",
        "next_at",
        "last_said",
    }
)
NAMES = ("title", "name", "statement", "question", "handle", "value")


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, before it is known who did it and where it hangs on the chain."""

    verb: Verb
    thing: str | None = None
    thing_id: int | None = None
    name: str | None = None
    engagement_id: int | None = None
    organisation_id: int | None = None
    changes: Mapping[str, Any] | None = None
    who: str | None = None


def record(*entries: Entry) -> None:
    """Add to the trail what a flush cannot tell: a change in bulk, an import. It stays if this commits."""
    db.session.info.setdefault(GATHERED, []).extend(entries)


def hear(verb: Verb, name: str, **said) -> None:
    """Add a read or an export to the trail: it is written once the answer is there, and has come about."""
    transactions.leave_trace()
    db.session.info.setdefault(HEARD, []).append(Entry(verb, name=name, **said))


def init_app(app: Flask) -> None:
    app.after_request(hear_failed_sign_in)
    user_logged_in.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)


def hear_failed_sign_in(response: Response) -> Response:
    if request.endpoint == "security.login" and request.method == "POST" and response.status_code == 200:
        record(Entry(Verb.SIGN_IN_FAILED, who=strip(request.form.get("email", "")[:255])))
    return response


def _signed_in(_app, user, **_) -> None:
    record(Entry(Verb.SIGNED_IN, "user_account", user.id, user.name))


def _signed_out(_app, user, **_) -> None:
    g.signed_out = user
    record(Entry(Verb.SIGNED_OUT, "user_account", user.id, user.name))


@event.listens_for(db.session, "after_flush")
def gather(session: Session, _context) -> None:
    """Everything that this flush creates, changes and deletes."""
    gathered = session.info.setdefault(GATHERED, [])
    for verb, rows in ((Verb.CREATED, session.new), (Verb.CHANGED, session.dirty)):
        for row in rows:
            if row.__tablename__ not in UNHEARD and (changes := _changes(row, verb)):
                gathered.append(_of(row, verb, changes))
    gathered.extend(
        _of(row, Verb.DELETED, _values(row)) for row in session.deleted if row.__tablename__ not in UNHEARD
    )


def _of(row, verb: Verb, changes: dict) -> Entry:
    table = row.__tablename__
    return Entry(
        verb,
        table,
        row.id,
        label_of(row),
        row.id if table == "engagement" else getattr(row, "engagement_id", None),
        row.id if table == "organisation" else getattr(row, "organisation_id", None),
        changes,
    )


def label_of(row) -> str | None:
    """What people call a record."""
    if row.__tablename__ == "coaching_session":
        return f"Session {row.number}"
    name = next((str(value) for key in NAMES if (value := getattr(row, key, None))), None)
    return name[:LONGEST] if name else None


@cache
def _told(model: type) -> tuple[tuple[str, bool], ...]:
    """The columns of a model that an entry tells about, and whether it may repeat their values."""
    mapper = sa.inspect(model)
    return tuple(
        (prop.key, f"{model.__tablename__}.{prop.key}" not in SECRETS)
        for prop in mapper.column_attrs
        if prop.key not in NOT_TOLD
    ) + tuple((one.key, True) for one in mapper.relationships if one.secondary is not None)


def _changes(row, verb: Verb) -> dict[str, list]:
    """Before and after of each column that changes; a row that is new has nothing before."""
    if verb is Verb.CREATED:
        return _values(row, is_new=True)
    changes, state = {}, sa.inspect(row)
    for key, may_repeat in _told(type(row)):
        history = state.attrs[key].history
        if history.has_changes():
            pair = [_plain(history.deleted), _plain(history.added)]
            changes[key] = pair if may_repeat else [HIDDEN, HIDDEN]
    return changes


def _values(row, *, is_new: bool = False) -> dict[str, list]:
    told = {}
    for key, may_repeat in _told(type(row)):
        value = _plain(row.__dict__.get(key))
        if value not in (None, []):
            value = value if may_repeat else HIDDEN
            told[key] = [None, value] if is_new else [value, None]
    return told


def _plain(value):
    """A value of a column, or the ids of the rows that a relationship names."""
    if isinstance(value, tuple):
        value = list(value)
    if isinstance(value, list):
        rows = [getattr(one, "id", one) for one in value]
        return rows[0] if len(rows) == 1 and not hasattr(value[0], "id") else rows or None
    return value


def _json(value) -> str | None:
    return orjson.dumps(value, default=_written, option=orjson.OPT_SORT_KEYS).decode() if value else None


def _written(value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


@event.listens_for(db.session, "after_transaction_create")
def mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(MARKS, {})[transaction] = len(session.info.get(GATHERED, ()))


@event.listens_for(db.session, "after_soft_rollback")
def forget(session: Session, transaction: SessionTransaction) -> None:
    """What was rolled back did not happen."""
    if transaction.nested or transaction.parent is None:
        kept = session.info.get(MARKS, {}).pop(transaction, 0)
        del session.info.get(GATHERED, [])[kept:]


@event.listens_for(db.session, "after_transaction_end")
def unmark(session: Session, transaction: SessionTransaction) -> None:
    session.info.get(MARKS, {}).pop(transaction, None)


@event.listens_for(db.session, "before_commit")
def write(session: Session) -> None:
    """Chain what was gathered and write it. The head is taken last, and held until the commit."""
    if session.in_nested_transaction():
        return
    session.flush()
    found = [*session.info.pop(GATHERED, ()), *session.info.pop(HEARD, ())]
    if not found:
        return
    moved = (
        sa.update(audit_head)
        .values(position=audit_head.c.position + len(found))
        .returning(audit_head.c.position, audit_head.c.digest)
    )
    connection = session.connection()
    end, last = connection.execute(moved).one()
    rows = list(_chained(found, end - len(found) + 1, last))
    connection.execute(sa.insert(audit_entry), rows)
    connection.execute(sa.update(audit_head).values(digest=rows[-1]["digest"]))


def _chained(found: Iterable[Entry], position: int, last: str) -> Iterable[dict]:
    shared = _circumstances()
    for place, entry in enumerate(found, position):
        row = {
            **shared,
            "position": place,
            "verb": entry.verb.value,
            "thing": entry.thing,
            "thing_id": entry.thing_id,
            "name": entry.name and entry.name[:LONGEST],
            "engagement_id": entry.engagement_id,
            "organisation_id": entry.organisation_id,
            "changes": _json(entry.changes),
            "previous": last,
        }
        if entry.who:
            row["who"] = entry.who
        row["digest"] = last = digest(last, row)
        yield row


def _operator() -> Operator:
    """Whoever acts on the machine itself: a worker says that it is one."""
    return (has_app_context() and g.get("operator")) or Operator()


def _circumstances() -> dict:
    """Who, when and from where: the same for everything that one transaction does."""
    user = g.get("signed_out") or g.get("previewer") or actor() if has_request_context() else _operator()
    is_known = getattr(user, "is_authenticated", False)
    return {
        "happened_at": clock.now(),
        "user_id": user.id if is_known and user.id else None,
        "who": user.name if is_known else "Somebody not signed in",
        "role": user.role.value if is_known else None,
        "address": request.remote_addr if has_request_context() else None,
        "request_id": g.get("request_id") if has_request_context() else None,
    }
