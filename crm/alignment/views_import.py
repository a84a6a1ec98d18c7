"""Goals and strategies out of a pasted list or a file."""

from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from crm.access import Permission, actor, load, requires
from crm.alignment import waiting
from crm.alignment.forms_import import ListForm, columns_form
from crm.alignment.importing import import_rows
from crm.alignment.lists import What
from crm.alignment.views import crumbs_of, sheet_of
from crm.engagements.models import Engagement
from crm.forms import form_page
from crm.organisations import uploads

bp = Blueprint("sheet_import", __name__)
ROWS_SHOWN, PROBLEMS_SHOWN = 5, 200


@bp.route("/engagements/<int:engagement_id>/worksheet/import", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def upload(engagement: Engagement):
    form = ListForm()
    if form.validate_on_submit():
        subject = waiting.subject_of(What(form.what.data), engagement.id, is_pasted=form.is_pasted)
        kept = uploads.receive(form.filename, form.content, form.sheet, by=actor(), subject=subject)
        return redirect(url_for(".preview", token=kept.token))
    back = sheet_of(engagement.id)
    return form_page("alignment/import.html", form, crumbs=crumbs_of(engagement), back=back)


@bp.route("/worksheet-imports/<token>", methods=["GET", "POST"])
@requires(Permission.OWN_DRAFT)
def preview(token: str):
    kept, what, engagement = _waiting(token)
    if kept.applied_at:
        return redirect(url_for(".done", token=token))
    sheet, outcome = waiting.sheet_of(kept), None
    form = columns_form(sheet, what)
    if form.validate_on_submit():
        if request.form.get("do") == "import":
            uploads.hold(kept)
            uploads.settle(kept, import_rows(sheet, form.plan, engagement))
            return redirect(url_for(".done", token=token))
        outcome = import_rows(sheet, form.plan, engagement, dry_run=True)
        kept.rejects = outcome.rejects
    return form_page(
        "alignment/import_preview.html", form, upload=kept, sheet=sheet, outcome=outcome, what=what,
        engagement=engagement, crumbs=_crumbs(engagement), rows_shown=ROWS_SHOWN,
        problems_shown=PROBLEMS_SHOWN,
    )  # fmt: skip


@bp.get("/worksheet-imports/<token>/done")
@requires(Permission.OWN_DRAFT)
def done(token: str):
    kept, what, engagement = _waiting(token)
    if not kept.applied_at:
        return redirect(url_for(".preview", token=token))
    context = {"upload": kept, "what": what, "engagement": engagement, "crumbs": _crumbs(engagement)}
    return render_template("alignment/import_done.html", **context)


@bp.get("/worksheet-imports/<token>/rejects.csv")
@requires(Permission.OWN_DRAFT)
def rejects(token: str):
    kept, *_ = _waiting(token)
    if not kept.rejects:
        abort(404)
    file = BytesIO(kept.rejects.encode("utf-8-sig"))
    name = f"{kept.filename}.rejects.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)


def _waiting(token: str):
    """What waits under the token, what it holds, and the engagement that the reader may still change."""
    kept = waiting.get_upload(token, by=actor())
    what, engagement_id = waiting.read_subject(kept.subject)
    return kept, what, load(actor(), Permission.ENGAGEMENT_EDIT, Engagement, engagement_id)


def _crumbs(engagement: Engagement) -> list[tuple[str, str]]:
    return [*crumbs_of(engagement), (url_for(".upload", engagement_id=engagement.id), "Import")]
