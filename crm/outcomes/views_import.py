"""Values out of a pasted table or a file, with columns to choose and a preview; all of it or nothing."""

from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from crm import clock
from crm.access import Permission, actor, load, requires
from crm.engagements.views import trail_of
from crm.forms import form_page
from crm.organisations import uploads
from crm.outcomes.forms_import import TableForm, columns_form
from crm.outcomes.importing import import_values
from crm.outcomes.models import Measure
from crm.outcomes.tables import is_redcap
from crm.outcomes.uploaded import get_upload, measure_of, subject_of
from crm.outcomes.views import outcomes_of

bp = Blueprint("observation_import", __name__)
ROWS_SHOWN, PROBLEMS_SHOWN = 5, 200


@bp.route("/measures/<int:measure_id>/import", methods=["GET", "POST"])
@requires(Permission.THREAD_EDIT, Measure)
def upload(measure: Measure):
    form = TableForm()
    if form.validate_on_submit():
        subject = subject_of(measure.id, is_pasted=form.is_pasted)
        kept = uploads.receive(form.filename, form.content, form.sheet, by=actor(), subject=subject)
        return redirect(url_for(".preview", token=kept.token))
    context = {"measure": measure, "crumbs": _crumbs(measure), "back": _page_of(measure)}
    return form_page("outcomes/import.html", form, **context)


@bp.route("/observation-imports/<token>", methods=["GET", "POST"])
@requires(Permission.OWN_DRAFT)
def preview(token: str):
    kept, measure = _waiting(token)
    if kept.applied_at:
        return redirect(url_for(".done", token=token))
    sheet, outcome = uploads.sheet_of(kept), None
    form = columns_form(sheet, measure)
    if form.validate_on_submit():
        outcome = _try(kept, sheet, form, measure, dry_run=True)
        form.is_right.ask(outcome.doubts)
        if request.form.get("do") == "import" and not outcome.refused and not form.errors:
            uploads.hold(kept)
            uploads.settle(kept, _try(kept, sheet, form, measure, dry_run=False))
            return redirect(url_for(".done", token=token))
        kept.rejects = outcome.rejects
    page, status = form_page(
        "outcomes/import_preview.html", form, upload=kept, sheet=sheet, outcome=outcome, measure=measure,
        is_redcap=is_redcap(sheet), crumbs=_crumbs(measure), rows_shown=ROWS_SHOWN,
        problems_shown=PROBLEMS_SHOWN,
    )  # fmt: skip
    is_refused = outcome is not None and outcome.refused and request.form.get("do") == "import"
    return page, 422 if is_refused else status


def _try(kept, sheet, form, measure: Measure, *, dry_run: bool):
    _, is_pasted = measure_of(kept.subject)
    me = actor()
    how = {"by": me, "today": clock.today(me), "is_pasted": is_pasted, "dry_run": dry_run}
    return import_values(sheet, form.plan, measure, kept.filename, **how)


@bp.get("/observation-imports/<token>/done")
@requires(Permission.OWN_DRAFT)
def done(token: str):
    kept, measure = _waiting(token)
    if not kept.applied_at:
        return redirect(url_for(".preview", token=token))
    context = {"upload": kept, "measure": measure, "crumbs": _crumbs(measure)}
    return render_template("outcomes/import_done.html", **context)


@bp.get("/observation-imports/<token>/rejects.csv")
@requires(Permission.OWN_DRAFT)
def rejects(token: str):
    kept, _ = _waiting(token)
    if not kept.rejects:
        abort(404)
    file = BytesIO(kept.rejects.encode("utf-8-sig"))
    name = f"{kept.filename}.rejects.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)


def _waiting(token: str):
    """What waits under the token, and the measure, which the reader may still change."""
    kept = get_upload(token, by=actor())
    measure_id, _ = measure_of(kept.subject)
    return kept, load(actor(), Permission.THREAD_EDIT, Measure, measure_id)


def _page_of(measure: Measure) -> str:
    return url_for("outcomes.show", measure_id=measure.id)


def _crumbs(measure: Measure) -> list[tuple[str, str]]:
    outcomes = outcomes_of(measure.engagement_id), "Outcomes"
    return [*trail_of(measure.engagement_id), outcomes, (_page_of(measure), measure.name)]
