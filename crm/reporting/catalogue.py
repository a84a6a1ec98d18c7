"""Every report by its name: what it asks for and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from crm import clock
from crm.access import Permission
from crm.engagements.models import Engagement
from crm.replica import reading
from crm.reporting import across, queries
from crm.reporting.asked import Asked
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
    asked: Asked | None = None


class Kept:
    """Where reports are kept as of past days: set by their room, which stands above this one."""

    #: (name of the report, what is asked) to the report that was kept, or None.
    find: Callable[[str, Request], Report | None] | None = None


def _kept(name: str, request: Request) -> Report | None:
    is_past = request.as_of < clock.today(request.user)
    return Kept.find(name, request) if is_past and Kept.find else None


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


#: What most reports across engagements can be narrowed to; `person` is who leads them.
NARROWED = ("person", "kind", "state", "tag", "currency", "stage")
PERIOD = ("from", "to")


@dataclass(frozen=True)
class Entry:
    """A report: how it is made, who may run it, a line that says what it tells, what it can be asked for."""

    make: Callable[[Request], Report]
    of_engagement: bool = False
    permission: Permission = Permission.PRACTICE_REPORT
    title: str = ""
    line: str = ""
    asks: tuple[str, ...] = (*PERIOD, *NARROWED)
    #: What its form calls the person.
    whose: str = "Lead"


def _across(make: Callable, *texts: str, **more) -> Entry:
    def made(request: Request) -> Report:
        asked = request.asked or Asked.of({}, request.as_of)
        return make(request.user, asked)

    title, line = texts
    return Entry(made, title=title, line=line, **more)


CATALOGUE = {
    "progress": Entry(_progress, of_engagement=True, permission=Permission.ENGAGEMENT_VIEW),
    "roadmap": Entry(_roadmap, of_engagement=True, permission=Permission.ENGAGEMENT_VIEW),
    "portfolio": Entry(
        _portfolio, permission=Permission.PORTFOLIO_REPORT, title="Portfolio",
        line="Every engagement in one line: hours, milestones, sessions, actions, what is in trouble.",
    ),
    "utilisation": _across(
        across.utilisation, "Utilisation and realisation",
        "How much of each person's time is billed, and at what part of the standard price.",
        permission=Permission.UTILISATION_VIEW, asks=(*PERIOD, "person"), whose="Consultant",
    ),
    "hours": _across(
        across.hours, "Where the hours went, and what they moved",
        "Hours against budget, and along the thread: by goal, strategy and milestone.",
    ),
    "milestones": _across(
        across.milestones, "Milestones and how they slip",
        "What was due, what came in time, what is late, and by how many days.",
    ),
    "actions": _across(
        across.actions, "Follow-through of actions",
        "Whether what was promised was done by its day, by owner and by engagement.",
    ),
    "alignment": _across(
        across.alignment, "Alignment across clients",
        "How much of the weight of their goals is served, and which strategies serve none.", asks=NARROWED,
    ),
    "outcomes": _across(
        across.outcomes, "Outcomes across clients",
        "Where each measure stands, and the control charts that signal a change.",
    ),
    "economics": _across(
        across.economics, "Economics and return on investment",
        "What the work costs and brings: cash released, time freed and cost avoided, each apart.",
        asks=NARROWED,
    ),
    "satisfaction": _across(
        across.satisfaction, "Satisfaction of clients",
        "What clients gave from 0 to 10, by engagement and kind, with the net promoter score.",
    ),
    "coaching-log": _across(
        across.coaching_log, "Coaching log for a credential",
        "A coach's hours, paid and pro bono, with one person and with groups, session by session.",
        permission=Permission.COACHING_LOG, asks=(*PERIOD, "person"), whose="Coach",
    ),
    "coaching-letter": _across(
        across.coaching_letter, "Letter that confirms coaching hours",
        "The sums of the log as a letter to sign, without the names of those who were coached.",
        permission=Permission.COACHING_LOG, asks=(*PERIOD, "person"), whose="Coach",
    ),
    "pipeline": _across(
        across.pipeline, "Pipeline and ageing of stages",
        "What is on its way, what has stood too long, and how much of it is won.",
    ),
    "channels": _across(
        across.channels, "Social channels: presence and growth",
        "Where clients are present, and how their following grows.", asks=(*PERIOD, "kind", "state", "tag"),
    ),
    "data-quality": _across(
        across.data_quality, "What hangs loose on every thread",
        "Goals without a strategy, measures without a value, milestones past their day.", asks=NARROWED,
    ),
}  # fmt: skip


def read_apart(make: Callable[[], Report]) -> Report:
    """Read from the replica, where there is one; the report says so if something is missing there."""
    report, place = reading(make)
    return replace(report, notes=(*report.notes, *place.notes))


def _placed(name: str, entry: Entry) -> Entry:
    """Read apart; what was kept as of a past day is neither read anew nor added to."""

    def make(request: Request) -> Report:
        if kept := _kept(name, request):
            return kept
        return read_apart(lambda: entry.make(request))

    return replace(entry, make=make)


CATALOGUE = {name: _placed(name, entry) for name, entry in CATALOGUE.items()}
