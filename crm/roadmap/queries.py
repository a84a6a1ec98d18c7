from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from types import SimpleNamespace

import lazy_loader as lazy
import sqlalchemy as sa

from crm.access import Reader, Role
from crm.alignment.models import Strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Contact
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState

pd = lazy.load("pandas")


def mine(user, model) -> sa.ColumnElement[bool]:
    """Whether a row of `model` is the user's own to do, on whichever side they stand."""
    contact = columns(Contact)
    contacts = sa.select(contact.id).where(contact.user_id == user.id)
    return sa.or_(
        sa.and_(model.owner_user_id.is_not(None), model.owner_user_id == user.id),
        sa.and_(model.owner_contact_id.is_not(None), model.owner_contact_id.in_(contacts)),
    )


def milestones_of(engagement_id: int, user=None, until: date | None = None) -> Sequence[sa.Row]:
    """The roadmap in the order of its plan; `is_mine` says what `user` has to do.

    With `until`, what was done after that day is still in progress, as it then was.
    """
    keys = {"engagement": engagement_id, "reader": user.id if user else 0}
    rows = db.session.execute(_milestones(user.role if user else None), keys).all()
    return [_then(row, until) for row in rows] if until else rows


@cache
def _milestones(role: Role | None) -> sa.Select:
    m, strategy = columns(Milestone), columns(Strategy)
    own = mine(Reader(role), m) if role else sa.false()
    return (
        sa.select(
            m.id,
            m.title,
            m.state,
            m.strategy_id,
            m.baseline_on,
            m.planned_on,
            m.actual_on,
            m.description,
            strategy.statement.label("strategy"),
            owner_name(m),
            own.label("is_mine"),
        )
        .outerjoin(strategy.table, strategy.id == m.strategy_id)
        .where(m.engagement_id == sa.bindparam("engagement"))
        .order_by(m.planned_on, m.id)
    )


def _then(row: sa.Row, day: date) -> sa.Row | SimpleNamespace:
    if not row.actual_on or row.actual_on <= day:
        return row
    return SimpleNamespace(**{**row._mapping, "state": MilestoneState.IN_PROGRESS, "actual_on": None})


def slip(row: sa.Row, today: date) -> int:
    """Days after the baseline: of the day done, of the plan, or of today where the plan is past."""
    if row.state in OPEN_MILESTONE:
        return (max(row.planned_on, today) - row.baseline_on).days
    return ((row.actual_on or row.planned_on) - row.baseline_on).days


def is_late(row: sa.Row, today: date) -> bool:
    return row.state in OPEN_MILESTONE and row.planned_on < today


def milestones_frame(engagement: Engagement, as_of: date) -> pd.DataFrame:
    """One row a milestone, as reports.progress wants it; `slip_days` are after the baseline."""
    rows = [
        (
            m.title,
            m.strategy,
            m.owner,
            m.baseline_on,
            m.planned_on,
            m.actual_on,
            "Late" if is_late(m, as_of) else m.state.label,
            slip(m, as_of),
        )
        for m in milestones_of(engagement.id, until=as_of)
    ]
    columns = [
        "milestone",
        "strategy",
        "owner",
        "baseline_on",
        "planned_on",
        "actual_on",
        "state",
        "slip_days",
    ]
    return pd.DataFrame(rows, columns=columns)
