"""Lists that are too long for a page, read in parts: all sessions and all time that their reader sees.

The rows are counted first, up to the latest there is; what comes after that is in the next file. Columns come
as the database keeps them and are turned into words a whole part at a time, each word once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.access import Permission, Reader, Role, holds
from crm.accounts.models import User
from crm.base import Labelled
from crm.columns import columns
from crm.deadlines import go_on
from crm.engagements.models import Engagement, ServiceLine
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.readers import Known, known
from crm.replica import Place, reading
from crm.sessions.models import CoachingSession, Mode, RecordState, SessionState, TimeEntry, TimeKind
from crm.sessions.models_time import TimeState
from crm.sessions.queries import minutes_of
from crm.timesheets.weeks import wall
from reports.model import Column
from reports.streams import Part, Stream

e, o, s, t, u = (columns(model) for model in (Engagement, Organisation, CoachingSession, TimeEntry, User))

#: Rows that are read at a time.
PART = 2_000


class Read(NamedTuple):
    """How a list is read: which rows, the columns of its file, and how a part of rows is turned into them."""

    statement: sa.Select
    counted: sa.Select
    columns: tuple[Column, ...]
    turned: Callable[[list[tuple]], Part]


def _words(kind: type[Labelled]) -> dict[str, str]:
    return {one.value: one.label for one in kind}


def _said(words: dict, values: Iterable) -> list[str]:
    """Each value in words."""
    return list(map(words.__getitem__, values))


_YES = {0: "No", 1: "Yes"}
_SESSION_WORDS = [_words(kind) for kind in (Mode, SessionState, RecordState, ServiceLine)]
_TIME_WORDS = [_words(kind) for kind in (TimeKind, ServiceLine, TimeState)]
_TIMES = tuple(wall(minute) for minute in range(24 * 60))


def _walls(instants: Iterable, zones: Iterable[str]) -> tuple[list[date], list[str]]:
    """Day and clock time where each session was. SQLite keeps an instant as text, in UTC."""
    if isinstance(instants[0], str):
        instants = [datetime.fromisoformat(f"{text}+00:00") for text in instants]
    local = list(map(datetime.astimezone, instants, map(clock.zone, zones)))
    return [one.date() for one in local], [_TIMES[one.hour * 60 + one.minute] for one in local]


def _raw(column) -> sa.ColumnElement:
    """The column as the database keeps it, whatever the model makes of it."""
    return sa.type_coerce(column, sa.types.NullType())


_SESSION = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("number", "Session", "integer"),
    Column("on", "Day", "date"),
    Column("at", "Begins", "text"),
    Column("time_zone", "Time zone", "text"),
    Column("coach", "Coach", "text"),
    Column("mode", "How", "text"),
    Column("place", "Place", "text"),
    Column("state", "State", "text"),
    Column("record", "Record", "text"),
    Column("service_line", "Service line", "text"),
    Column("pro_bono", "Pro bono", "text"),
    Column("minutes", "Minutes", "integer", total=True),
)


def _record() -> sa.Case:
    return sa.case(
        (s.locked_at.is_not(None), RecordState.LOCKED.value),
        (s.acknowledged_at.is_not(None), RecordState.ACKNOWLEDGED.value),
        (s.is_shared, RecordState.SHARED.value),
        else_=RecordState.DRAFT.value,
    )


def _listed(of, shown: Iterable, seen: sa.ColumnElement[bool], order: Iterable, user_id) -> sa.Select:
    """The rows up to the latest that was counted, beside engagement, client and person."""
    return (
        sa.select(*(column.label(f"c{at}") for at, column in enumerate(shown)))
        .select_from(of.table)
        .outerjoin(e.table, e.id == of.engagement_id)
        .outerjoin(o.table, o.id == of.organisation_id)
        .outerjoin(u.table, u.id == user_id)
        .where(seen, of.id <= sa.bindparam("last"))
        .order_by(*order)
    )


@cache
def _sessions(role: Role, *, is_timed: bool) -> Read:
    seen = s.visible_to(Reader(role))
    shown = [
        o.name, e.title, s.number, _raw(s.starts_at), s.time_zone, u.name, _raw(s.mode), s.place,
        _raw(s.state), _record(), _raw(s.service_line), _raw(s.is_pro_bono),
    ]  # fmt: skip
    if is_timed:
        shown.append(minutes_of(s.id))
    statement = _listed(s, shown, seen, [s.id], s.coach_id)
    columns = _SESSION if is_timed else _SESSION[:-1]
    return Read(statement, _counted(s, seen), columns, _session_part)


def _session_part(rows: list[tuple]) -> Part:
    (
        client, engagement, number, instant, zone, coach, mode, place, state, record, line, pro_bono, *rest
    ) = zip(*rows, strict=True)  # fmt: skip
    on, at = _walls(instant, zone)
    how, standing, kept, of, free = map(_said, (*_SESSION_WORDS, _YES), (mode, state, record, line, pro_bono))
    return [client, engagement, number, on, at, zone, coach, how, place, standing, kept, of, free, *rest]


_TIME = (
    Column("worked_on", "Day", "date"),
    Column("person", "Person", "text"),
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("session", "Session", "integer"),
    Column("kind", "Kind", "text"),
    Column("service_line", "Service line", "text"),
    Column("from", "From", "text"),
    Column("to", "To", "text"),
    Column("minutes", "Minutes", "integer", total=True),
    Column("billable", "Billable", "text"),
    Column("state", "State", "text"),
    Column("note", "Note", "text"),
)


@cache
def _time(role: Role) -> Read:
    seen = t.visible_to(Reader(role))
    number = sa.select(s.number).where(s.id == t.session_id).scalar_subquery()
    shown = (
        t.worked_on, u.name, o.name, e.title, number, _raw(t.kind), _raw(t.service_line), t.from_minute,
        t.to_minute, t.minutes, _raw(t.is_billable), _raw(t.state), t.note,
    )  # fmt: skip
    statement = _listed(t, shown, seen, [t.worked_on, t.id], t.user_id)
    return Read(statement, _counted(t, seen), _TIME, _time_part)


def _time_part(rows: list[tuple]) -> Part:
    day, person, client, engagement, session, kind, line, begin, end, minutes, billable, state, note = zip(
        *rows, strict=True
    )
    of, by, standing, paid = map(_said, (*_TIME_WORDS, _YES), (kind, line, state, billable))
    return [
        day, person, client, engagement, session, of, by, list(map(wall, begin)), list(map(wall, end)),
        minutes, paid, standing, note,
    ]  # fmt: skip


def _counted(of, seen: sa.ColumnElement[bool]) -> sa.Select:
    """How many rows there are, and the latest of them: apart, each is answered out of an index."""
    count, last = (sa.select(what).select_from(of.table) for what in (sa.func.count(), sa.func.max(of.id)))
    if not isinstance(seen, sa.True_):
        count, last = count.where(seen), last.where(seen)
    return sa.select(count.scalar_subquery(), last.scalar_subquery())


def all_sessions(user, as_of: date) -> Stream:
    """Every session that `user` may see, as they were logged; with minutes for our own people."""
    read = _sessions(user.role, is_timed=holds(user, Permission.TIME_VIEW))
    return _stream(read, user, as_of, "sessions", "Sessions")


def all_time(user, as_of: date) -> Stream:
    """Every entry of time that `user` may see, day by day."""
    return _stream(_time(user.role), user, as_of, "time", "Time")


def _stream(read: Read, user, as_of: date, name: str, title: str) -> Stream:
    asked = {"reader": user.id}
    (count, last), place = reading(lambda: db.session.execute(read.counted, asked).one())
    parts = _parts(read, asked | {"last": last or 0}, known(), place)
    return Stream(name, title, read.columns, parts, count, as_of, clock.now(), place.notes)


def _parts(read: Read, asked: dict, reader: Known, place: Place) -> Iterator[Part]:
    """The rows, asked for when the first is wanted, where they were counted: the transaction of the view is
    over by then."""
    with place.opened(reader) as session:
        found = session.execute(read.statement, asked, execution_options={"yield_per": PART})
        partitions = found.partitions()
        for rows in _ahead(partitions) if session.get_bind().dialect.name == "postgresql" else partitions:
            go_on()
            yield read.turned(rows)


def _ahead(partitions: Iterator[Sequence[sa.Row]]) -> Iterator[Sequence[sa.Row]]:
    """The same, each fetched while the one before is written: neither waits for the other."""
    with ThreadPoolExecutor(1, "Ahead") as other:
        fetched = other.submit(next, partitions, None)
        while rows := fetched.result():
            fetched = other.submit(next, partitions, None)
            yield rows


#: The lists by name: what makes each.
STREAMS: dict[str, Callable[[Any, date], Stream]] = {"sessions": all_sessions, "time": all_time}
