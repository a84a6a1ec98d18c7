from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import lazy_loader as lazy
import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.engagements.models import LIVE, Budget, Engagement, ServiceLine
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.paging import Page, page
from crm.roadmap.models import Milestone
from crm.roadmap.queries import mine
from crm.sessions.models import (
    Action,
    ActionState,
    CoachingSession,
    PrivateNote,
    SessionState,
    SessionTouch,
    TimeEntry,
    TimeKind,
)

pd = lazy.load("pandas")

BUDGETS = sa.select(Budget.service_line, Budget.hours).where(
    Budget.engagement_id == sa.bindparam("engagement")
)

#: What counts against the budget of hours; printed wherever the budget is shown.
BUDGET_POLICY = "Billable minutes of coaching and preparation count; travel does not."


@cache
def counts_on_budget() -> sa.ColumnElement[bool]:
    return sa.and_(TimeEntry.is_billable, TimeEntry.kind != TimeKind.TRAVEL)


def minutes_of(session_id) -> sa.ScalarSelect[int]:
    """The minutes of all people and kinds on one session."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(TimeEntry.minutes), 0))
        .where(TimeEntry.session_id == session_id)
        .scalar_subquery()
    )


def sessions_page(engagement: Engagement, user, cursor: str | None) -> Page:
    """One page of the sessions of an engagement that `user` may see, latest number first."""
    s = CoachingSession
    statement = (
        sa.select(
            s.id,
            s.number,
            s.starts_at,
            s.time_zone,
            s.mode,
            s.state,
            s.is_shared,
            s.summary.is_not(None).label("is_written"),
            User.name.label("coach"),
            minutes_of(s.id).label("minutes"),
        )
        .join(User, User.id == s.coach_id)
        .where(s.engagement_id == engagement.id, s.visible_to(user))
    )
    return page(statement, {"number": s.number}, cursor, descending=True)


def next_number(engagement: Engagement) -> int:
    """The number of the next session. Holds the engagement until the transaction ends."""
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement.id).with_for_update())
    last = sa.select(sa.func.max(CoachingSession.number)).where(
        CoachingSession.engagement_id == engagement.id
    )
    return (db.session.scalar(last) or 0) + 1


def find_note(session: CoachingSession, user) -> PrivateNote | None:
    """The user's own note on this session; never anybody else's."""
    return db.session.scalar(
        sa.select(PrivateNote).where(PrivateNote.session_id == session.id, PrivateNote.visible_to(user))
    )


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


def seen_time(session: CoachingSession, user) -> Sequence[sa.Row]:
    """The minutes on this session that `user` may see: name, kind, minutes, is_billable."""
    t = TimeEntry
    return db.session.execute(
        sa.select(User.name, t.kind, t.minutes, t.is_billable)
        .join(User, User.id == t.user_id)
        .where(t.session_id == session.id, t.visible_to(user))
        .order_by(User.name, t.id)
    ).all()


def actions_of(session: CoachingSession) -> Sequence[sa.Row]:
    a = Action
    return db.session.execute(
        sa.select(a.id, a.title, a.due_on, a.state, a.done_on, owner_name(a))
        .where(a.session_id == session.id)
        .order_by(a.id)
    ).all()


def open_actions(engagement: Engagement) -> Sequence[sa.Row]:
    """What is still open in an engagement, the most urgent first: id, title, due_on, owner."""
    a = Action
    return db.session.execute(
        sa.select(a.id, a.title, a.due_on, a.state, owner_name(a))
        .where(a.engagement_id == engagement.id, a.state == ActionState.OPEN)
        .order_by(a.due_on.is_(None), a.due_on, a.id)
        .limit(100)
    ).all()


def my_actions(user, *, until: date | None = None, limit: int = 100) -> Sequence[sa.Row]:
    """What `user` has to do across engagements, the most urgent first; up to `until` where given."""
    a = Action
    statement = (
        sa.select(
            a.id,
            a.title,
            a.due_on,
            a.engagement_id,
            Engagement.title.label("engagement"),
            Organisation.name.label("client"),
        )
        .join(Engagement, Engagement.id == a.engagement_id)
        .join(Organisation, Organisation.id == a.organisation_id)
        .where(a.visible_to(user), mine(user, a), a.state == ActionState.OPEN)
        .order_by(a.due_on.is_(None), a.due_on, a.id)
        .limit(limit)
    )
    if until:
        statement = statement.where(a.due_on <= until)
    return db.session.execute(statement).all()


def _mine(user) -> sa.Select:
    s = CoachingSession
    return (
        sa.select(
            s.id,
            s.number,
            s.starts_at,
            s.time_zone,
            s.mode,
            s.place,
            s.state,
            s.engagement_id,
            Engagement.title.label("engagement"),
            Organisation.name.label("client"),
        )
        .join(Engagement, Engagement.id == s.engagement_id)
        .join(Organisation, Organisation.id == s.organisation_id)
        .where(s.visible_to(user), s.coach_id == user.id)
    )


def next_sessions(user, now: datetime, limit: int = 8) -> Sequence[sa.Row]:
    """The sessions that `user` is about to hold, from an hour ago on, the soonest first."""
    s = CoachingSession
    return db.session.execute(
        _mine(user)
        .where(s.state == SessionState.PLANNED, s.starts_at >= now - timedelta(hours=1))
        .order_by(s.starts_at, s.id)
        .limit(limit)
    ).all()


def to_write_up(user, now: datetime, limit: int = 12) -> Sequence[sa.Row]:
    """Sessions of `user` that are over and say nothing yet, the oldest first."""
    s = CoachingSession
    over = sa.and_(s.state == SessionState.PLANNED, s.starts_at < now - timedelta(hours=1))
    unwritten = sa.and_(s.state == SessionState.HELD, s.summary.is_(None))
    return db.session.execute(
        _mine(user)
        .where(sa.or_(over, unwritten), Engagement.stage.in_(sorted(LIVE)))
        .order_by(s.starts_at, s.id)
        .limit(limit)
    ).all()


def next_of(engagement: Engagement, user, now: datetime) -> sa.Row | None:
    """The next planned session: id, starts_at, time_zone, mode, place."""
    s = CoachingSession
    statement = sa.select(s.id, s.starts_at, s.time_zone, s.mode, s.place).where(
        s.engagement_id == engagement.id, s.state == SessionState.PLANNED, s.starts_at >= now
    )
    return db.session.execute(statement.order_by(s.starts_at, s.id).limit(1)).first()


class HoursUsed(NamedTuple):
    service_line: ServiceLine
    hours: int | None
    minutes: int


def hours_used(engagement: Engagement, until: date | None = None) -> list[HoursUsed]:
    """Each service line with a budget or with minutes that count against one."""
    t = TimeEntry
    used = (
        sa.select(t.service_line, sa.func.sum(t.minutes).label("minutes"))
        .where(t.engagement_id == engagement.id, counts_on_budget())
        .group_by(t.service_line)
    )
    if until:
        used = used.where(t.worked_on <= until)
    minutes = dict(db.session.execute(used).all())
    budgets = db.session.execute(BUDGETS, {"engagement": engagement.id})
    agreed = dict(budgets.all())
    return [
        HoursUsed(line, agreed.get(line), minutes.get(line, 0))
        for line in ServiceLine
        if line in minutes or line in agreed
    ]


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


def actions_frame(engagement: Engagement, user, as_of: date) -> pd.DataFrame:
    """action, owner, due_on, state, done_on: one row an action that `user` may see, as it then stood."""
    a = Action
    rows = db.session.execute(
        sa.select(a.title, owner_name(a), a.due_on, a.state, a.done_on)
        .where(a.engagement_id == engagement.id, a.visible_to(user))
        .order_by(a.due_on.is_(None), a.due_on, a.id)
    )
    told = [
        (title, owner, due_on, ActionState.OPEN.label, None)
        if done_on and done_on > as_of
        else (title, owner, due_on, state.label, done_on)
        for title, owner, due_on, state, done_on in rows
    ]
    return pd.DataFrame(told, columns=["action", "owner", "due_on", "state", "done_on"])


def touchable(engagement: Engagement) -> Sequence[sa.Row]:
    """Milestones that a session can touch: id and title."""
    return db.session.execute(
        sa.select(Milestone.id, Milestone.title)
        .where(Milestone.engagement_id == engagement.id)
        .order_by(Milestone.planned_on, Milestone.id)
    ).all()
