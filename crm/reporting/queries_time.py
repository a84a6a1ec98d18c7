"""Frames of time: who billed how much, where the hours went, what a coach may count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import lazy_loader as lazy
import sqlalchemy as sa

from crm.access import Permission, holds
from crm.columns import columns
from crm.engagements.models import Budget, Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import FIRST, LAST, SINCE, engagements
from crm.roadmap.models import Milestone
from crm.sessions.models import CoachingSession, SessionState, SessionTouch, TimeEntry
from crm.sessions.queries import counts_on_budget
from crm.timesheets.queries_money import Share, shares

pd = lazy.load("pandas")

b, e, o, m = columns(Budget), columns(Engagement), columns(Organisation), columns(Milestone)
s, t, touch = columns(CoachingSession), columns(TimeEntry), columns(SessionTouch)


def utilisation_frames(user, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """What reports.utilisation asks for; no money for whoever is told of no rates."""
    with_money = holds(user, Permission.RATE_MANAGE)
    now, before = (
        [one for one in shares(user, *span, with_money=with_money) if asked.person in (None, one.user_id)]
        for span in ((asked.first, asked.last), asked.before)
    )
    earlier = {one.user_id: one for one in before}
    people = pd.DataFrame([_person(one, earlier.get(one.user_id)) for one in now], columns=_PERSON)
    return people, _priced(now, earlier) if with_money else None


_PERSON = (
    "person", "weekly", "available", "logged", "billable", "approved", "utilisation", "available_before",
    "billable_before", "utilisation_before",
)  # fmt: skip


def _person(one: Share, before: Share | None) -> tuple:
    told = (one.weekly_minutes, one.available, one.logged, one.billable, one.approved)
    was = (before.available / 60, before.billable / 60, before.utilisation) if before else (None, None, None)
    return (one.name, *(minutes / 60 for minutes in told), one.utilisation, *was)


def _priced(now: Sequence[Share], earlier: dict[int, Share]) -> pd.DataFrame:
    was = {
        (key, currency): ratio for key, one in earlier.items() for currency, _, _, ratio in one.realisations
    }
    rows = [
        (one.name, currency, billed, due, ratio, was.get((one.user_id, currency)))
        for one in now
        for currency, billed, due, ratio in one.realisations
    ]
    names = ("person", "currency", "billed", "standard", "realisation", "realisation_before")
    return pd.DataFrame(rows, columns=names)


def spent_frame(user, asked: Asked) -> pd.DataFrame:
    """client, engagement, hours, billable, before, budget, used: one row an engagement with time in either
    period, summed apart from the budget."""
    chosen = engagements(user, asked)
    in_now = t.worked_on >= FIRST
    spent = (
        sa.select(
            t.engagement_id,
            sa.func.sum(sa.case((in_now, t.minutes), else_=0)).label("now"),
            sa.func.sum(sa.case((sa.and_(in_now, t.is_billable), t.minutes), else_=0)).label("billable"),
            sa.func.sum(sa.case((in_now, 0), else_=t.minutes)).label("before"),
        )
        .where(t.engagement_id.in_(chosen), t.worked_on.between(SINCE, LAST))
        .group_by(t.engagement_id)
        .subquery()
        .c
    )
    agreed = _sum_of(b, sa.func.sum(b.hours), b.engagement_id.in_(chosen))
    used = _sum_of(
        t, sa.func.sum(t.minutes), t.engagement_id.in_(chosen), t.worked_on <= LAST, counts_on_budget()
    )
    rows = db.session.execute(
        sa.select(
            o.name, e.title, spent.now, spent.billable, spent.before, agreed.number, used.number.label("used")
        )
        .select_from(spent.engagement_id.table)
        .join(e.table, e.id == spent.engagement_id)
        .join(o.table, o.id == e.organisation_id)
        .outerjoin(agreed.number.table, agreed.engagement_id == e.id)
        .outerjoin(used.number.table, used.engagement_id == e.id)
        .order_by(o.name, e.title, e.id),
        asked.spans,
    ).all()
    told = [
        (client, title, now / 60, billable / 60, before / 60, hours and float(hours), (minutes or 0) / 60)
        for client, title, now, billable, before, hours, minutes in rows
    ]
    names = ("client", "engagement", "hours", "billable", "before", "budget", "used")
    return pd.DataFrame(told, columns=names)


def _sum_of(of, number, *criteria):
    return (
        sa.select(of.engagement_id, number.label("number"))
        .where(*criteria)
        .group_by(of.engagement_id)
        .subquery()
        .c
    )


#: What is shared out: for each kind of thing, what a session touched of it and what other time hangs on.
def _touched(kind: str) -> sa.Subquery:
    """session_id and key: each thing of a kind that a held session touched, once."""
    held = sa.select(touch.session_id).join(s.table, s.id == touch.session_id)
    held = held.where(s.state == SessionState.HELD)
    if kind == "goals":
        return held.add_columns(touch.goal_id.label("key")).where(touch.goal_id.is_not(None)).subquery()
    if kind == "milestones":
        return (
            held.add_columns(touch.milestone_id.label("key"))
            .where(touch.milestone_id.is_not(None))
            .subquery()
        )
    own = held.add_columns(touch.strategy_id.label("key")).where(touch.strategy_id.is_not(None))
    delivered = held.join(m.table, m.id == touch.milestone_id).add_columns(m.strategy_id.label("key"))
    return sa.union(own, delivered.where(m.strategy_id.is_not(None))).subquery()


def _alone(kind: str) -> sa.ColumnElement[int]:
    """What the time without a session hangs on."""
    if kind == "milestones":
        return t.milestone_id
    if kind == "goals":
        return sa.cast(sa.null(), sa.Integer)
    delivered = sa.select(m.strategy_id).where(m.id == t.milestone_id).scalar_subquery()
    return sa.func.coalesce(t.strategy_id, delivered)


def shared_out(user, asked: Asked, kind: str) -> dict[tuple[int, int | None], dict[str, Fraction | int]]:
    """Minutes now and before, and sessions, by engagement and goal, strategy or milestone (None for none): a
    session's minutes in equal parts among those that it touched."""
    found: dict = defaultdict(lambda: {"now": Fraction(0), "before": Fraction(0), "sessions": 0})
    for row in db.session.execute(_shared_out(user, asked, kind), asked.spans):
        line = found[row.engagement_id, row.key]
        line["now" if row.is_now else "before"] += Fraction(int(row.minutes), row.parts)
        line["sessions"] += row.sessions if row.is_now else 0
    return found


