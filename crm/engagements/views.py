from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, can, requires
from crm.engagements import actions, queries
from crm.engagements.forms import EngagementForm, GrantForm, TeamForm
from crm.engagements.models import Engagement, Stage, ageing
from crm.engagements.queries import Filter
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import form_page
from crm.organisations import queries as organisations
from crm.organisations.models import Organisation
from crm.pages import row_key

bp = Blueprint("engagements", __name__, url_prefix="/engagements")


def page_of(engagement: Engagement) -> str:
    return url_for("thread.engagement", engagement_id=engagement.id)


def trail(engagement: Engagement) -> list[tuple[str, str]]:
    """Client, then engagement. Titles come with the engagement; no further statement where it is loaded."""
    return _trail(engagement, engagement.organisation.name)


def trail_of(engagement_id: int) -> list[tuple[str, str]]:
    """The same for a page that has not loaded the engagement."""
    place = queries.place_of(engagement_id)
    return _trail(place, place.client)


def _trail(engagement, client: str) -> list[tuple[str, str]]:
    of_client = url_for("thread.client", organisation_id=engagement.organisation_id)
    return [(of_client, client), (page_of(engagement), engagement.title)]


@bp.get("/")
@requires(Permission.ENGAGEMENT_LIST)
def index():
    wanted = Filter.of(request.args)
    page = queries.engagements_page(actor(), wanted, request.args.get("at"))
    today = clock.today(actor())
    return render_template(
        "engagements/index.html",
        page=page,
        wanted=wanted,
        stages=Stage,
        ageing=lambda stage, since: ageing(stage, since, today),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_CREATE)
def create():
    organisation_id = request.args.get("organisation", type=row_key)
    if not organisation_id:
        text = request.args.get("q", "").replace("\0", "")[:255]
        found = organisations.choices(actor(), Permission.ORGANISATION_EDIT, text, limit=20)
        return render_template("engagements/choose_client.html", found=found, text=text, outline=None)
    client = db.get_or_404(Organisation, organisation_id)
    if not can(actor(), Permission.ORGANISATION_EDIT, client):
        abort(404)
    form = EngagementForm(user=actor(), starts_on=clock.today(actor()))
    if form.validate_on_submit():
        engagement = begun(form, client)
        flash(f"“{engagement.title}” is started. Next: its goals.", "success")
        return redirect(page_of(engagement))
    back = url_for("thread.client", organisation_id=client.id)
    return form_page(
        "form.html",
        form,
        title=f"New engagement with {client.name}",
        crumbs=[(back, client.name)],
        back=back,
        more=form.MORE,
        button="Start the engagement",
    )


def begun(form: EngagementForm, client: Organisation) -> Engagement:
    """The engagement that the form describes, begun with this client; a consultant leads their own."""
    me = actor()
    engagement = Engagement(organisation_id=client.id)
    form.populate_obj(engagement)
    if me.role is Role.CONSULTANT:
        engagement.lead_id = me.id
    actions.agree(engagement, by=me, on=clock.today(me))
    actions.set_budget(engagement, form.hours)
    return engagement


@bp.route("/<int:engagement_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def edit(engagement: Engagement):
    form = EngagementForm(user=actor(), engagement=engagement)
    if form.validate_on_submit():
        form.populate_obj(engagement)
        actions.set_budget(engagement, form.hours)
        flash("The engagement is saved.", "success")
        return redirect(page_of(engagement))
    context = {"title": f"Edit {engagement.title}", "crumbs": trail(engagement), "more": form.MORE}
    return form_page("form.html", form, back=page_of(engagement), **context)


@bp.get("/<int:engagement_id>/people")
@requires(Permission.ENGAGEMENT_GRANT, Engagement)
def people(engagement: Engagement):
    grants = queries.grants_of(engagement)
    team = queries.team_of(engagement)
    seeing = {grant.user_id for grant in grants}
    return render_template(
        "engagements/people.html",
        engagement=engagement,
        team=team,
        crumbs=trail(engagement),
        clients=[one for one in queries.client_people(engagement) if one.user_id in seeing],
        team_form=TeamForm(lead_id=engagement.lead_id, member_ids=[row.user_id for row in team]),
        grant_form=GrantForm(
            engagement=engagement,
            user_ids=[grant.user_id for grant in grants],
            sponsor_ids=[grant.user_id for grant in grants if grant.is_sponsor],
        ),
    )


@bp.post("/<int:engagement_id>/team")
@requires(Permission.ENGAGEMENT_ASSIGN, Engagement)
def assign(engagement: Engagement):
    form = TeamForm()
    if not form.validate_on_submit():
        raise DomainError("Choose a lead and a team out of the list.")
    actions.set_team(engagement, form.member_ids.data, form.lead_id.data)
    flash("The team is saved.", "success")
    return redirect(url_for(".people", engagement_id=engagement.id))


@bp.post("/<int:engagement_id>/grants")
@requires(Permission.ENGAGEMENT_GRANT, Engagement)
def grant(engagement: Engagement):
    form = GrantForm(engagement=engagement)
    if not form.validate_on_submit():
        raise DomainError("Choose out of the people of this client who have a sign-in.")
    actions.set_grants(engagement, form.user_ids.data, form.sponsor_ids.data)
    flash("Client access is saved.", "success")
    return redirect(url_for(".people", engagement_id=engagement.id))
