"""Say how content the client is; set the health by hand, and lift that."""

from datetime import date

from crm.access import Role
from crm.engagements.models import LIVE, Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.health.models import HealthOverride, SatisfactionScore
from crm.health.queries import find_in_effect, why_none

#: Days that an override may last.
LONGEST = 90


def give(satisfaction: SatisfactionScore, engagement: Engagement, *, by, on: date) -> None:
    """A client gives it for themselves, as of today; the team writes down who of the client said so."""
    satisfaction.is_from_client = by.role is Role.CLIENT
    if satisfaction.is_from_client:
        satisfaction.said_by, satisfaction.said_on = by.name, on
    if satisfaction.said_on > on:
        raise DomainError("Nobody can have said it on a day that has not come.")
    satisfaction.user_id = by.id
    _hang(satisfaction, engagement)


def override(setting: HealthOverride, engagement: Engagement, *, by, on: date) -> None:
    """Set the level by hand from today on; what was set before is lifted."""
    if engagement.stage not in LIVE:
        raise DomainError(f"There is no health to set. {why_none(engagement.stage)}")
    if not on <= setting.expires_on or (setting.expires_on - on).days > LONGEST:
        raise DomainError(f"It has to end by itself: from today to at most {LONGEST} days ahead.")
    if before := find_in_effect(engagement, on):
        before.lifted_on = on
    setting.from_on, setting.user_id = on, by.id
    _hang(setting, engagement)


def lift(engagement: Engagement, *, on: date) -> None:
    """From now on, what is reckoned counts again."""
    setting = find_in_effect(engagement, on)
    if not setting:
        raise DomainError("Nothing is set by hand: what is reckoned counts already.")
    setting.lifted_on = on


def _hang(row, engagement: Engagement) -> None:
    row.engagement_id, row.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(row)
