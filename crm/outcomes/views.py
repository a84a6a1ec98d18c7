from functools import lru_cache

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from crm.access import Permission, actor, requires
from crm.audit.models import Verb
from crm.audit.trail import hear
from crm.bin.actions import throw_away
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.methods.spc import CAUTION
from crm.outcomes import actions, queries
from crm.outcomes.forms import MeasureForm, ObservationForm, PasteForm, PlanForm
from crm.outcomes.models import ChartKind, Measure, Observation
from crm.outcomes.models_plan import OutcomesPlan
from crm.words import plural
from reports.charts import draw_svg, xmr_spec

bp = Blueprint("outcomes", __name__)


def outcomes_of(engagement_id: int) -> str:
    return url_for("outcomes.index", engagement_id=engagement_id)


def picture(reading: queries.Reading) -> Markup | None:
    """The control chart as SVG, in the colours of the page; None where there is nothing to draw."""
    if reading.chart is None:
        return None
    return _drawn(reading.asked, reading.days, reading.measure.name, reading.measure.unit or "")


@lru_cache(maxsize=256)
def _drawn(asked: queries.Asked, days: tuple, name: str, unit: str) -> Markup:
    """Kept by all that is read, value by value: whoever asks has the same numbers before them already."""
    spec = xmr_spec(queries.drawn_frame(asked, days), name=name, unit=unit, target=asked.target)
    return Markup(draw_svg(spec))  # noqa: S704 - drawn by us; texts in it are escaped by the drawing


@bp.get("/engagements/<int:engagement_id>/outcomes")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def index(engagement: Engagement):
    return render_template(
        "outcomes/index.html",
        engagement=engagement,
        crumbs=trail(engagement),
        plan=queries.plan_of(engagement.id),
        readings=queries.readings(engagement.id),
    )


@bp.route("/engagements/<int:engagement_id>/outcomes/plan", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def plan(engagement: Engagement):
    known = queries.find_plan(engagement.id)
    form = PlanForm(obj=known)
    if form.validate_on_submit():
        outcomes_plan = known or OutcomesPlan()
        form.populate_obj(outcomes_plan)
        actions.plan(outcomes_plan, engagement)
        flash("The outcomes plan is saved.", "success")
        return redirect(outcomes_of(engagement.id))
    back = outcomes_of(engagement.id)
    return form_page("form.html", form, title="Outcomes plan", crumbs=_crumbs(engagement), back=back)


@bp.route("/engagements/<int:engagement_id>/measures/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    form = MeasureForm(engagement=engagement)
    if form.validate_on_submit():
        measure = Measure()
        form.populate_obj(measure)
        actions.add_measure(measure, engagement)
        db.session.flush()
        flash(f"“{measure.name}” is planned. Enter its first observations.", "success")
        return redirect(url_for(".show", measure_id=measure.id))
    context = {"title": "Add a measure", "crumbs": _crumbs(engagement), "more": form.MORE}
    return form_page("form.html", form, back=outcomes_of(engagement.id), **context)


@bp.route("/measures/<int:measure_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def edit(measure: Measure):
    form = MeasureForm(obj=measure, engagement=measure.engagement)
    if form.validate_on_submit():
        form.populate_obj(measure)
        return redirect(url_for(".show", measure_id=measure.id))
    context = {"title": f"Edit {measure.name}", "crumbs": _crumbs(measure.engagement), "more": form.MORE}
    return form_page("form.html", form, back=url_for(".show", measure_id=measure.id), **context)


@bp.get("/measures/<int:measure_id>")
@requires(Permission.THREAD_VIEW, Measure)
def show(measure: Measure):
    return _show(measure, *_forms(measure))


def _wanted() -> ChartKind | None:
    """The chart that the address asks for, where it is one."""
    asked = request.args.get("chart", "")
    return ChartKind(asked) if asked in set(ChartKind) else None


def _forms(measure: Measure) -> tuple[ObservationForm, PasteForm]:
    return ObservationForm(measure=measure, user=actor()), PasteForm(measure=measure, user=actor())


def _show(measure: Measure, form: ObservationForm, paste_form: PasteForm):
    reading = queries.reading(measure.id, _wanted())
    page = render_template(
        "outcomes/show.html",
        measure=measure,
        reading=reading,
        rows=queries.chart_rows(reading),
        picture=picture(reading),
        caution=CAUTION,
        form=form,
        paste_form=paste_form,
        crumbs=[*trail_of(measure.engagement_id), _crumb(measure.engagement_id)],
    )
    return page, 422 if form.errors or paste_form.errors else 200


@bp.post("/measures/<int:measure_id>/observations")
@requires(Permission.THREAD_EDIT, Measure)
def observe(measure: Measure):
    form, paste_form = (
        ObservationForm(measure=measure, user=actor()),
        PasteForm(None, measure=measure, user=actor()),
    )
    if form.validate_on_submit():
        return _observed(measure, form.lines, form.provenance.data)
    return _show(measure, form, paste_form)


@bp.post("/measures/<int:measure_id>/observations/paste")
@requires(Permission.THREAD_EDIT, Measure)
def paste(measure: Measure):
    form, paste_form = (
        ObservationForm(None, measure=measure, user=actor()),
        PasteForm(measure=measure, user=actor()),
    )
    if paste_form.validate_on_submit():
        return _observed(measure, paste_form.lines, paste_form.source.data)
    return _show(measure, form, paste_form)


def _observed(measure: Measure, lines: list, provenance: str | None):
    new, corrected = actions.observe(measure, lines, provenance, by=actor())
    said = f"{plural(new, 'observation')} added"
    flash(f"{said}, {corrected} corrected." if corrected else f"{said}.", "success")
    return redirect(url_for(".show", measure_id=measure.id))


@bp.post("/observations/<int:observation_id>/delete")
@requires(Permission.THREAD_EDIT, Observation)
def delete_observation(observation: Observation):
    measure_id = observation.measure_id
    throw_away(observation, by=actor())
    flash("The observation is in the bin. From there it can be put back.", "success")
    return redirect(url_for(".show", measure_id=measure_id))


@bp.get("/measures/<int:measure_id>.csv")
@requires(Permission.THREAD_VIEW, Measure)
def download(measure: Measure):
    frame = queries.chart_frame(queries.reading(measure.id)).drop(columns="measure_id")
    body = frame.to_csv(index=False, lineterminator="\r\n")
    name = f"attachment; filename=measure-{measure.id}.csv"
    place = {"engagement_id": measure.engagement_id, "organisation_id": measure.organisation_id}
    hear(Verb.EXPORTED, f"{measure.name} as CSV", thing="measure", thing_id=measure.id, **place)
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": name})


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), _crumb(engagement.id)]


def _crumb(engagement_id: int) -> tuple[str, str]:
    return outcomes_of(engagement_id), "Outcomes"
