"""Frames about clients: alignment, satisfaction, channels, and what a coach may count."""

from __future__ import annotations

from collections.abc import Sequence

import lazy_loader as lazy
import sqlalchemy as sa

from crm.accounts.models import User
from crm.alignment.models import SERVES, Goal, Relation, Strategy
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.health.models import SatisfactionScore
from crm.methods.survey import net_promoter_of
from crm.organisations.models import Channel, ChannelCount, Organisation
from crm.outcomes.models import Measure
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import FIRST, LAST, SINCE, clients, engagements
from crm.roadmap.models import Milestone, MilestoneState
from crm.sessions.models import CoachingSession, SessionState, TimeEntry, TimeKind, session_contact

pd = lazy.load("pandas")

e, o, u, s, t = (columns(model) for model in (Engagement, Organisation, User, CoachingSession, TimeEntry))
g, r, st, m, measure = (columns(model) for model in (Goal, Relation, Strategy, Milestone, Measure))
score, channel, count = columns(SatisfactionScore), columns(Channel), columns(ChannelCount)
PLACE = e.id.label("key"), o.name.label("client"), e.title.label("engagement")


def _frame(rows: Sequence[sa.Row], names: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in rows], columns=list(names), dtype=object)


def _sum(criterion) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((criterion, 1), else_=0))


