"""What time is worth: by the rate of the entry, else of the engagement, else of the person, as of its day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.methods.utilisation import realisation, utilisation
from crm.sessions.models_time import Override, TimeEntry, TimeOverride, TimeState
from crm.timesheets.models import EngagementRate, PersonRate

t, u, x = columns(TimeEntry), columns(User), columns(TimeOverride)
pr, er = columns(PersonRate), columns(EngagementRate)
APPROVED = (TimeState.APPROVED, TimeState.LOCKED)
#: Said wherever utilisation is shown.
UTILISATION_POLICY = (
    "Billable hours of every state count, over the weekly hours of each person times the working days of the "
    "period (five a week); holidays and leave are not taken off."
)
REALISATION_POLICY = (
    "Approved billable hours at the rate charged (of the entry, else the engagement, else the person) over "
    "the same hours at each person's standard rate."
)


def _whole(column):
    """Money as the whole number that the database holds, to multiply it there."""
    return sa.type_coerce(column, sa.BigInteger)


def _looked_up(rates, whose: str) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The one rate that counts on the day of an entry, looked up for each: for few entries."""
    found, then = rates.table.alias(), rates.table.alias()
    of_entry = then.c[whose] == t.table.c[whose], then.c.from_on <= t.worked_on
    latest = sa.select(then.c.id).where(*of_entry).order_by(then.c.from_on.desc()).limit(1)
    return found, found.c.id == latest.correlate(t.table).scalar_subquery()


def _spanned(rates, whose: str) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """The same out of all rates, each with the day from which another counts: for many entries."""
    key = rates.table.c[whose]
    following = sa.func.lead(rates.from_on).over(partition_by=key, order_by=rates.from_on).label("until")
    found = sa.select(key, rates.from_on, rates.amount, rates.currency, following).subquery()
    counts = t.worked_on < found.c.until
    begun = found.c.from_on <= t.worked_on
    return found, sa.and_(found.c[whose] == t.table.c[whose], begun, sa.or_(found.c.until.is_(None), counts))


@cache
def _priced(rated: Callable) -> sa.Select:
    """Billable entries with what an hour is charged at, and what is standard; each rate is found once."""
    by_hand = sa.and_(x.time_entry_id == t.id, x.what == Override.RATE)
    (of_engagement, when), (of_person, where) = rated(er, "engagement_id"), rated(pr, "user_id")
    joined = t.table.outerjoin(x.table, by_hand).outerjoin(of_engagement, when).outerjoin(of_person, where)
    agreed, standard = of_engagement.c, of_person.c
    return (
        sa.select(
            t.user_id,
            t.engagement_id,
            t.minutes,
            t.state,
            t.worked_on,
            sa.func.coalesce(_whole(x.rate), _whole(agreed.amount), _whole(standard.amount)).label("charged"),
            sa.func.coalesce(x.currency, agreed.currency, standard.currency).label("currency"),
            _whole(standard.amount).label("standard"),
            standard.currency.label("standard_currency"),
        )
        .select_from(joined)
        .where(t.is_billable)
    )


def worth(minutes_times_rate) -> Decimal:
    """A sum of minutes times ten-thousandths, as money to two places."""
    return (Decimal(minutes_times_rate or 0) / 60 / 10_000).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Cost:
    """What the time on an engagement is worth so far, in one currency; None where some of it has no price."""

    value: Decimal | None
    currency: str | None
    unpriced: int


def cost_of(engagement: Engagement, until: date) -> Cost:
    rows = db.session.execute(_cost(), {"engagement": engagement.id, "until": until}).all()
    unpriced = sum(int(row.minutes) for row in rows if row.currency is None)
    known = [row for row in rows if row.currency]
    if unpriced or len(known) != 1:
        return Cost(None, known[0].currency if len(known) == 1 else None, unpriced)
    return Cost(worth(known[0].value), known[0].currency, 0)


@cache
def _cost() -> sa.Select:
    p = (
        _priced(_looked_up)
        .where(
            t.engagement_id == sa.bindparam("engagement"), t.worked_on <= sa.bindparam("until", type_=sa.Date)
        )
        .subquery()
        .c
    )
    sums = sa.func.sum(p.minutes).label("minutes"), sa.func.sum(p.minutes * p.charged).label("value")
    return sa.select(p.currency, *sums).group_by(p.currency)


@dataclass(frozen=True)
class Share:
    """One person in a period. Minutes, ratios, and money by currency."""

    user_id: int
    name: str
    weekly_minutes: int
    available: float
    logged: int
    billable: int
    approved: int
    billed: tuple[tuple[str, Decimal, Decimal], ...]

    @property
    def utilisation(self) -> float | None:
        return utilisation(self.billable, self.available)

    @property
    def realisations(self) -> list[tuple[str, Decimal, Decimal, float | None]]:
        """For each currency: billed, standard, and the ratio."""
        return [
            (name, billed, due, realisation(float(billed), float(due))) for name, billed, due in self.billed
        ]


