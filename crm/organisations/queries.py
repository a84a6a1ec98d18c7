from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from crm.access import Permission, Reader, Role, team, within
from crm.extensions import db
from crm.organisations.models import (
    Channel,
    ChannelCount,
    Contact,
    Identifier,
    Kind,
    Organisation,
    Tag,
    organisation_tag,
    searchable,
)
from crm.paging import Page, page
from crm.readers import lifted

#: From here on, Unicode holds Chinese and Japanese, which write no spaces between words.
FIRST_UNSPACED = "\u2e80"
SORTS = {"name": "Name", "beds": "Most beds", "newest": "Newest"}


@dataclass(frozen=True)
class Filter:
    """What the index page was asked for."""

    q: str = ""
    state: str = ""
    kind: str = ""
    tag: str = ""
    mine: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, arguments) -> "Filter":
        known = {
            name: arguments[name].replace("\0", "").strip()[:255]
            for name in cls.__match_args__
            if name in arguments
        }
        if known.get("sort") not in SORTS:
            known.pop("sort", None)
        return cls(**known)

    @property
    def asked(self) -> dict[str, str]:
        """Only what differs from the plain page: what a link has to carry."""
        return {
            name: value for name, value in vars(self).items() if value and (name, value) != ("sort", "name")
        }


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def named(text: str) -> sa.ColumnElement[bool]:
    """Every word of `text` begins a word of the name; a script without spaces has it anywhere."""
    words = searchable(text).split()
    padded = sa.literal(" ") + Organisation.search_name
    starts = ("" if any(c >= FIRST_UNSPACED for c in word) else " " for word in words)
    patterns = (f"%{start}{_like(word)}%" for start, word in zip(starts, words, strict=True))
    return sa.and_(sa.true(), *(padded.like(pattern, escape="\\") for pattern in patterns))


def _matching(user, wanted: Filter) -> sa.ColumnElement[bool]:
    criteria = [Organisation.visible_to(user)]
    if wanted.q:
        criteria.append(named(wanted.q))
    if wanted.state:
        criteria.append(Organisation.state == wanted.state)
    if wanted.kind in Kind._value2member_map_:
        criteria.append(Organisation.kind == Kind(wanted.kind))
    if wanted.tag:
        tagged = sa.select(organisation_tag.c.organisation_id).join(Tag).where(Tag.name == wanted.tag)
        criteria.append(Organisation.id.in_(tagged))
    if wanted.mine:
        served = sa.select(team.c.organisation_id).where(team.c.user_id == user.id)
        criteria.append(Organisation.id.in_(served))
    return sa.and_(*criteria)


#: City and state, as far as they are known.
PLACE = sa.func.coalesce(
    Organisation.city + ", " + Organisation.state, Organisation.city, Organisation.state, ""
).label("place")


def organisations_page(user, wanted: Filter, cursor: str | None) -> Page:
    """One page of the organisations that `user` may see, and how many there are, counted to the cap."""
    o = Organisation
    matching = _matching(user, wanted)
    beds = sa.func.coalesce(o.beds, -1, type_=sa.Integer)
    statement = sa.select(
        o.id, o.name, o.search_name, o.kind, PLACE, o.beds, beds.label("beds_or_none")
    ).where(matching)
    keys, descending = {
        "name": ({"search_name": o.search_name, "id": o.id}, False),
        "beds": ({"beds_or_none": beds, "id": o.id}, True),
        "newest": ({"id": o.id}, True),
    }[wanted.sort]
    counted = sa.select(o.id).where(matching)
    return page(statement, keys, cursor, descending=descending, counted=counted)


def states_and_tags(user) -> tuple[list[str], list[str]]:
    """What the index page can be narrowed to: states and tags of the organisations that `user` may see."""
    rows = db.session.execute(_states_and_tags(user.role), {"reader": user.id}).all()
    return [name for is_tag, name in rows if not is_tag], [name for is_tag, name in rows if is_tag]


@cache
def _states_and_tags(role: Role) -> sa.Select:
    seen = Organisation.visible_to(Reader(role))
    states = sa.select(sa.literal(0).label("is_tag"), Organisation.state.label("name"))
    states = states.where(seen, Organisation.state.is_not(None)).distinct()
    carried = sa.select(organisation_tag.c.tag_id).join(
        Organisation, Organisation.id == organisation_tag.c.organisation_id
    )
    tags = sa.select(sa.literal(1), Tag.name).where(Tag.id.in_(carried.where(seen)))
    return sa.union_all(states, tags).order_by("is_tag", "name")


