from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import orjson
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.audit.models import Verb, audit_entry, audit_head
from crm.extensions import db
from crm.paging import Listing, Page, each_value, page
from crm.readers import Known, become, known

SHOWN = 100
#: Letters of a value that a page shows; a few more are shown whole.
LONG = 300
e = audit_entry.c


@dataclass(frozen=True)
class Filter:
    """What the page of the audit trail was asked for."""

    q: str = ""
    verb: str = ""
    thing: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, arguments) -> "Filter":
        text = {name: arguments.get(name, "").replace("\0", "").strip()[:255] for name in ("q", "thing")}
        verb = arguments.get("verb", "")
        return cls(
            **text,
            verb=verb if verb in Verb._value2member_map_ else "",
            since=_day(arguments.get("since")),
            until=_day(arguments.get("until")),
        )

    @property
    def asked(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items() if value}

    def criterion(self, zone: str) -> sa.ColumnElement[bool]:
        criteria = [sa.true()]
        if self.q:
            criteria.append(
                sa.or_(*(column.icontains(self.q, autoescape=True) for column in (e.who, e.name, e.address)))
            )
        if self.verb:
            criteria.append(e.verb == self.verb)
        if self.thing:
            criteria.append(e.thing == self.thing)
        if self.since:
            criteria.append(e.happened_at >= _midnight(self.since, zone))
        if self.until:
            criteria.append(e.happened_at < _midnight(self.until + timedelta(days=1), zone))
        return sa.and_(*criteria)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


def _midnight(day: date, zone: str) -> datetime:
    return clock.to_utc(datetime.combine(day, time()), zone)


def things() -> Sequence[str]:
    """The kinds of records that the trail tells about, by name."""
    return db.session.scalars(THINGS).all()


def entries_page(user, wanted: Filter, cursor: str | None) -> Page:
    """One page of the trail, newest first, and how many entries match, counted to the cap."""
    return page(_listing(wanted.criterion(user.time_zone)) if wanted.asked else WHOLE, cursor, {})


def _listing(matching: sa.ColumnElement[bool]) -> Listing:
    return Listing(
        sa.select(audit_entry).where(matching),
        {"position": e.position},
        descending=True,
        counted=sa.select(e.position).where(matching),
    )


WHOLE = _listing(sa.true())
EACH_THING = each_value(e.thing).c
THINGS = sa.select(EACH_THING.name).where(EACH_THING.name.is_not(None)).order_by(EACH_THING.name)


def exported(user, wanted: Filter) -> Iterator[sa.Row]:
    """Every entry that matches, oldest first, a thousand at a time; asked for when the first is wanted."""
    statement = sa.select(audit_entry).where(wanted.criterion(user.time_zone)).order_by(e.position)
    return _in_parts(statement, known())


def _in_parts(statement: sa.Select, reader: Known) -> Iterator[sa.Row]:
    become(reader)
    yield from db.session.execute(statement.execution_options(yield_per=1000))


#: What a consultant reads of in a history only where they did it themselves.
OF_ONE_PERSON = ("private_note", "time_entry", "time_override")


def history(user, subject) -> Sequence[sa.Row]:
    """What happened to one record, newest first; to an engagement, with all on its thread.

    Of private notes and of time, a consultant reads only what they wrote themselves.
    """
    table = subject.__tablename__
    if table == "engagement":
        about = e.engagement_id == subject.id
    else:
        about = sa.and_(e.thing == table, e.thing_id == subject.id)
    own = sa.or_(e.thing.not_in(OF_ONE_PERSON), e.user_id == user.id)
    if user.role is Role.CONSULTANT:
        about = sa.and_(about, own)
    return db.session.execute(
        sa.select(audit_entry).where(about).order_by(e.position.desc()).limit(SHOWN)
    ).all()


def told(changes: str | None) -> list[tuple[str, str | None, str | None]]:
    """The changes of an entry: field, before and after as they read; None for nothing."""
    if not changes:
        return []
    pairs = orjson.loads(changes).items()
    return [(name.replace("_", " "), _said(before), _said(after)) for name, (before, after) in pairs]


def _said(value) -> str | None:
    if value is None or isinstance(value, str):
        return value if value is None or len(value) <= LONG + 5 else f"{value[: LONG - 1]}…"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | dict) else str(value)


def head() -> tuple[int, str]:
    """Position and digest of the last entry."""
    return tuple(db.session.execute(sa.select(audit_head.c.position, audit_head.c.digest)).one())


def whole() -> Iterator[dict]:
    """Every entry in the order of its position, with flat memory."""
    statement = sa.select(audit_entry).order_by(e.position).execution_options(yield_per=5000)
    return (row._mapping for row in db.session.execute(statement))
