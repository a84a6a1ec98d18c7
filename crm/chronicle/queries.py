"""Everything that happened with a client or on an engagement, as its reader may see it, by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import auto
from functools import cache

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.base import Labelled
from crm.closing.models import FollowUp
from crm.columns import columns
from crm.engagements.models import Engagement, StageMove
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable
from crm.extensions import db
from crm.outcomes.models import Measure, Observation
from crm.paging import SIZE, Page, cursor_of, place_of
from crm.roadmap.models import Milestone
from crm.sessions.models import Action, CoachingSession, SessionState
from crm.sessions.models_record import RecordStep


class Kind(Labelled):
    """What an event is of; the filter of the page."""

    STAGE = auto()
    SESSION = auto()
    ACTION = auto()
    MILESTONE = auto()
    DELIVERABLE = auto()
    CHANGE = auto()
    MEASURE = auto()
    FOLLOW_UP = auto()


class utc_day(FunctionElement):  # noqa: N801 - it reads as a function of SQL
    """The calendar day of an instant, in UTC."""

    type = sa.Date()
    inherit_cache = True


@compiles(utc_day, "sqlite")
def _day_on_sqlite(element, compiler, **more) -> str:
    return f"date({compiler.process(element.clauses, **more)})"


@compiles(utc_day, "postgresql")
def _day_on_postgresql(element, compiler, **more) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **more)}) AS date)"


e, u = columns(Engagement), columns(User)
WHERE = {"engagement": "engagement_id", "client": "organisation_id"}


def events_page(of: str, key: int, user, kind: Kind | None, cursor: str | None) -> Page:
    """One page of what happened, latest first: day, kind, what, text, path_id, engagement_id, who.

    `of` is "engagement" or "client", `key` its id. One statement, whatever the rows.
    """
    place = place_of(cursor, (date, str, int))
    asked = {"place": key, "reader": user.id}
    if place:
        asked |= {"day": place[0], "source": place[1], "row": place[2]}
    rows = db.session.execute(_events(of, user.role, kind, place is not None), asked).all()
    more, rows = len(rows) > SIZE, rows[:SIZE]
    last = rows[-1] if rows else None
    following = cursor_of(last.day, last.source, last.id) if more and last else None
    return Page(rows, None, following)


@cache
def _events(of: str, role: Role, kind: Kind | None, is_later: bool) -> sa.Select:
    wanted = [make for name, make in SOURCES if kind is None or name is kind]
    parts = [_cut(make(of, Reader(role)), is_later) for make in wanted]
    stream = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery("stream")
    statement = sa.select(stream, e.title.label("engagement")).outerjoin(
        e.table, e.id == stream.c.engagement_id
    )
    return statement.order_by(stream.c.day.desc(), stream.c.source, stream.c.id.desc()).limit(SIZE + 1)


def _cut(part: sa.Select, is_later: bool) -> sa.Select:
    """As much of one source as a page can need."""
    day, source, row = (part.selected_columns[name] for name in ("day", "source", "id"))
    if is_later:
        at = [sa.bindparam(name, type_=kind) for name, kind in PLACE]
        same_day = sa.and_(day == at[0], sa.or_(source > at[1], sa.and_(source == at[1], row < at[2])))
        part = part.where(sa.or_(day < at[0], same_day))
    return part.order_by(day.desc(), row.desc()).limit(SIZE + 1)


PLACE = (("day", sa.Date()), ("source", sa.String()), ("row", sa.Integer()))


def _event(
    of: str, model, reader: Reader, kind: Kind, source: str, day, text, more=None, **said
) -> sa.Select:
    """The events of one source. `said` gives path_id and who, where they are not those of the row."""
    here = model.table.c[WHERE[of]] == sa.bindparam("place")
    no_text = sa.cast(sa.null(), sa.String)
    return sa.select(
        day.label("day"),
        sa.literal(kind.value).label("kind"),
        sa.literal(source).label("source"),
        model.id.label("id"),
        text.label("text"),
        (no_text if more is None else more).label("more"),
        said.get("path_id", model.id).label("path_id"),
        model.engagement_id.label("engagement_id"),
        said.get("who", no_text).label("who"),
    ).where(here, model.visible_to(reader), day.is_not(None))


def plain(column) -> sa.ColumnElement[str]:
    """The value of an enum as it is kept: the parts of the stream are of one type."""
    return sa.type_coerce(column, sa.String)


def _who(column) -> sa.ScalarSelect[str]:
    named = u.table.alias()
    return sa.select(named.c.name).where(named.c.id == column).scalar_subquery()


def _stages(of: str, reader: Reader) -> sa.Select:
    m = columns(StageMove)
    to_stage, who = plain(m.to_stage), _who(m.user_id)
    return _event(of, m, reader, Kind.STAGE, "stage", m.moved_on, to_stage, m.reason, who=who)


def _sessions(of: str, reader: Reader) -> sa.Select:
    s = columns(CoachingSession)
    number = sa.cast(s.number, sa.String)
    held = _event(
        of, s, reader, Kind.SESSION, "held", utc_day(s.starts_at), number, s.summary, who=_who(s.coach_id)
    )
    return held.where(s.state == SessionState.HELD)


def _steps(of: str, reader: Reader) -> sa.Select:
    r, s = columns(RecordStep), CoachingSession.__table__.alias()
    number = sa.select(sa.cast(s.c.number, sa.String)).where(s.c.id == r.session_id).scalar_subquery()
    said = {"path_id": r.session_id, "who": _who(r.user_id)}
    return _event(of, r, reader, Kind.SESSION, "record", utc_day(r.taken_at), number, plain(r.step), **said)


def _promised(of: str, reader: Reader) -> sa.Select:
    a = columns(Action)
    return _event(of, a, reader, Kind.ACTION, "promised", utc_day(a.created_at), a.title)


def _done(of: str, reader: Reader) -> sa.Select:
    a = columns(Action)
    return _event(of, a, reader, Kind.ACTION, "done", a.done_on, a.title, a.evidence)


def _milestones(of: str, reader: Reader) -> sa.Select:
    m = columns(Milestone)
    return _event(of, m, reader, Kind.MILESTONE, "reached", m.actual_on, m.title)


def _delivered(of: str, reader: Reader) -> sa.Select:
    d = columns(Deliverable)
    return _event(of, d, reader, Kind.DELIVERABLE, "delivered", d.delivered_on, d.title, d.evidence)


def _accepted(of: str, reader: Reader) -> sa.Select:
    d = columns(Deliverable)
    return _event(of, d, reader, Kind.DELIVERABLE, "accepted", d.accepted_on, d.title, who=d.accepted_by)


def _proposed(of: str, reader: Reader) -> sa.Select:
    c = columns(ChangeOrder)
    who = _who(c.user_id)
    return _event(of, c, reader, Kind.CHANGE, "proposed", c.proposed_on, c.title, c.reason, who=who)


def _decided(of: str, reader: Reader, state: ChangeState) -> sa.Select:
    c = columns(ChangeOrder)
    decided = _event(of, c, reader, Kind.CHANGE, state.value, c.decided_on, c.title, who=c.decided_with)
    return decided.where(c.state == state)


def _agreed(of: str, reader: Reader) -> sa.Select:
    return _decided(of, reader, ChangeState.AGREED)


def _declined(of: str, reader: Reader) -> sa.Select:
    return _decided(of, reader, ChangeState.DECLINED)


def _observed(of: str, reader: Reader) -> sa.Select:
    """The values of one measure that one person entered on one day are one event."""
    o, m = columns(Observation), Measure.__table__.alias()
    here = o.table.c[WHERE[of]] == sa.bindparam("place")
    entered_on = utc_day(o.created_at)
    entered = (
        sa.select(
            sa.func.max(o.id).label("id"), o.measure_id, o.engagement_id, o.user_id,
            entered_on.label("day"), sa.func.count().label("number"),
        )
        .where(here, o.visible_to(reader))
        .group_by(o.measure_id, o.engagement_id, o.user_id, entered_on)
        .subquery("entered")
        .c
    )  # fmt: skip
    return sa.select(
        entered.day,
        sa.literal(Kind.MEASURE.value).label("kind"),
        sa.literal("observed").label("source"),
        entered.id,
        sa.select(m.c.name).where(m.c.id == entered.measure_id).scalar_subquery().label("text"),
        sa.cast(entered.number, sa.String).label("more"),
        entered.measure_id.label("path_id"),
        entered.engagement_id,
        _who(entered.user_id).label("who"),
    )


def _followed(of: str, reader: Reader) -> sa.Select:
    f = columns(FollowUp)
    months = sa.cast(f.months, sa.String)
    return _event(
        of, f, reader, Kind.FOLLOW_UP, "followed", f.held_on, months, plain(f.lasting), who=_who(f.user_id)
    )


#: Where events come from; a source is named once.
SOURCES: Iterable[tuple[Kind, Callable[[str, Reader], sa.Select]]] = (
    (Kind.STAGE, _stages),
    (Kind.SESSION, _sessions),
    (Kind.SESSION, _steps),
    (Kind.ACTION, _promised),
    (Kind.ACTION, _done),
    (Kind.MILESTONE, _milestones),
    (Kind.DELIVERABLE, _delivered),
    (Kind.DELIVERABLE, _accepted),
    (Kind.CHANGE, _proposed),
    (Kind.CHANGE, _agreed),
    (Kind.CHANGE, _declined),
    (Kind.MEASURE, _observed),
    (Kind.FOLLOW_UP, _followed),
)
