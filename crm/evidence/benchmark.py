"""Where a client stands among those who agreed to take part: distributions, and never a client in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from math import floor, log10
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Permission, Reader, Role, within
from crm.columns import columns
from crm.evidence.models import BenchmarkConsent
from crm.extensions import db
from crm.organisations.models import Contact, Organisation
from crm.outcomes.models import Measure, Observation
from crm.readers import lifted

#: Fewer clients than these have no distribution that hides each of them.
LEAST = 5
DIGITS = 2
MOST_CLIENTS = 40

b, c, m, o, org = map(columns, (BenchmarkConsent, Contact, Measure, Observation, Organisation))
NAME, UNIT = sa.func.lower(sa.func.trim(m.name)), sa.func.coalesce(m.unit, "")


class Line(NamedTuple):
    """One measure: how many clients in fives, the quartiles rounded, and the reader's own place."""

    name: str
    unit: str
    clients: int
    lower: float
    median: float
    upper: float
    own: float | None
    position: str


def quarter_of(today: date) -> date:
    """The first day of the quarter: what came after it does not count yet."""
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)


def lines(today: date, own_organisation: int | None) -> list[Line]:
    """Every measure with clients enough. Values of others are read here and go no further."""
    with lifted():
        rows = db.session.execute(_latest(), {"before": quarter_of(today)}).all()
    own = _own(own_organisation, today) if own_organisation else {}
    return [
        _line(list(group), own.get(key)) for key, group in groupby(rows, key=attrgetter("name_key", "unit"))
    ]


@cache
def _latest() -> sa.Select:
    """The latest value of each client, name and unit; of those that clients enough have."""
    before = sa.bindparam("before", type_=sa.Date)
    place = sa.func.row_number().over(
        partition_by=(m.organisation_id, NAME, UNIT), order_by=(o.period_on.desc(), o.id.desc())
    )
    latest = (
        sa.select(m.name, NAME.label("name_key"), UNIT.label("unit"), o.value, place.label("place"))
        .select_from(m.table)
        .join(o.table, o.measure_id == m.id)
        .join(b.table, sa.and_(b.organisation_id == m.organisation_id, b.given_on < before))
        .where(o.period_on < before, m.series_of_id.is_(None))
        .subquery()
    )
    clients = sa.func.count().over(partition_by=(latest.c.name_key, latest.c.unit))
    each = sa.select(latest, clients.label("clients")).where(latest.c.place == 1).subquery()
    ordered = sa.select(each).where(each.c.clients >= LEAST)
    return ordered.order_by(each.c.name_key, each.c.unit, each.c.value, each.c.name)


def _own(organisation_id: int, today: date) -> dict[tuple[str, str], float]:
    """The latest values of one client, as far as the reader may see them."""
    asked = {"key": organisation_id, "today": today}
    return {(row.name_key, row.unit): row.value for row in db.session.execute(_own_latest(), asked)}


@cache
def _own_latest() -> sa.Select:
    place = sa.func.row_number().over(partition_by=(NAME, UNIT), order_by=(o.period_on.desc(), o.id.desc()))
    found = (
        sa.select(NAME.label("name_key"), UNIT.label("unit"), o.value, place.label("place"))
        .select_from(m.table)
        .join(o.table, o.measure_id == m.id)
        .where(
            m.organisation_id == sa.bindparam("key"),
            o.period_on <= sa.bindparam("today"),
            m.series_of_id.is_(None),
        )
        .subquery()
    )
    return sa.select(found).where(found.c.place == 1).order_by(found.c.name_key, found.c.unit)


def _line(rows: Sequence[sa.Row], own: float | None) -> Line:
    values = [row.value for row in rows]
    quartiles = [rounded(_quantile(values, share)) for share in (0.25, 0.5, 0.75)]
    name = min(row.name for row in rows)
    position = "" if own is None else _position(own, quartiles)
    return Line(name, rows[0].unit, len(rows) // 5 * 5, *quartiles, own, position)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours: type 7 of Hyndman and Fan (1996), the usual one."""
    at = share * (len(ordered) - 1)
    low = floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def rounded(value: float) -> float:
    """To two digits that count: no more than a distribution of a few clients can carry."""
    return 0.0 if value == 0 else round(value, DIGITS - 1 - floor(log10(abs(value))))


def _position(own: float, quartiles: Iterable[float]) -> str:
    lower, median, upper = quartiles
    if own < lower:
        return "in the lowest quarter"
    if own > upper:
        return "in the highest quarter"
    return (
        "between the lower quarter and the median"
        if own < median
        else "between the median and the upper quarter"
    )


def clients_of(user) -> Sequence[sa.Row]:
    """The clients that the reader may see who have a measure or take part: id, name and since when."""
    return db.session.execute(_clients(user.role), {"reader": user.id}).all()


@cache
def _clients(role: Role) -> sa.Select:
    has_measure = sa.exists(sa.select(m.id).where(m.organisation_id == org.id))
    return (
        sa.select(org.id, org.name, b.given_on)
        .outerjoin(b.table, b.organisation_id == org.id)
        .where(
            within(Reader(role), Permission.ORGANISATION_VIEW, org), sa.or_(has_measure, b.id.is_not(None))
        )
        .order_by(org.search_name, org.id)
        .limit(MOST_CLIENTS)
    )


def find_own(user) -> int | None:
    """The organisation that somebody signs in for."""
    of_reader = sa.select(c.organisation_id).where(c.user_id == user.id).order_by(c.id).limit(1)
    return db.session.scalar(of_reader)


def find_seen(user, organisation_id: int | None) -> int | None:
    """The organisation of this id, where the reader may see it."""
    if not organisation_id:
        return None
    criteria = Organisation.id == organisation_id, Organisation.visible_to(user)
    return db.session.scalar(sa.select(Organisation.id).where(*criteria))
