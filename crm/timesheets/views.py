from datetime import date, timedelta

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for

from crm import clock
from crm.access import Permission, actor, can, holds, requires
from crm.audit.exports import CSV, handed_out
from crm.engagements.models import ServiceLine
from crm.errors import DomainError
from crm.extensions import db
from crm.fields import EARLIEST, LATEST
from crm.forms import form_page
from crm.pages import wants_json
from crm.sessions.models_time import BILLED, TimeEntry, TimeKind, TimeState
from crm.sessions.queries_budget import BeyondBudgetError
from crm.timesheets import actions, queries, queries_export
from crm.timesheets import judges as judges  # What it refuses, it refuses for every room.
from crm.timesheets.forms import EngagementForm, EntryForm, Week
from crm.timesheets.grid import Grid, against, lay_out, neighbours, warnings
from crm.timesheets.models import Move
from crm.timesheets.queries import Key
from crm.timesheets.weeks import clock as in_hours
from crm.timesheets.weeks import monday, time_of_day, wall
from reports.writers.csv import write_csv

bp = Blueprint("timesheets", __name__, url_prefix="/time")
MOST_BLANK_ROWS = 40


@bp.get("/")
@requires(Permission.UTILISATION_VIEW)
def index():
    """One's own week; for those who log no time, the weeks that wait for them."""
    if not holds(actor(), Permission.TIME_LOG):
        return redirect(url_for("approvals.index"))
    return redirect(week_page(monday(clock.today(actor()))))


def week_page(week_on: date, **more) -> str:
    return url_for("timesheets.week", week_on=week_on.isoformat(), **more)


def _week_on(text: str) -> date:
    """The Monday of the week in which that day is; 404 for what is no day."""
    try:
        day = monday(date.fromisoformat(text))
    except ValueError:
        abort(404)
    return day if EARLIEST <= day <= LATEST - timedelta(14) else abort(404)


@bp.get("/<week_on>")
@requires(Permission.TIME_LOG)
def week(week_on: str):
    first = _week_on(week_on)
    return _page(first, _grid(first)) if first.isoformat() == week_on else redirect(week_page(first))


@bp.post("/<week_on>")
@requires(Permission.TIME_LOG)
def save(week_on: str):
    first, me = _week_on(week_on), actor()
    typed = Week.read(request.form, first)
    try:
        collided = (
            []
            if typed.errors
            else actions.fill(me, typed.cells, request.form.get("reason", "").strip()[:2000])
        )
    except DomainError as error:
        db.session.rollback()
        return _refused(first, typed, str(error), asks=isinstance(error, BeyondBudgetError))
    if typed.errors or collided:
        db.session.rollback()
        return _refused(first, typed, "", collided=collided)
    if wants_json():
        return jsonify(_grid(first).totals)
    if request.form.get("do") in ("add", "copy"):
        return redirect(week_page(first, row=_rows_wanted(first)))
    flash("The week is saved.", "success")
    return redirect(week_page(first))


def _rows_wanted(first: date) -> list[str]:
    """The rows that stand there without time, and the one, or last week's, that is asked for."""
    rows = request.form.getlist("row")
    if request.form["do"] == "copy":
        rows += [row.key.name for row in lay_out(first, queries.week(actor().id, first - timedelta(7))).rows]
    else:
        rows.append(".".join(request.form.get(name, "") for name in ("engagement", "kind", "line")))
    return list(dict.fromkeys(rows))[-MOST_BLANK_ROWS:]


def _grid(first: date, rows: list[str] | None = None) -> Grid:
    me = actor()
    names = (request.args.getlist("row") if rows is None else rows)[:MOST_BLANK_ROWS]
    mine = {one.id: one for one in queries.engagements_of(me)} if names else {}
    blank = []
    for name in names:
        try:
            key = Key.of(name)
        except ValueError:
            continue
        if one := mine.get(key.engagement_id):
            blank.append((key, one.title, one.client))
    return lay_out(first, queries.week(me.id, first), blank)


def _refused(first: date, typed: Week, said: str, *, collided=(), asks: bool = False):
    """The week again with what was typed, and what is wrong with it: nothing is saved."""
    if wants_json():
        theirs = {"theirs": in_hours(collided[0].now), "was": collided[0].now} if collided else {}
        told = said or next(iter(typed.errors.values()), "Somebody else changed this meanwhile.")
        return jsonify(error=told, asks=asks, **theirs), 409 if collided else 422
    rows = [*request.form.getlist("row"), *(name.rpartition(".")[0] for name in typed.texts)]
    grid = _grid(first, list(dict.fromkeys(rows)))
    theirs = {one.typed.row.name + "." + one.typed.day.isoformat(): one for one in collided}
    for row in grid.rows:
        for cell in row.cells:
            cell.typed, cell.error = typed.texts.get(cell.name), typed.errors.get(cell.name)
            if cell.name in theirs:
                cell.error = (
                    f"Somebody else made this {in_hours(theirs[cell.name].now) or 'empty'} meanwhile."
                )
    return _page(first, grid, said=said, asks=asks), 409 if collided else 422


