"""The statement of work: what is agreed, what is handed over, what was changed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, requires
from crm.engagements import actions_work as actions
from crm.engagements import queries, queries_work
from crm.engagements.forms_work import ChangeForm, DeliverableForm, WithWhomForm
from crm.engagements.models import Engagement
from crm.engagements.models_work import ChangeOrder, Deliverable
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.forms import form_page, strip

bp = Blueprint("work", __name__)


def work_of(engagement_id: int) -> str:
    return url_for("work.show", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/work")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement):
    return render_template(
        "engagements/work.html",
        engagement=engagement,
        budgets=queries.budgets(engagement),
        deliverables=queries_work.deliverables_of(engagement.id),
        changes=queries_work.changes_of(engagement.id),
        crumbs=trail(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/deliverables/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = DeliverableForm(engagement=engagement)
    if form.validate_on_submit():
        deliverable = Deliverable()
        form.populate_obj(deliverable)
        actions.agree_on(deliverable, engagement)
        flash(f"“{deliverable.title}” is in the statement of work.", "success")
        return redirect(work_of(engagement.id))
    return _page(form, "Add a deliverable", engagement)


@bp.route("/deliverables/<int:deliverable_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Deliverable)
def edit(deliverable: Deliverable):
    form = DeliverableForm(obj=deliverable, engagement=deliverable.engagement)
    if form.validate_on_submit():
        form.populate_obj(deliverable)
        return redirect(work_of(deliverable.engagement_id))
    return _page(form, "Edit the deliverable", deliverable.engagement)


@bp.post("/deliverables/<int:deliverable_id>/deliver")
@requires(Permission.THREAD_EDIT, Deliverable)
def deliver(deliverable: Deliverable):
    actions.deliver(deliverable, strip(request.form.get("evidence", "")[:255]), on=clock.today(actor()))
    flash(f"“{deliverable.title}” is delivered.", "success")
    return redirect(work_of(deliverable.engagement_id))


@bp.post("/deliverables/<int:deliverable_id>/accept")
@requires(Permission.DELIVERABLE_ACCEPT, Deliverable)
def accept(deliverable: Deliverable):
    """A sponsor accepts for themselves; the team writes down who of the client did."""
    me = actor()
    name = me.name if me.role is Role.CLIENT else strip(request.form.get("name", "")[:255])
    if not name:
        raise DomainError("Name who accepted it for the client.")
    actions.accept(deliverable, name, on=clock.today(me))
    flash(f"“{deliverable.title}” is accepted.", "success")
    return redirect(work_of(deliverable.engagement_id))


@bp.post("/deliverables/<int:deliverable_id>/take-back")
@requires(Permission.THREAD_EDIT, Deliverable)
def take_back(deliverable: Deliverable):
    actions.take_back(deliverable)
    flash(f"“{deliverable.title}” is planned again.", "success")
    return redirect(work_of(deliverable.engagement_id))


@bp.route("/engagements/<int:engagement_id>/changes/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def propose(engagement: Engagement):
    form = ChangeForm(engagement=engagement)
    if form.validate_on_submit():
        order = ChangeOrder()
        form.populate_obj(order)
        actions.propose(order, engagement, by=actor(), on=clock.today(actor()))
        flash(f"Change order {order.number} is proposed.", "success")
        return redirect(work_of(engagement.id))
    return _page(form, "Propose a change", engagement, more=form.MORE)


@bp.route("/changes/<int:change_order_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, ChangeOrder)
def edit_change(change_order: ChangeOrder):
    form = ChangeForm(obj=change_order, engagement=change_order.engagement)
    if form.validate_on_submit():
        form.populate_obj(change_order)
        return redirect(work_of(change_order.engagement_id))
    return _page(form, f"Edit change order {change_order.number}", change_order.engagement, more=form.MORE)


@bp.route("/changes/<int:change_order_id>/agree", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, ChangeOrder)
def agree(change_order: ChangeOrder):
    return _decide(change_order, actions.agree_to, "Agree to")


@bp.route("/changes/<int:change_order_id>/decline", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, ChangeOrder)
def decline(change_order: ChangeOrder):
    return _decide(change_order, actions.decline, "Decline")


def _decide(order: ChangeOrder, decided, verb: str):
    form = WithWhomForm(on=clock.today(actor()))
    if form.validate_on_submit():
        decided(order, form.name.data, on=form.on.data)
        flash(f"Change order {order.number} is {order.state.label.lower()}.", "success")
        return redirect(work_of(order.engagement_id))
    title = f"{verb} change order {order.number}"
    return _page(form, title, order.engagement, lead=order.title, button=verb.split()[0])


def _page(form, title: str, engagement: Engagement, **context):
    back = work_of(engagement.id)
    crumbs = [*trail(engagement), (back, "Statement of work")]
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back, **context)
