"""The large demo: the small one, and bulk about it. Written in batches, so that memory stays flat."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random
from typing import NamedTuple

import sqlalchemy as sa

from crm.audit.trail import record
from crm.demo import words_bulk as words
from crm.demo.bulk import Bulk
from crm.demo.bulk_office import add_bulk_office, entries_of
from crm.demo.bulk_sheet import add_large_sheet
from crm.demo.clients import Placed
from crm.demo.people import add_people, address, colleagues
from crm.demo.rows import Rows
from crm.demo.small import STORIES
from crm.demo.time import add_sheets
from crm.engagements.models import Engagement, EngagementGrant, Stage
from crm.extensions import db
from crm.organisations.models import (
    Channel,
    ChannelCount,
    Contact,
    Identifier,
    Organisation,
    Platform,
    Scheme,
    searchable,
)
from crm.sessions.models import CoachingSession
from crm.timesheets.models import Timesheet


class Size(NamedTuple):
    """How much there shall be of it, all told.

    One engagement in `measured` has measures, each with so many `values`, one every so many days, or each
    month without a number of days. The consultant who signs in has `of_consultant` engagements.
    """

    organisations: int = 5_000
    engagements: int = 20_000
    sessions: int = 200_000
    systems: int = 200
    of_consultant: int = 60
    measured: int = 4
    values: int = 12
    every: int | None = None


LARGE = Size()
BATCH = 500
LONGEST = 800
#: How often a stage occurs, and how many sessions an engagement in it has had beside others.
STAGES = {
    Stage.INQUIRY: (4, 0), Stage.QUALIFIED: (3, 0), Stage.PROPOSAL: (6, 1), Stage.AGREED: (5, 1),
    Stage.DISCOVERY: (5, 4), Stage.BASELINE: (3, 6),
    Stage.ALIGNMENT: (9, 8), Stage.IMPLEMENTATION: (20, 14), Stage.MEASUREMENT: (12, 16),
    Stage.CLOSING: (6, 18), Stage.FOLLOW_UP: (14, 18), Stage.ON_HOLD: (4, 8), Stage.LOST: (6, 1),
    Stage.CANCELLED: (3, 4),
}  # fmt: skip


def add_bulk(
    rows: Rows, users: dict[str, int], clients: dict[str, Placed], password: str, size: Size
) -> Iterator[int]:
    """Write the bulk; give a sign of life after each batch."""
    rng = Random("bulk")  # noqa: S311 - a story, no secret
    team = list(add_people(rows, colleagues(), password).values())
    placed = _organisations(rows, team, rng, size)
    record(*entries_of(rows))
    add_bulk_office(rows, team, Random("office"))  # noqa: S311 - a story, no secret
    rows.send()
    yield len(placed)
    bulk = Bulk(rows, rng, size)
    wanted = size.engagements - rows.counts[Engagement.__table__]
    every = wanted // (size.of_consultant - sum("consultant" in story.team for story in STORIES))
    plan = _plan(rng, wanted, size.sessions - rows.counts[CoachingSession.__table__], longest=every - 1)
    second = [stage for stage, _ in plan].index(Stage.IMPLEMENTATION)  # The second that client@ may see.
    sheeted = _sheeted(plan, every)
    for number, (stage, sessions) in enumerate(plan):
        client = clients["lakeside"] if number == second else placed[rng.randrange(len(placed))]
        lead = users["consultant"] if number % every == every - 1 else team[number % len(team)]
        engagement = bulk.engagement(client, stage, lead, team[rng.randrange(len(team))], sessions)
        if number == second:
            granted = {"engagement_id": engagement, "organisation_id": client.id}
            rows.add(EngagementGrant, **granted, user_id=users["client"])
        if number == sheeted:
            add_large_sheet(bulk, team)
        if number % BATCH == BATCH - 1:
            rows.send()
            yield number
    add_sheets(rows, bulk.weeks - _weeks_there(), users["manager"])
    rows.send()
    yield wanted


def _sheeted(plan: list[tuple[Stage, int]], every: int) -> int | None:
    """The first of the consultant's whose goals are just being aligned: it gets the large worksheet."""
    theirs = range(every - 1, len(plan), every)
    return next((number for number in theirs if plan[number][0] is Stage.ALIGNMENT), None)