def find_tags(names: Sequence[str]) -> Sequence[Tag]:
    return db.session.scalars(sa.select(Tag).where(Tag.name.in_(names)).order_by(Tag.name)).all()


def choices(user, permission: Permission, text: str = "", limit: int = 200) -> Sequence[sa.Row]:
    """Organisations to pick from, by name: id, name and place."""
    return db.session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.city, Organisation.state)
        .where(within(user, permission, Organisation), named(text))
        .order_by(Organisation.search_name, Organisation.id)
        .limit(limit)
    ).all()


def owner_of(scheme, value: str) -> int | None:
    """The organisation that has this identifier, whoever may see it."""
    with lifted():
        return db.session.scalar(
            sa.select(Identifier.organisation_id).where(
                Identifier.scheme == scheme, Identifier.value == value
            )
        )


def contacts(organisation_id: int) -> Sequence[sa.Row]:
    """The people there: id, name, job_title, email, phone and whether they have a sign-in."""
    c = Contact
    return db.session.execute(
        sa.select(c.id, c.name, c.job_title, c.email, c.phone, c.user_id)
        .where(c.organisation_id == organisation_id)
        .order_by(c.name, c.id)
    ).all()


def children(organisation_id: int, user) -> Sequence[sa.Row]:
    """The organisations of which this one is the parent, as far as `user` may see them."""
    return db.session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.city)
        .where(Organisation.parent_id == organisation_id, Organisation.visible_to(user))
        .order_by(Organisation.search_name, Organisation.id)
        .limit(100)
    ).all()


def channels(organisation_id: int) -> Sequence[sa.Row]:
    """Each channel with its latest count and the one before it."""
    return db.session.execute(_channels(), {"organisation": organisation_id}).all()


@cache
def _channels() -> sa.Select:
    ranked = (
        sa.select(
            ChannelCount.channel_id,
            ChannelCount.counted_on,
            ChannelCount.followers,
            sa.func.lag(ChannelCount.followers)
            .over(partition_by=ChannelCount.channel_id, order_by=ChannelCount.counted_on)
            .label("before"),
            sa.func.row_number()
            .over(partition_by=ChannelCount.channel_id, order_by=ChannelCount.counted_on.desc())
            .label("rank"),
        )
        .where(ChannelCount.organisation_id == sa.bindparam("organisation"))
        .subquery()
    )
    return (
        sa.select(
            Channel.id,
            Channel.platform,
            Channel.handle,
            Channel.url,
            ranked.c.counted_on,
            ranked.c.followers,
            ranked.c.before,
        )
        .outerjoin(ranked, sa.and_(ranked.c.channel_id == Channel.id, ranked.c.rank == 1))
        .where(Channel.organisation_id == sa.bindparam("organisation"))
        .order_by(Channel.platform, Channel.handle, Channel.id)
    )


def find_channel(organisation_id: int, platform, handle: str) -> Channel | None:
    return db.session.scalar(
        sa.select(Channel).where(
            Channel.organisation_id == organisation_id,
            Channel.platform == platform,
            Channel.handle == handle,
        )
    )


def counts(channel_id: int) -> Sequence[sa.Row]:
    """The dated counts of one channel, newest first."""
    return db.session.execute(
        sa.select(ChannelCount.counted_on, ChannelCount.followers)
        .where(ChannelCount.channel_id == channel_id)
        .order_by(ChannelCount.counted_on.desc())
        .limit(200)
    ).all()


def find_count(channel_id: int, day) -> ChannelCount | None:
    return db.session.scalar(
        sa.select(ChannelCount).where(ChannelCount.channel_id == channel_id, ChannelCount.counted_on == day)
    )


def parents(user) -> Sequence[sa.Row]:
    """The health systems that an organisation can be part of: id and name."""
    return db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.kind == Kind.HEALTH_SYSTEM, Organisation.visible_to(user))
        .order_by(Organisation.search_name, Organisation.id)
        .limit(500)
    ).all()
