"""Rounds, their raters and how far these have come; never a mark of somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.access import RULES, Permission, Reader, Role
from crm.accounts.models import User
from crm.alignment.models import Goal, Strategy
from crm.columns import columns
from crm.engagements.models import Engagement, EngagementGrant, TeamMember
from crm.extensions import db
from crm.judging.models import Judgement, Rater, Round, RoundState
from crm.organisations.models import Contact, Organisation
from crm.readers import lifted

r, a, j, u = columns(Round), columns(Rater), columns(Judgement), columns(User)
e, o, g, s = columns(Engagement), columns(Organisation), columns(Goal), columns(Strategy)
#: Who can be asked to judge at all.
JUDGES = tuple(RULES[Permission.ROUND_JUDGE])


def rounds_of(engagement: Engagement) -> Sequence[sa.Row]:
    """The rounds, the latest first: id, number, state, created_at, closes_on, closed_at, raters, done."""
    return db.session.execute(_rounds(), {"engagement": engagement.id}).all()


@cache
def _rounds() -> sa.Select:
    asked = sa.select(sa.func.count()).select_from(a.table).where(a.round_id == r.id)
    return (
        sa.select(
            r.id, r.number, r.state, r.created_at, r.closes_on, r.closed_at, r.settled_at,
            asked.scalar_subquery().label("raters"),
            asked.where(a.done_at.is_not(None)).scalar_subquery().label("done"),
        )
        .where(r.engagement_id == sa.bindparam("engagement"))
        .order_by(r.number.desc())
        .limit(200)
    )  # fmt: skip


def current_round(engagement_id: int, user) -> sa.Row | None:
    """The latest round of a worksheet: id, number, state, closes_on, and whether `user` is asked (0 or 1)."""
    return db.session.execute(_current(), {"engagement": engagement_id, "user": user.id}).one_or_none()


@cache
def _current() -> sa.Select:
    mine = sa.select(sa.func.count()).select_from(a.table)
    mine = mine.where(a.round_id == r.id, a.user_id == sa.bindparam("user", type_=sa.Integer))
    return (
        sa.select(r.id, r.number, r.state, r.closes_on, mine.scalar_subquery().label("is_asked"))
        .where(r.engagement_id == sa.bindparam("engagement"))
        .order_by(r.number.desc())
        .limit(1)
    )


def latest_round(engagement: Engagement) -> Round | None:
    return db.session.scalar(
        sa.select(Round).where(Round.engagement_id == engagement.id).order_by(Round.number.desc()).limit(1)
    )


def round_before(round: Round) -> sa.Row | None:
    """The round before this one: id, number, closed_at."""
    return db.session.execute(
        sa.select(r.id, r.number, r.closed_at)
        .where(r.engagement_id == round.engagement_id, r.number < round.number)
        .order_by(r.number.desc())
        .limit(1)
    ).one_or_none()


def has_later(round: Round) -> bool:
    later = sa.select(r.id).where(r.engagement_id == round.engagement_id, r.number > round.number)
    return db.session.scalar(later.limit(1)) is not None


def cells_of(round: Round) -> int:
    """How many there are to judge: goals times strategies."""
    goals, strategies = (
        sa.select(sa.func.count()).select_from(one.table).where(one.engagement_id == round.engagement_id)
        for one in (g, s)
    )
    return db.session.scalar(sa.select(goals.scalar_subquery() * strategies.scalar_subquery()))


def find_rater(round: Round, user) -> Rater | None:
    return db.session.scalar(sa.select(Rater).where(Rater.round_id == round.id, Rater.user_id == user.id))


def raters_of(round: Round) -> Sequence[Rater]:
    """Those who are asked, by name, each with their account."""
    asked = sa.select(Rater).join(Rater.user).where(Rater.round_id == round.id)
    return db.session.scalars(
        asked.options(sa.orm.contains_eager(Rater.user)).order_by(User.name, User.id)
    ).all()


def progress_of(round: Round) -> Sequence[sa.Row]:
    """Each rater: user_id, name, is_from_client, done_at, reminded_at, and how many cells they judged.

    It looks at all marks, and tells their number alone.
    """
    with lifted():
        return db.session.execute(_progress(), {"round": round.id}).all()


@cache
def _progress() -> sa.Select:
    judged = (
        sa.select(j.user_id, sa.func.count().label("judged"))
        .where(j.round_id == sa.bindparam("round"), j.counts)
        .group_by(j.user_id)
        .subquery()
    )
    return (
        sa.select(
            a.user_id, u.name, a.is_from_client, a.done_at, a.reminded_at,
            sa.func.coalesce(judged.c.judged, 0).label("judged"),
        )
        .join(u.table, u.id == a.user_id)
        .outerjoin(judged, judged.c.user_id == a.user_id)
        .where(a.round_id == sa.bindparam("round"))
        .order_by(u.name, u.id)
    )  # fmt: skip


def who_can_judge(engagement: Engagement) -> Sequence[sa.Row]:
    """The people of both sides who have a sign-in and may judge: user_id, name, is_from_client."""
    return db.session.execute(_who(), {"engagement": engagement.id}).all()


@cache
def _who() -> sa.CompoundSelect:
    t, grant, c = columns(TeamMember), columns(EngagementGrant), columns(Contact)
    here = sa.bindparam("engagement")
    may = sa.and_(u.active, u.role.in_(JUDGES))
    ours = sa.select(u.id.label("user_id"), u.name.label("name"), sa.false().label("is_from_client"))
    ours = ours.join(t.table, t.user_id == u.id).where(t.engagement_id == here, may)
    theirs = sa.select(u.id, u.name, sa.true()).join(grant.table, grant.user_id == u.id)
    known = sa.exists().where(c.user_id == u.id, c.organisation_id == grant.organisation_id)
    theirs = theirs.where(grant.engagement_id == here, may, u.role == Role.CLIENT, known)
    return sa.union(ours.where(u.role != Role.CLIENT), theirs).order_by("is_from_client", "name", "user_id")


def rounds_for(user) -> Sequence[sa.Row]:
    """The open rounds that `user` is still to judge in: id, number, closes_on, and where."""
    return db.session.execute(_rounds_for(user.role), {"reader": user.id}).all()


@cache
def _rounds_for(role: Role) -> sa.Select:
    reader = Reader(role)
    return (
        sa.select(
            r.id, r.number, r.closes_on, r.engagement_id, e.title.label("engagement"), o.name.label("client")
        )
        .join(a.table, a.round_id == r.id)
        .join(e.table, e.id == r.engagement_id)
        .join(o.table, o.id == r.organisation_id)
        .where(
            a.user_id == reader.id, a.done_at.is_(None), r.state == RoundState.OPEN, e.closed_on.is_(None),
            r.visible_to(reader),
        )
        .order_by(r.closes_on.is_(None), r.closes_on, r.id)
        .limit(8)
    )  # fmt: skip


def open_with_day() -> Sequence[sa.Row]:
    """The open rounds that have a last day: id, closes_on, and the zone of whoever opened them."""
    return db.session.execute(
        sa.select(r.id, r.closes_on, u.time_zone)
        .join(e.table, e.id == r.engagement_id)
        .outerjoin(u.table, u.id == r.opened_by_id)
        .where(r.state == RoundState.OPEN, r.closes_on.is_not(None), e.closed_on.is_(None))
        .order_by(r.id)
    ).all()


def taken_up(round_id: int) -> Round:
    """The round itself, held until whoever asks is done."""
    return db.session.scalars(
        sa.select(Round)
        .where(Round.id == round_id)
        .with_for_update(of=Round, key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def marks_to_compare(round: Round) -> Sequence[sa.Row]:
    """Every mark that counts: user_id, goal_id, strategy_id, mark. For the reckoning at the round's end."""
    with lifted():
        return db.session.execute(
            sa.select(j.user_id, j.goal_id, j.strategy_id, j.mark)
            .where(j.round_id == round.id, j.counts)
            .order_by(j.user_id, j.goal_id, j.strategy_id)
        ).all()


def find_asked(round_id: int, user) -> sa.Row | None:
    """What a rater is asked: what, until when and where; None if they are not asked."""
    return db.session.execute(
        sa.select(
            r.id, r.number, r.state, r.request, r.closes_on, a.done_at, e.closed_on,
            e.title.label("engagement"), o.name.label("client"), u.name.label("opened_by"),
        )
        .join(a.table, sa.and_(a.round_id == r.id, a.user_id == user.id))
        .join(e.table, e.id == r.engagement_id)
        .join(o.table, o.id == r.organisation_id)
        .outerjoin(u.table, u.id == r.opened_by_id)
        .where(r.id == round_id, r.visible_to(user))
    ).one_or_none()  # fmt: skip