def _shared_out(user, asked: Asked, kind: str) -> sa.CompoundSelect:
    is_now = sa.case((t.worked_on >= FIRST, 1), else_=0).label("is_now")
    here = t.engagement_id.in_(engagements(user, asked)), t.worked_on.between(SINCE, LAST)
    of_session = (
        sa.select(t.engagement_id, t.session_id, is_now, sa.func.sum(t.minutes).label("minutes"))
        .where(*here, t.session_id.is_not(None))
        .group_by(t.engagement_id, t.session_id, is_now)
        .subquery()
        .c
    )
    touched = _touched(kind)
    parts = sa.func.count().over(partition_by=touched.c.session_id).label("parts")
    each = sa.select(touched.c.session_id, touched.c.key, parts).subquery().c
    number = sa.func.coalesce(each.parts, 1)
    with_session = (
        sa.select(
            of_session.engagement_id,
            each.key.label("key"),
            number.label("parts"),
            of_session.is_now,
            sa.func.sum(of_session.minutes).label("minutes"),
            sa.func.count().label("sessions"),
        )
        .select_from(of_session.session_id.table)
        .outerjoin(each.key.table, each.session_id == of_session.session_id)
        .group_by(of_session.engagement_id, each.key, number, of_session.is_now)
    )
    key = _alone(kind).label("key")
    free = (
        sa.select(t.engagement_id, key, is_now, t.minutes).where(*here, t.session_id.is_(None)).subquery().c
    )
    alone = sa.select(
        free.engagement_id, free.key, sa.literal(1), free.is_now, sa.func.sum(free.minutes), sa.literal(0)
    ).group_by(free.engagement_id, free.key, free.is_now)
    return sa.union_all(with_session, alone)
