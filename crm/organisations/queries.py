from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import sqlalchemy as sa

from crm.access import RULES, Permission, Reader, Role, within
from crm.columns import columns
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
from crm.paging import Listing, Page, each_value, page
from crm.readers import lifted
from crm.scopes import ALL, team

#: From here on, Unicode holds Chinese and Japanese, which write no spaces between words.
FIRST_UNSPACED = "\u2e80"
o = columns(Organisation)
#: City and state, as far as they are known.
PLACE = sa.func.coalesce(o.city + ", " + o.state, o.city, o.state, "").label("place")
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


def like(text: str) -> str:
    """The text as a pattern that is like itself alone."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _patterns(text: str) -> list[str]:
    """Every word of `text` begins a word of the name; a script without spaces has it anywhere."""
    words = searchable(text).split()
    starts = ("" if any(c >= FIRST_UNSPACED for c in word) else " " for word in words)
    return [f"%{start}{like(word)}%" for start, word in zip(starts, words, strict=True)]


def _named(words: int) -> sa.ColumnElement[bool]:
    """The name is like all of the patterns `word_0`, `word_1` and so on."""
    padded = sa.literal(" ") + o.search_name
    return sa.and_(sa.true(), *(padded.like(sa.bindparam(f"word_{at}"), escape="\\") for at in range(words)))


def _typed(text: str) -> dict[str, str]:
    return {f"word_{at}": pattern for at, pattern in enumerate(_patterns(text))}


def organisations_page(user, wanted: Filter, cursor: str | None) -> Page:
    """One page of the organisations that `user` may see, and how many there are, counted to the cap."""
    words = _typed(wanted.q)
    kind = wanted.kind if wanted.kind in Kind._value2member_map_ else ""
    asked = {"state": wanted.state, "kind": kind, "tag": wanted.tag, "mine": wanted.mine}
    narrowed = frozenset(name for name, value in asked.items() if value)
    values = {"reader": user.id, **words, **{name: asked[name] for name in narrowed if name != "mine"}}
    return page(_listing(user.role, wanted.sort, narrowed, len(words)), cursor, values)


@lru_cache(maxsize=512)
def _listing(role: Role, sort: str, narrowed: frozenset[str], words: int) -> Listing:
    reader = Reader(role)
    tagged = sa.select(organisation_tag.c.organisation_id).join(Tag).where(Tag.name == sa.bindparam("tag"))
    criteria = {
        "state": o.state == sa.bindparam("state"),
        "kind": o.kind == sa.bindparam("kind"),
        "tag": o.id.in_(tagged),
        "mine": o.id.in_(sa.select(team.c.organisation_id).where(team.c.user_id == reader.id)),
    }
    matching = sa.and_(o.visible_to(reader), _named(words), *(criteria[name] for name in sorted(narrowed)))
    beds = sa.func.coalesce(o.beds, -1, type_=sa.Integer)
    keys, descending = {
        "name": ({"search_name": o.search_name, "id": o.id}, False),
        "beds": ({"beds_or_none": beds, "id": o.id}, True),
        "newest": ({"id": o.id}, True),
    }[sort]
    shown = (o.id, o.name, o.search_name, o.kind, PLACE, o.beds, beds.label("beds_or_none"))
    counted = sa.select(o.id).where(matching)
    if not words:
        return Listing(sa.select(*shown).where(matching), keys, descending, counted)
    found = sa.select(*(key.label(name) for name, key in keys.items())).where(matching)

    def told(chosen: sa.CTE) -> sa.Select:
        return sa.select(*shown).join_from(chosen, o.table, o.id == chosen.c.id)

    return Listing(found, keys, descending, counted, told, is_searched=True)


def states_and_tags(user) -> tuple[list[str], list[str]]:
    """What the index page can be narrowed to: states and tags of the organisations that `user` may see."""
    rows = db.session.execute(_states_and_tags(user.role), {"reader": user.id}).all()
    return [name for is_tag, name in rows if not is_tag], [name for is_tag, name in rows if is_tag]


@cache
def _states_and_tags(role: Role) -> sa.Select:
    seen = o.visible_to(Reader(role))
    is_state = sa.literal(0).label("is_tag")
    if RULES[Permission.ORGANISATION_VIEW].get(role) is ALL:
        every = each_value(o.state)
        states = sa.select(is_state, every.c.name).where(every.c.name.is_not(None))
    else:
        states = sa.select(is_state, o.state.label("name")).where(seen, o.state.is_not(None)).distinct()
    carried = sa.select(organisation_tag.c.tag_id).join(o.table, o.id == organisation_tag.c.organisation_id)
    tag = columns(Tag)
    tags = sa.select(sa.literal(1), tag.name).where(tag.id.in_(carried.where(seen)))
    return sa.union_all(states, tags).order_by("is_tag", "name")


def find_tags(names: Sequence[str]) -> Sequence[Tag]:
    return db.session.scalars(sa.select(Tag).where(Tag.name.in_(names)).order_by(Tag.name)).all()


def choices(user, permission: Permission, text: str = "", limit: int = 200) -> Sequence[sa.Row]:
    """Organisations to pick from, by name: id, name and place."""
    words = _typed(text)
    return db.session.execute(
        sa.select(o.id, o.name, o.city, o.state)
        .where(within(user, permission, o), _named(len(words)))
        .order_by(o.search_name, o.id)
        .limit(limit),
        words,
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
    return db.session.execute(_contacts(), {"organisation": organisation_id}).all()


@cache
def _contacts() -> sa.Select:
    c = columns(Contact)
    return (
        sa.select(c.id, c.name, c.job_title, c.email, c.phone, c.user_id)
        .where(c.organisation_id == sa.bindparam("organisation"))
        .order_by(c.name, c.id)
    )


def children(organisation_id: int, user) -> Sequence[sa.Row]:
    """The organisations of which this one is the parent, as far as `user` may see them."""
    asked = {"organisation": organisation_id, "reader": user.id}
    return db.session.execute(_children(user.role), asked).all()


@cache
def _children(role: Role) -> sa.Select:
    return (
        sa.select(o.id, o.name, o.city)
        .where(o.parent_id == sa.bindparam("organisation"), o.visible_to(Reader(role)))
        .order_by(o.search_name, o.id)
        .limit(100)
    )


def labels(organisation_id: int) -> tuple[list[str], list[sa.Row]]:
    """The names of the tags that it carries, and its identifiers: scheme and value."""
    rows = db.session.execute(_labels(), {"organisation": organisation_id}).all()
    return [row.value for row in rows if row.scheme is None], [row for row in rows if row.scheme is not None]


@cache
def _labels() -> sa.Select:
    i, tag, carried = columns(Identifier), columns(Tag), organisation_tag.c
    here = sa.bindparam("organisation")
    identifiers = sa.select(i.scheme, i.value, i.id).where(i.organisation_id == here)
    tags = (
        sa.select(sa.cast(sa.null(), i.scheme.type), tag.name, sa.literal(0))
        .join(carried.tag_id.table, carried.tag_id == tag.id)
        .where(carried.organisation_id == here)
    )
    return sa.union_all(identifiers, tags).order_by("id", "value")


def channels(organisation_id: int) -> Sequence[sa.Row]:
    """Each channel with its latest count and the one before it."""
    return db.session.execute(_channels(), {"organisation": organisation_id}).all()


@cache
def _channels() -> sa.Select:
    c, n = columns(Channel), columns(ChannelCount)

    def counted(column: sa.ColumnElement, back: int, name: str) -> sa.ColumnElement:
        newest_first = sa.select(column).where(n.channel_id == c.id).order_by(n.counted_on.desc())
        return newest_first.offset(back).limit(1).scalar_subquery().label(name)

    return (
        sa.select(
            c.id,
            c.platform,
            c.handle,
            counted(n.counted_on, 0, "counted_on"),
            counted(n.followers, 0, "followers"),
            counted(n.followers, 1, "before"),
        )
        .where(c.organisation_id == sa.bindparam("organisation"))
        .order_by(c.platform, c.handle, c.id)
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
