from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.alignment import actions, queries
from crm.alignment.findings import findings_of
from crm.alignment.forms import GoalForm, MarkForm, NoteForm, StrategyForm
from crm.alignment.models import Goal, Strategy
from crm.bin.actions import throw_away
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.errors import DomainError
from crm.extensions import db
from crm.forms import Form, form_page
from crm.methods.alignment import smart_hints
from crm.pages import row_key

bp = Blueprint("alignment", __name__)


def sheet_of(engagement_id: int) -> str:
    return url_for("alignment.worksheet", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/worksheet")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def worksheet(engagement: Engagement):
    sheet = queries.worksheet(engagement, actor())
    return render_template(
        "alignment/worksheet.html",
        engagement=engagement,
        sheet=sheet,
        findings=findings_of(sheet),
        crumbs=trail(engagement),
    )


@bp.post("/engagements/<int:engagement_id>/worksheet/mark")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def mark(engagement: Engagement):
    """One cell, saved as it is typed; answers what the sheet now says."""
    form = MarkForm()
    if not form.validate_on_submit():
        raise DomainError("A relation is 0, 1, 3 or 9.")
    pair = form.goal_id.data, form.strategy_id.data
    try:
        actions.mark(engagement, *pair, form.mark.data, by=actor(), was=form.was.data)
    except actions.JudgedError as judged:
        return jsonify(error=str(judged), theirs=judged.theirs), 409
    db.session.flush()
    sheet = queries.worksheet(engagement)
    reading = render_template(
        "alignment/reading.html", sheet=sheet, findings=findings_of(sheet), engagement=engagement
    )
    return jsonify(
        reading=reading,
        shares=[f"{share * 100:.0f} %" for share in sheet.score.shares] if sheet.score else [],
    )


@bp.post("/engagements/<int:engagement_id>/worksheet")
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def save(engagement: Engagement):
    """Every cell at once: the way without JavaScript."""
    sheet = queries.worksheet(engagement)
    for goal_id, strategy_id, was, given in _given():
        if given in (was, sheet.mark(goal_id, strategy_id)):
            continue
        try:
            actions.mark(engagement, goal_id, strategy_id, given, by=actor(), was=was)
        except actions.JudgedError as judged:
            flash(f"{judged} Theirs stands; judge again if you still mean yours.", "error")
    flash("The worksheet is saved.", "success")
    return redirect(sheet_of(engagement.id))


def _given() -> list[tuple[int, int, int, int]]:
    """Goal, strategy, the mark that was seen and the one that is given, of each cell; an empty one is a 0."""
    cells = [(name.split("-"), value) for name, value in request.form.items() if name.startswith("mark-")]
    try:
        return [
            (row_key(goal), row_key(strategy), int(was), int(value.strip() or 0))
            for (_, goal, strategy, was), value in cells
        ]
    except ValueError:
        raise DomainError("A relation is 0, 1, 3 or 9.") from None


@bp.route("/engagements/<int:engagement_id>/worksheet/note", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def note(engagement: Engagement):
    goal_id, strategy_id = (request.args.get(name, 0, type=row_key) for name in ("goal", "strategy"))
    if not queries.holds_pair(engagement, goal_id, strategy_id):
        abort(404)
    form = NoteForm(obj=queries.find_relation(engagement, goal_id, strategy_id))
    if form.validate_on_submit():
        actions.explain(engagement, goal_id, strategy_id, form.note.data, by=actor())
        return redirect(sheet_of(engagement.id))
    goal, strategy = db.session.get(Goal, goal_id), db.session.get(Strategy, strategy_id)
    lead = f"Goal: {goal.statement}. Strategy: {strategy.statement}."
    return _page(form, "Why this mark?", engagement, lead=lead)


@bp.route("/engagements/<int:engagement_id>/goals/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create_goal(engagement: Engagement):
    return _add(GoalForm(engagement=engagement), Goal(), engagement, "Add a goal")


@bp.route("/engagements/<int:engagement_id>/strategies/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create_strategy(engagement: Engagement):
    return _add(StrategyForm(engagement=engagement), Strategy(), engagement, "Add a strategy")


def _add(form: Form, thing: Goal | Strategy, engagement: Engagement, title: str):
    if form.validate_on_submit():
        form.populate_obj(thing)
        actions.add(thing, engagement)
        _nested(form, thing)
        flash(f"“{thing.statement}” is on the worksheet.", "success")
        again = url_for(request.endpoint, engagement_id=engagement.id)
        return redirect(again if "again" in request.form else sheet_of(engagement.id))
    return form_page(
        "alignment/add.html", form, title=title, crumbs=crumbs_of(engagement), back=sheet_of(engagement.id)
    )


@bp.route("/goals/<int:goal_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Goal)
def edit_goal(goal: Goal):
    form = GoalForm(obj=goal, engagement=goal.engagement)
    if form.validate_on_submit():
        return _saved(form, goal)
    hints = smart_hints(goal.smart_text or goal.statement)
    return _page(
        form, "Edit the goal", goal.engagement, template="alignment/goal.html", goal=goal, hints=hints
    )


@bp.route("/strategies/<int:strategy_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Strategy)
def edit_strategy(strategy: Strategy):
    form = StrategyForm(obj=strategy, engagement=strategy.engagement)
    if form.validate_on_submit():
        return _saved(form, strategy)
    return _page(form, "Edit the strategy", strategy.engagement)


@bp.post("/goals/<int:goal_id>/delete")
@requires(Permission.THREAD_EDIT, Goal)
def delete_goal(goal: Goal):
    return _deleted(goal)


@bp.post("/strategies/<int:strategy_id>/delete")
@requires(Permission.THREAD_EDIT, Strategy)
def delete_strategy(strategy: Strategy):
    return _deleted(strategy)


def _deleted(thing: Goal | Strategy):
    item = throw_away(thing, by=actor())
    flash(f"“{item.name}” is in the bin. From there it can be put back.", "success")
    return redirect(sheet_of(item.engagement_id))


def _nested(form: Form, thing: Goal | Strategy) -> None:
    if isinstance(thing, Goal):
        actions.nest(thing, form.parent_id.data)


def _saved(form: Form, thing: Goal | Strategy):
    form.populate_obj(thing)
    _nested(form, thing)
    return redirect(sheet_of(thing.engagement_id))


def crumbs_of(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), (sheet_of(engagement.id), "Worksheet")]


def _page(form: Form, title: str, engagement: Engagement, template: str = "form.html", **context):
    crumbs = crumbs_of(engagement)
    return form_page(template, form, title=title, crumbs=crumbs, back=sheet_of(engagement.id), **context)
