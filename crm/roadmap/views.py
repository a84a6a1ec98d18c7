from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.extensions import db
from crm.forms import form_page
from crm.roadmap import actions, queries, timeline
from crm.roadmap.forms import MilestoneForm
from crm.roadmap.models import OPEN_MILESTONE, Milestone
from crm.words import day, plural

bp = Blueprint("roadmap", __name__)


def roadmap_of(engagement_id: int) -> str:
    return url_for("roadmap.index", engagement_id=engagement_id)


def said(row, today) -> str:
    """State and slip of a milestone in words."""
    slip = queries.slip(row, today)
    moved = f", {plural(abs(slip), 'day')} {'after' if slip > 0 else 'before'} the baseline" if slip else ""
    if row.state not in OPEN_MILESTONE:
        return f"{row.state.label} {day(row.actual_on)}{moved}" if row.actual_on else row.state.label
    if queries.is_late(row, today):
        return f"Planned for {day(row.planned_on)}, {plural((today - row.planned_on).days, 'day')} late"
    return f"{row.state.label} for {day(row.planned_on)}{moved}"


def context_of(engagement: Engagement) -> dict:
    """What a page needs to draw the roadmap: the same for the page of the team and the client's home."""
    today = clock.today(actor())
    milestones = queries.milestones_of(engagement.id, actor())
    return {
        "milestones": milestones,
        "next_for_me": [m for m in milestones if m.is_mine and m.state in OPEN_MILESTONE],
        "timeline": timeline.draw(
            milestones, today, lambda row: queries.is_late(row, today), lambda row: said(row, today)
        ),
        "words": {m.id: said(m, today) for m in milestones},
        "late": {m.id for m in milestones if queries.is_late(m, today)},
    }


@bp.get("/engagements/<int:engagement_id>/roadmap")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    crumbs = trail(engagement)
    return render_template(
        "roadmap/index.html", engagement=engagement, crumbs=crumbs, **context_of(engagement)
    )


@bp.route("/engagements/<int:engagement_id>/milestones/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = MilestoneForm(engagement=engagement, strategy_id=request.args.get("strategy", type=int))
    if form.validate_on_submit():
        milestone = Milestone()
        form.populate_obj(milestone)
        actions.plan(milestone, engagement)
        flash(f"“{milestone.title}” is on the roadmap.", "success")
        return redirect(roadmap_of(engagement.id))
    return _page(form, "Add a milestone", engagement)


@bp.route("/milestones/<int:milestone_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Milestone)
def edit(milestone: Milestone):
    form = MilestoneForm(obj=milestone, engagement=milestone.engagement)
    if form.validate_on_submit():
        form.populate_obj(milestone)
        return redirect(roadmap_of(milestone.engagement_id))
    return _page(form, "Edit the milestone", milestone.engagement)


@bp.post("/milestones/<int:milestone_id>/finish")
@requires(Permission.THREAD_EDIT, Milestone)
def finish(milestone: Milestone):
    actions.finish(milestone, clock.today(actor()))
    flash(f"“{milestone.title}” is done.", "success")
    return redirect(roadmap_of(milestone.engagement_id))


@bp.post("/milestones/<int:milestone_id>/reopen")
@requires(Permission.THREAD_EDIT, Milestone)
def reopen(milestone: Milestone):
    actions.reopen(milestone)
    db.session.flush()
    flash(f"“{milestone.title}” is open again.", "success")
    return redirect(roadmap_of(milestone.engagement_id))


def _page(form: MilestoneForm, title: str, engagement: Engagement):
    back = roadmap_of(engagement.id)
    crumbs = [*trail(engagement), (back, "Roadmap")]
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back, more=form.MORE)
