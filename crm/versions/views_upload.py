"""A worksheet comes back as a file: received, looked at, applied."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from crm.access import Permission, actor, load, requires
from crm.alignment.views import sheet_of
from crm.engagements.models import Engagement
from crm.forms import Form, form_page
from crm.organisations import uploads
from crm.organisations.models_import import ImportUpload
from crm.organisations.reading import Sheet
from crm.pages import row_key
from crm.versions import actions_receive as actions
from crm.versions import queries
from crm.versions.forms_upload import SheetUploadForm
from crm.versions.receiving import Plan, plan_of, read_back
from crm.versions.views import crumbs
from crm.words import plural

bp = Blueprint("sheet_upload", __name__)
AS_IT_IS = Sheet((), [], [], None, None, has_header=True)


@bp.route("/engagements/<int:engagement_id>/worksheet/upload", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENT_EDIT, Engagement)
def upload(engagement: Engagement):
    form = SheetUploadForm(engagement_id=engagement.id)
    if form.validate_on_submit():
        subject = _subject(engagement.id)
        kept = uploads.receive(form.filename, form.content, AS_IT_IS, by=actor(), subject=subject)
        return redirect(url_for(".preview", token=kept.token, engagement=engagement.id))
    return form_page(
        "versions/upload.html",
        form,
        engagement=engagement,
        back=sheet_of(engagement.id),
        crumbs=crumbs(engagement, of_versions=False),
    )


def _subject(engagement_id: int) -> str:
    """Of which engagement's worksheet a file is."""
    return f"worksheet {engagement_id}"


def _found(token: str) -> tuple[Engagement, ImportUpload]:
    """The file and the engagement that the address names: 404 unless the file is theirs, and for it."""
    key = request.args.get("engagement", 0, type=row_key)
    engagement = load(actor(), Permission.ENGAGEMENT_EDIT, Engagement, key)
    return engagement, uploads.get_upload(token, by=actor(), subject=_subject(engagement.id))


def _plan(engagement: Engagement, kept: ImportUpload) -> Plan:
    sent = read_back(kept.content, kept.filename)
    return plan_of(sent, queries.content_of(engagement.id), kept.filename)


@bp.get("/worksheets/upload/<token>")
@requires(Permission.OWN_DRAFT)
def preview(token: str):
    engagement, kept = _found(token)
    if kept.applied_at:
        return redirect(sheet_of(engagement.id))
    return render_template(
        "versions/preview.html",
        engagement=engagement,
        upload=kept,
        plan=_plan(engagement, kept),
        form=Form(),
        crumbs=[*crumbs(engagement, of_versions=False), (_upload_of(engagement), "Upload")],
    )


@bp.post("/worksheets/upload/<token>")
@requires(Permission.OWN_DRAFT)
def apply(token: str):
    engagement, kept = _found(token)
    uploads.hold(kept)
    plan = _plan(engagement, kept)
    done = actions.apply(plan, set(request.form.getlist("conflict")), engagement, by=actor())
    actions.settle(kept, engagement, done, len(plan.edits))
    flash(f"{plural(done.total(), 'change')} from “{kept.filename}” applied.", "success")
    if left := len(plan.edits) - done.total():
        flash(f"{plural(left, 'cell')} that others changed meanwhile stay as they are.", "info")
    return redirect(sheet_of(engagement.id))


def _upload_of(engagement: Engagement) -> str:
    return url_for(".upload", engagement_id=engagement.id)
