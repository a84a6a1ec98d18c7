"""Register the plan, open it again with a reason, and log where the work went another way."""

from flask import Blueprint, flash, redirect, render_template, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.canonical import canonical, digest_of
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.forms import form_page
from crm.plans import actions, progress, queries
from crm.plans.content import read
from crm.plans.differences import differences
from crm.plans.forms import AmendForm, DeviationForm, RegisterForm
from crm.plans.models import Registration
from crm.plans.views import crumbs_of

bp = Blueprint("registrations", __name__)


def list_of(engagement_id: int) -> str:
    return url_for("registrations.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/plan/registrations")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    plan, number = queries.find_plan(engagement.id), queries.latest_number(engagement.id)
    is_open = number and not (plan and plan.registered_at)
    return render_template(
        "plans/registrations.html",
        engagement=engagement,
        plan=plan,
        opened=queries.amendment_after(engagement.id, number) if is_open else None,
        registrations=queries.registrations_of(engagement.id),
        deviations=queries.deviations_of(engagement.id),
        crumbs=crumbs_of(engagement),
    )


@bp.route("/engagements/<int:engagement_id>/plan/register", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def register(engagement: Engagement):
    form, plan = RegisterForm(), queries.find_plan(engagement.id)
    content = queries.content_of(engagement)
    barriers = progress.barriers(content)
    if form.validate_on_submit():
        try:
            made = actions.register(engagement, by=actor())
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            flash(f"The plan is registered: number {made.number}.", "success")
            return redirect(list_of(engagement.id))
    page = render_template(
        "plans/register.html",
        engagement=engagement,
        plan=plan,
        form=form,
        barriers=barriers,
        sections=progress.sections(content, clock.today(actor())),
        number=queries.latest_number(engagement.id) + 1,
        digest=digest_of(canonical(content)),
        crumbs=crumbs_of(engagement),
    )
    return page, 422 if form.form_errors else 200


@bp.route("/engagements/<int:engagement_id>/plan/amend", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def amend(engagement: Engagement):
    form = AmendForm()
    if form.validate_on_submit():
        actions.amend(engagement, form.reason.data, by=actor())
        flash("The plan is open. Register it again when it says what you mean.", "success")
        return redirect(url_for("plans.show", engagement_id=engagement.id))
    lead = (
        "The plan opens for changes. What was registered stays, and the next registration prints the reason."
    )
    return _form(engagement, form, "Amend the plan", lead, "Open the plan")


@bp.route("/engagements/<int:engagement_id>/plan/deviations/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def deviate(engagement: Engagement):
    known = queries.deviations_of(engagement.id)
    form = DeviationForm(deviations=known, today=clock.today(actor()))
    if form.validate_on_submit():
        actions.log_deviation(
            engagement, on=form.happened_on.data, what=form.what.data, why=form.why.data,
            effect=form.effect.data, corrects=form.corrects_id.data, by=actor(),
        )  # fmt: skip
        flash("The deviation is logged.", "success")
        return redirect(list_of(engagement.id))
    lead = "A deviation stays as it is logged. One that is wrong is corrected by another."
    return _form(engagement, form, "Log a deviation", lead, "Log it")


def _form(engagement: Engagement, form, title: str, lead: str, button: str):
    crumbs = [*crumbs_of(engagement), (list_of(engagement.id), "Register")]
    context = {"title": title, "lead": lead, "button": button, "crumbs": crumbs}
    return form_page("form.html", form, back=list_of(engagement.id), **context)


@bp.get("/registrations/<int:registration_id>")
@requires(Permission.THREAD_VIEW, Registration)
def show(registration: Registration):
    engagement = registration.engagement
    earlier = queries.find_registration(engagement.id, registration.number - 1)
    content = read(registration.content)
    return render_template(
        "plans/registration.html",
        engagement=engagement,
        registration=registration,
        is_sound=digest_of(registration.content) == registration.digest,
        earlier=earlier,
        moved=differences(read(earlier.content), content) if earlier else [],
        content=content,
        sections=progress.sections(content, registration.registered_at.date()),
        way=progress.way,
        crumbs=[*crumbs_of(engagement), (list_of(engagement.id), "Register")],
    )
