from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, holds, requires
from crm.accounts.models import User
from crm.audit.models import Verb
from crm.audit.trail import hear
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import form_page
from crm.organisations.models import Contact
from crm.sessions import actions, queries, queries_actions
from crm.sessions.forms import ActionForm, SessionForm
from crm.sessions.models import Action, ActionState, CoachingSession, TimeKind
from crm.sessions.queries_budget import BeyondBudgetError

bp = Blueprint("sessions", __name__)


def sessions_of(engagement_id: int) -> str:
    return url_for("sessions.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/sessions")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return render_template(
        "sessions/index.html",
        engagement=engagement,
        crumbs=trail(engagement),
        page=queries.sessions_page(engagement, actor(), request.args.get("at")),
    )


@bp.get("/sessions/<int:coaching_session_id>")
@requires(Permission.SESSION_VIEW, CoachingSession)
def show(coaching_session: CoachingSession):
    return render_template(
        "sessions/show.html",
        session=coaching_session,
        record=_heard(coaching_session, queries.record_of(coaching_session, actor())),
        actions=queries_actions.actions_of(coaching_session),
        crumbs=[*trail_of(coaching_session.engagement_id), _crumb(coaching_session.engagement_id)],
    )


def _heard(session: CoachingSession, record):
    """The record; the audit trail hears that a private note in it was read."""
    if record.note:
        place = {"engagement_id": session.engagement_id, "organisation_id": session.organisation_id}
        hear(Verb.READ, f"Session {session.number}", thing="private_note", **place)
    return record


@bp.route("/engagements/<int:engagement_id>/sessions/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    me = actor()
    wall = clock.local(clock.now(), me.time_zone)
    fresh = {"on": wall.date(), "at": wall.time().replace(minute=0), "time_zone": me.time_zone}
    form = SessionForm(engagement=engagement, user=me, user_ids=[me.id], state="held", **fresh)
    if form.validate_on_submit() and (session := _kept(form, lambda: _log(form, engagement))):
        return _saved(session, f"Session {session.number} is logged.")
    return _page(form, "Log a session", engagement)


def _log(form: SessionForm, engagement: Engagement) -> CoachingSession:
    session = CoachingSession()
    _fill(session, form)
    actions.log(session, engagement, by=actor())
    return session


@bp.route("/sessions/<int:coaching_session_id>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_EDIT, CoachingSession)
def edit(coaching_session: CoachingSession):
    session = coaching_session
    form = SessionForm(engagement=session.engagement, user=actor(), obj=session, **_typed(session))
    if form.validate_on_submit() and _kept(form, lambda: _fill(session, form)):
        return _saved(session, f"Session {session.number} is saved.")
    return _page(form, f"Edit session {session.number}", session.engagement)


def _typed(session: CoachingSession) -> dict:
    """What the form shows of a session besides its own columns."""
    me = actor()
    wall = clock.local(session.starts_at, session.time_zone)
    note = queries.find_note(session, me) if holds(me, Permission.PRIVATE_NOTE) else None
    minutes = {f"minutes_{entry.kind}": entry.minutes for entry in queries.own_time(session, me)}
    return {
        "on": wall.date(),
        "at": wall.time(),
        "user_ids": [user.id for user in session.users],
        "contact_ids": [contact.id for contact in session.contacts],
        "touches": actions.touched(session),
        "private_note": note.body if note else None,
        **minutes,
    }


COLUMNS = ("mode", "state", "time_zone", "place", "agenda", "summary", "is_shared", "service_line")


def _fill(session: CoachingSession, form: SessionForm) -> CoachingSession:
    for name in COLUMNS:
        form[name].populate_obj(session, name)
    session.starts_at, session.updated_at = form.starts_at, clock.now()
    session.users = [db.session.get(User, key) for key in form.user_ids.data]
    session.contacts = [db.session.get(Contact, key) for key in form.contact_ids.data]
    return session


def _kept(form: SessionForm, begin: Callable[[], CoachingSession]) -> CoachingSession | None:
    """The session with all that the form says of it; None, and the form says why, if that may not be."""
    try:
        session = begin()
        _hang(session, form)
        db.session.flush()
    except DomainError as error:
        db.session.rollback()
        field = form.budget_reason if isinstance(error, BeyondBudgetError) else form.minutes_coaching
        field.errors = [*field.errors, str(error)]
        return None
    return session


def _hang(session: CoachingSession, form: SessionForm) -> None:
    me = actor()
    if "private_note" in form:
        actions.set_note(session, form.private_note.data, by=me)
    actions.set_minutes(session, form.minutes, by=me, reason=form.budget_reason.data)
    actions.set_touches(session, form.touches.data)
    for line in form.new_actions:
        actions.promise(session, **line)


def _saved(session: CoachingSession, said: str):
    flash(said, "success")
    return redirect(url_for(".show", coaching_session_id=session.id))


def _page(form: SessionForm, title: str, engagement: Engagement):
    back = sessions_of(engagement.id)
    return form_page(
        "sessions/form.html",
        form,
        title=title,
        crumbs=_crumbs(engagement),
        back=back,
        open_actions=queries_actions.open_actions(engagement),
        kinds=TimeKind,
    )


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), _crumb(engagement.id)]


def _crumb(engagement_id: int) -> tuple[str, str]:
    return sessions_of(engagement_id), "Sessions"


@bp.get("/actions", endpoint="actions")
@requires(Permission.MY_DAY)
def actions_index():
    return render_template("sessions/actions.html", actions=queries_actions.my_actions(actor(), limit=200))


@bp.route("/actions/<int:action_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Action)
def edit_action(action: Action):
    form = ActionForm(obj=action, engagement=action.engagement)
    if form.validate_on_submit():
        form.populate_obj(action)
        done = action.state is ActionState.DONE
        action.done_on = (action.done_on or clock.today(actor())) if done else None
        return redirect(_back_of(action))
    crumbs = trail(action.engagement)
    return form_page("form.html", form, title="Edit the action", crumbs=crumbs, back=_back_of(action))


@bp.post("/actions/<int:action_id>/finish")
@requires(Permission.ACTION_FINISH, Action)
def finish(action: Action):
    actions.finish(action, request.form.get("evidence"), clock.today(actor()))
    flash(f"“{action.title}” is done.", "success")
    return redirect(url_for(".actions") if "from_list" in request.form else _back_of(action))


@bp.post("/actions/<int:action_id>/reopen")
@requires(Permission.ACTION_FINISH, Action)
def reopen(action: Action):
    actions.reopen(action)
    flash(f"“{action.title}” is open again.", "success")
    return redirect(_back_of(action))


def _back_of(action: Action) -> str:
    if action.session_id:
        return url_for("sessions.show", coaching_session_id=action.session_id)
    return url_for("thread.engagement", engagement_id=action.engagement_id)
