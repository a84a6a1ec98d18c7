"""The phases of a measure's chart: from which day on it takes new limits, and why."""

from flask import Blueprint, flash, redirect, url_for

from crm.access import Permission, actor, requires
from crm.bin.actions import throw_away
from crm.engagements.views import trail_of
from crm.extensions import db
from crm.forms import form_page
from crm.outcomes.forms_phases import PhaseForm
from crm.outcomes.models import Measure, Phase

bp = Blueprint("phases", __name__)


def _measure(measure_id: int) -> str:
    return url_for("outcomes.show", measure_id=measure_id)


@bp.route("/measures/<int:measure_id>/phases/new", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def create(measure: Measure):
    form = PhaseForm(measure_id=measure.id)
    if form.validate_on_submit():
        place = measure.whereabouts
        phase = Phase(measure_id=measure.id, **place)
        form.populate_obj(phase)
        db.session.add(phase)
        return redirect(_measure(measure.id))
    lead = "Only a change that you know of makes a new phase, never a look at the chart."
    return _page(form, measure.id, measure.engagement_id, title="Begin a new phase", lead=lead)


@bp.route("/phases/<int:phase_id>/edit", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Phase)
def edit(phase: Phase):
    form = PhaseForm(obj=phase, measure_id=phase.measure_id)
    if form.validate_on_submit():
        form.populate_obj(phase)
        return redirect(_measure(phase.measure_id))
    return _page(form, phase.measure_id, phase.engagement_id, title="Edit the phase")


@bp.post("/phases/<int:phase_id>/delete")
@requires(Permission.THREAD_EDIT, Phase)
def delete(phase: Phase):
    measure_id = phase.measure_id
    throw_away(phase, by=actor())
    flash("The phase is in the bin. From there it can be put back.", "success")
    return redirect(_measure(measure_id))


def _page(form: PhaseForm, measure_id: int, engagement_id: int, **context):
    back = _measure(measure_id)
    crumbs = [*trail_of(engagement_id), (back, "Measure")]
    return form_page("form.html", form, crumbs=crumbs, back=back, **context)
