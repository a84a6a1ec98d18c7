"""Check-ins: where a goal stands on a day, and how sure its people are."""

from flask import Blueprint, flash, redirect, render_template, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.alignment import queries_checkins as queries
from crm.alignment.actions_checkins import check_in
from crm.alignment.curves import curve
from crm.alignment.forms_checkins import CheckInForm
from crm.alignment.models import Goal
from crm.alignment.models_sheet import CheckIn
from crm.alignment.views import crumbs_of
from crm.audit.exports import CSV, handed_out
from crm.engagements.models import Engagement
from crm.forms import form_page
from reports.writers.csv import write_csv

bp = Blueprint("checkins", __name__)


@bp.get("/engagements/<int:engagement_id>/check-ins")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    standings = queries.standings(engagement.id, clock.today(actor()))
    return render_template(
        "alignment/checkins.html",
        engagement=engagement,
        standings=standings,
        quiet=[one for one in standings if one.is_quiet],
        in_words=queries.in_words,
        bands=queries.BANDS,
        crumbs=crumbs_of(engagement),
    )


@bp.get("/goals/<int:goal_id>/check-ins")
@requires(Permission.THREAD_VIEW, Goal)
def show(goal: Goal):
    return _show(goal, CheckInForm(goal=goal, user=actor()))


@bp.post("/goals/<int:goal_id>/check-ins")
@requires(Permission.CHECK_IN, Goal)
def add(goal: Goal):
    form = CheckInForm(goal=goal, user=actor())
    if form.validate_on_submit():
        row = form.found or CheckIn()
        form.populate_obj(row)
        check_in(row, goal, by=actor())
        flash("Checked in.", "success")
        return redirect(url_for(".show", goal_id=goal.id))
    return _show(goal, form)


def _show(goal: Goal, form: CheckInForm):
    progress = queries.progress_of(goal.id)
    return form_page(
        "alignment/checkin.html",
        form,
        goal=goal,
        progress=progress,
        curve=curve(progress),
        plain=queries.plain,
        in_words=queries.in_words,
        bands=queries.BANDS,
        crumbs=[*crumbs_of(goal.engagement), _crumb(goal)],
    )


@bp.get("/goals/<int:goal_id>/check-ins.csv")
@requires(Permission.THREAD_VIEW, Goal)
def download(goal: Goal):
    report = queries.report(queries.progress_of(goal.id), clock.now())
    name = f"plumbline-check-ins-{goal.id}-{len(report.table())}-rows.csv"
    return handed_out(write_csv(report), name, CSV, f"Check-ins of {goal.statement} as CSV", goal)


@bp.route("/check-ins/<int:check_in_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, CheckIn)
def edit(check_in: CheckIn):
    goal = queries.goal_of(check_in)
    form, back = CheckInForm(obj=check_in, goal=goal, user=actor()), url_for(".show", goal_id=goal.id)
    if form.validate_on_submit():
        form.populate_obj(check_in)
        return redirect(back)
    crumbs = [*crumbs_of(goal.engagement), _crumb(goal), (back, goal.statement)]
    return form_page("form.html", form, title="Edit the check-in", crumbs=crumbs, back=back)


def _crumb(goal: Goal) -> tuple[str, str]:
    return url_for("checkins.index", engagement_id=goal.engagement_id), "Check-ins"
