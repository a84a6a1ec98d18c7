from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.accounts.models import User
from crm.alignment.models import Goal, Relation, Strategy, strategy_channel
from crm.alignment.models_sheet import (
    GoalCause,
    GoalComparison,
    GoalOrigin,
    GoalParent,
    SheetSetup,
    StrategyTie,
)
from crm.columns import columns
from crm.engagements.models import Engagement, EngagementGrant, TeamMember
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Channel
from crm.readers import lifted
from crm.versions.content import Content, Rows, compose
from crm.versions.models import Turn, Version

_HERE = sa.bindparam("engagement")


def content_of(engagement_id: int) -> Content:
    """What the worksheet says today. The caller has made sure that the reader may see the engagement.

    It is read past the guard, for it must not depend on who reads: the names of owners and judges, and
    whether a goal was carried down, are the same for everybody who may see the worksheet at all.
    """
    db.session.flush()
    with lifted():
        found = {name: _mappings(statement, engagement_id) for name, statement in _statements().items()}
    return compose(engagement_id, Rows(**found | {"setup": next(iter(found["setup"]), None)}))


def _mappings(statement: sa.Select, engagement_id: int) -> Sequence[sa.RowMapping]:
    return db.session.execute(statement, {"engagement": engagement_id}).mappings().all()


@cache
def _statements() -> dict[str, sa.Select]:
    """One statement for each kind of row that a worksheet is made of."""
    u, s, channel = columns(User), columns(Strategy), columns(Channel)
    plain = {"setup": SheetSetup, "parents": GoalParent, "origins": GoalOrigin, "causes": GoalCause}
    named = {"relations": Relation, "ties": StrategyTie, "comparisons": GoalComparison}
    statements = {name: sa.select(*columns(model).table.c) for name, model in plain.items()}
    for name, model in named.items():
        of = columns(model)
        by = sa.select(*of.table.c, u.name.label("by")).outerjoin(u.table, u.id == of.user_id)
        statements[name] = by
    for name, model in {"goals": Goal, "strategies": Strategy}.items():
        statements[name] = sa.select(*columns(model).table.c, owner_name(columns(model)))
    statements = {name: made.where(_of(made).engagement_id == _HERE) for name, made in statements.items()}
    told = sa.type_coerce(channel.platform, sa.String) + ": " + channel.handle
    statements["channels"] = (
        sa.select(strategy_channel.c.strategy_id, told.label("channel"))
        .join(channel.table, channel.id == strategy_channel.c.channel_id)
        .join(s.table, s.id == strategy_channel.c.strategy_id)
        .where(s.engagement_id == _HERE)
    )
    return statements


def _of(statement: sa.Select):
    """The columns of the table that it is about: the first that it names."""
    return next(iter(statement.selected_columns)).table.c


def hold(engagement_id: int) -> None:
    """Hold the engagement until the transaction ends: two who keep a version at once take turns."""
    db.session.execute(sa.select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())


def latest(engagement_id: int) -> sa.Row | None:
    """The newest version: id, number, digest."""
    v = columns(Version)
    newest = sa.select(v.id, v.number, v.digest).where(v.engagement_id == engagement_id)
    return db.session.execute(newest.order_by(v.number.desc()).limit(1)).one_or_none()


def versions_of(engagement_id: int) -> Sequence[sa.Row]:
    """All versions, newest first, without their contents."""
    return db.session.execute(_versions(), {"engagement": engagement_id}).all()


@cache
def _versions() -> sa.Select:
    v, u = columns(Version), columns(User)
    return (
        sa.select(
            v.id, v.number, v.name, v.state, v.digest, v.coverage, v.completeness, v.density, v.created_at,
            u.name.label("who"),
        )
        .outerjoin(u.table, u.id == v.user_id)
        .where(v.engagement_id == _HERE)
        .order_by(v.number.desc())
    )  # fmt: skip


def find_version(engagement_id: int, number: int) -> Version | None:
    return db.session.scalar(
        sa.select(Version).where(Version.engagement_id == engagement_id, Version.number == number)
    )


def on_the_table(engagement_id: int) -> Sequence[Version]:
    """The versions that were put to the other side and are not settled, oldest first."""
    wanted = sa.select(Version).where(
        Version.engagement_id == engagement_id, Version.state.in_(("proposed", "countered"))
    )
    return db.session.scalars(wanted.order_by(Version.number)).all()


def turns_of(version_id: int) -> Sequence[sa.Row]:
    """What was said to a version, oldest first: id, say, note, changes, side, instant, who."""
    return db.session.execute(_turns(), {"version": version_id}).all()


@cache
def _turns() -> sa.Select:
    t, u = columns(Turn), columns(User)
    return (
        sa.select(t.id, t.say, t.note, t.changes, t.is_from_client, t.created_at, u.name.label("who"))
        .outerjoin(u.table, u.id == t.user_id)
        .where(t.version_id == sa.bindparam("version"))
        .order_by(t.id)
    )


def find_turn(turn_id: int) -> Turn | None:
    return db.session.scalar(sa.select(Turn).where(Turn.id == turn_id))


def version_by_id(version_id: int) -> Version | None:
    return db.session.scalar(sa.select(Version).where(Version.id == version_id))


def side_of(engagement_id: int, *, is_client: bool) -> Sequence[User]:
    """Whoever of one side can sign in: those with a grant, or the team with its lead."""
    grant, member = columns(EngagementGrant), columns(TeamMember)
    if is_client:
        keys = sa.select(grant.user_id).where(grant.engagement_id == engagement_id)
    else:
        lead = sa.select(Engagement.lead_id).where(Engagement.id == engagement_id)
        keys = sa.select(member.user_id).where(member.engagement_id == engagement_id).union(lead)
    with lifted():  # Whoever speaks need not be among those who may see who is on the other side.
        return db.session.scalars(
            sa.select(User).where(User.id.in_(keys), User.active).order_by(User.id)
        ).all()
