from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup

from crm.access import Permission, actor, requires
from crm.bin.actions import throw_away
from crm.engagements.models import Engagement
from crm.forms import form_page
from crm.outcomes.models_plan import Hypothesis
from crm.plans import actions, queries, sizes
from crm.plans.forms import HypothesisForm
from crm.plans.forms_power import FORMS
from crm.plans.lock import SETTLED
from crm.plans.models import PowerKind
from crm.plans.views import crumbs_of, page_of, to_plan
from reports.charts import draw_svg
from reports.curves import curve_spec

bp = Blueprint("hypotheses", __name__)


@bp.route("/engagements/<int:engagement_id>/hypotheses/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    plan = queries.find_plan(engagement.id)
    if plan is None or plan.registered_at:
        return to_plan(engagement.id, SETTLED if plan else actions.NO_PLAN, "error")
    form = HypothesisForm(measures=queries.measures_of(engagement.id))
    if form.validate_on_submit():
        hypothesis = Hypothesis()
        form.populate_obj(hypothesis)
        actions.add_hypothesis(hypothesis, plan)
        return to_plan(engagement.id)
    return _form(engagement, form, "Add a hypothesis")


@bp.route("/hypotheses/<int:hypothesis_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Hypothesis)
def edit(hypothesis: Hypothesis):
    engagement = hypothesis.engagement
    form = HypothesisForm(obj=hypothesis, measures=queries.measures_of(engagement.id))
    if form.validate_on_submit():
        was = hypothesis.is_primary
        wants = form.is_primary.data
        form.is_primary.data = was
        form.populate_obj(hypothesis)
        if wants and not was:
            actions.make_primary(hypothesis)
        elif was and not wants:
            hypothesis.is_primary = False
        return to_plan(engagement.id)
    return _form(engagement, form, "Edit the hypothesis")


def _form(engagement: Engagement, form, title: str):
    crumbs, back = crumbs_of(engagement), page_of(engagement.id)
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back)


@bp.post("/hypotheses/<int:hypothesis_id>/delete")
@requires(Permission.THREAD_EDIT, Hypothesis)
def delete(hypothesis: Hypothesis):
    engagement_id = hypothesis.engagement_id
    throw_away(hypothesis, by=actor())
    return to_plan(engagement_id, "The hypothesis is in the bin. From there it can be put back.")


@bp.post("/hypotheses/<int:hypothesis_id>/primary")
@requires(Permission.THREAD_EDIT, Hypothesis)
def primary(hypothesis: Hypothesis):
    actions.make_primary(hypothesis)
    return to_plan(hypothesis.engagement_id)


@bp.post("/hypotheses/<int:hypothesis_id>/move")
@requires(Permission.THREAD_EDIT, Hypothesis)
def move(hypothesis: Hypothesis):
    actions.move(hypothesis, -1 if request.form.get("to") == "up" else 1)
    return redirect(page_of(hypothesis.engagement_id))


@bp.get("/hypotheses/<int:hypothesis_id>/power")
@requires(Permission.THREAD_VIEW, Hypothesis)
def power(hypothesis: Hypothesis):
    known = queries.find_power(hypothesis.id)
    kind = _kind(known)
    saved = known.settings if known and known.kind is kind else None
    return _power(hypothesis, kind, FORMS[kind](formdata=None, data=saved), saved)


@bp.post("/hypotheses/<int:hypothesis_id>/power")
@requires(Permission.THREAD_EDIT, Hypothesis)
def plan_power(hypothesis: Hypothesis):
    kind = _kind(queries.find_power(hypothesis.id))
    form = FORMS[kind](levels=_levels(hypothesis))
    if form.validate_on_submit():
        actions.plan_power(hypothesis, kind, form.settings)
        return redirect(url_for(".power", hypothesis_id=hypothesis.id, kind=kind.value))
    return _power(hypothesis, kind, form, None)


def _kind(known) -> PowerKind:
    asked = request.args.get("kind")
    kept = known.kind if known else PowerKind.MEANS
    return next((one for one in PowerKind if one == asked), kept)


def _levels(hypothesis: Hypothesis) -> sizes.Levels:
    plan = queries.find_plan(hypothesis.engagement_id)
    return sizes.Levels(plan.alpha, plan.power)


def _power(hypothesis: Hypothesis, kind: PowerKind, form, saved: dict | None):
    levels = _levels(hypothesis)
    answer, problem = sizes.try_answer(kind, saved, levels)
    page = render_template(
        "plans/power.html",
        hypothesis=hypothesis,
        kind=kind,
        kinds=PowerKind,
        form=form,
        levels=levels,
        answer=answer,
        problem=problem,
        picture=_picture(answer, kind, levels) if answer else None,
        is_settled=queries.find_plan(hypothesis.engagement_id).registered_at is not None,
        crumbs=crumbs_of(hypothesis.engagement),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _picture(answer: sizes.Answer, kind: PowerKind, levels: sizes.Levels) -> Markup:
    curve = answer.curve
    wanted = None if kind is PowerKind.PRECISION else 100 * levels.power
    spec = curve_spec(curve.points, x_title=curve.x_title, y_title=curve.y_title, wanted=wanted)
    return Markup(draw_svg(spec))  # noqa: S704 - drawn by us; texts in it are escaped by the drawing
