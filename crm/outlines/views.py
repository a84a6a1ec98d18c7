from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, can, requires
from crm.engagements.forms import EngagementForm
from crm.engagements.models import Engagement
from crm.engagements.views import begun, page_of, trail
from crm.extensions import db
from crm.forms import form_page
from crm.organisations import queries as organisations
from crm.organisations.models import Organisation
from crm.outlines import actions, plan, queries
from crm.outlines.forms import CloneForm, KeepForm, OutlineForm
from crm.outlines.models import Outline
from crm.outlines.plan import Part
from crm.pages import row_key

bp = Blueprint("outlines", __name__)

ALL_PARTS = [part.value for part in Part]
MOST_CLIENTS = 500


@bp.get("/templates")
@requires(Permission.OUTLINE_LIST)
def index():
    return render_template("outlines/index.html", outlines=queries.outlines(actor()))


@bp.get("/templates/<int:outline_id>")
@requires(Permission.OUTLINE_VIEW, Outline)
def show(outline: Outline):
    return render_template("outlines/show.html", outline=outline, crumbs=[_crumb()])


@bp.route("/templates/<int:outline_id>/edit", methods=["GET", "POST"])
@requires(Permission.OUTLINE_EDIT, Outline)
def edit(outline: Outline):
    form = OutlineForm(obj=outline)
    if form.validate_on_submit():
        form.populate_obj(outline)
        flash(f"“{outline.name}” is saved.", "success")
        return redirect(url_for(".show", outline_id=outline.id))
    back = url_for(".show", outline_id=outline.id)
    return form_page("form.html", form, title="Edit the template", crumbs=[_crumb()], back=back)


@bp.route("/engagements/<int:engagement_id>/keep-as-template", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def keep(engagement: Engagement):
    form = KeepForm(name=engagement.title, parts=ALL_PARTS)
    if form.validate_on_submit():
        outline = Outline(
            name=form.name.data, description=form.description.data, is_shared=form.is_shared.data
        )
        actions.keep(outline, engagement, set(form.parts.data), by=actor())
        flash("The template is kept. Read it once: no name of this client should be left in it.", "success")
        return redirect(url_for(".show", outline_id=outline.id))
    lead = "Texts, hours, goals, deliverables and milestones are kept; people, marks and the fee are not."
    context = {"title": "Keep as a template", "lead": lead, "button": "Keep it"}
    return form_page("form.html", form, crumbs=trail(engagement), back=page_of(engagement), **context)


@bp.route("/templates/<int:outline_id>/start", methods=["GET", "POST"])
@requires(Permission.OUTLINE_VIEW, Outline)
def start(outline: Outline):
    """A new engagement that begins with what the template holds; first of all, with whom."""
    me, key = actor(), request.args.get("organisation", type=row_key)
    if not key:
        text = request.args.get("q", "").replace("\0", "")[:255]
        found = organisations.choices(me, Permission.ORGANISATION_EDIT, text, limit=20)
        return render_template("engagements/choose_client.html", found=found, text=text, outline=outline)
    client = db.session.get(Organisation, key)
    if client is None or not can(me, Permission.ORGANISATION_EDIT, client):
        abort(404)
    form = EngagementForm(user=me, starts_on=clock.today(me), **plan.fill(outline.content))
    if form.validate_on_submit():
        made = begun(form, client)
        plan.lay(outline.content, made)
        flash(f"“{made.title}” is started from “{outline.name}”.", "success")
        return redirect(page_of(made))
    context = {"title": f"{outline.name} with {client.name}", "button": "Start the engagement"}
    back = url_for(".show", outline_id=outline.id)
    return form_page("form.html", form, crumbs=[_crumb()], back=back, more=form.MORE, **context)


@bp.route("/engagements/<int:engagement_id>/clone", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_CLONE, Engagement)
def clone(engagement: Engagement):
    me = actor()
    clients = organisations.choices(me, Permission.ORGANISATION_EDIT, "", limit=MOST_CLIENTS)
    first = {"organisation_id": engagement.organisation_id, "title": engagement.title, "parts": ALL_PARTS}
    form = CloneForm(user=me, clients=clients, starts_on=clock.today(me), **first)
    if form.validate_on_submit():
        made = Engagement(
            organisation_id=form.organisation_id.data, title=form.title.data, starts_on=form.starts_on.data
        )
        made.lead_id = me.id if me.role is Role.CONSULTANT else form.lead_id.data
        actions.clone(engagement, made, set(form.parts.data), by=me, on=clock.today(me))
        flash(f"“{made.title}” is begun as a copy. It stands in inquiry.", "success")
        return redirect(page_of(made))
    context = {"title": f"Clone {engagement.title}", "button": "Clone it"}
    return form_page("form.html", form, crumbs=trail(engagement), back=page_of(engagement), **context)


def _crumb() -> tuple[str, str]:
    return url_for("outlines.index"), "Templates"
