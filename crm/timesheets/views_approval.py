from flask import Blueprint, flash, redirect, request, url_for

from crm import clock
from crm.access import Permission, actor, can, requires
from crm.errors import DomainError
from crm.forms import form_page
from crm.sessions.models_time import TimeState
from crm.timesheets import actions, queries, queries_approval
from crm.timesheets.forms import LockForm, StepForm
from crm.timesheets.grid import against, lay_out, warnings
from crm.timesheets.models import MOVES, Move, Timesheet
from crm.words import plural

bp = Blueprint("approvals", __name__, url_prefix="/time")


@bp.get("/approvals")
@requires(Permission.TIME_APPROVE)
def index():
    return _page(LockForm(until=clock.today(actor())))


def _page(form: LockForm):
    me = actor()
    return form_page(
        "timesheets/approvals.html",
        form,
        waiting=queries_approval.queue(me, TimeState.SUBMITTED),
        approved=queries_approval.queue(me, TimeState.APPROVED),
    )


@bp.post("/approvals")
@requires(Permission.TIME_APPROVE)
def approve():
    """Approve several weeks at once."""
    chosen = [int(key) for key in request.form.getlist("sheet") if key.isdecimal() and int(key) < 2**31]
    if not chosen:
        raise DomainError("Tick the weeks to approve first.")
    count = actions.approve_all(queries_approval.sheets(chosen, actor()), by=actor())
    flash(f"{plural(count, 'week is', 'weeks are')} approved.", "success")
    return redirect(url_for(".index"))


@bp.post("/approvals/lock")
@requires(Permission.TIME_APPROVE)
def lock():
    """Lock every approved week of a period, as after invoicing."""
    form = LockForm()
    if not form.validate_on_submit():
        return _page(form)
    count = actions.lock_until(form.until.data, by=actor())
    flash(f"{plural(count, 'week is', 'weeks are')} locked.", "success")
    return redirect(url_for(".index"))


@bp.get("/sheets/<int:timesheet_id>")
@requires(Permission.TIME_VIEW, Timesheet)
def show(timesheet: Timesheet):
    return _sheet(timesheet, StepForm(formdata=None))


def _sheet(sheet: Timesheet, form: StepForm):
    me = actor()
    grid = lay_out(sheet.week_on, queries.week(sheet.user_id, sheet.week_on))
    may_decide = can(me, Permission.TIME_APPROVE) and sheet.user_id != me.id
    return form_page(
        "timesheets/sheet.html",
        form,
        sheet=sheet,
        grid=grid,
        steps=queries.steps_of(sheet),
        warnings=warnings(grid.entries, clock.today(me)),
        against=against(grid.minutes, sheet.user.weekly_minutes),
        offered=[move for move in DECISIONS if may_decide and sheet.state in MOVES[move][0]],
    )


DECISIONS = (Move.APPROVED, Move.SENT_BACK, Move.LOCKED, Move.UNLOCKED)


@bp.post("/sheets/<int:timesheet_id>")
@requires(Permission.TIME_APPROVE, Timesheet)
def decide(timesheet: Timesheet):
    form = StepForm()
    if form.validate_on_submit():
        try:
            actions.move(timesheet, form.step.data, form.reason.data, by=actor())
        except DomainError as error:
            form.reason.errors = [str(error)]
        else:
            flash(f"{timesheet.name} is {form.step.data.label.lower()}.", "success")
            return redirect(url_for(".show", timesheet_id=timesheet.id))
    return _sheet(timesheet, form)
