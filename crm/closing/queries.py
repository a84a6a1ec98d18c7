from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.closing.models import FollowUp
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable, DeliverableState
from crm.extensions import db
from crm.judging.models import Round, RoundState
from crm.organisations.models import Organisation
from crm.roadmap.models import OPEN_MILESTONE, Milestone
from crm.sessions.models import Action, ActionState, CoachingSession, SessionState

e, f, o = columns(Engagement), columns(FollowUp), columns(Organisation)


class Loose(NamedTuple):
    """What is still open of one kind: how many, in words, and where it is settled."""

    count: int
    one: str
    many: str
    endpoint: str


def left_open(engagement: Engagement) -> list[Loose]:
    """What closing would leave open, in one statement."""
    counts = db.session.execute(_left_open(), {"engagement": engagement.id}).one()
    kinds = (
        ("open milestone", "open milestones", "roadmap.index"),
        ("open action", "open actions", "sessions.index"),
        ("session planned or not written up", "sessions planned or not written up", "sessions.index"),
        ("deliverable not accepted", "deliverables not accepted", "work.show"),
        ("change order not decided", "change orders not decided", "work.show"),
        ("round of judging still open", "rounds of judging still open", "judging.index"),
    )
    return [Loose(count, *words) for count, words in zip(counts, kinds, strict=True) if count]


@cache
def _left_open() -> sa.Select:
    m, a, s = columns(Milestone), columns(Action), columns(CoachingSession)
    d, c, r = columns(Deliverable), columns(ChangeOrder), columns(Round)
    unwritten = sa.and_(s.state == SessionState.HELD, s.summary.is_(None))
    return sa.select(
        _count(m, m.state.in_(sorted(OPEN_MILESTONE))),
        _count(a, a.state == ActionState.OPEN),
        _count(s, sa.or_(s.state == SessionState.PLANNED, unwritten)),
        _count(d, d.state != DeliverableState.ACCEPTED),
        _count(c, c.state == ChangeState.PROPOSED),
        _count(r, r.state == RoundState.OPEN),
    )


def _count(of, criterion) -> sa.ScalarSelect[int]:
    here = of.engagement_id == sa.bindparam("engagement")
    return sa.select(sa.func.count()).select_from(of.table).where(here, criterion).scalar_subquery()


def follow_ups_of(engagement: Engagement) -> Sequence[FollowUp]:
    return db.session.scalars(
        sa.select(FollowUp).where(FollowUp.engagement_id == engagement.id).order_by(FollowUp.months)
    ).all()


def due_follow_ups(user, until: date, limit: int = 8) -> Sequence[sa.Row]:
    """The talks that fall due by then and are `user`'s to hold: id, months, due_on, engagement, client."""
    asked = {"reader": user.id, "until": until, "most": limit}
    return db.session.execute(_due(user.role), asked).all()


@cache
def _due(role: Role) -> sa.Select:
    reader = Reader(role)
    return (
        sa.select(
            f.id, f.months, f.due_on, f.engagement_id, e.title.label("engagement"), o.name.label("client")
        )
        .join(e.table, e.id == f.engagement_id)
        .join(o.table, o.id == f.organisation_id)
        .where(
            f.visible_to(reader),
            e.lead_id == reader.id,
            f.held_on.is_(None),
            f.due_on <= sa.bindparam("until"),
        )
        .order_by(f.due_on, f.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
