"""The record between the two sides, the timer, agendas to start from, and the search."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import trail_of
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import form_page
from crm.pages import came_from
from crm.sessions import actions_record as actions
from crm.sessions import lock as _lock  # noqa: F401 - it judges every flush
from crm.sessions import queries_record as queries
from crm.sessions.forms import AgendaForm, UnlockForm
from crm.sessions.models import CoachingSession
from crm.sessions.models_record import AgendaTemplate

bp = Blueprint("records", __name__)


def _back(session: CoachingSession):
    return redirect(url_for("sessions.show", coaching_session_id=session.id))


@bp.post("/sessions/<int:coaching_session_id>/share")
@requires(Permission.SESSION_EDIT, CoachingSession)
def share(coaching_session: CoachingSession):
    actions.share(coaching_session, by=actor())
    flash(f"Session {coaching_session.number} is shared with the client.", "success")
    return _back(coaching_session)


@bp.post("/sessions/<int:coaching_session_id>/withdraw")
@requires(Permission.SESSION_EDIT, CoachingSession)
def withdraw(coaching_session: CoachingSession):
    actions.set_shared(coaching_session, False, by=actor())
    flash(f"Session {coaching_session.number} is the team's alone again.", "success")
    return _back(coaching_session)


@bp.post("/sessions/<int:coaching_session_id>/acknowledge")
@requires(Permission.SESSION_ACKNOWLEDGE, CoachingSession)
def acknowledge(coaching_session: CoachingSession):
    actions.acknowledge(coaching_session, by=actor())
    flash("Thank you: it is written down that you have read it.", "success")
    return _back(coaching_session)


@bp.post("/sessions/<int:coaching_session_id>/lock")
@requires(Permission.SESSION_EDIT, CoachingSession)
def lock(coaching_session: CoachingSession):
    actions.lock(coaching_session, by=actor())
    flash(f"Session {coaching_session.number} is locked.", "success")
    return _back(coaching_session)


@bp.route("/sessions/<int:coaching_session_id>/unlock", methods=["GET", "POST"])
@requires(Permission.SESSION_UNLOCK, CoachingSession)
def unlock(coaching_session: CoachingSession):
    form = UnlockForm()
    back = url_for("sessions.show", coaching_session_id=coaching_session.id)
    if form.validate_on_submit():
        actions.unlock(coaching_session, form.reason.data, by=actor())
        flash(f"Session {coaching_session.number} can be changed again.", "success")
        return redirect(back)
    context = {"crumbs": trail_of(coaching_session.engagement_id), "back": back, "button": "Unlock"}
    return form_page("form.html", form, title=f"Unlock session {coaching_session.number}", **context)


@bp.post("/engagements/<int:engagement_id>/timer")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def start_timer(engagement: Engagement):
    me = actor()
    actions.start_timer(engagement, queries.find_timer(me), by=me)
    flash(f"The timer runs for “{engagement.title}”.", "success")
    return redirect(came_from())


@bp.post("/timer/stop")
@requires(Permission.MY_DAY)
def stop_timer():
    """The time that it ran stands in the form of a new session."""
    running = queries.find_timer(actor())
    if running is None:
        raise DomainError("No timer of yours runs.")
    engagement_id = running.engagement_id
    started_at, minutes = actions.stop_timer(running)
    timed = {"started": started_at.isoformat(timespec="seconds"), "minutes": minutes}
    return redirect(url_for("sessions.create", engagement_id=engagement_id, **timed))


@bp.post("/timer/discard")
@requires(Permission.MY_DAY)
def discard_timer():
    if running := queries.find_timer(actor()):
        db.session.delete(running)
    flash("The timer is thrown away.", "success")
    return redirect(came_from())


@bp.get("/sessions/search")
@requires(Permission.SESSION_SEARCH)
def search():
    text = request.args.get("q", "").replace("\0", "").strip()[:255]
    page = queries.search_page(actor(), text, request.args.get("at")) if text else None
    return render_template("sessions/search.html", text=text, page=page)


@bp.get("/agendas")
@requires(Permission.OUTLINE_LIST)
def agendas():
    return render_template("sessions/agendas.html", agendas=queries.agendas(actor()))


@bp.route("/agendas/new", methods=["GET", "POST"])
@requires(Permission.OUTLINE_LIST)
def create_agenda():
    form = AgendaForm()
    if form.validate_on_submit():
        template = AgendaTemplate(user_id=actor().id)
        form.populate_obj(template)
        db.session.add(template)
        flash(f"“{template.name}” is kept.", "success")
        return redirect(url_for(".agendas"))
    return _agenda_page(form, "New agenda")


@bp.route("/agendas/<int:agenda_template_id>/edit", methods=["GET", "POST"])
@requires(Permission.OUTLINE_EDIT, AgendaTemplate)
def edit_agenda(agenda_template: AgendaTemplate):
    form = AgendaForm(obj=agenda_template)
    if form.validate_on_submit():
        form.populate_obj(agenda_template)
        return redirect(url_for(".agendas"))
    return _agenda_page(form, "Edit the agenda")


def _agenda_page(form: AgendaForm, title: str):
    back = url_for(".agendas")
    return form_page("form.html", form, title=title, crumbs=[(back, "Agendas")], back=back)
