from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from crm.access import Permission, Reader, Role, within
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import LIVE, Budget, Engagement, EngagementGrant, Stage, TeamMember
from crm.extensions import db
from crm.organisations.models import Contact, Organisation, searchable
from crm.organisations.queries import like
from crm.paging import Listing, Page, page
from crm.readers import lifted
from crm.scopes import team


@dataclass(frozen=True)
class Filter:
    """What the index page was asked for. `stage` may also be "live" or empty for all."""

    q: str = ""
    stage: str = ""
    mine: str = ""

    @classmethod
    def of(cls, arguments) -> "Filter":
        return cls(
            **{
                name: arguments[name].replace("\0", "").strip()[:255]
                for name in cls.__match_args__
                if name in arguments
            }
        )

    @property
    def asked(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


e, o, u = columns(Engagement), columns(Organisation), columns(User)


def engagements_page(user, wanted: Filter, cursor: str | None) -> Page:
    """One page of the engagements that `user` may see, latest start first, and their capped count."""
    stage = wanted.stage if wanted.stage == "live" or wanted.stage in Stage._value2member_map_ else ""
    folded, typed = (f"%{like(text)}%" for text in (searchable(wanted.q), wanted.q))
    values = {"reader": user.id, "stage": stage, "folded": folded, "typed": typed}
    asked = {"stage": stage and stage != "live", "live": stage == "live", "mine": wanted.mine, "q": wanted.q}
    narrowed = frozenset(name for name, value in asked.items() if value)
    return page(_listing(user.role, narrowed), cursor, values)


@cache
def _listing(role: Role, narrowed: frozenset[str]) -> Listing:
    reader = Reader(role)
    mine = sa.select(team.c.engagement_id).where(team.c.user_id == reader.id)
    criteria = {
        "live": e.stage.in_(sorted(LIVE)),
        "stage": e.stage == sa.bindparam("stage"),
        "mine": e.id.in_(mine),
        "q": _named(),
    }
    matching = sa.and_(e.visible_to(reader), *(criteria[name] for name in sorted(narrowed)))
    shown = sa.select(
        e.id, e.title, e.stage, e.stage_since, e.starts_on, e.ends_on, o.name.label("client"),
        u.name.label("lead"),
    )  # fmt: skip
    counted = sa.select(e.id)
    if "q" in narrowed:
        counted = counted.join(o.table, o.id == e.organisation_id)
    joined = shown.join(o.table, o.id == e.organisation_id).outerjoin(u.table, u.id == e.lead_id)
    keys = {"starts_on": e.starts_on, "id": e.id}
    return Listing(joined.where(matching), keys, descending=True, counted=counted.where(matching))


def _named() -> sa.ColumnElement[bool]:
    """The name of the client or the title has what was typed in it."""
    folded = sa.bindparam("folded", type_=sa.String)
    return sa.or_(
        o.search_name.like(folded, escape="\\"),
        sa.func.lower(e.title).like(folded, escape="\\"),
        e.title.like(sa.bindparam("typed", type_=sa.String), escape="\\"),
    )


def engagements_of_client(organisation_id: int, user) -> Sequence[sa.Row]:
    """The engagements with one client that `user` may see, latest first: id, title, stage, days, lead."""
    asked = {"organisation": organisation_id, "reader": user.id}
    return db.session.execute(_of_client(user.role), asked).all()


@cache
def _of_client(role: Role) -> sa.Select:
    return (
        sa.select(e.id, e.title, e.stage, e.starts_on, e.ends_on, u.name.label("lead"))
        .outerjoin(u.table, u.id == e.lead_id)
        .where(e.organisation_id == sa.bindparam("organisation"), e.visible_to(Reader(role)))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(100)
    )


def place_of(engagement_id: int) -> sa.Row:
    """Where an engagement stands: id, title, organisation_id, client."""
    return db.session.execute(_place(), {"engagement": engagement_id}).one()


@cache
def _place() -> sa.Select:
    return (
        sa.select(e.id, e.title, e.organisation_id, o.name.label("client"))
        .join(o.table, o.id == e.organisation_id)
        .where(e.id == sa.bindparam("engagement"))
    )


def budgets(engagement: Engagement) -> Sequence[Budget]:
    return db.session.scalars(
        sa.select(Budget).where(Budget.engagement_id == engagement.id).order_by(Budget.id)
    ).all()


def team_of(engagement: Engagement) -> Sequence[sa.Row]:
    """The team: user_id and name, by name."""
    return db.session.execute(_team(), {"engagement": engagement.id}).all()


@cache
def _team() -> sa.Select:
    t = columns(TeamMember)
    return (
        sa.select(t.user_id, u.name)
        .join(u.table, u.id == t.user_id)
        .where(t.engagement_id == sa.bindparam("engagement"))
        .order_by(u.name, u.id)
    )


def grants_of(engagement: Engagement) -> Sequence[EngagementGrant]:
    return db.session.scalars(
        sa.select(EngagementGrant)
        .where(EngagementGrant.engagement_id == engagement.id)
        .order_by(EngagementGrant.id)
    ).all()


def client_people(engagement: Engagement) -> Sequence[sa.Row]:
    """Those of the client who have a sign-in: user_id, name, job_title."""
    return db.session.execute(
        sa.select(Contact.user_id, Contact.name, Contact.job_title)
        .where(Contact.organisation_id == engagement.organisation_id, Contact.user_id.is_not(None))
        .order_by(Contact.name, Contact.id)
    ).all()


def people(engagement: Engagement) -> list[tuple[str, str]]:
    """Who can own a thing on this thread, on both sides: `user:3` or `contact:5`, and the name."""
    ours = [(f"user:{row.user_id}", row.name) for row in team_of(engagement)]
    theirs = db.session.execute(
        sa.select(Contact.id, Contact.name, Contact.job_title)
        .where(Contact.organisation_id == engagement.organisation_id)
        .order_by(Contact.name, Contact.id)
    )
    return ours + [
        (f"contact:{row.id}", f"{row.name} ({row.job_title})" if row.job_title else row.name)
        for row in theirs
    ]


@cache
def owner_name(model) -> sa.ColumnElement[str]:
    """The owner's name of a row of `model`, as two subqueries that a page of rows can afford."""
    c = columns(Contact)
    user = sa.select(u.name).where(u.id == model.owner_user_id).scalar_subquery()
    contact = sa.select(c.name).where(c.id == model.owner_contact_id).scalar_subquery()
    return sa.func.coalesce(user, contact).label("owner")


def find_previewed(key: int, *, by) -> User | None:
    """The client as whom `by` may look: one who sees nothing that `by` does not."""
    granted = sa.select(EngagementGrant.engagement_id).where(EngagementGrant.user_id == key)
    with lifted():
        seen = sa.exists(granted.where(within(by, Permission.ENGAGEMENT_PREVIEW, EngagementGrant)))
        others = sa.exists(granted.where(sa.not_(within(by, Permission.ENGAGEMENT_PREVIEW, EngagementGrant))))
        wanted = sa.select(User).where(User.id == key, User.role == Role.CLIENT, User.active)
        return db.session.scalar(wanted.where(seen, sa.not_(others)))
