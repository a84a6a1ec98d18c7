"""The organisations of the small demo: people, registers, tags and channels."""

from typing import NamedTuple

from crm.demo import days
from crm.demo.people import address
from crm.demo.rows import Rows
from crm.demo.words_clients import CLIENTS, Client
from crm.organisations.models import (
    Channel,
    ChannelCount,
    Contact,
    Identifier,
    Organisation,
    Platform,
    Tag,
    organisation_tag,
    searchable,
)

#: Whose sign-in belongs to the first contact of an organisation, and who keeps which.
CLIENT_SIGN_INS = {"lakeside": "client", "northmoor": "client2"}
KEEPERS = {"lakeside": "consultant", "amity": "consultant", "esktarn": "consultant2",
           "fernhill": "consultant",
           "kestrel": "consultant2", "thornveld": "consultant2", "juniper": "consultant"}  # fmt: skip
MONTHS_OF_COUNTS = 18
ADDRESSES = {
    Platform.BLOG: "https://{handle}.example",
    Platform.BLUESKY: "https://bsky.app/profile/{handle}.example",
    Platform.LINKEDIN: "https://www.linkedin.com/company/{handle}",
    Platform.YOUTUBE: "https://www.youtube.com/@{handle}",
    Platform.TIKTOK: "https://www.tiktok.com/@{handle}",
    Platform.X: "https://x.com/{handle}",
    Platform.FACEBOOK: "https://www.facebook.com/{handle}",
    Platform.INSTAGRAM: "https://www.instagram.com/{handle}",
}
#: Numbers that regulators set aside for stories.
STORY_NUMBERS = {"US": "+1 312 555 01{:02}", "CA": "+1 604 555 01{:02}", "GB": "+44 1632 9600{:02}"}


class Placed(NamedTuple):
    """A client in the rows: its id, and its people in their order."""

    id: int
    contacts: tuple[int, ...]
    names: tuple[str, ...]
    zone: str
    city: str


def phone(country: str, number: int) -> str | None:
    pattern = STORY_NUMBERS.get(country)
    return pattern.format(number % 100) if pattern else None


def add_clients(rows: Rows, users: dict[str, int], rng) -> dict[str, Placed]:
    placed: dict[str, Placed] = {}
    tags: dict[str, int] = {}
    for client in CLIENTS:
        parent = placed[client.parent].id if client.parent else None
        organisation_id = _organisation(rows, client, parent, users.get(KEEPERS.get(client.key)))
        contacts = _contacts(rows, client, organisation_id, users)
        names = tuple(name for name, _ in client.contacts)
        placed[client.key] = Placed(organisation_id, contacts, names, client.zone, client.place[0])
        _tags(rows, client, organisation_id, tags)
        _channels(rows, client, organisation_id, rng)
    return placed


def _organisation(rows: Rows, client: Client, parent: int | None, keeper: int | None) -> int:
    city, county, state, country = client.place
    organisation_id = rows.add(
        Organisation,
        name=client.name,
        search_name=searchable(client.name),
        kind=client.kind,
        parent_id=parent,
        keeper_id=keeper,
        city=city,
        county=county,
        state=state,
        country=country,
        phone=phone(country, rows.counts[Organisation.__table__] * 4),
        email=f"info@{client.key}.example",
        website=f"https://{client.key}.example",
        beds=client.beds,
        ownership=client.ownership,
        description=client.description,
    )
    for scheme, value in client.identifiers:
        rows.add(Identifier, organisation_id=organisation_id, scheme=scheme, value=value)
    return organisation_id


def _contacts(rows: Rows, client: Client, organisation_id: int, users: dict[str, int]) -> tuple[int, ...]:
    sign_in = CLIENT_SIGN_INS.get(client.key)
    return tuple(
        rows.add(
            Contact,
            organisation_id=organisation_id,
            name=name,
            job_title=title,
            email=f"{address(name)}@{client.key}.example",
            phone=phone(client.place[3], organisation_id * 4 + place + 1),
            user_id=users[sign_in] if sign_in and place == 0 else None,
        )
        for place, (name, title) in enumerate(client.contacts)
    )


def _tags(rows: Rows, client: Client, organisation_id: int, tags: dict[str, int]) -> None:
    for name in client.tags.split(", "):
        if name not in tags:
            tags[name] = rows.add(Tag, name=name)
        rows.pair(organisation_tag, organisation_id=organisation_id, tag_id=tags[name])


def _channels(rows: Rows, client: Client, organisation_id: int, rng) -> None:
    for platform, handle, now, monthly in client.channels:
        url = ADDRESSES[platform].format(handle=handle)
        channel_id = rows.add(
            Channel, organisation_id=organisation_id, platform=platform, handle=handle, url=url
        )
        followers = now
        for back in range(MONTHS_OF_COUNTS):
            rows.add(
                ChannelCount,
                organisation_id=organisation_id,
                channel_id=channel_id,
                counted_on=days.month(rows.as_of, back),
                followers=max(0, followers),
            )
            followers -= max(0, round(rng.gauss(monthly, monthly / 3)))
