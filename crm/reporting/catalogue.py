"""Every report by its name: what it asks for and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from crm import clock
from crm.engagements.models import Engagement
from crm.reporting import queries
from crm.reporting.queries import Wanted
from crm.roadmap.queries import roadmap_frame
from reports.model import Report
from reports.portfolio import portfolio
from reports.progress import progress
from reports.roadmap import roadmap

#: What a report as of an earlier day cannot know.
OF_TODAY = (
    "Sessions, hours, observations and what was done are those up to the day; "
    "the worksheet, plans and actions promised are as they stand today."
)
EVERYTHING = Wanted(stage="all")


@dataclass(frozen=True)
class Request:
    """Who asks, for what, as of which day."""

    user: object
    as_of: date
    engagement: Engagement | None = None
    wanted: Wanted = EVERYTHING


def _progress(request: Request) -> Report:
    report = progress(queries.progress_frames(request.engagement, request.user, request.as_of))
    if request.engagement.is_closed and request.engagement.closing_words:
        title = report.title.replace("Progress", "Final", 1)
        report = replace(report, title=title, opening=request.engagement.closing_words)
    is_past = request.as_of < clock.today(request.user)
    return replace(report, notes=(*report.notes, OF_TODAY)) if is_past else report


def _roadmap(request: Request) -> Report:
    of = request.engagement
    said = {"title": of.title, "client": of.organisation.name, "as_of": request.as_of, "made_at": clock.now()}
    return roadmap(said, roadmap_frame(of, request.as_of), request.as_of)


def _portfolio(request: Request) -> Report:
    frame = queries.portfolio_frame(request.user, request.wanted, request.as_of)
    return portfolio(frame, request.as_of, clock.now())


@dataclass(frozen=True)
class Entry:
    make: Callable[[Request], Report]
    of_engagement: bool


CATALOGUE = {
    "progress": Entry(_progress, of_engagement=True),
    "roadmap": Entry(_roadmap, of_engagement=True),
    "portfolio": Entry(_portfolio, of_engagement=False),
}
