"""The progress of an engagement beside what was kept of it as of the end of a month."""

from datetime import date

from flask import Blueprint, render_template, request
from markupsafe import Markup

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.reporting.catalogue import CATALOGUE, Request
from crm.runs import snapshots
from reports.compared import compared
from reports.writers.html import fragment

bp = Blueprint("kept", __name__)
#: Rows of a table on the page.
MOST_ROWS = 500


@bp.get("/engagements/<int:engagement_id>/progress/since")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def since(engagement: Engagement):
    """Without a day, since the latest that was kept; the page says where nothing was."""
    me = actor()
    days = snapshots.days(me, "progress", engagement)
    day = _asked() if _asked() in days else next(iter(days), None)
    body, fault = _differences(engagement, me, day) if day else (None, None)
    said = {"days": days, "day": day, "body": body, "fault": fault, "crumbs": trail(engagement)}
    return render_template("runs/since.html", engagement=engagement, **said)


def _asked() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _differences(engagement: Engagement, user, day: date) -> tuple[Markup | None, str | None]:
    """What differs; or why nobody can say."""
    entry = CATALOGUE["progress"]
    try:
        then, now = (entry.make(Request(user, on, engagement)) for on in (day, clock.today(user)))
    except DomainError as error:
        return None, str(error)
    return Markup(fragment(compared(then, now), None, MOST_ROWS)), None  # noqa: S704 - escaped by the writer
