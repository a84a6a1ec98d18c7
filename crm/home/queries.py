from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.scopes import team
from crm.sessions.models import CoachingSession

e, o = columns(Engagement), columns(Organisation)


def engagements_of_mine(user) -> Sequence[sa.Row]:
    """The live engagements whose team `user` is on, latest start first: id, title, client, stage."""
    return db.session.execute(_of_mine(user.role), {"reader": user.id}).all()


@cache
def _of_mine(role: Role) -> sa.Select:
    reader = Reader(role)
    return (
        sa.select(e.id, e.title, e.stage, o.name.label("client"))
        .join(o.table, o.id == e.organisation_id)
        .join(team, team.c.engagement_id == e.id)
        .where(team.c.user_id == reader.id, e.visible_to(reader), e.stage.in_(sorted(LIVE)))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(12)
    )


def granted(user) -> Sequence[Engagement]:
    """The engagements that a client may see, the live ones first."""
    return db.session.scalars(_granted(user.role), {"reader": user.id}).all()


@cache
def _granted(role: Role) -> sa.Select:
    is_live = Engagement.stage.in_(sorted(LIVE))
    return (
        sa.select(Engagement)
        .where(Engagement.visible_to(Reader(role)))
        .order_by(is_live.desc(), Engagement.starts_on.desc(), Engagement.id.desc())
        .limit(20)
    )


def latest_shared(engagement: Engagement, user) -> Sequence[sa.Row]:
    """The sessions shared last, those to come among them."""
    asked = {"engagement": engagement.id, "reader": user.id}
    return db.session.execute(_latest_shared(user.role), asked).all()


@cache
def _latest_shared(role: Role) -> sa.Select:
    s = columns(CoachingSession)
    return (
        sa.select(s.id, s.number, s.starts_at, s.time_zone, s.state)
        .where(s.engagement_id == sa.bindparam("engagement"), s.is_shared, s.visible_to(Reader(role)))
        .order_by(s.number.desc())
        .limit(5)
    )
