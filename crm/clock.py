"""The only place that asks what time it is."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_ZONE = "UTC"

__all__ = ["DEFAULT_ZONE", "UTC", "exists", "local", "now", "to_utc", "today", "zone", "zone_names"]


def now() -> datetime:
    return datetime.now(UTC)


def today(whose=None) -> date:
    """The calendar day where `whose` (anything with a `time_zone`) is; in UTC without one."""
    return local(now(), getattr(whose, "time_zone", None)).date()


@cache
def zone(name: str | None) -> ZoneInfo:
    return ZoneInfo(name or DEFAULT_ZONE)


def local(instant: datetime, name: str | None) -> datetime:
    """The instant as the clock on the wall of the named zone shows it."""
    return instant.astimezone(zone(name))


def to_utc(wall: datetime, name: str | None) -> datetime:
    """The instant at which the wall clock of the named zone shows `wall`."""
    return wall.replace(tzinfo=zone(name)).astimezone(UTC)


def exists(wall: datetime, name: str | None) -> bool:
    """Whether the wall clock of the named zone ever shows `wall`: it skips an hour when it goes forward."""
    return local(to_utc(wall, name), name).replace(tzinfo=None) == wall.replace(tzinfo=None)


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that a person could mean: continents and UTC, no historical aliases."""
    continents = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(continents)))