def alignment_frames(user, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What reports.alignment asks for: goals by engagement and perspective, strategies by engagement."""
    chosen = engagements(user, asked)
    goals = db.session.execute(_goals(chosen)).all()
    told = [
        (*row[:3], row.perspective.label if row.perspective else None, *map(int, row[4:])) for row in goals
    ]
    names = ("key", "client", "engagement", "perspective", "goals", "served", "measured", "weight", "covered")
    strategies = db.session.execute(_strategies(chosen)).all()
    plans = ("key", "client", "engagement", "strategies", "idle", "undelivered")
    return pd.DataFrame(told, columns=names, dtype=object), _frame(strategies, plans)


def _goals(chosen: sa.Select) -> sa.Select:
    serving = sa.exists().where(r.goal_id == g.id, r.mark >= SERVES)
    measured = sa.exists().where(measure.goal_id == g.id)
    each = (
        sa.select(
            g.engagement_id, g.perspective, g.weight, serving.label("served"), measured.label("measured")
        )
        .where(g.engagement_id.in_(chosen))
        .subquery()
        .c
    )
    summed = (
        sa.select(
            each.engagement_id,
            each.perspective,
            sa.func.count().label("goals"),
            _sum(each.served).label("served"),
            _sum(each.measured).label("measured"),
            sa.func.sum(each.weight).label("weight"),
            sa.func.sum(sa.case((each.served, each.weight), else_=0)).label("covered"),
        )
        .group_by(each.engagement_id, each.perspective)
        .subquery()
        .c
    )
    told = (column for name, column in summed.items() if name != "engagement_id")
    return _placed(summed, told).order_by(o.name, e.title, e.id, summed.perspective)


def _placed(summed, told) -> sa.Select:
    return (
        sa.select(*PLACE, *told)
        .select_from(summed.engagement_id.table)
        .join(e.table, e.id == summed.engagement_id)
        .join(o.table, o.id == e.organisation_id)
    )


def _strategies(chosen: sa.Select) -> sa.Select:
    serving = sa.exists().where(r.strategy_id == st.id, r.mark >= SERVES)
    delivered = sa.exists().where(m.strategy_id == st.id, m.state != MilestoneState.DROPPED)
    each = (
        sa.select(st.engagement_id, serving.label("serves"), delivered.label("delivered"))
        .where(st.engagement_id.in_(chosen))
        .subquery()
        .c
    )
    summed = (
        sa.select(
            each.engagement_id,
            sa.func.count().label("strategies"),
            _sum(sa.not_(each.serves)).label("idle"),
            _sum(sa.not_(each.delivered)).label("undelivered"),
        )
        .group_by(each.engagement_id)
        .subquery()
        .c
    )
    return _placed(summed, (summed.strategies, summed.idle, summed.undelivered)).order_by(
        o.name, e.title, e.id
    )


def satisfaction_frames(user, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What reports.satisfaction asks for: each score of both periods, and the net promoter score of each."""
    rows = db.session.execute(
        sa.select(*PLACE, o.kind, score.score, score.said_on, score.is_from_client)
        .select_from(score.table)
        .join(e.table, e.id == score.engagement_id)
        .join(o.table, o.id == score.organisation_id)
        .where(
            score.engagement_id.in_(engagements(user, asked)),
            score.visible_to(user),
            score.said_on.between(SINCE, LAST),
        )
        .order_by(score.said_on, score.id),
        asked.spans,
    ).all()
    told = [(*row[:3], row.kind.label, *row[4:]) for row in rows]
    names = ("key", "client", "engagement", "kind", "score", "said_on", "is_from_client")
    spans = {
        "This period": [row.score for row in rows if row.said_on >= asked.first],
        "Before": [row.score for row in rows if row.said_on < asked.first],
    }
    promoters = [_promoted(name, given) for name, given in spans.items()]
    return pd.DataFrame(told, columns=names, dtype=object), pd.DataFrame(promoters, dtype=object)


def _promoted(period: str, given: list[int]) -> dict:
    found = net_promoter_of(given) if given else None
    return {
        "period": period,
        "answers": len(given),
        "promoters": found and found.promoters,
        "passives": found and found.passives,
        "detractors": found and found.detractors,
        "score": found and found.score,
        "error": found and found.se,
        "why_not": found.why_not if found else "Nobody gave a score.",
    }


def channels_frame(user, asked: Asked) -> tuple[pd.DataFrame, int]:
    """What reports.channels asks for: each channel with its counts at three moments, and how many clients."""
    seen = clients(user, asked)
    followers, counted_on = (
        _latest(column, count.counted_on <= LAST) for column in (count.followers, count.counted_on)
    )
    rows = db.session.execute(
        sa.select(
            o.id,
            o.name,
            channel.platform,
            channel.handle,
            followers,
            counted_on,
            _latest(count.followers, count.counted_on < FIRST),
            _latest(count.followers, count.counted_on < SINCE),
        )
        .select_from(channel.table)
        .join(o.table, o.id == channel.organisation_id)
        .where(channel.organisation_id.in_(seen))
        .order_by(o.name, channel.platform, channel.handle, channel.id),
        asked.spans,
    ).all()
    names = (
        "client_key",
        "client",
        "platform",
        "handle",
        "followers",
        "counted_on",
        "at_start",
        "at_start_before",
    )
    told = [(*row[:2], row.platform.label, *row[3:]) for row in rows]
    known = db.session.scalar(sa.select(sa.func.count()).select_from(seen.subquery()))
    return pd.DataFrame(told, columns=names, dtype=object), known


def _latest(column, until) -> sa.ScalarSelect:
    found = sa.select(column).where(count.channel_id == channel.id, until)
    return found.order_by(count.counted_on.desc()).limit(1).correlate(channel.table).scalar_subquery()


#: What stands for a client whom the coach serves no more, and may not read of.
FORMER = "A former client"


def coaching_frame(user, asked: Asked, *, coach: int | None) -> pd.DataFrame:
    """What reports.coaching asks for: coaching minutes for sessions that were held, by session and pay."""
    named = sa.select(sa.func.count()).where(session_contact.c.session_id == t.session_id).scalar_subquery()
    criteria = [sa.true() if coach is None else t.user_id == coach]
    rows = db.session.execute(
        sa.select(
            u.name, sa.func.min(t.worked_on), sa.func.coalesce(o.name, FORMER), e.title, t.session_id,
            s.number, named, t.is_billable, sa.func.sum(t.minutes),
        )
        .select_from(t.table)
        .join(u.table, u.id == t.user_id)
        .outerjoin(s.table, s.id == t.session_id)
        .outerjoin(e.table, e.id == t.engagement_id)
        .outerjoin(o.table, o.id == t.organisation_id)
        .where(
            t.visible_to(user), t.kind == TimeKind.COACHING, t.session_id.is_not(None), *criteria,
            t.worked_on.between(SINCE, LAST), sa.or_(s.id.is_(None), s.state == SessionState.HELD),
        )
        .group_by(u.id, u.name, o.name, e.title, t.engagement_id, t.session_id, s.number, t.is_billable)
        .order_by(sa.func.min(t.worked_on), u.name, t.engagement_id, t.session_id, t.is_billable),
        asked.spans,
    ).all()  # fmt: skip
    names = (
        "coach", "held_on", "client", "engagement", "session_key", "number", "people", "is_paid", "hours",
    )  # fmt: skip
    told = [(*row[:-2], bool(row[-2]), row[-1] / 60) for row in rows]
    return pd.DataFrame(told, columns=names, dtype=object)
