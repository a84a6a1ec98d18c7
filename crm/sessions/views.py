from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, holds, load, requires
from crm.accounts.models import User
from crm.audit.models import Verb
from crm.audit.trail import hear
from crm.engagements.models import Engagement
from crm.engagements.queries_glance import Glance, glance
from crm.engagements.views import trail, trail_of
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import form_page
from crm.organisations.models import Contact
from crm.pages import row_key
from crm.sessions import actions, actions_record, queries, queries_actions, queries_record
from crm.sessions.actions_record import SILENCE
from crm.sessions.forms import SessionForm
from crm.sessions.models import Action, CoachingSession, SessionState
from crm.sessions.models_record import AgendaTemplate
from crm.sessions.queries_budget import BeyondBudgetError

bp = Blueprint("sessions", __name__)


def sessions_of(engagement_id: int) -> str:
    return url_for("sessions.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/sessions")
@requires(Permission.ENGAGEMENT_VIEW, Engagement, glance)
def index(engagement: Glance):
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
        steps=queries_record.steps_of(coaching_session),
        silence=SILENCE,
        now=clock.now(),
        crumbs=[*trail_of(coaching_session.engagement_id), _crumb(coaching_session.engagement_id)],
    )


def _heard(session: CoachingSession, record):
    """The record; the audit trail hears that a private note in it was read."""
    if record.note:
        place = session.whereabouts
        hear(Verb.READ, f"Session {session.number}", thing="private_note", **place)
    return record


@bp.route("/engagements/<int:engagement_id>/sessions/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    me = actor()
    wall = clock.local(clock.now(), me.time_zone)
    fresh = {"on": wall.date(), "at": wall.time().replace(minute=0), "time_zone": me.time_zone}
    open_actions = queries_actions.open_actions(engagement)
    form = SessionForm(
        engagement=engagement, user=me, user_ids=[me.id], state="held",
        open_actions=open_actions, agenda=_agenda(engagement), **fresh | _timed(),
    )  # fmt: skip
    if form.validate_on_submit() and (session := _kept(form, lambda: _log(form, engagement))):
        return _saved(session, f"Session {session.number} is logged.")
    return _page(form, "Log a session", engagement, open_actions)


def _agenda(engagement: Engagement) -> str | None:
    """What the agenda begins with: a template that was asked for, else what is carried over."""
    if request.method == "POST":
        return None
    wanted = request.args.get("agenda", type=row_key)
    if wanted:
        return load(actor(), Permission.OUTLINE_VIEW, AgendaTemplate, wanted).body
    return queries_record.carried_over(engagement)


def _timed() -> dict:
    """What a stopped timer said: it stands in the address."""
    try:
        started_at = datetime.fromisoformat(request.args.get("started", ""))
        minutes = min(max(request.args.get("minutes", 0, type=row_key), 0), 1440)
        wall = clock.local(started_at, actor().time_zone)
    except (ValueError, OverflowError):
        return {}
    hour = wall.time().replace(second=0, microsecond=0, tzinfo=None)
    return {"on": wall.date(), "at": hour, "lasted": minutes, "minutes_coaching": minutes}


def _log(form: SessionForm, engagement: Engagement) -> CoachingSession:
    session = CoachingSession()
    _fill(session, form)
    actions.log(session, engagement, by=actor())
    return session


@bp.route("/sessions/<int:coaching_session_id>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_EDIT, CoachingSession)
def edit(coaching_session: CoachingSession):
    session = coaching_session
    open_actions = queries_actions.open_actions(session.engagement)
    form = SessionForm(
        engagement=session.engagement, user=actor(), obj=session, open_actions=open_actions, **_typed(session)
    )
    if form.validate_on_submit():
        before = _said(session)
        if _kept(form, lambda: _fill(session, form)):
            if before != _said(session) and actions_record.ask_again(session):
                flash("It says something else now: the client is asked to acknowledge it anew.", "info")
            return _saved(session, f"Session {session.number} is saved.")
    return _page(form, f"Edit session {session.number}", session.engagement, open_actions)


def _said(session: CoachingSession) -> tuple:
    """What the client reads of it."""
    return (session.starts_at, *(getattr(session, name) for name in COLUMNS))


def _typed(session: CoachingSession) -> dict:
    """What the form shows of a session besides its own columns."""
    me = actor()
    wall = clock.local(session.starts_at, session.time_zone)
    note = queries.find_note(session, me) if holds(me, Permission.PRIVATE_NOTE) else None
    minutes = {f"minutes_{entry.kind}": entry.minutes for entry in queries.own_time(session, me)}
    return {
        "on": wall.date(),
        "at": wall.time(),
        "lasted": session.lasted_minutes or session.planned_minutes,
        "user_ids": [user.id for user in session.users],
        "contact_ids": [contact.id for contact in session.contacts],
        "touches": actions.touched(session),
        "private_note": note.body if note else None,
        **minutes,
    }


COLUMNS = (
    "mode", "state", "time_zone", "place", "agenda", "grow_goal", "grow_reality", "grow_options", "grow_will",
    "summary", "resources", "next_time", "service_line", "is_pro_bono",
)  # fmt: skip


def _fill(session: CoachingSession, form: SessionForm) -> CoachingSession:
    for name in COLUMNS:
        form[name].populate_obj(session, name)
    session.starts_at, session.updated_at = form.starts_at, clock.now()
    if session.state is SessionState.PLANNED:
        session.planned_at, session.planned_minutes = session.starts_at, form.lasted.data or None
    else:
        session.lasted_minutes = form.lasted.data or None
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
    actions_record.set_shared(session, form.is_shared.data, by=me)
    for key in form.finished.data:
        actions.finish(load(me, Permission.ACTION_FINISH, Action, key), None, clock.today(me))


def _saved(session: CoachingSession, said: str):
    flash(said, "success")
    return redirect(url_for(".show", coaching_session_id=session.id))


def _page(form: SessionForm, title: str, engagement: Engagement, open_actions):
    back = sessions_of(engagement.id)
    return form_page(
        "sessions/form.html",
        form,
        title=title,
        crumbs=_crumbs(engagement),
        back=back,
        open_actions=open_actions,
        agendas=queries_record.agendas(actor()),
        new=request.endpoint == "sessions.create",
    )


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), _crumb(engagement.id)]


def _crumb(engagement_id: int) -> tuple[str, str]:
    return sessions_of(engagement_id), "Sessions"