def _weeks_there() -> set[tuple[int, date]]:
    """Those that the small demo has timesheets for."""
    return {tuple(row) for row in db.session.execute(sa.select(Timesheet.user_id, Timesheet.week_on))}


def _plan(rng: Random, wanted: int, sessions: int, longest: int) -> list[tuple[Stage, int]]:
    """A stage and a number of sessions for each engagement; the numbers add up exactly.

    One, at the place `longest`, goes on for years: it has one session in every LONGEST.
    """
    stages = rng.choices(list(STAGES), [often for often, _ in STAGES.values()], k=wanted)
    stages[longest] = Stage.MEASUREMENT
    more = sessions // LONGEST
    sessions -= more
    shares = [STAGES[stage][1] * rng.uniform(0.4, 1.6) for stage in stages]
    scale = sessions / sum(shares)
    counts = [int(share * scale) for share in shares]
    busy = [place for place, share in enumerate(shares) if share]
    for place in busy[: sessions - sum(counts)]:
        counts[place] += 1
    counts[longest] += more
    return list(zip(stages, counts, strict=True))


def _names(rng: Random, systems: int) -> Iterator[tuple[str, str, object]]:
    """A place, a name and a kind, never the same name twice; health systems first."""
    places = [stem + ending for stem, ending in product(words.STEMS, words.ENDINGS)]
    rng.shuffle(places)
    for place in places[:systems]:
        title, kind = rng.choice(words.SYSTEM_KINDS)
        yield place, f"{place} {title}", kind
    rest = list(product(places, words.CLIENT_KINDS))
    rng.shuffle(rest)
    for place, (title, kind) in rest:
        yield place, f"{place} {title}", kind


def _organisations(rows: Rows, team: list[int], rng: Random, size: Size) -> list[Placed]:
    placed: list[Placed] = []
    wanted = size.organisations - rows.counts[Organisation.__table__]
    for number, (place, name, kind) in zip(range(wanted), _names(rng, size.systems), strict=False):
        country, state, zone, _ = rng.choice(words.PLACES)
        is_child = number >= size.systems and rng.random() < 0.3
        organisation_id = rows.add(
            Organisation,
            name=name,
            search_name=searchable(name),
            kind=kind,
            parent_id=placed[rng.randrange(size.systems)].id if is_child else None,
            keeper_id=rng.choice(team) if number % 4 == 0 else None,
            city=place,
            state=state,
            country=country,
            beds=rng.randrange(24, 900) if kind in (words.Kind.HOSPITAL, words.Kind.HEALTH_SYSTEM) else None,
        )
        placed.append(_surroundings(rows, organisation_id, place, zone, rng))
    return placed


def _surroundings(rows: Rows, organisation_id: int, place: str, zone: str, rng: Random) -> Placed:
    """The people, the number and the channel of one organisation."""
    site = f"{place.lower()}-{organisation_id}.example"
    names = tuple(f"{rng.choice(words.GIVEN)} {rng.choice(words.FAMILY)}" for _ in range(2))
    contacts = tuple(
        rows.add(
            Contact,
            organisation_id=organisation_id,
            name=name,
            job_title=rng.choice(words.TITLES),
            email=f"{address(name)}@{site}",
        )
        for name in names
    )
    rows.add(Identifier, organisation_id=organisation_id, scheme=Scheme.OTHER, value=f"P{organisation_id:06}")
    channel = rows.add(
        Channel,
        organisation_id=organisation_id,
        platform=Platform.FACEBOOK,
        handle=f"{place.lower()}{organisation_id}",
    )
    rows.add(
        ChannelCount,
        organisation_id=organisation_id,
        channel_id=channel,
        counted_on=rows.as_of.replace(day=1),
        followers=rng.randrange(200, 30_000),
    )
    return Placed(organisation_id, contacts, names, zone, place)
