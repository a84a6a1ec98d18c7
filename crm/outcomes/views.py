from functools import lru_cache

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import CSV, handed_out
from crm.bin.actions import throw_away
from crm.engagements.models import Engagement
from crm.engagements.views import trail, trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.methods.spc import CAUTION
from crm.outcomes import actions, actions_collect, ethics, library, periods, queries, queries_collect
from crm.outcomes.actions_collect import Source
from crm.outcomes.forms import MeasureForm
from crm.outcomes.forms_collect import ObservationForm, PasteForm
from crm.outcomes.models import ChartKind, Measure, Observation, Origin
from crm.outcomes.values import said_of
from reports.charts import draw_svg, xmr_spec
from reports.writers.csv import write_frame

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


@bp.route("/engagements/<int:engagement_id>/measures/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def create(engagement: Engagement):
    ready = library.BY_KEY.get(request.args.get("ready", ""))
    form = MeasureForm(engagement=engagement, data=ready.fields if ready else None)
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
        stop=ethics.stop_of(measure.engagement_id),
        form=form,
        paste_form=paste_form,
        crumbs=[*trail_of(measure.engagement_id), _crumb(measure.engagement_id)],
        **_collected(measure, reading),
    )
    return page, 422 if form.errors or paste_form.errors else 200


def _collected(measure: Measure, reading: queries.Reading) -> dict:
    """The newest values with what they said before, and the periods that are owed."""
    newest = queries_collect.newest(measure.id)
    known = [row.period_on for row in reading.observations]
    return {
        "newest": newest,
        "corrections": queries_collect.corrections_of(newest),
        "owed": periods.owed(measure, known, clock.today(actor())),
    }


@bp.post("/measures/<int:measure_id>/observations")
@requires(Permission.THREAD_EDIT, Measure)
def observe(measure: Measure):
    known = queries_collect.standing(measure.id)
    form = ObservationForm(measure=measure, user=actor(), known=known)
    if form.validate_on_submit():
        source = Source(provenance=form.provenance.data, reason=form.reason.data)
        return _observed(measure, [form.line], source)
    return _show(measure, form, PasteForm(None, measure=measure, user=actor()))


@bp.post("/measures/<int:measure_id>/observations/paste")
@requires(Permission.THREAD_EDIT, Measure)
def paste(measure: Measure):
    form = PasteForm(measure=measure, user=actor(), known=queries_collect.standing(measure.id))
    if form.validate_on_submit():
        why = form.source.data or "Pasted rows"
        return _observed(measure, form.lines, Source(Origin.PASTED, form.source.data, why))
    return _show(measure, ObservationForm(None, measure=measure, user=actor()), form)


def _observed(measure: Measure, lines: list, source: Source):
    flash(said_of(actions_collect.observe(measure, lines, source, by=actor()), lines, measure), "success")
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
    frame = frame.merge(queries_collect.told_frame(measure.id), on="period_on")
    return handed_out(write_frame(frame), f"measure-{measure.id}.csv", CSV, f"{measure.name} as CSV", measure)


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*trail(engagement), _crumb(engagement.id)]


def _crumb(engagement_id: int) -> tuple[str, str]:
    return outcomes_of(engagement_id), "Outcomes"
