from flask import Blueprint, abort, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.forms import form_page
from crm.plans import actions, progress, queries
from crm.plans.forms import MarkForm
from crm.plans.guidelines import FOLLOWED, Guideline, guideline, guidelines
from crm.plans.models import GuidelineKey
from crm.plans.views import crumbs_of, to_plan

bp = Blueprint("guidelines", __name__)


def _known(key: str) -> Guideline:
    found = next((one for one in GuidelineKey if one == key), None)
    return guideline(found) if found else abort(404)


def _has(engagement: Engagement) -> frozenset[str]:
    plan = queries.find_plan(engagement.id)
    content = queries.content_of(engagement)
    return progress.filled(content, is_registered=bool(plan and plan.registered_at))


@bp.get("/engagements/<int:engagement_id>/plan/guidelines")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    plan, has, marks = queries.find_plan(engagement.id), _has(engagement), queries.marks_of(engagement.id)
    return render_template(
        "plans/guidelines.html",
        engagement=engagement,
        followed=FOLLOWED[plan.design] if plan else None,
        rows=[(one, progress.ticked(one, has, marks)) for one in guidelines()],
        crumbs=crumbs_of(engagement),
    )


@bp.get("/engagements/<int:engagement_id>/plan/guidelines/<key>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement, key: str):
    one = _known(key)
    return render_template(
        "plans/guideline.html",
        engagement=engagement,
        guideline=one,
        plan=queries.find_plan(engagement.id),
        rows=progress.ticked(one, _has(engagement), queries.marks_of(engagement.id)),
        crumbs=[*crumbs_of(engagement), (_index(engagement), "Guidelines")],
    )


def _index(engagement: Engagement) -> str:
    return url_for("guidelines.index", engagement_id=engagement.id)


@bp.route("/engagements/<int:engagement_id>/plan/guidelines/<key>/mark", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def mark(engagement: Engagement, key: str):
    one = _known(key)
    item = one.numbers.get(request.args.get("item", one.items[0].number)) or abort(404)
    plan = queries.find_plan(engagement.id)
    if plan is None:
        return to_plan(engagement.id, actions.NO_PLAN, "error")
    form = MarkForm(obj=queries.find_mark(plan.id, one.key, item.number))
    back = url_for("guidelines.show", engagement_id=engagement.id, key=key)
    if form.validate_on_submit():
        actions.mark(plan, one.key, item.number, form.state.data, form.place.data, by=actor())
        return redirect(f"{back}#item-{item.number}")
    crumbs = [*crumbs_of(engagement), (_index(engagement), "Guidelines"), (back, one.name)]
    title = f"{one.name}, item {item.number}"
    return form_page("form.html", form, title=title, lead=item.words, crumbs=crumbs, back=back)
