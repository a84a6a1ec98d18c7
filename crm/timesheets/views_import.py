from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from crm.access import Permission, actor, requires
from crm.forms import form_page
from crm.organisations import uploads
from crm.timesheets.forms_import import TimeUploadForm, plan_form
from crm.timesheets.importing import import_time
from crm.timesheets.plans import File

bp = Blueprint("time_import", __name__, url_prefix="/time/import")
SUBJECT = "time"
ROWS_SHOWN, PROBLEMS_SHOWN = 5, 200


def _trail(upload=None) -> list[tuple[str, str]]:
    crumbs = [(url_for("timesheets.index"), "Time")]
    return [*crumbs, (url_for(".upload"), "Import")] if upload else crumbs


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.TIME_IMPORT)
def upload():
    form = TimeUploadForm()
    if form.validate_on_submit():
        kept = uploads.receive(form.filename, form.content, form.sheet, by=actor(), subject=SUBJECT)
        return redirect(url_for(".preview", token=kept.token))
    return form_page("timesheets/import_upload.html", form, crumbs=_trail())


@bp.route("/<token>", methods=["GET", "POST"])
@requires(Permission.TIME_IMPORT)
def preview(token: str):
    upload = uploads.get_upload(token, by=actor(), subject=SUBJECT)
    if upload.applied_at:
        return redirect(url_for(".done", token=token))
    file, outcome = File(uploads.sheet_of(upload)), None
    form = plan_form(file, actor())
    if form.validate_on_submit():
        if request.form.get("do") == "import":
            uploads.hold(upload)
            uploads.settle(upload, import_time(file, form.plan, by=actor()))
            return redirect(url_for(".done", token=token))
        outcome = import_time(file, form.plan, by=actor(), dry_run=True)
        upload.rejects = outcome.rejects
    return form_page(
        "timesheets/import_preview.html",
        form,
        crumbs=_trail(upload),
        upload=upload,
        file=file,
        outcome=outcome,
        rows_shown=ROWS_SHOWN,
        problems_shown=PROBLEMS_SHOWN,
    )


@bp.get("/<token>/done")
@requires(Permission.TIME_IMPORT)
def done(token: str):
    upload = uploads.get_upload(token, by=actor(), subject=SUBJECT)
    if not upload.applied_at:
        return redirect(url_for(".preview", token=token))
    return render_template("timesheets/import_done.html", upload=upload, crumbs=_trail(upload))


@bp.get("/<token>/rejects.csv")
@requires(Permission.TIME_IMPORT)
def rejects(token: str):
    upload = uploads.get_upload(token, by=actor(), subject=SUBJECT)
    if not upload.rejects:
        abort(404)
    file = BytesIO(upload.rejects.encode("utf-8-sig"))
    name = f"{upload.filename}.rejects.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)
