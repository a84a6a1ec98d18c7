from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.queries_glance import Glance, glance
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.extensions import db
from crm.fields import EARLIEST, LATEST
from crm.forms import form_page
from crm.pages import came_from
from crm.roadmap import actions, queries, timeline
from crm.roadmap.forms import MilestoneForm, MoveForm
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState
from crm.roadmap.network import outlook
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


def context_of(engagement: Engagement | Glance) -> dict:
    """What a page needs to draw the roadmap: the same for the page of the team and the client's home."""
    today = clock.today(actor())
    milestones = queries.milestones_of(engagement.id, actor())
    needs = queries.needs_by_milestone(engagement.id)
    ahead = outlook(milestones, needs, today)
    view = "board" if request.args.get("view") == "board" else "list"
    return {
        "milestones": milestones,
        "phases": _phases(milestones),
        "outlook": ahead,
        "states": MilestoneState,
        "view": view,
        "next_for_me": [m for m in milestones if m.is_mine and m.state in OPEN_MILESTONE],
        "words": {m.id: said(m, today) for m in milestones},
        "late": {m.id for m in milestones if queries.is_late(m, today)},
        **(_drawn(milestones, today, needs, ahead.critical) if view == "list" else {}),
    }


def _drawn(milestones, today: date, needs: dict, critical) -> dict:
    """The picture of the roadmap, and how much of it is shown."""
    zoom = request.args.get("zoom") if request.args.get("zoom") in timeline.ZOOMS else "all"
    picture = timeline.draw(
        milestones,
        today,
        lambda row: queries.is_late(row, today),
        lambda row: said(row, today),
        needs=needs,
        critical=critical,
        window=timeline.window_of(milestones, today, zoom, _first_day()) if milestones else None,
    )
    return {"zoom": zoom, "timeline": picture}


def _first_day() -> date | None:
    """The first day that the reader asked to see, where it is one that a person could mean."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return asked if EARLIEST <= asked <= LATEST else None


def _phases(milestones) -> list[tuple[str | None, list]]:
    """The milestones by phase, in the order of the plan; those without one last."""
    found: dict[str | None, list] = {}
    for one in milestones:
        found.setdefault(one.phase, []).append(one)
    return sorted(found.items(), key=lambda pair: pair[0] is None)


@bp.get("/engagements/<int:engagement_id>/roadmap")
@requires(Permission.ENGAGEMENT_VIEW, Engagement, glance)
def index(engagement: Glance):
    return render_template(
        "roadmap/index.html",
        engagement=engagement,
        crumbs=trail(engagement),
        loose_strategies=queries.count_undelivered(engagement),
        **context_of(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/milestones/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = MilestoneForm(engagement=engagement, strategy_id=request.args.get("strategy", type=int))
    if form.validate_on_submit():
        milestone = Milestone()
        form.populate_obj(milestone)
        actions.plan(milestone, engagement)
        actions.wait_for(milestone, form.needs.data)
        flash(f"“{milestone.title}” is on the roadmap.", "success")
        return redirect(roadmap_of(engagement.id))
    return _page(form, "Add a milestone", engagement)


@bp.route("/milestones/<int:milestone_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Milestone)
def edit(milestone: Milestone):
    form = MilestoneForm(obj=milestone, engagement=milestone.engagement)
    if form.validate_on_submit():
        form.populate_obj(milestone)
        try:
            with db.session.begin_nested():
                actions.wait_for(milestone, form.needs.data)
        except DomainError as error:
            form.needs.errors = [str(error)]
        else:
            return redirect(roadmap_of(milestone.engagement_id))
    return _page(form, "Edit the milestone", milestone.engagement)


@bp.post("/engagements/<int:engagement_id>/milestones/of-strategies")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def of_strategies(engagement: Engagement):
    """The strategies of the worksheet become milestones in one step."""
    made = actions.deliver_strategies(engagement, clock.today(actor()))
    if made:
        flash(f"{plural(made, 'milestone')} made. Look at their days: they are spread evenly.", "success")
    else:
        flash("Every strategy of the worksheet has a milestone already, or there is none yet.", "info")
    return redirect(roadmap_of(engagement.id))


@bp.post("/milestones/<int:milestone_id>/move")
@requires(Permission.THREAD_EDIT, Milestone)
def move(milestone: Milestone):
    form = MoveForm()
    if not form.validate_on_submit():
        raise DomainError("Enter the day to which it moves, such as 2026-03-31.")
    moved = actions.move(milestone, form.planned_on.data, along=form.along.data)
    more = f", and {plural(moved - 1, 'milestone')} with it" if moved > 1 else ""
    flash(f"“{milestone.title}” is planned for {day(milestone.planned_on)}{more}.", "success")
    return redirect(came_from())


@bp.post("/milestones/<int:milestone_id>/start")
@requires(Permission.THREAD_EDIT, Milestone)
def start(milestone: Milestone):
    actions.start(milestone)
    flash(f"“{milestone.title}” is in progress.", "success")
    return redirect(came_from())


@bp.post("/milestones/<int:milestone_id>/drop")
@requires(Permission.THREAD_EDIT, Milestone)
def drop(milestone: Milestone):
    actions.drop(milestone)
    flash(f"“{milestone.title}” is dropped.", "success")
    return redirect(came_from())


@bp.post("/milestones/<int:milestone_id>/finish")
@requires(Permission.THREAD_EDIT, Milestone)
def finish(milestone: Milestone):
    actions.finish(milestone, clock.today(actor()))
    flash(f"“{milestone.title}” is done.", "success")
    return redirect(came_from())


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
