from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from crm.access import Permission, requires
from crm.audit.exports import CSV, NOTEBOOK, handed_out
from crm.economics import actions, files, queries
from crm.economics.forms import EvaluationForm, LineForm, OptionForm
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption
from crm.economics.recipe import notebook_of
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.methods.economics import KINDS, STATUSES

bp = Blueprint("economics", __name__)


def page_of(evaluation_id: int) -> str:
    return url_for("economics.show", evaluation_id=evaluation_id)


@bp.get("/engagements/<int:engagement_id>/economics")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    found = queries.evaluations_of(engagement.id)
    context = {"crumbs": [*trail(engagement), _crumb(engagement.id)], "found": found}
    return render_template("economics/index.html", engagement=engagement, **context)


@bp.route("/engagements/<int:engagement_id>/economics/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = EvaluationForm(currency=engagement.currency or "USD")
    if form.validate_on_submit():
        evaluation = Evaluation()
        form.populate_obj(evaluation)
        actions.evaluate(evaluation, engagement)
        db.session.flush()
        flash(f"“{evaluation.name}” is begun. Add what it costs and what it brings.", "success")
        return redirect(page_of(evaluation.id))
    back = url_for(".index", engagement_id=engagement.id)
    crumbs = [*trail(engagement), _crumb(engagement.id)]
    return form_page("form.html", form, title="New economic evaluation", crumbs=crumbs, back=back)


@bp.get("/evaluations/<int:evaluation_id>")
@requires(Permission.THREAD_VIEW, Evaluation)
def show(evaluation: Evaluation):
    one = queries.evaluation_in_full(evaluation.id)
    return render_template(
        "economics/show.html",
        evaluation=evaluation,
        one=one,
        meanings=KINDS,
        statuses=STATUSES,
        tornado=files.tornado_picture(one),
        plane=files.plane_picture(one),
        crumbs=[*trail_of(evaluation.engagement_id), _crumb(evaluation.engagement_id)],
    )


@bp.route("/evaluations/<int:evaluation_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Evaluation)
def edit(evaluation: Evaluation):
    form = EvaluationForm(evaluation=evaluation)
    if form.validate_on_submit():
        form.populate_obj(evaluation)
        return redirect(page_of(evaluation.id))
    return _page(form, f"Edit {evaluation.name}", evaluation)


@bp.route("/evaluations/<int:evaluation_id>/lines/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Evaluation)
def add_line(evaluation: Evaluation):
    form = LineForm(evaluation=evaluation, kind=request.args.get("kind"))
    if form.validate_on_submit():
        line = EvaluationLine()
        form.populate_obj(line)
        actions.add(line, evaluation)
        flash(f"“{line.words}” counts.", "success")
        return redirect(page_of(evaluation.id))
    return _page(form, "Add an assumption", evaluation)


@bp.route("/evaluation-lines/<int:evaluation_line_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, EvaluationLine)
def edit_line(evaluation_line: EvaluationLine):
    form = LineForm(obj=evaluation_line, evaluation=evaluation_line.evaluation)
    if form.validate_on_submit():
        form.populate_obj(evaluation_line)
        return redirect(page_of(evaluation_line.evaluation_id))
    return _page(form, "Edit the assumption", evaluation_line.evaluation)


@bp.route("/evaluations/<int:evaluation_id>/options/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Evaluation)
def add_option(evaluation: Evaluation):
    form = OptionForm(evaluation=evaluation)
    if form.validate_on_submit():
        option = EvaluationOption()
        form.populate_obj(option)
        if option.is_comparator:
            actions.compare_with(option, evaluation)
        actions.add(option, evaluation)
        return redirect(page_of(evaluation.id))
    return _page(form, "Add an option", evaluation)


@bp.route("/evaluation-options/<int:evaluation_option_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, EvaluationOption)
def edit_option(evaluation_option: EvaluationOption):
    evaluation = evaluation_option.evaluation
    form = OptionForm(obj=evaluation_option, evaluation=evaluation)
    if form.validate_on_submit():
        if form.is_comparator.data:
            actions.compare_with(evaluation_option, evaluation)
        form.populate_obj(evaluation_option)
        return redirect(page_of(evaluation.id))
    return _page(form, f"Edit {evaluation_option.name}", evaluation)


@bp.get("/evaluations/<int:evaluation_id>.csv")
@requires(Permission.THREAD_VIEW, Evaluation)
def download(evaluation: Evaluation):
    table = request.args.get("table", "assumptions")
    if table not in files.TABLES:
        abort(404)
    body = files.as_csv(queries.evaluation_in_full(evaluation.id), table)
    return _file(evaluation, body, f"economics-{evaluation.id}-{table}.csv", CSV, f"{table} as CSV")


@bp.get("/evaluations/<int:evaluation_id>.ipynb")
@requires(Permission.THREAD_VIEW, Evaluation)
def recipe(evaluation: Evaluation):
    body = notebook_of(queries.evaluation_in_full(evaluation.id))
    name = f"economics-{evaluation.id}.ipynb"
    return _file(evaluation, body, name, NOTEBOOK, "recipe as a notebook")


def _file(evaluation: Evaluation, body: bytes, name: str, kind: str, said: str) -> Response:
    return handed_out(body, name, kind, f"{evaluation.name}: {said}", evaluation)


def _page(form, title: str, evaluation: Evaluation):
    back = page_of(evaluation.id)
    crumbs = [*trail_of(evaluation.engagement_id), _crumb(evaluation.engagement_id), (back, evaluation.name)]
    return form_page("form.html", form, title=title, crumbs=crumbs, back=back)


def _crumb(engagement_id: int) -> tuple[str, str]:
    return url_for("economics.index", engagement_id=engagement_id), "Economics"
