from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.access import team
from crm.engagements.models import LIVE, Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.sessions.models import CoachingSession


def engagements_of_mine(user) -> Sequence[sa.Row]:
    """The live engagements whose team `user` is on, latest start first: id, title, client, stage."""
    e = Engagement
    return db.session.execute(
        sa.select(e.id, e.title, e.stage, Organisation.name.label("client"))
        .join(Organisation, Organisation.id == e.organisation_id)
        .join(team, team.c.engagement_id == e.id)
        .where(team.c.user_id == user.id, e.visible_to(user), e.stage.in_(sorted(LIVE)))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(12)
    ).all()


def granted(user) -> Sequence[Engagement]:
    """The engagements that a client may see, the live ones first."""
    return db.session.scalars(
        sa.select(Engagement)
        .options(joinedload(Engagement.organisation))
        .where(Engagement.visible_to(user))
        .order_by(
            Engagement.stage.in_(sorted(LIVE)).desc(), Engagement.starts_on.desc(), Engagement.id.desc()
        )
        .limit(20)
    ).all()


def latest_shared(engagement: Engagement, user) -> Sequence[sa.Row]:
    """The sessions shared last, those to come among them."""
    s = CoachingSession
    return db.session.execute(
        sa.select(s.id, s.number, s.starts_at, s.time_zone, s.state)
        .where(s.engagement_id == engagement.id, s.is_shared, s.visible_to(user))
        .order_by(s.number.desc())
        .limit(5)
    ).all()
