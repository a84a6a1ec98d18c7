"""The same worksheet, read as a house, a heat map, an X-matrix, a map, a logic model or a list."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.alignment.layouts import LAYOUTS
from crm.alignment.models_sheet import Layout
from crm.alignment.queries import goals_of, worksheet
from crm.alignment.views import crumbs_of
from crm.engagements.models import Engagement
from crm.forms import form_page
from crm.pages import row_key, wants_json
from crm.readings import actions, house, queries, strategy_map, what_if
from crm.readings.forms import CauseForm, TieForm
from crm.thread.findings import loose_ends
from crm.thread.queries import thread_of

bp = Blueprint("readings", __name__, url_prefix="/engagements/<int:engagement_id>/worksheet")


def _shown(template: str, engagement: Engagement, **context):
    return render_template(template, engagement=engagement, crumbs=crumbs_of(engagement), **context)


@bp.get("/house")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def house_(engagement: Engagement):
    sheet, ties = worksheet(engagement), queries.ties_of(engagement.id)
    names = {row.id: row.statement for row in sheet.strategies}
    return _shown(
        "readings/house.html",
        engagement,
        sheet=sheet,
        ties=ties,
        names=names,
        house=house.built(sheet, ties),
        size=house,
    )


@bp.route("/roof", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def tie(engagement: Engagement):
    """Whether two strategies help or hinder each other."""
    form = TieForm(strategies=worksheet(engagement).strategies, **_given("strategy_id", "other_id"))
    if form.validate_on_submit():
        actions.tie(engagement, form.pair, form.strength.data, form.note.data, by=actor())
        flash("The roof is drawn anew.", "success")
        return redirect(url_for("readings.house_", engagement_id=engagement.id))
    return _form(form, "Do two strategies help or hinder each other?", engagement, "readings.house_")


def _given(*names: str) -> dict[str, int]:
    """What a link already says of the form."""
    return {name: request.args.get(name, 0, type=row_key) for name in names if name in request.args}


@bp.get("/heat")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def heat(engagement: Engagement):
    return _shown("readings/heat.html", engagement, sheet=worksheet(engagement))


@bp.get("/x-matrix")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def x_matrix(engagement: Engagement):
    plan = queries.plan_of(engagement, actor())
    owners = sorted({row.owner for row in (*plan.goals, *_measures(plan)) if row.owner})
    return _shown("readings/x_matrix.html", engagement, plan=plan, owners=owners)


def _measures(plan: queries.Plan):
    return (one.measure for one in plan.measures)


@bp.get("/map")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def map_(engagement: Engagement):
    goals, causes = goals_of(engagement.id), queries.causes_of(engagement.id)
    return _shown(
        "readings/map.html",
        engagement,
        goals=goals,
        causes=causes,
        names={goal.id: goal.statement for goal in goals},
        map=strategy_map.drawn(goals, causes),
        size=strategy_map,
    )


@bp.route("/arrow", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def lead_to(engagement: Engagement):
    """An arrow of the map: reaching the one goal helps to reach the other."""
    form = CauseForm(goals=worksheet(engagement).goals, **_given("goal_id", "effect_id"))
    if form.validate_on_submit():
        actions.lead_to(engagement, form.goal_id.data, form.effect_id.data, form.note.data)
        return redirect(url_for("readings.map_", engagement_id=engagement.id))
    return _form(form, "Which goal helps to reach which?", engagement, "readings.map_")


@bp.post("/arrow/take-away")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def part(engagement: Engagement):
    ends = (request.form.get(name, 0, type=row_key) for name in ("goal_id", "effect_id"))
    actions.part(engagement, *ends)
    flash("The arrow is gone.", "success")
    return redirect(url_for("readings.map_", engagement_id=engagement.id))


def _form(form, title: str, engagement: Engagement, back: str):
    back = url_for(back, engagement_id=engagement.id)
    return form_page("form.html", form, title=title, back=back, crumbs=crumbs_of(engagement))


@bp.get("/logic-model")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def logic(engagement: Engagement):
    return _shown("readings/logic.html", engagement, plan=queries.plan_of(engagement, actor()))


@bp.get("/list")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def list_(engagement: Engagement):
    questions = LAYOUTS[Layout.COMMUNICATIONS].questions
    return _shown(
        "readings/list.html", engagement, plan=queries.plan_of(engagement, actor()), questions=questions
    )


@bp.get("/findings")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def findings(engagement: Engagement):
    """Everything that hangs loose, with the way to mend it, and how whole the chain is."""
    thread = thread_of(engagement, actor())
    found = loose_ends(engagement, thread, clock.today(actor()))
    return _shown("readings/findings.html", engagement, thread=thread, findings=found)


@bp.get("/what-if")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def if_(engagement: Engagement):
    """The ranking with other weights and marks: the question is in the address, and nothing is saved."""
    sheet = worksheet(engagement)
    wanted = what_if.asked(request.args, sheet)
    then = what_if.changed(sheet, wanted)
    told = {
        "wanted": wanted,
        "places": what_if.ranking(sheet, then),
        "firmness": what_if.firmness(then),
        "size": what_if,
    }
    if wants_json():
        return jsonify(ranking=render_template("readings/ranking.html", **told))
    return _shown("readings/what_if.html", engagement, sheet=sheet, **told)