def working_days(first: date, last: date) -> int:
    return sum((first + timedelta(n)).weekday() < 5 for n in range((last - first).days + 1))


def shares(user, first: date, last: date, *, with_money: bool) -> list[Share]:
    """Everybody whose time `user` may see, by name: their hours and what became of them in the period."""
    asked = {"reader": user.id, "first": first, "last": last}
    people = db.session.execute(_people(user.role), asked).all()
    money = _money_by_person(asked, user.role) if with_money else {}
    days = working_days(first, last)
    return [
        Share(
            row.id,
            row.name,
            row.weekly_minutes,
            row.weekly_minutes * days / 5,
            int(row.logged or 0),
            int(row.billable or 0),
            int(row.approved or 0),
            tuple(money.get(row.id, ())),
        )
        for row in people
    ]


def _period():
    return t.worked_on.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date))


def _of_people() -> sa.ColumnElement[bool]:
    """Time is always somebody's: said to be led from the few people to their days by an index."""
    return t.user_id.in_(sa.select(u.id))


@cache
def _people(role: Role) -> sa.Select:
    """Summed before it is joined: everybody who can log time and signs in, and whoever has logged some."""
    reader = Reader(role)
    sums = (
        sa.select(
            t.user_id,
            sa.func.sum(t.minutes).label("logged"),
            sa.func.sum(sa.case((t.is_billable, t.minutes), else_=0)).label("billable"),
            sa.func.sum(sa.case((sa.and_(t.is_billable, t.state.in_(APPROVED)), t.minutes), else_=0)).label(
                "approved"
            ),
        )
        .where(t.visible_to(reader), _of_people(), _period())
        .group_by(t.user_id)
        .subquery()
        .c
    )
    is_theirs = u.id == reader.id if role is Role.CONSULTANT else sa.true()
    worked = sa.and_(u.active, u.role == Role.CONSULTANT)
    return (
        sa.select(u.id, u.name, u.weekly_minutes, sums.logged, sums.billable, sums.approved)
        .outerjoin(sums.user_id.table, sums.user_id == u.id)
        .where(is_theirs, sa.or_(sums.logged.is_not(None), worked))
        .order_by(u.name, u.id)
    )


def _money_by_person(asked: dict, role: Role) -> dict[int, list[tuple[str, Decimal, Decimal]]]:
    """Per person and currency: approved billable time as charged, and at the standard rate."""
    found: dict[int, list] = {}
    for row in db.session.execute(_values(role), asked):
        found.setdefault(row.user_id, []).append((row.currency, worth(row.billed), worth(row.standard)))
    return found


@cache
def _values(role: Role) -> sa.Select:
    p = (
        _priced(_spanned)
        .where(t.visible_to(Reader(role)), _of_people(), t.state.in_(APPROVED), _period())
        .subquery()
        .c
    )
    return (
        sa.select(
            p.user_id,
            p.currency,
            sa.func.sum(p.minutes * p.charged).label("billed"),
            sa.func.sum(p.minutes * p.standard).label("standard"),
        )
        .where(p.currency.is_not(None), p.currency == p.standard_currency)
        .group_by(p.user_id, p.currency)
        .order_by(p.user_id, p.currency)
    )


def person_rates(user) -> Sequence[sa.Row]:
    """The standard rates that `user` may see, by name, the latest first: name, from_on, amount, currency."""
    return db.session.execute(
        sa.select(pr.id, u.name, pr.from_on, pr.amount, pr.currency)
        .join(u.table, u.id == pr.user_id)
        .where(pr.visible_to(user))
        .order_by(u.name, pr.from_on.desc())
        .limit(500)
    ).all()


def engagement_rates(engagement: Engagement) -> Sequence[sa.Row]:
    return db.session.execute(
        sa.select(er.id, er.from_on, er.amount, er.currency)
        .where(er.engagement_id == engagement.id)
        .order_by(er.from_on.desc())
    ).all()


def find_person_rate(user_id: int, from_on: date) -> PersonRate | None:
    return db.session.scalar(
        sa.select(PersonRate).where(PersonRate.user_id == user_id, PersonRate.from_on == from_on)
    )


def find_engagement_rate(engagement: Engagement, from_on: date) -> EngagementRate | None:
    e = EngagementRate
    return db.session.scalar(sa.select(e).where(e.engagement_id == engagement.id, e.from_on == from_on))
