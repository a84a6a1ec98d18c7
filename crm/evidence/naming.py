"""Words that tell who somebody is: found in a text before everybody may read it, and put in general terms."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import Engagement, TeamMember
from crm.extensions import db
from crm.organisations.models import Channel, Contact, Organisation

#: Words in names that many share.
_GENERAL = (
    "academic and association care center centre children childrens city clinic clinical college "
    "community county department east family foundation from general group health healthcare home "
    "hospital hospitals institute international medical medicine memorial national north of office "
    "patient patients practice professional public regional royal service services society south "
    "state system team the trust university veterans west with women womens"
)
GENERAL = frozenset(_GENERAL.split())
LEAST_LETTERS = 4
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


#: Names that are words as well: as names they begin with a capital.
_ORDINARY = (
    "april art august bill bishop brook brown carol cook dawn dean east faith field ford forest frank garden "
    "glen grace grand grant green hill holly hope hunter iris jack jade june king lake lane lily long march "
    "mark mason miles miller mount page park penny point price river rose ruby rust saint sandy skip spring "
    "star stone story summer valley view violet wall ward west white will wood wright young"
)
ORDINARY = frozenset(_ORDINARY.split())


class Name(NamedTuple):
    """A word that gives a client away, and what to say instead; `is_exact` where its case tells it apart."""

    word: str
    instead: str
    is_exact: bool = False


def names_of(engagement: Engagement) -> list[Name]:
    """What must not stand in a text about this engagement: the client, its places and all of its people."""
    client = engagement.organisation
    kind = f"the {client.kind.label.lower()}"
    wholes = [Name(client.name, kind)]
    places = (client.city, client.county, client.address, client.postcode)
    wholes += [Name(place, "the area") for place in places if place]
    if client.parent:
        wholes.append(Name(client.parent.name, "its parent"))
    wholes += [Name(person, "a colleague") for person in _people(engagement)]
    wholes += [Name(handle.lstrip("@"), "its channel") for handle in _handles(client.id)]
    parts = [
        Name(word, name.instead, word.casefold() in ORDINARY) for name in wholes for word in _words(name.word)
    ]
    wholes.append(Name(engagement.title, "the project", is_exact=True))
    found = {name.word.casefold(): name for name in [*parts, *wholes] if len(name.word) >= LEAST_LETTERS}
    return sorted(found.values(), key=lambda name: (-len(name.word), name.word))


def _words(text: str) -> list[str]:
    words = _LONG_WORD.findall(text)
    return [word for word in words if word.casefold() not in GENERAL and word[0].isupper()]


def _people(engagement: Engagement) -> Iterable[str]:
    c, u, t = columns(Contact), columns(User), columns(TeamMember)
    contacts = sa.select(c.name).where(c.organisation_id == engagement.organisation_id)
    team = sa.select(u.name).join(t.table, t.user_id == u.id).where(t.engagement_id == engagement.id)
    return db.session.scalars(contacts.union(team)).all()


def _handles(organisation_id: int) -> Iterable[str]:
    c = columns(Channel)
    return db.session.scalars(sa.select(c.handle).where(c.organisation_id == organisation_id)).all()


def given_away(text: str, names: list[Name]) -> list[Name]:
    """Those of the names that stand in the text."""
    return [name for name in names if _pattern(name).search(text)]


def in_general(text: str, names: list[Name]) -> str:
    """The text with each name replaced: a proposal that somebody reads before it is used."""
    for name in names:
        text = _pattern(name).sub(name.instead, text)
    return text


def _pattern(name: Name) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name.word)}(?!\w)", 0 if name.is_exact else re.IGNORECASE)


def size_of(client: Organisation) -> str:
    """How large the client is, in a band that many share."""
    if client.beds is None:
        return "Size not told"
    if client.beds < 100:
        return "Fewer than 100 beds"
    return "100 to 499 beds" if client.beds < 500 else "500 beds or more"
