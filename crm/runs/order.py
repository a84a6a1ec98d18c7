"""What somebody asks to be made: which report, in which format, narrowed to what; and whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm import clock
from crm.access import RULES, Permission, Role, holds, within
from crm.builder.definition import RefusedError
from crm.builder.kept import of_what
from crm.builder.models import SavedView
from crm.builder.queries_saved import find_view, saved_views
from crm.builder.queries_saved import made as made_of_view
from crm.canonical import canonical, parse
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.pages import row_key
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.queries import Wanted
from crm.reporting.queries_streams import STREAMS
from crm.scopes import ALL
from reports.model import Report
from reports.streams import Stream
from reports.writers import FORMATS, STREAMED

#: The lists of everything: what each asks for, and its name.
LISTS = {
    "sessions": (Permission.SESSION_SEARCH, "All sessions"),
    "time": (Permission.TIME_VIEW, "All time"),
}
#: What stands before the number of a saved view, where a report is named.
VIEW = "view:"
NO_VIEW = "This view is not there any more, or not for its reader."
TITLES = {"progress": "Progress report", "roadmap": "Roadmap"}


@dataclass(frozen=True)
class Order:
    """One file of one report."""

    report: str
    format: str
    as_of: date
    asked: str = "{}"
    part: str | None = None
    engagement: Engagement | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any], user) -> Order | None:
        """What a form or an address asks for; None where there is no such thing for this reader."""
        report, format_ = said.get("report", ""), said.get("format", "")
        if format_ not in formats_of(report):
            return None
        engagement = found(user, report, said.get("engagement"))
        if engagement is None and (is_of_engagement(report) or not may_make(user, report)):
            return None
        as_of, asked = _narrowed(report, said, clock.today(user))
        asked |= dict.fromkeys(FORMATS[format_].wishes(said), "1")
        part = said.get("table") if FORMATS[format_].of_one_table and report not in LISTS else None
        return cls(report, format_, as_of, canonical(asked), (part or None) and part[:255], engagement)

    @property
    def title(self) -> str:
        return title_of(self.report, self.engagement)


def title_of(report: str, engagement: Engagement | None = None) -> str:
    """What people call the report."""
    if report in LISTS:
        return LISTS[report][1]
    if is_view(report):
        name = db.session.scalar(sa.select(SavedView.name).where(SavedView.id == view_key(report)))
        return name or "A view that is gone"
    said = TITLES.get(report) or (CATALOGUE[report].title if report in CATALOGUE else report)
    return f"{said}: {engagement.title}"[:255] if engagement else said


def offered(user) -> list[tuple[str, str]]:
    """The reports across engagements that this reader may have, and their views: name and title."""
    names = (*LISTS, *(name for name in CATALOGUE if not is_of_engagement(name)))
    views = [(f"{VIEW}{view.id}", view.name) for view in saved_views(user)]
    return [(name, title_of(name)) for name in names if may_make(user, name)] + views


def formats_of(report: str) -> tuple[str, ...]:
    if report in LISTS:
        return tuple(STREAMED)
    return tuple(FORMATS) if report in CATALOGUE or is_view(report) else ()


def is_view(report: str) -> bool:
    return report.startswith(VIEW) and view_key(report) > 0


def view_key(report: str) -> int:
    """The number of the saved view; 0 where it names none."""
    try:
        return row_key(report.removeprefix(VIEW))
    except ValueError:
        return 0


def is_of_engagement(report: str) -> bool:
    return report in CATALOGUE and CATALOGUE[report].of_engagement


def has_period(report: str) -> bool:
    """Whether it speaks of the days from one to another."""
    entry = CATALOGUE.get(report)
    return bool(entry and entry.title and report != "portfolio" and "from" in entry.asks)


def permission_of(report: str) -> Permission | None:
    if report in LISTS:
        return LISTS[report][0]
    if is_view(report):
        return Permission.VIEW_OPEN
    return CATALOGUE[report].permission if report in CATALOGUE else None


def may_make(user, report: str) -> bool:
    """Whether this reader may have the report at all: by their role, and a view if it is theirs to open."""
    permission = permission_of(report)
    if permission is None or not holds(user, permission):
        return False
    return not is_view(report) or find_view(user, view_key(report)) is not None


def found(user, report: str, key: str | int | None) -> Engagement | None:
    """The engagement that the report is of, where this reader may see that."""
    text = str(key or "")
    if not (is_of_engagement(report) and text.isascii() and text.isdigit() and len(text) < 10):
        return None
    seen = within(user, permission_of(report), Engagement)
    return db.session.scalar(sa.select(Engagement).where(Engagement.id == int(text), seen))


def may_see(user, report: str, engagement_id: int | None) -> bool:
    """Whether this reader may have the report now, and of this engagement where it is of one."""
    if not user.active or not may_make(user, report):
        return False
    return not is_of_engagement(report) or found(user, report, engagement_id) is not None


def reach_of(user) -> tuple[Role, list[int] | None]:
    """What this reader can see: their role, and the engagements where those are not all."""
    scope = RULES[Permission.ENGAGEMENT_VIEW].get(user.role)
    if scope is ALL:
        return user.role, None
    seen = sa.select(Engagement.id).where(within(user, Permission.ENGAGEMENT_VIEW, Engagement))
    return user.role, list(db.session.scalars(seen.order_by(Engagement.id)))


def still_reaches(user, role: Role | None, reach: list[int] | None) -> bool:
    """Whether the reader sees all that they saw then: a file holds what has been taken from them since."""
    now = reach_of(user)
    return user.role is role and (now[1] is None or set(reach or ()) <= set(now[1]))


def _narrowed(report: str, said: Mapping[str, Any], today: date) -> tuple[date, dict[str, str]]:
    """The day, and what the report is narrowed to, as its own page understands it."""
    if report in LISTS or is_view(report):
        return today, {}
    if report in CATALOGUE and CATALOGUE[report].title and report != "portfolio":
        asked = Asked.of(said, today)
        return asked.last, dict(asked.told)
    return _day(said.get("as_of")) or today, Wanted.of(said).asked if report == "portfolio" else {}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def made(report: str, asked: str, as_of: date, engagement: Engagement | None, user) -> Report | Stream:
    """The report, or the list, as `user` may read it."""
    if report in LISTS:
        return STREAMS[report](user, as_of)
    if is_view(report):
        return _view(report, user)
    said = parse(asked)
    narrowed = Asked.of(said, as_of) if CATALOGUE[report].title else None
    return CATALOGUE[report].make(Request(user, as_of, engagement, Wanted.of(said), narrowed))


def _view(report: str, user) -> Report:
    view = find_view(user, view_key(report))
    if view is None:
        raise DomainError(NO_VIEW)
    try:
        return made_of_view(of_what(view.what), user, view.name)
    except RefusedError as error:
        raise DomainError(" ".join(error.sentences)) from error
