from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from crm.access import Permission, actor, requires
from crm.alignment.findings import findings_of
from crm.audit.exports import CSV, handed_out
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.pages import row_key
from crm.versions import actions, delimited, queries
from crm.versions.changes import Part, changes
from crm.versions.content import Content, digest_of, parse
from crm.versions.drawing import SHOWN, chart_of
from crm.versions.forms import AgreeForm, KeepForm, ProposeForm
from crm.versions.models import Version
from crm.versions.sheet import Kept
from crm.versions.standing import standing

bp = Blueprint("versions", __name__)
#: Changes shown on a page; the file holds them all.
MOST_CHANGES = 300


def versions_of(engagement_id: int) -> str:
    return url_for("versions.index", engagement_id=engagement_id)


def page_of(version: Version) -> str:
    return url_for("versions.show", version_id=version.id)


def crumbs(engagement: Engagement, *, of_versions: bool = True) -> list[tuple[str, str]]:
    sheet = (url_for("alignment.worksheet", engagement_id=engagement.id), "Worksheet")
    return [*trail(engagement), sheet, *([(versions_of(engagement.id), "Versions")] if of_versions else [])]


@bp.get("/engagements/<int:engagement_id>/versions")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    found = queries.versions_of(engagement.id)
    return render_template(
        "versions/index.html",
        engagement=engagement,
        versions=found,
        chart=chart_of(found),
        shown=SHOWN,
        today=Kept(queries.content_of(engagement.id)),
        form=KeepForm(),
        crumbs=crumbs(engagement, of_versions=False),
    )


@bp.post("/engagements/<int:engagement_id>/versions")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def keep(engagement: Engagement):
    form = KeepForm()
    if not form.validate_on_submit():
        flash("A name has 255 characters at the most.", "error")
        return redirect(versions_of(engagement.id))
    newest = queries.latest(engagement.id)
    version = actions.keep(engagement, form.name.data, by=actor())
    if newest and newest.id == version.id:
        flash(f"Nothing has changed since version {version.number}: it is kept already.", "info")
    else:
        flash(f"Version {version.number} is kept.", "success")
    return redirect(page_of(version))


@bp.get("/engagements/<int:engagement_id>/versions.csv")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def over_time(engagement: Engagement):
    """Coverage, completeness and density of every version."""
    rows = delimited.over_time_lines(queries.versions_of(engagement.id))
    return _csv(rows, engagement, f"Versions of {engagement.title}", f"versions-{engagement.id}")


@bp.get("/versions/<int:version_id>")
@requires(Permission.THREAD_VIEW, Version)
def show(version: Version):
    sheet, turns = Kept(parse(version.content)), queries.turns_of(version.id)
    return render_template(
        "versions/show.html",
        engagement=version.engagement,
        version=version,
        sheet=sheet,
        is_sound=digest_of(version.content) == version.digest,
        findings=findings_of(sheet) if sheet.goals else [],
        turns=turns,
        standing=standing(version, turns, actor(), is_closed=version.engagement.is_closed),
        propose_form=ProposeForm(),
        agree_form=AgreeForm(digest=version.digest),
        crumbs=crumbs(version.engagement),
    )


def _side(engagement: Engagement, name: str, default: int = 0) -> tuple[str, Content, int]:
    """One side of a comparison: a version by its number, or today as 0; 404 for one that is not there."""
    number = request.args.get(name, default, type=row_key)
    if not number:
        return "today", queries.content_of(engagement.id), 0
    version = queries.find_version(engagement.id, number) or abort(404)
    return f"version {number}", parse(version.content), number


@bp.get("/engagements/<int:engagement_id>/versions/compare")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def compare(engagement: Engagement):
    versions = queries.versions_of(engagement.id)
    newest = versions[0].number if versions else 0
    before, after = _side(engagement, "before", newest), _side(engagement, "after")
    found = changes(before[1], after[1])
    parts = [(part, [one for one in found[:MOST_CHANGES] if one.part is part]) for part in Part]
    return render_template(
        "versions/compare.html",
        engagement=engagement,
        versions=versions,
        before=before[0],
        after=after[0],
        changes=found,
        shown=MOST_CHANGES,
        parts=[(part, some) for part, some in parts if some],
        asked={"before": before[2], "after": after[2]},
        crumbs=crumbs(engagement),
    )


@bp.get("/engagements/<int:engagement_id>/versions/compare.csv")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def compare_file(engagement: Engagement):
    before, after = _side(engagement, "before"), _side(engagement, "after")
    rows = delimited.compared_lines(changes(before[1], after[1]))
    name = f"Changes from {before[0]} to {after[0]} of {engagement.title}"
    return _csv(rows, engagement, name, f"changes-{engagement.id}")


def _csv(rows, engagement: Engagement, name: str, file: str) -> Response:
    return handed_out(stream_with_context(rows), f"plumbline-{file}.csv", CSV, f"{name} as CSV", engagement)
