"""What is asked while data are collected: what is owed, what stands where, and what it said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter

import lazy_loader as lazy
import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import LIVE, Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Channel, ChannelCount, Organisation
from crm.outcomes import periods
from crm.outcomes.doubts import Doubt, doubts
from crm.outcomes.models import Correction, Frequency, Measure, Observation
from crm.outcomes.periods import Owed, Standing, first_day, following
from crm.paging import Listing, Page, page

pd = lazy.load("pandas")

o, m, c, who = (columns(one) for one in (Observation, Measure, Correction, User))
NEWEST = 60
TOLD = ["period_on", "n", "numerator", "denominator", "provenance", "approved"]


@dataclass(frozen=True)
class Collected:
    """A measure, what is owed for it, and of what stands there what is unlikely and what is not approved."""

    measure: sa.Row
    owed: list[Owed]
    unlikely: list[Doubt]
    waiting: int
    count: int

    @property
    def late(self) -> int:
        return sum(one.standing is Standing.LATE for one in self.owed)

    @property
    def name(self) -> str:
        group = self.measure.group_name
        return f"{self.measure.name}, {group}" if group else self.measure.name


@dataclass(frozen=True)
class Month:
    """The values of all measures whose periods begin in a calendar month."""

    first: date
    count: int
    waiting: int
    #: Of those that wait, the reader's own: another approves them.
    own: int
    unlikely: int

    @property
    def approved(self) -> int:
        return self.count - self.waiting


def collected(engagement_id: int, today: date) -> tuple[list[Collected], list[sa.Row]]:
    """Every measure of an engagement with what is owed for it; and all values, in two statements."""
    asked = {"key": engagement_id}
    rows = db.session.execute(_values(), asked).all()
    series = {key: list(found) for key, found in groupby(rows, key=attrgetter("measure_id"))}
    measures = db.session.execute(_measures(), asked)
    return [_collected(one, series.get(one.id, []), today) for one in measures], rows


def _collected(measure: sa.Row, rows: Sequence[sa.Row], today: date) -> Collected:
    waiting = [row for row in rows if row.approved_at is None]
    approved = [row for row in rows if row.approved_at is not None]
    owed = periods.owed(measure, {row.period_on for row in rows}, today)
    return Collected(measure, owed, doubts(approved, waiting), len(waiting), len(rows))


@cache
def _measures() -> sa.Select:
    told = (m.id, m.name, m.group_name, m.unit, m.frequency, m.starts_on, m.ends_on, m.due_days)
    return sa.select(*told, owner_name(m)).where(m.engagement_id == sa.bindparam("key")).order_by(m.id)


@cache
def _values() -> sa.Select:
    return (
        sa.select(o.measure_id, o.period_on, o.value, o.approved_at, o.user_id)
        .where(o.engagement_id == sa.bindparam("key"))
        .order_by(o.measure_id, o.period_on)
    )


def months(one_by_one: Sequence[Collected], rows: Sequence[sa.Row], reader) -> list[Month]:
    """The months that have values, the newest first."""
    unlikely: dict[date, int] = defaultdict(int)
    for one in one_by_one:
        for doubt in one.unlikely:
            unlikely[doubt.period_on.replace(day=1)] += 1
    by_month: dict[date, list] = defaultdict(list)
    for row in rows:
        by_month[row.period_on.replace(day=1)].append(row)
    found = []
    for first, of_it in sorted(by_month.items(), reverse=True):
        waiting = [row for row in of_it if row.approved_at is None]
        own = sum(row.user_id == reader.id for row in waiting)
        found.append(Month(first, len(of_it), len(waiting), own, unlikely[first]))
    return found


def of_month(engagement_id: int, month: date) -> Sequence[Observation]:
    after = following(Frequency.MONTHLY, month)
    return db.session.scalars(
        sa.select(Observation)
        .where(
            Observation.engagement_id == engagement_id,
            Observation.period_on >= month,
            Observation.period_on < after,
        )
        .order_by(Observation.id)
        .with_for_update(key_share=True)
    ).all()


def between(measure: Measure, first: date, last: date) -> Sequence[Observation]:
    """The observations of the periods from `first` to `last`, to be written to."""
    return db.session.scalars(
        sa.select(Observation)
        .where(
            Observation.measure_id == measure.id,
            Observation.period_on >= first,
            Observation.period_on < following(measure.frequency, last),
        )
        .order_by(Observation.period_on)
    ).all()


def standing(measure_id: int) -> Sequence[sa.Row]:
    """All values of a measure in time order, to hold new ones against."""
    return db.session.execute(_standing(), {"key": measure_id}).all()


@cache
def _standing() -> sa.Select:
    told = (o.period_on, o.value, o.numerator, o.denominator, o.n, o.provenance, o.approved_at)
    return sa.select(*told).where(o.measure_id == sa.bindparam("key")).order_by(o.period_on)


@cache
def _told() -> sa.Select:
    """Everything that is told of an observation."""
    approver = who.table.alias("approver")
    return (
        sa.select(
            o.id,
            o.period_on,
            o.value,
            o.numerator,
            o.denominator,
            o.n,
            o.provenance,
            o.origin,
            o.approved_at,
            who.name.label("who"),
            approver.c.name.label("approver"),
        )
        .outerjoin(who.table, who.id == o.user_id)
        .outerjoin(approver, approver.c.id == o.approved_by_id)
        .where(o.measure_id == sa.bindparam("key"))
    )


@cache
def _newest() -> sa.Select:
    return _told().order_by(o.period_on.desc(), o.id.desc()).limit(NEWEST)


LISTING = Listing(_told(), {"period_on": o.period_on, "id": o.id}, descending=True)


def newest(measure_id: int) -> Sequence[sa.Row]:
    """The newest observations of a measure, the latest first."""
    return db.session.execute(_newest(), {"key": measure_id}).all()


def observations(measure_id: int, cursor: str | None) -> Page:
    return page(LISTING, cursor, {"key": measure_id})


def corrections_of(rows: Iterable[sa.Row]) -> dict[int, list[sa.Row]]:
    """What each of these observations said before, by its id, the latest first."""
    asked = {"keys": [row.id for row in rows]}
    found: dict[int, list[sa.Row]] = defaultdict(list)
    for row in db.session.execute(_corrections(), asked):
        found[row.observation_id].append(row)
    return found


@cache
def _corrections() -> sa.Select:
    told = (c.observation_id, c.value, c.numerator, c.denominator, c.n, c.reason, c.is_reopening)
    return (
        sa.select(*told, c.corrected_at, who.name.label("who"))
        .outerjoin(who.table, who.id == c.user_id)
        .where(c.observation_id.in_(sa.bindparam("keys", expanding=True)))
        .order_by(c.corrected_at.desc(), c.id.desc())
    )


def told_frame(measure_id: int) -> pd.DataFrame:
    """What stands beside the values of a measure: n, numerator, denominator, provenance and approval."""
    rows = [
        (row.period_on, row.n, row.numerator, row.denominator, row.provenance, row.approved_at is not None)
        for row in standing(measure_id)
    ]
    return pd.DataFrame(rows, columns=TOLD).astype({"n": "Int64"})


@dataclass(frozen=True)
class ToEnter:
    """A measure for which somebody owes values."""

    measure_id: int
    name: str
    engagement: str
    client: str
    owed: list[Owed]


def values_to_enter(reader, day: date) -> list[ToEnter]:
    """The measures that are theirs to enter, or of nobody on what they lead, with what is owed."""
    measures = db.session.execute(_of_reader(reader.role), {"reader": reader.id}).all()
    if not measures:
        return []
    known: dict[int, set[date]] = defaultdict(set)
    for row in db.session.execute(_days(), {"keys": [one.id for one in measures]}):
        known[row.measure_id].add(row.period_on)
    every = [(one, periods.owed(one, known[one.id], day)) for one in measures]
    return [ToEnter(one.id, one.name, one.engagement, one.client, owed) for one, owed in every if owed]


@cache
def _of_reader(role: Role) -> sa.Select:
    reader, e, client = Reader(role), columns(Engagement), columns(Organisation)
    leads = sa.and_(m.owner_user_id.is_(None), m.owner_contact_id.is_(None), e.lead_id == reader.id)
    told = (m.id, m.name, m.frequency, m.starts_on, m.ends_on, m.due_days)
    return (
        sa.select(*told, e.title.label("engagement"), client.name.label("client"))
        .join(e.table, e.id == m.engagement_id)
        .join(client.table, client.id == m.organisation_id)
        .where(
            m.visible_to(reader),
            m.starts_on.is_not(None),
            sa.or_(m.owner_user_id == reader.id, leads),
            e.stage.in_(sorted(LIVE)),
        )
        .order_by(m.id)
    )


@cache
def _days() -> sa.Select:
    return sa.select(o.measure_id, o.period_on).where(o.measure_id.in_(sa.bindparam("keys", expanding=True)))


def channels_of(organisation_id: int) -> Sequence[sa.Row]:
    h = columns(Channel)
    wanted = sa.select(h.id, h.platform, h.handle).where(h.organisation_id == organisation_id)
    return db.session.execute(wanted.order_by(h.platform, h.handle, h.id)).all()


def last_counts(channel_id: int, frequency: Frequency, today: date) -> dict[date, sa.Row]:
    """The last count within each period that is over, by the period's first day."""
    k = columns(ChannelCount)
    wanted = sa.select(k.counted_on, k.followers).where(k.channel_id == channel_id, k.counted_on <= today)
    found = {
        first_day(frequency, row.counted_on): row for row in db.session.execute(wanted.order_by(k.counted_on))
    }
    return {first: row for first, row in found.items() if following(frequency, first) <= today}