def _page(first: date, grid: Grid, said: str = "", asks: bool = False):
    me = actor()
    sheet = queries.find_sheet(me, first)
    state = sheet.state if sheet else TimeState.OPEN
    today = clock.today(me)
    before, after = neighbours(first, queries.first_day(me, today), today)
    return render_template(
        "timesheets/week.html",
        grid=grid,
        state=state,
        editable=state is TimeState.OPEN,
        steps=queries.steps_of(sheet),
        warnings=warnings(grid.entries, today),
        against=against(grid.minutes, me.weekly_minutes),
        engagements=queries.engagements_of(me) if state is TimeState.OPEN else [],
        kinds=TimeKind,
        lines=ServiceLine,
        before=before,
        after=after,
        said=said,
        asks=asks,
    )


@bp.post("/<week_on>/step")
@requires(Permission.TIME_LOG)
def take_step(week_on: str):
    """Submit one's week, or take it back before anybody has decided."""
    first = _week_on(week_on)
    step = Move.WITHDRAWN if request.form.get("step") == Move.WITHDRAWN else Move.SUBMITTED
    actions.move(actions.open_sheet(actor(), first), step, None, by=actor())
    flash(f"Your week is {step.label.lower()}.", "success")
    return redirect(week_page(first))


@bp.get("/<week_on>.csv")
@requires(Permission.TIME_LOG)
def export(week_on: str):
    first = _week_on(week_on)
    report = queries_export.week_report(actor(), first, clock.now())
    name = f"plumbline-time-{first.isoformat()}-{len(report.table())}-rows.csv"
    return handed_out(write_csv(report), name, CSV, f"{report.title} as CSV")


@bp.get("/entries")
@requires(Permission.UTILISATION_VIEW)
def entries():
    return render_template(
        "timesheets/entries.html", page=queries.entries_page(actor(), request.args.get("at")), wall=wall
    )


@bp.route("/entries/new", methods=["GET", "POST"])
@requires(Permission.TIME_LOG)
def create():
    me = actor()
    mine = {one.id: one for one in queries.engagements_of(me)}
    engagement_id = request.args.get("engagement", type=int)
    if not engagement_id:
        form = EngagementForm(engagements=mine.values())
        return form_page("timesheets/choose.html", form, crumbs=_crumbs(), engagements=mine.values())
    if engagement_id not in mine:
        abort(404)
    today = clock.today(me)
    form = EntryForm(engagement_id=engagement_id, worked_on=today, is_billable=TimeKind.COACHING in BILLED)
    entry = TimeEntry()
    return _entry_page(
        form, entry, f"Time on {mine[engagement_id].title}", lambda: _log(entry, mine[engagement_id], form)
    )


def _log(entry: TimeEntry, place, form: EntryForm) -> None:
    form.populate_obj(entry)
    actions.log(entry, place.id, place.organisation_id, by=actor(), reason=form.reason.data)


@bp.route("/entries/<int:time_entry_id>/edit", methods=["GET", "POST"])
@requires(Permission.TIME_EDIT, TimeEntry)
def edit(time_entry: TimeEntry):
    entry = time_entry
    form = EntryForm(obj=entry, engagement_id=entry.engagement_id, **_typed(entry))
    title = f"Edit the time on {queries.title_of(entry)}"
    return _entry_page(form, entry, title, lambda: _change(entry, form))


def _change(entry: TimeEntry, form: EntryForm) -> None:
    form.populate_obj(entry)
    entry.updated_at = clock.now()
    actions.change(by=actor(), reason=form.reason.data)


def _typed(entry: TimeEntry) -> dict:
    """What the form shows of an entry besides its own columns."""
    linked = f"strategy:{entry.strategy_id}" if entry.strategy_id else ""
    return {
        "from_time": time_of_day(entry.from_minute),
        "to_time": time_of_day(entry.to_minute),
        "thread": f"milestone:{entry.milestone_id}" if entry.milestone_id else linked,
    }


def _entry_page(form: EntryForm, entry: TimeEntry, title: str, keep):
    back = url_for(".entries")
    if form.validate_on_submit():
        try:
            keep()
        except DomainError as error:
            db.session.rollback()
            field = form.reason if isinstance(error, BeyondBudgetError) else form.minutes
            field.errors = [*field.errors, str(error)]
        else:
            flash("The time is saved.", "success")
            return redirect(week_page(monday(entry.worked_on)) if entry.user_id == actor().id else back)
    overrides = queries.overrides_of(entry) if entry.id else []
    priced = bool(entry.id) and can(actor(), Permission.TIME_APPROVE)
    context = {"title": title, "crumbs": _crumbs(), "back": back, "overrides": overrides, "priced": priced}
    return form_page("timesheets/entry.html", form, entry=entry, **context)


def _crumbs() -> list[tuple[str, str]]:
    return [(url_for(".index"), "Time"), (url_for(".entries"), "Entries")]
