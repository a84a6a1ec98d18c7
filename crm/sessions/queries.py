from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import LIVE, Budget, Engagement, ServiceLine
from crm.extensions import db
from crm.organisations.models import Contact, Organisation
from crm.paging import Listing, Page, page
from crm.roadmap.models import Milestone
from crm.sessions.models import (
    Action,
    CoachingSession,
    PrivateNote,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
    session_contact,
    session_user,
)

pd = lazy.load("pandas")

a, e, o, s, t, u = (
    columns(model) for model in (Action, Engagement, Organisation, CoachingSession, TimeEntry, User)
)

#: What counts against the budget of hours; printed wherever the budget is shown.
BUDGET_POLICY = "Billable time of every kind counts, but for travel; approved or not."


@cache
def counts_on_budget() -> sa.ColumnElement[bool]:
    return sa.and_(t.is_billable, t.kind != TimeKind.TRAVEL)


def minutes_of(session_id) -> sa.ScalarSelect[int]:
    """The minutes of all people and kinds on one session."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(t.minutes), 0))
        .where(t.session_id == session_id)
        .scalar_subquery()
    )


def sessions_page(engagement: Engagement, user, cursor: str | None) -> Page:
    """One page of the sessions of an engagement that `user` may see, latest number first."""
    return page(_listing(user.role), cursor, {"engagement": engagement.id, "reader": user.id})


@cache
def _listing(role: Role) -> Listing:
    statement = (
        sa.select(
            s.id,
            s.number,
            s.starts_at,
            s.time_zone,
            s.mode,
            s.state,
            s.is_shared,
            s.acknowledged_at,
            s.locked_at,
            s.summary.is_not(None).label("is_written"),
            u.name.label("coach"),
            minutes_of(s.id).label("minutes"),
        )
        .join(u.table, u.id == s.coach_id)
        .where(s.engagement_id == sa.bindparam("engagement"), s.visible_to(Reader(role)))
    )
    return Listing(statement, {"number": s.number}, descending=True)


def next_number(engagement: Engagement) -> int:
    """The number of the next session. Holds the engagement until the transaction ends."""
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement.id).with_for_update())
    last = sa.select(sa.func.max(CoachingSession.number)).where(
        CoachingSession.engagement_id == engagement.id
    )
    return (db.session.scalar(last) or 0) + 1


def find_note(session: CoachingSession, user) -> PrivateNote | None:
    """The user's own note on this session; never anybody else's."""
    return db.session.scalar(_note(user.role), {"session": session.id, "reader": user.id})


@cache
def _note(role: Role) -> sa.Select:
    n = PrivateNote
    return sa.select(n).where(n.session_id == sa.bindparam("session"), n.visible_to(Reader(role)))


def touches_of(session: CoachingSession) -> Sequence[SessionTouch]:
    return db.session.scalars(
        sa.select(SessionTouch).where(SessionTouch.session_id == session.id).order_by(SessionTouch.id)
    ).all()


def own_time(session: CoachingSession, user) -> Sequence[TimeEntry]:
    return db.session.scalars(
        sa.select(TimeEntry)
        .where(TimeEntry.session_id == session.id, TimeEntry.user_id == user.id)
        .order_by(TimeEntry.id)
    ).all()


class Record(NamedTuple):
    """Who was at a session, ours first; the minutes on it and the own note, as far as the reader may see."""

    names: list[str]
    time: list[sa.Row]
    note: str | None


def record_of(session: CoachingSession, user) -> Record:
    """What stands beside the summary of a session, in one statement."""
    rows = db.session.execute(_record(user.role), {"session": session.id, "reader": user.id}).all()
    time = [row for row in rows if row.part == "time"]
    note = next((row.text for row in rows if row.part == "note"), None)
    return Record([row.text for row in rows if row.part in {"ours", "theirs"}], time, note)


@cache
def _record(role: Role) -> sa.CompoundSelect:
    """Rows of four parts, each by name: text is a name or the note, the rest is said of minutes alone."""
    c, n, reader, here = columns(Contact), columns(PrivateNote), Reader(role), sa.bindparam("session")
    nothing = [sa.cast(sa.null(), column.type) for column in (t.kind, t.minutes, t.is_billable)]

    def part(name: str, text, key, *rest) -> sa.Select:
        said = zip((t.kind, t.minutes, t.is_billable), rest or nothing, strict=True)
        return sa.select(
            sa.literal(name).label("part"),
            text.label("text"),
            key.label("key"),
            *(column.label(known.name) for known, column in said),
        )

    ours = part("ours", u.name, u.id).join(session_user, session_user.c.user_id == u.id)
    theirs = part("theirs", c.name, c.id).join(session_contact, session_contact.c.contact_id == c.id)
    who = sa.select(u.name).where(u.id == t.user_id).scalar_subquery()
    time = part("time", who, t.id, t.kind, t.minutes, t.is_billable)
    return sa.union_all(
        ours.where(session_user.c.session_id == here),
        theirs.where(session_contact.c.session_id == here),
        time.where(t.session_id == here, t.visible_to(reader)),
        part("note", n.body, n.id).where(n.session_id == here, n.visible_to(reader)),
    ).order_by("part", "text", "key")


def _mine(role: Role) -> sa.Select:
    reader = Reader(role)
    return (
        sa.select(
            s.id,
            s.number,
            s.starts_at,
            s.time_zone,
            s.mode,
            s.place,
            e.title.label("engagement"),
            o.name.label("client"),
        )
        .join(e.table, e.id == s.engagement_id)
        .join(o.table, o.id == s.organisation_id)
        .where(s.visible_to(reader), s.coach_id == reader.id)
        .order_by(s.starts_at, s.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def next_sessions(user, now: datetime, limit: int = 8) -> Sequence[sa.Row]:
    """The sessions that `user` is about to hold, from an hour ago on, the soonest first."""
    asked = {"reader": user.id, "since": now - timedelta(hours=1), "most": limit}
    return db.session.execute(_next_sessions(user.role), asked).all()


@cache
def _next_sessions(role: Role) -> sa.Select:
    return _mine(role).where(s.state == SessionState.PLANNED, s.starts_at >= sa.bindparam("since"))


def to_write_up(user, now: datetime, limit: int = 12) -> Sequence[sa.Row]:
    """Sessions of `user` that are over and say nothing yet, the oldest first."""
    asked = {"reader": user.id, "since": now - timedelta(hours=1), "most": limit}
    return db.session.execute(_to_write_up(user.role), asked).all()


@cache
def _to_write_up(role: Role) -> sa.Select:
    over = sa.and_(s.state == SessionState.PLANNED, s.starts_at < sa.bindparam("since"))
    unwritten = sa.and_(s.state == SessionState.HELD, s.summary.is_(None))
    return _mine(role).where(sa.or_(over, unwritten), e.stage.in_(sorted(LIVE)))


def next_of(engagement: Engagement, now: datetime) -> sa.Row | None:
    """The next planned session: id, starts_at, time_zone, mode, place."""
    return db.session.execute(_next(), {"engagement": engagement.id, "now": now}).first()


@cache
def _next() -> sa.Select:
    return (
        sa.select(s.id, s.starts_at, s.time_zone, s.mode, s.place)
        .where(
            s.engagement_id == sa.bindparam("engagement"),
            s.state == SessionState.PLANNED,
            s.starts_at >= sa.bindparam("now"),
        )
        .order_by(s.starts_at, s.id)
        .limit(1)
    )


class HoursUsed(NamedTuple):
    service_line: ServiceLine
    hours: int | None
    minutes: int


def hours_used(engagement: Engagement, until: date | None = None) -> list[HoursUsed]:
    """Each service line with a budget or with minutes that count against one."""
    asked = {"engagement": engagement.id, "until": until}
    rows = db.session.execute(_hours(until is not None), asked).all()
    agreed = {row.service_line: row.hours for row in rows if row.hours is not None}
    minutes = {row.service_line: row.minutes for row in rows if row.minutes is not None}
    return [
        HoursUsed(line, agreed.get(line), minutes.get(line, 0))
        for line in ServiceLine
        if line in minutes or line in agreed
    ]


@cache
def _hours(is_limited: bool) -> sa.Select:
    """Two kinds of row: the hours agreed on a service line, and the minutes used on one."""
    b, here, none = columns(Budget), sa.bindparam("engagement"), sa.cast(sa.null(), sa.Integer)
    agreed = sa.select(b.service_line, b.hours, none.label("minutes")).where(b.engagement_id == here)
    used = (
        sa.select(t.service_line, none, sa.func.sum(t.minutes))
        .where(t.engagement_id == here, counts_on_budget())
        .group_by(t.service_line)
    )
    if is_limited:
        used = used.where(t.worked_on <= sa.bindparam("until"))
    return sa.union_all(agreed, used)


def sessions_frame(engagement: Engagement, user, as_of: date) -> pd.DataFrame:
    """number, held_on, mode, coach, minutes, summary: one row a session held by then that `user` may see."""
    s = CoachingSession
    rows = db.session.execute(
        sa.select(
            s.number,
            s.starts_at,
            s.time_zone,
            s.mode,
            User.name,
            minutes_of(s.id),
            sa.case((s.is_shared, s.summary)),
        )
        .join(User, User.id == s.coach_id)
        .where(s.engagement_id == engagement.id, s.state == SessionState.HELD, s.visible_to(user))
        .order_by(s.number)
    )
    told = [
        (number, clock.local(starts_at, zone).date(), mode.label, coach, minutes, summary)
        for number, starts_at, zone, mode, coach, minutes, summary in rows
    ]
    columns = ["number", "held_on", "mode", "coach", "minutes", "summary"]
    return pd.DataFrame([row for row in told if row[1] <= as_of], columns=columns)


def touchable(engagement: Engagement) -> Sequence[sa.Row]:
    """Milestones that a session can touch: id and title."""
    return db.session.execute(
        sa.select(Milestone.id, Milestone.title)
        .where(Milestone.engagement_id == engagement.id)
        .order_by(Milestone.planned_on, Milestone.id)
    ).all()
