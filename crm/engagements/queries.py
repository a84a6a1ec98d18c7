from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from crm.access import team
from crm.accounts.models import User
from crm.engagements.models import LIVE, Budget, Engagement, EngagementGrant, Stage, StageMove, TeamMember
from crm.extensions import db
from crm.organisations.models import Contact, Organisation, searchable
from crm.paging import Page, page


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


def _matching(user, wanted: Filter) -> sa.ColumnElement[bool]:
    criteria = [Engagement.visible_to(user)]
    if wanted.stage == "live":
        criteria.append(Engagement.stage.in_(sorted(LIVE)))
    elif wanted.stage in Stage._value2member_map_:
        criteria.append(Engagement.stage == Stage(wanted.stage))
    if wanted.mine:
        criteria.append(Engagement.id.in_(sa.select(team.c.engagement_id).where(team.c.user_id == user.id)))
    if wanted.q:
        folded = searchable(wanted.q)
        criteria.append(
            sa.or_(
                Organisation.search_name.contains(folded, autoescape=True),
                sa.func.lower(Engagement.title).contains(folded, autoescape=True),
                Engagement.title.contains(wanted.q, autoescape=True),
            )
        )
    return sa.and_(*criteria)


def engagements_page(user, wanted: Filter, cursor: str | None) -> Page:
    """One page of the engagements that `user` may see, latest start first, and their capped count."""
    e = Engagement
    matching = _matching(user, wanted)
    base = (
        sa.select(
            e.id,
            e.title,
            e.stage,
            e.stage_since,
            e.starts_on,
            e.ends_on,
            Organisation.name.label("client"),
            User.name.label("lead"),
        )
        .join(Organisation, Organisation.id == e.organisation_id)
        .outerjoin(User, User.id == e.lead_id)
        .where(matching)
    )
    counted = sa.select(e.id).where(matching)
    if wanted.q:
        counted = counted.join(Organisation, Organisation.id == e.organisation_id)
    keys = {"starts_on": e.starts_on, "id": e.id}
    return page(base, keys, cursor, descending=True, counted=counted)


def engagements_of_client(organisation_id: int, user) -> Sequence[sa.Row]:
    """The engagements with one client that `user` may see, latest first: id, title, stage, days, lead."""
    e = Engagement
    return db.session.execute(
        sa.select(e.id, e.title, e.stage, e.starts_on, e.ends_on, User.name.label("lead"))
        .outerjoin(User, User.id == e.lead_id)
        .where(e.organisation_id == organisation_id, e.visible_to(user))
        .order_by(e.starts_on.desc(), e.id.desc())
        .limit(100)
    ).all()


def budgets(engagement: Engagement) -> Sequence[Budget]:
    return db.session.scalars(
        sa.select(Budget).where(Budget.engagement_id == engagement.id).order_by(Budget.id)
    ).all()


def team_of(engagement: Engagement) -> Sequence[sa.Row]:
    """The team: user_id and name, by name."""
    return db.session.execute(
        sa.select(TeamMember.user_id, User.name)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.engagement_id == engagement.id)
        .order_by(User.name, User.id)
    ).all()


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


def moves_of(engagement: Engagement) -> Sequence[sa.Row]:
    """Each move of stage, latest first: to_stage, moved_on, reason, who."""
    m = StageMove
    return db.session.execute(
        sa.select(m.from_stage, m.to_stage, m.moved_on, m.reason, User.name.label("who"))
        .outerjoin(User, User.id == m.user_id)
        .where(m.engagement_id == engagement.id)
        .order_by(m.moved_on.desc(), m.id.desc())
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
    user = sa.select(User.name).where(User.id == model.owner_user_id).scalar_subquery()
    contact = sa.select(Contact.name).where(Contact.id == model.owner_contact_id).scalar_subquery()
    return sa.func.coalesce(user, contact).label("owner")
