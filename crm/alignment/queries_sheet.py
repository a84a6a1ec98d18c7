"""How a worksheet is set up, how its goals nest, and what its strategies can draw on."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.alignment.models import Goal, Strategy, strategy_channel
from crm.alignment.models_sheet import GoalOrigin, GoalParent, SheetSetup, Weighing
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement
from crm.extensions import db
from crm.organisations.models import Channel, Organisation

g, c = columns(Goal), columns(Channel)
e, o, setup = columns(Engagement), columns(Organisation), columns(SheetSetup)


def find_setup(engagement_id: int) -> SheetSetup | None:
    return db.session.scalar(sa.select(SheetSetup).where(SheetSetup.engagement_id == engagement_id))


def weighing(engagement_id: int) -> Weighing:
    said = sa.select(SheetSetup.weighing).where(SheetSetup.engagement_id == engagement_id)
    return db.session.scalar(said) or Weighing.POINTS


def reviews_due(user, until: date, limit: int = 8) -> Sequence[sa.Row]:
    """The worksheets to review by then that `user` leads: engagement_id, due_on, engagement, client."""
    asked = {"reader": user.id, "until": until, "most": limit}
    return db.session.execute(_reviews(user.role), asked).all()


@cache
def _reviews(role: Role) -> sa.Select:
    reader = Reader(role)
    return (
        sa.select(
            setup.engagement_id,
            setup.review_on.label("due_on"),
            e.title.label("engagement"),
            o.name.label("client"),
        )
        .join(e.table, e.id == setup.engagement_id)
        .join(o.table, o.id == setup.organisation_id)
        .where(
            setup.visible_to(reader),
            e.lead_id == reader.id,
            e.stage.in_(sorted(LIVE)),
            setup.review_on <= sa.bindparam("until"),
        )
        .order_by(setup.review_on, setup.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def parents(engagement_id: int) -> dict[int, int]:
    """The larger goal of each that has one."""
    found = sa.select(GoalParent.goal_id, GoalParent.parent_id).where(
        GoalParent.engagement_id == engagement_id
    )
    return dict(db.session.execute(found).all())


def parent_of(goal: Goal) -> int | None:
    return db.session.scalar(sa.select(GoalParent.parent_id).where(GoalParent.goal_id == goal.id))


def below(engagement_id: int, goal_id: int) -> frozenset[int]:
    """The goal itself and all that nest in it: none of them can be its larger goal."""
    larger, found = parents(engagement_id), {goal_id}
    while more := {one for one, parent in larger.items() if parent in found} - found:
        found |= more
    return frozenset(found)


def channels_of(engagement: Engagement) -> Sequence[Channel]:
    wanted = sa.select(Channel).where(Channel.organisation_id == engagement.organisation_id)
    return db.session.scalars(wanted.order_by(Channel.platform, Channel.handle, Channel.id)).all()


def channels_by_strategy(engagement_id: int) -> dict[int, list[str]]:
    """The organisation's own channels that each strategy draws on, by name."""
    joined = sa.join(strategy_channel, Channel, Channel.id == strategy_channel.c.channel_id).join(
        Strategy, Strategy.id == strategy_channel.c.strategy_id
    )
    found = (
        sa.select(strategy_channel.c.strategy_id, c.platform, c.handle)
        .select_from(joined)
        .where(Strategy.engagement_id == engagement_id)
        .order_by(strategy_channel.c.strategy_id, c.id)
    )
    named: dict[int, list[str]] = {}
    for key, platform, handle in db.session.execute(found):
        named.setdefault(key, []).append(f"{platform.label} {handle}")
    return named


def goals_above(engagement: Engagement, user) -> Sequence[sa.Row]:
    """Goals of the parent's engagements that `user` may see and that are not carried down here yet.

    id, statement, title of the engagement, and the name of the parent.
    """
    carried = sa.select(GoalOrigin.origin_id).where(GoalOrigin.engagement_id == engagement.id)
    above = sa.select(Organisation.parent_id).where(Organisation.id == engagement.organisation_id)
    found = (
        sa.select(g.id, g.statement, Engagement.title, Organisation.name)
        .join(Engagement, Engagement.id == g.engagement_id)
        .join(Organisation, Organisation.id == Engagement.organisation_id)
        .where(Organisation.id == above.scalar_subquery(), g.id.not_in(carried), Goal.visible_to(user))
        .order_by(Engagement.title, Engagement.id, g.position, g.id)
    )
    return db.session.execute(found).all()
