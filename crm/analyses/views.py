from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm.access import Permission, actor, requires
from crm.analyses import actions, drawing, queries
from crm.analyses import lock as _lock  # noqa: F401 - it judges every flush
from crm.analyses.forms import QuestionForm, SettingsForm
from crm.analyses.models import Analysis, Look
from crm.analyses.notebook import notebook, recipe
from crm.analyses.proposing import proposed
from crm.audit.exports import CSV, NOTEBOOK, handed_out
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.forms import form_page
from crm.pages import row_key
from reports.writers.csv import write_frame

bp = Blueprint("analyses", __name__)


def analyses_of(engagement_id: int) -> str:
    return url_for("analyses.index", engagement_id=engagement_id)


@bp.get("/engagements/<int:engagement_id>/analyses")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return render_template(
        "analyses/index.html",
        engagement=engagement,
        crumbs=trail(engagement),
        plan=queries.planned(engagement.id),
        questions=queries.hypotheses(engagement.id),
        exploratory=queries.exploratory(engagement.id),
    )


@bp.get("/engagements/<int:engagement_id>/analyses.csv")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def export(engagement: Engagement):
    body, told = write_frame(queries.analyses_frame(engagement.id)), f"Analyses of {engagement.title} as CSV"
    return handed_out(body, f"analyses-{engagement.id}.csv", CSV, told, engagement)


@bp.route("/engagements/<int:engagement_id>/analyses/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    start = _start(engagement)
    form = QuestionForm(engagement=engagement, **start)
    if form.validate_on_submit():
        analysis = Analysis(settings={})
        form.populate_obj(analysis)
        actions.ask(analysis, engagement)
        flash(f"The method is: {analysis.method.label}. Look at the data when you are ready.", "success")
        return redirect(url_for(".show", analysis_id=analysis.id))
    found = proposed(queries.material(start["measure_id"], engagement.id)) if "measure_id" in start else None
    context = {"crumbs": _crumbs(engagement.id), "back": analyses_of(engagement.id), "proposal": found}
    return form_page("analyses/new.html", form, title="Ask a question of the data", **context)


def _start(engagement: Engagement) -> dict:
    """What the address names: a question of the plan, or a measure of this engagement."""
    asked = queries.find_hypothesis(request.args.get("hypothesis", type=row_key), engagement.id)
    known = {one.id for one in queries.measures_of(engagement.id)}
    measure = asked.measure_id if asked else request.args.get("measure", type=row_key)
    said = {"hypothesis_id": asked.id, "title": asked.statement[:255]} if asked else {}
    return said | ({"measure_id": measure} if measure in known else {})


@bp.get("/analyses/<int:analysis_id>")
@requires(Permission.THREAD_VIEW, Analysis)
def show(analysis: Analysis):
    return _page(analysis, queries.find_last_look(analysis.id))


@bp.get("/looks/<int:look_id>")
@requires(Permission.THREAD_VIEW, Look)
def look(look: Look):
    return _page(queries.get_analysis(look.analysis_id), look)


def _page(analysis: Analysis, shown: Look | None):
    material = queries.material(analysis.measure_id, analysis.engagement_id)
    looks = queries.looks_at(analysis.id)
    return render_template(
        "analyses/show.html",
        analysis=analysis,
        engagement=analysis.engagement,
        measure=material.measure,
        proposal=proposed(material),
        plan=material.plan,
        settings=material.settings(analysis.settings),
        look=shown,
        is_last=shown is None or shown.number == looks[0].number,
        has_changed=shown is not None and shown.data_version != material.version,
        looks=looks,
        picture=drawing.drawn(shown) if shown else None,
        frame=drawing.frame_of(shown) if shown else None,
        recipe=recipe(shown) if shown else None,
        crumbs=_crumbs(analysis.engagement_id),
    )


@bp.post("/analyses/<int:analysis_id>/look")
@requires(Permission.THREAD_EDIT, Analysis)
def take_look(analysis: Analysis):
    found = actions.look(analysis, by=actor())
    flash(f"Look {found.number} is kept.", "success")
    return redirect(url_for(".show", analysis_id=analysis.id))


@bp.route("/analyses/<int:analysis_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Analysis)
def edit(analysis: Analysis):
    form = SettingsForm(obj=analysis)
    back = url_for(".show", analysis_id=analysis.id)
    if form.validate_on_submit():
        form.fill(analysis)
        actions.classify(analysis)
        return redirect(back)
    crumbs = [*_crumbs(analysis.engagement_id), (back, "Analysis")]
    return form_page("form.html", form, title="Settings of the analysis", crumbs=crumbs, back=back)


@bp.get("/looks/<int:look_id>.csv")
@requires(Permission.THREAD_VIEW, Look)
def table(look: Look):
    told = f"Look {look.number} as CSV"
    return handed_out(write_frame(drawing.frame_of(look)), f"look-{look.id}.csv", CSV, told, look)


@bp.get("/looks/<int:look_id>.ipynb")
@requires(Permission.THREAD_VIEW, Look)
def as_notebook(look: Look):
    body = notebook(look, queries.get_analysis(look.analysis_id).title)
    return handed_out(body, f"look-{look.id}.ipynb", NOTEBOOK, f"Look {look.number} as notebook", look)


def _crumbs(engagement_id: int) -> list[tuple[str, str]]:
    return [*trail_of(engagement_id), (analyses_of(engagement_id), "Analyses")]
