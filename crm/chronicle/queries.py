"""Everything that happened with a client or on an engagement, as its reader may see it, by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import auto
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.base import Labelled, utc_day
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


e, u = columns(Engagement), columns(User)
#: What is looked up once it is known to be shown.
UNNAMED = sa.cast(sa.null(), sa.String)
WHERE = {"engagement": "engagement_id", "client": "organisation_id"}


@dataclass(frozen=True)
class Here(Reader):
    """Who reads what is of one place: whether they serve that is looked up once for a source, or for each of
    its rows; a list of whom they serve would be made anew for every source."""

    of: str = "engagement"

    def among(self, key, column: sa.ColumnClause, whose: sa.ColumnClause) -> sa.ColumnElement[bool]:
        own = column.table.alias()
        asked = sa.bindparam("place") if key.name == WHERE[self.of] else key
        found = own.c[column.name] == asked, own.c[whose.name] == self.id
        return sa.exists(sa.select(sa.literal_column("1")).where(*found))


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
    parts = [_cut(make(of, Here(role, of=of)), is_later) for make in wanted]
    stream = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery("stream").c
    latest = sa.select(*stream).order_by(*_order(stream)).limit(SIZE + 1).subquery("latest").c
    return _named(latest).order_by(*_order(latest))


def _order(events) -> tuple[sa.ColumnElement, ...]:
    return events.day.desc(), events.source, events.id.desc()


def _named(latest) -> sa.Select:
    """The names of what is shown: looked up for a page of events, not for all that it was cut out of."""
    s, m = columns(CoachingSession), columns(Measure)
    number = sa.select(sa.cast(s.number, sa.String)).where(s.id == latest.path_id).scalar_subquery()
    measure = sa.select(m.name).where(m.id == latest.path_id).scalar_subquery()
    text = sa.case(
        (latest.source == "record", number), (latest.source == "observed", measure), else_=latest.text
    )
    kept = (latest[name] for name in ("day", "kind", "source", "id", "more", "path_id", "engagement_id"))
    named = text.label("text"), sa.func.coalesce(latest.who, u.name).label("who"), e.title.label("engagement")
    return (
        sa.select(*kept, *named)
        .outerjoin(e.table, e.id == latest.engagement_id)
        .outerjoin(u.table, u.id == latest.who_id)
    )


def _cut(part: sa.Select, is_later: bool) -> sa.Select:
    """As much of one source as a page can need."""
    day, source, row = (part.selected_columns[name] for name in ("day", "source", "id"))
    if is_later:
        at = [sa.bindparam(name, type_=kind) for name, kind in PLACE]
        beyond = sa.or_(source > at[1], sa.and_(source == at[1], row < at[2]))
        # An index knows where the days up to this one begin; of two ways to be true it knows nothing.
        part = part.where(day <= at[0], sa.or_(day < at[0], beyond))
    return part.order_by(day.desc(), row.desc()).limit(SIZE + 1)


PLACE = (("day", sa.Date()), ("source", sa.String()), ("row", sa.Integer()))


def _event(
    of: str, model, reader: Reader, kind: Kind, source: str, day, text, more=None, **said
) -> sa.Select:
    """The events of one source. `said` gives path_id, and who by name or id, where the row knows them."""
    here = model.table.c[WHERE[of]] == sa.bindparam("place")
    no_text, nobody = sa.cast(sa.null(), sa.String), sa.cast(sa.null(), sa.Integer)
    return sa.select(
        day.label("day"),
        named(kind.value).label("kind"),
        named(source).label("source"),
        model.id.label("id"),
        text.label("text"),
        (no_text if more is None else more).label("more"),
        said.get("path_id", model.id).label("path_id"),
        model.engagement_id.label("engagement_id"),
        said.get("who", no_text).label("who"),
        said.get("who_id", nobody).label("who_id"),
    ).where(here, model.visible_to(reader), day.is_not(None))


def named(word: str) -> sa.ColumnElement[str]:
    """A word of ours, as it stands in the statement: as parameters, so many cost as much as a part of it."""
    return sa.literal_column(f"'{word}'", sa.String)


def plain(column) -> sa.ColumnElement[str]:
    """The value of an enum as it is kept: the parts of the stream are of one type."""
    return sa.type_coerce(column, sa.String)


def _stages(of: str, reader: Reader) -> sa.Select:
    m = columns(StageMove)
    to_stage, who = plain(m.to_stage), m.user_id
    return _event(of, m, reader, Kind.STAGE, "stage", m.moved_on, to_stage, m.reason, who_id=who)


def _sessions(of: str, reader: Reader) -> sa.Select:
    s = columns(CoachingSession)
    number = sa.cast(s.number, sa.String)
    held = _event(
        of, s, reader, Kind.SESSION, "held", utc_day(s.starts_at), number, s.summary, who_id=s.coach_id
    )
    return held.where(s.state == SessionState.HELD)


def _steps(of: str, reader: Reader) -> sa.Select:
    r = columns(RecordStep)
    said = {"path_id": r.session_id, "who_id": r.user_id}
    return _event(of, r, reader, Kind.SESSION, "record", utc_day(r.taken_at), UNNAMED, plain(r.step), **said)


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
    who = c.user_id
    return _event(of, c, reader, Kind.CHANGE, "proposed", c.proposed_on, c.title, c.reason, who_id=who)


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
    o = columns(Observation)
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
        named(Kind.MEASURE.value).label("kind"),
        named("observed").label("source"),
        entered.id,
        UNNAMED.label("text"),
        sa.cast(entered.number, sa.String).label("more"),
        entered.measure_id.label("path_id"),
        entered.engagement_id,
        UNNAMED.label("who"),
        entered.user_id.label("who_id"),
    )


def _followed(of: str, reader: Reader) -> sa.Select:
    f = columns(FollowUp)
    months = sa.cast(f.months, sa.String)
    return _event(
        of, f, reader, Kind.FOLLOW_UP, "followed", f.held_on, months, plain(f.lasting), who_id=f.user_id
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
