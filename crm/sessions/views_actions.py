"""Actions: one list for each person across engagements, and what can be done to each."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.engagements.models import Engagement
from crm.engagements.views import page_of, trail
from crm.forms import form_page, strip
from crm.sessions import actions
from crm.sessions import queries_actions as queries
from crm.sessions.forms import ActionForm
from crm.sessions.models import Action, ActionState
from crm.sessions.queries_actions import Wanted
from crm.words import day

bp = Blueprint("actions", __name__)


@bp.get("/actions")
@requires(Permission.MY_DAY)
def index():
    me, wanted = actor(), Wanted.of(request.args)
    return render_template(
        "sessions/actions.html",
        page=queries.actions_page(me, wanted, request.args.get("at"), clock.today(me)),
        wanted=wanted,
    )


@bp.route("/engagements/<int:engagement_id>/actions/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = ActionForm(engagement=engagement, owner=f"user:{actor().id}", state="open")
    if form.validate_on_submit():
        action = Action()
        form.populate_obj(action)
        action.done_on = clock.today(actor()) if action.state is ActionState.DONE else None
        actions.owe(action, engagement)
        flash(f"“{action.title}” is on the list.", "success")
        return redirect(page_of(engagement))
    back = page_of(engagement)
    return form_page("form.html", form, title="Add an action", crumbs=trail(engagement), back=back)


@bp.route("/actions/<int:action_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Action)
def edit(action: Action):
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
    evidence = strip(request.form.get("evidence", "")[:2000])
    again = actions.finish(action, evidence, clock.today(actor()))
    more = f" It comes again on {day(again.due_on)}." if again else ""
    flash(f"“{action.title}” is done.{more}", "success")
    return redirect(_back_of(action))


@bp.post("/actions/<int:action_id>/reopen")
@requires(Permission.ACTION_FINISH, Action)
def reopen(action: Action):
    actions.reopen(action)
    flash(f"“{action.title}” is open again.", "success")
    return redirect(_back_of(action))


def _back_of(action: Action) -> str:
    """The list that the button stood on, with what was asked of it; else the session, else the engagement."""
    if "from_list" in request.form:
        return url_for(".index", **Wanted.of(request.form).asked)
    if action.session_id:
        return url_for("sessions.show", coaching_session_id=action.session_id)
    return url_for("thread.engagement", engagement_id=action.engagement_id)
