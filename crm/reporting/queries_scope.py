"""Which engagements and clients a report is about, and what its form offers to narrow them to."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement, Stage
from crm.extensions import db
from crm.organisations.models import Kind, Organisation, Tag, organisation_tag
from crm.reporting.asked import Asked

e, o, u, tag = columns(Engagement), columns(Organisation), columns(User), columns(Tag)
FIRST, LAST, SINCE = (sa.bindparam(name, type_=sa.Date) for name in ("first", "last", "since"))


def clients(user, asked: Asked) -> sa.Select:
    """The ids of the clients that `user` may see and that fit."""
    return sa.select(o.id).where(o.visible_to(user), *_of_client(asked))


def engagements(user, asked: Asked) -> sa.Select:
    """The ids of the engagements that `user` may see and that fit."""
    criteria = [e.visible_to(user)]
    if narrowed := _of_client(asked):
        criteria.append(e.organisation_id.in_(sa.select(o.id).where(*narrowed)))
    if asked.person:
        criteria.append(e.lead_id == asked.person)
    if asked.currency:
        criteria.append(e.currency == asked.currency)
    if asked.stage == "live":
        criteria.append(e.stage.in_(sorted(LIVE)))
    elif asked.stage:
        criteria.append(e.stage == Stage(asked.stage))
    return sa.select(e.id).where(*criteria)


def _of_client(asked: Asked) -> list[sa.ColumnElement[bool]]:
    criteria = []
    if asked.kind:
        criteria.append(o.kind == asked.kind)
    if asked.state:
        criteria.append(o.state == asked.state)
    if asked.tag:
        tied = organisation_tag.c
        named = sa.select(tied.organisation_id).join(tag.table, tag.id == tied.tag_id)
        criteria.append(o.id.in_(named.where(tag.name == asked.tag)))
    return criteria


class Choices(NamedTuple):
    """What a form offers: names by what an address says, as far as the reader may see."""

    person: dict[str, str]
    kind: dict[str, str]
    state: dict[str, str]
    tag: dict[str, str]
    currency: dict[str, str]
    stage: dict[str, str]

    def words(self, asked: Asked, names: tuple[str, ...]) -> str:
        """What a report was narrowed to, for its head."""
        said = asked.told
        return " · ".join(getattr(self, name).get(said[name], said[name]) for name in names if name in said)


def choices(user) -> Choices:
    people = {} if user.role is Role.CONSULTANT else {str(row.id): row.name for row in _people()}
    found = {"state": {}, "tag": {}, "currency": {}}
    for part, text in db.session.execute(_offered(user)):
        found[part][text] = text
    return Choices(
        person=people,
        kind={kind.value: kind.label for kind in Kind},
        stage={"live": "Work going on"} | {stage.value: stage.label for stage in Stage},
        **found,
    )


def name_of(key: int | None) -> str | None:
    return db.session.scalar(sa.select(u.name).where(u.id == key)) if key else None


def _people():
    who = sa.or_(u.role.in_((Role.CONSULTANT, Role.ADMINISTRATOR)), u.id.in_(sa.select(e.lead_id)))
    return db.session.execute(sa.select(u.id, u.name).where(who).order_by(u.name, u.id)).all()


def _offered(user) -> sa.CompoundSelect:
    seen = o.visible_to(user)
    part = sa.literal_column("part")
    states = sa.select(sa.literal("state").label("part"), o.state.label("text")).where(
        seen, o.state.is_not(None), o.state != ""
    )
    tied = organisation_tag.c
    tags = (
        sa.select(sa.literal("tag"), tag.name)
        .join(tied.tag_id.table, tied.tag_id == tag.id)
        .join(o.table, o.id == tied.organisation_id)
        .where(seen)
    )
    currencies = sa.select(sa.literal("currency"), e.currency).where(
        e.visible_to(user), e.currency.is_not(None)
    )
    return sa.union(states, tags, currencies).order_by(part, sa.literal_column("text"))
