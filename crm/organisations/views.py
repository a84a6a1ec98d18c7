from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, Role, actor, requires
from crm.extensions import db
from crm.forms import form_page
from crm.organisations import queries
from crm.organisations.forms import ChannelForm, ContactForm, CountForm, OrganisationForm
from crm.organisations.models import Channel, ChannelCount, Contact, Kind, Organisation
from crm.organisations.queries import SORTS, Filter

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


def trail(organisation: Organisation | None = None) -> list[tuple[str, str]]:
    crumbs = [(url_for("organisations.index"), "Clients")]
    if organisation:
        crumbs.append((page_of(organisation), organisation.name))
    return crumbs


def page_of(organisation: Organisation) -> str:
    return url_for("thread.client", organisation_id=organisation.id)


@bp.get("/")
@requires(Permission.ORGANISATION_LIST)
def index():
    wanted = Filter.of(request.args)
    states, tags = queries.states_and_tags(actor())
    return render_template(
        "organisations/index.html",
        page=queries.organisations_page(actor(), wanted, request.args.get("at")),
        wanted=wanted,
        kinds=Kind,
        sorts=SORTS,
        states=states,
        tags=tags,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def create():
    form = OrganisationForm(user=actor())
    if form.validate_on_submit():
        organisation = Organisation(keeper=actor() if actor().role is Role.CONSULTANT else None)
        return _saved(form, organisation)
    back = url_for(".index")
    return form_page("form.html", form, title="Add a client", crumbs=trail(), back=back, more=form.MORE)


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT, Organisation)
def edit(organisation: Organisation):
    form = OrganisationForm(user=actor(), organisation=organisation)
    if form.validate_on_submit():
        return _saved(form, organisation)
    context = {"title": f"Edit {organisation.name}", "crumbs": trail(organisation), "more": form.MORE}
    return form_page("form.html", form, back=page_of(organisation), **context)


def _saved(form: OrganisationForm, organisation: Organisation):
    form.populate_obj(organisation)
    db.session.add(organisation)
    db.session.flush()
    flash(f"{organisation.name} is saved.", "success")
    return redirect(page_of(organisation))


@bp.route("/<int:organisation_id>/contacts/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT, Organisation)
def create_contact(organisation: Organisation):
    return _contact(Contact(organisation_id=organisation.id), organisation, "Add a contact")


@bp.route("/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT, Contact)
def edit_contact(contact: Contact):
    return _contact(contact, contact.organisation, f"Edit {contact.name}")


def _contact(contact: Contact, organisation: Organisation, title: str):
    form = ContactForm(obj=contact, user=actor())
    if form.validate_on_submit():
        form.populate_obj(contact)
        db.session.add(contact)
        flash(f"{contact.name} is saved.", "success")
        return redirect(page_of(organisation))
    return form_page("form.html", form, title=title, crumbs=trail(organisation), back=page_of(organisation))


@bp.route("/<int:organisation_id>/channels/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT, Organisation)
def create_channel(organisation: Organisation):
    form = ChannelForm(organisation=organisation)
    if form.validate_on_submit():
        channel = Channel(organisation_id=organisation.id)
        form.populate_obj(channel)
        db.session.add(channel)
        db.session.flush()
        flash("The channel is added. Enter its first count.", "success")
        return redirect(url_for(".channel", channel_id=channel.id))
    back = page_of(organisation)
    return form_page("form.html", form, title="Add a channel", crumbs=trail(organisation), back=back)


@bp.route("/channels/<int:channel_id>", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT, Channel)
def channel(channel: Channel):
    form = CountForm(counted_on=clock.today(actor()))
    if form.validate_on_submit():
        count = queries.find_count(channel.id, form.counted_on.data) or ChannelCount(
            channel_id=channel.id, organisation_id=channel.organisation_id
        )
        form.populate_obj(count)
        db.session.add(count)
        flash("The count is saved.", "success")
        return redirect(url_for(".channel", channel_id=channel.id))
    counts = queries.counts(channel.id)
    return form_page(
        "organisations/channel.html", form, channel=channel, counts=counts, crumbs=trail(channel.organisation)
    )
