"""The plan of the outcomes research: what it says, part by part, and what it still lacks."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.methods import designs as science
from crm.outcomes import library as ready
from crm.outcomes.models import Measure, MeasureKind
from crm.outcomes.models_plan import Design, EthicsDetermination, OutcomesPlan
from crm.plans import actions, designs, progress, queries
from crm.plans.forms import PARTS, EthicsForm, GroupForm, QuestionForm
from crm.plans.guidelines import FOLLOWED, guideline
from crm.plans.lock import SETTLED

bp = Blueprint("plans", __name__)
SAVED = "Saved."


def page_of(engagement_id: int) -> str:
    return url_for("plans.show", engagement_id=engagement_id)


def crumbs_of(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), *_crumbs(engagement.id)]


def _crumbs(engagement_id: int) -> list[tuple[str, str]]:
    outcomes = url_for("outcomes.index", engagement_id=engagement_id)
    return [(outcomes, "Outcomes"), (page_of(engagement_id), "Plan")]


def to_plan(engagement_id: int, said: str = SAVED, look: str = "success"):
    flash(said, look)
    return redirect(page_of(engagement_id))


@bp.get("/engagements/<int:engagement_id>/plan")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement):
    content = queries.content_of(engagement)
    plan, found = queries.find_plan(engagement.id), progress.sections(content, clock.today(actor()))
    followed = guideline(FOLLOWED[plan.design]) if plan else None
    has = progress.filled(content, is_registered=bool(plan and plan.registered_at))
    return render_template(
        "plans/show.html",
        engagement=engagement,
        plan=plan,
        content=content,
        sections=found,
        done=sum(one.is_filled for one in found),
        design=science.known(plan.design) if plan else None,
        followed=followed,
        ticked=progress.ticked(followed, has, queries.marks_of(engagement.id)) if followed else [],
        barriers=progress.barriers(content),
        number=queries.latest_number(engagement.id),
        way=progress.way,
        crumbs=crumbs_of(engagement)[:-1],
    )


@bp.route("/engagements/<int:engagement_id>/outcomes/plan", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def question(engagement: Engagement):
    known = queries.find_plan(engagement.id)
    if known and known.registered_at:
        return to_plan(engagement.id, SETTLED, "error")
    form = QuestionForm(obj=known)
    if form.validate_on_submit():
        plan = known or OutcomesPlan()
        form.populate_obj(plan)
        actions.begin(plan, engagement)
        return to_plan(engagement.id)
    return _form(engagement, form, "Question: PICO(T)")


def _form(engagement: Engagement, form, title: str):
    crumbs, back = crumbs_of(engagement), page_of(engagement.id)
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back)


@bp.route("/engagements/<int:engagement_id>/plan/edit/<part>", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def section(engagement: Engagement, part: str):
    title, form_class = PARTS.get(part) or abort(404)
    plan = queries.find_plan(engagement.id)
    if plan is None or plan.registered_at:
        return to_plan(engagement.id, SETTLED if plan else actions.NO_PLAN, "error")
    form = form_class(obj=plan)
    if form.validate_on_submit():
        form.populate_obj(plan)
        return to_plan(engagement.id)
    return _form(engagement, form, title)


@bp.route("/engagements/<int:engagement_id>/plan/ethics", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def ethics(engagement: Engagement):
    known = queries.find_ethics(engagement.id)
    form = EthicsForm(obj=known)
    if form.validate_on_submit():
        determination = known or EthicsDetermination()
        form.populate_obj(determination)
        actions.determine(determination, engagement)
        return to_plan(engagement.id)
    return _form(engagement, form, "Ethics determination")


@bp.get("/engagements/<int:engagement_id>/plan/design")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def design(engagement: Engagement):
    given = {one.key: request.args.get(one.key, "") for one in designs.QUESTIONS}
    return render_template(
        "plans/design.html",
        engagement=engagement,
        plan=queries.find_plan(engagement.id),
        questions=designs.QUESTIONS,
        given=given,
        suggestion=designs.suggest(given) if any(given.values()) else None,
        designs=[(one, science.known(one)) for one in Design],
        crumbs=crumbs_of(engagement),
    )


@bp.post("/engagements/<int:engagement_id>/plan/design")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def use_design(engagement: Engagement):
    try:
        chosen = Design(request.form.get("design", ""))
    except ValueError:
        abort(404)
    actions.use_design(engagement, chosen)
    return to_plan(engagement.id, f"The design is now: {chosen.label}.")


@bp.get("/engagements/<int:engagement_id>/plan/library")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def library(engagement: Engagement):
    asked = request.args.get("q", "").replace("\0", "").strip()[:255]
    kind = next((one for one in MeasureKind if one == request.args.get("kind")), None)
    return render_template(
        "plans/library.html",
        engagement=engagement,
        asked=asked,
        kind=kind,
        kinds=MeasureKind,
        found=ready.found(asked, kind),
        count=len(ready.READY),
        crumbs=crumbs_of(engagement),
    )


@bp.route("/measures/<int:measure_id>/groups/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def add_group(measure: Measure):
    back = url_for("outcomes.show", measure_id=measure.id)
    form = GroupForm()
    if form.validate_on_submit():
        group = Measure()
        form.populate_obj(group)
        actions.compare_with(measure, group)
        db.session.flush()
        flash(f"{group.group_name} is measured, too.", "success")
        return redirect(url_for("outcomes.show", measure_id=group.id))
    crumbs = [*trail_of(measure.engagement_id), *_crumbs(measure.engagement_id), (back, measure.name)]
    return form_page("form.html", form, title=f"{measure.name} in another group", crumbs=crumbs, back=back)
