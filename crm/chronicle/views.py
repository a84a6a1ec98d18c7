from itertools import groupby
from operator import attrgetter

from flask import Blueprint, render_template, request

from crm.access import Permission, actor, requires
from crm.chronicle import queries
from crm.chronicle.queries import Kind
from crm.engagements.models import Engagement, Stage
from crm.engagements.queries_glance import Glance, glance
from crm.engagements.views import trail
from crm.organisations.models import Organisation

bp = Blueprint("chronicle", __name__)


@bp.get("/engagements/<int:engagement_id>/timeline")
@requires(Permission.ENGAGEMENT_VIEW, Engagement, glance)
def of_engagement(engagement: Glance):
    return _page("engagement", engagement.id, engagement=engagement, crumbs=trail(engagement))


@bp.get("/organisations/<int:organisation_id>/timeline")
@requires(Permission.ORGANISATION_VIEW, Organisation)
def of_client(organisation: Organisation):
    crumbs = [(f"/organisations/{organisation.id}", organisation.name)]
    return _page("client", organisation.id, engagement=None, crumbs=crumbs)


def _page(of: str, key: int, **context) -> str:
    asked = request.args.get("kind")
    kind = Kind(asked) if asked in Kind._value2member_map_ else None
    page = queries.events_page(of, key, actor(), kind, request.args.get("at"))
    days = [(day, list(events)) for day, events in groupby(page.rows, key=attrgetter("day"))]
    context |= {"kind": kind, "kinds": Kind, "stages": Stage}
    return render_template("chronicle/index.html", page=page, days=days, **context)
