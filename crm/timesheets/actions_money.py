from datetime import date
from decimal import Decimal

from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.sessions.actions_time import override
from crm.sessions.models_time import Override, TimeEntry
from crm.timesheets import queries, queries_money
from crm.timesheets.models import EngagementRate, PersonRate


def price_person(user_id: int, from_on: date, amount: Decimal, currency: str) -> None:
    """What an hour of somebody costs from that day on; a rate of the same day is corrected."""
    rate = queries_money.find_person_rate(user_id, from_on) or PersonRate(user_id=user_id, from_on=from_on)
    _save(rate, amount, currency)


def price_engagement(engagement: Engagement, from_on: date, amount: Decimal, currency: str) -> None:
    """What an hour costs on this engagement from that day on, whoever works it."""
    rate = queries_money.find_engagement_rate(engagement, from_on) or EngagementRate(
        **engagement.whereabouts, from_on=from_on
    )
    _save(rate, amount, currency)


def _save(rate: PersonRate | EngagementRate, amount: Decimal, currency: str) -> None:
    rate.amount, rate.currency = amount, currency
    db.session.add(rate)
    db.session.flush()


def price_entry(entry: TimeEntry, rate: Decimal, currency: str, reason: str | None, *, by) -> None:
    """Another rate for this entry alone, with its reason."""
    if not reason:
        raise DomainError("Say why this time has a rate of its own: the reason is kept with it.")
    if known := queries.find_override(entry, Override.RATE):
        known.rate, known.currency, known.reason, known.by_id = rate, currency, reason, by.id
    else:
        db.session.add(override(entry, Override.RATE, reason, by=by, rate=rate, currency=currency))
    db.session.flush()
