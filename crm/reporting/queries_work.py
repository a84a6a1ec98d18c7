"""Frames of what was promised by a day: milestones, actions, stages."""

from __future__ import annotations

from datetime import date

import lazy_loader as lazy
import sqlalchemy as sa

from crm.accounts.models import User
from crm.alignment.models import Strategy
from crm.columns import columns
from crm.engagements.models import ENDED, Engagement, Stage, StageMove, ageing
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import FIRST, LAST, SINCE, engagements
from crm.roadmap.models import OPEN_MILESTONE, Milestone
from crm.roadmap.queries import is_late, slip, then
from crm.sessions.models import Action, ActionState

pd = lazy.load("pandas")

a, e, o, u = columns(Action), columns(Engagement), columns(Organisation), columns(User)
m, st, move = columns(Milestone), columns(Strategy), columns(StageMove)
PLACE = e.id.label("key"), o.name.label("client"), e.title.label("engagement")


def milestones_frame(user, asked: Asked) -> pd.DataFrame:
    """What reports.milestones asks for: the milestones due, done or open in either period, as at its end."""
    in_time = (day.between(SINCE, LAST) for day in (m.baseline_on, m.actual_on))
    is_past = sa.and_(m.planned_on < LAST, sa.or_(m.state.in_(sorted(OPEN_MILESTONE)), m.actual_on > LAST))
    rows = db.session.execute(
        sa.select(
            *PLACE, m.title, st.statement, owner_name(m), m.baseline_on, m.planned_on, m.actual_on, m.state
        )
        .select_from(m.table)
        .join(e.table, e.id == m.engagement_id)
        .join(o.table, o.id == m.organisation_id)
        .outerjoin(st.table, st.id == m.strategy_id)
        .where(m.engagement_id.in_(engagements(user, asked)), sa.or_(*in_time, is_past))
        .order_by(o.name, e.title, e.id, m.planned_on, m.id),
        asked.spans,
    ).all()
    names = (
        "key", "client", "engagement", "milestone", "strategy", "owner", "baseline_on", "planned_on",
        "actual_on", "state", "slip_days", "is_late",
    )  # fmt: skip
    return pd.DataFrame([_stood(row, asked.last) for row in rows], columns=names, dtype=object)


def _stood(row: sa.Row, day: date) -> tuple:
    one = then(row, day)
    late = is_late(one, day)
    told = (row.key, row.client, row.engagement, row.title, row.statement, row.owner, row.baseline_on)
    state = "Late" if late else one.state.label
    return (*told, row.planned_on, one.actual_on, state, slip(one, day), late)


def actions_frame(user, asked: Asked) -> pd.DataFrame:
    """What reports.actions asks for: the actions due in either period, as they stood at its end."""
    rows = db.session.execute(
        sa.select(
            *PLACE, a.title, a.owner_user_id, a.owner_contact_id, owner_name(a), a.due_on, a.done_on, a.state
        )
        .select_from(a.table)
        .join(e.table, e.id == a.engagement_id)
        .join(o.table, o.id == a.organisation_id)
        .where(
            a.engagement_id.in_(engagements(user, asked)), a.visible_to(user), a.due_on.between(SINCE, LAST)
        )
        .order_by(a.due_on, a.id),
        asked.spans,
    ).all()
    names = (
        "key", "client", "engagement", "action", "owner_key", "owner", "side", "due_on", "done_on", "state",
    )  # fmt: skip
    return pd.DataFrame([_owed(row, asked.last) for row in rows], columns=names, dtype=object)


def _owed(row: sa.Row, day: date) -> tuple:
    is_ours, is_theirs = row.owner_user_id is not None, row.owner_contact_id is not None
    key = f"user:{row.owner_user_id}" if is_ours else f"contact:{row.owner_contact_id}" if is_theirs else None
    side = "Ours" if is_ours else "Client" if is_theirs else None
    is_later = row.done_on is not None and row.done_on > day
    state = ActionState.OPEN if is_later else row.state
    told = (row.key, row.client, row.engagement, row.title, key, row.owner, side, row.due_on)
    return (*told, None if is_later else row.done_on, state.label)


#: Where nothing is on its way any more.
GONE = ENDED | {Stage.FOLLOW_UP}


def pipeline_frames(user, asked: Asked, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What reports.pipeline asks for: the engagements on their way, and how many came into each stage."""
    chosen = engagements(user, asked)
    rows = db.session.execute(
        sa.select(o.name, e.title, u.name.label("lead"), e.stage, e.stage_since, e.currency, e.fee)
        .join(o.table, o.id == e.organisation_id)
        .outerjoin(u.table, u.id == e.lead_id)
        .where(e.id.in_(chosen), e.stage.not_in(sorted(GONE)))
        .order_by(e.stage_since, e.id)
    ).all()
    told = [
        (row.name, row.title, row.lead, row.stage.label, row.stage_since,
         *ageing(row.stage, row.stage_since, today), row.currency, row.fee)
        for row in rows
    ]  # fmt: skip
    names = ("client", "engagement", "lead", "stage", "since", "days", "over", "currency", "fee")
    is_now = sa.case((move.moved_on >= FIRST, 1), else_=0)
    moves = db.session.execute(
        sa.select(move.to_stage, sa.func.sum(is_now), sa.func.sum(1 - is_now))
        .where(move.engagement_id.in_(chosen), move.moved_on.between(SINCE, LAST))
        .group_by(move.to_stage),
        asked.spans,
    ).all()
    came = [(stage.label, int(now), int(before)) for stage, now, before in moves]
    return (
        pd.DataFrame(told, columns=names, dtype=object),
        pd.DataFrame(came, columns=("stage", "now", "before"), dtype=object),
    )
