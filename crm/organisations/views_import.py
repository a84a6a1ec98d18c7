from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from crm.access import Permission, actor, requires
from crm.forms import form_page
from crm.organisations import uploads
from crm.organisations.forms_import import ReadingForm, UploadForm, mapping_form

bp = Blueprint("organisation_import", __name__, url_prefix="/organisations/import")
ROWS_SHOWN, PROBLEMS_SHOWN = 5, 200


def trail(upload=None) -> list[tuple[str, str]]:
    crumbs = [(url_for("organisations.index"), "Clients")]
    return [*crumbs, (url_for(".upload"), "Import")] if upload else crumbs


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def upload():
    form = UploadForm()
    if form.validate_on_submit():
        kept = uploads.receive(form.filename, form.content, form.sheet, by=actor())
        return redirect(url_for(".mapping", token=kept.token))
    return form_page("organisations/import_upload.html", form, crumbs=trail())


@bp.route("/<token>", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def mapping(token: str):
    upload = uploads.get_upload(token, by=actor())
    if upload.applied_at:
        return redirect(url_for(".done", token=token))
    sheet, outcome = uploads.sheet_of(upload), None
    form = mapping_form(sheet)
    if form.validate_on_submit():
        if request.form.get("do") == "import":
            uploads.apply(upload, sheet, form.plan, by=actor())
            return redirect(url_for(".done", token=token))
        outcome = uploads.try_out(upload, sheet, form.plan, by=actor())
    return _mapping_page(upload, sheet, form, ReadingForm(upload, formdata=None), outcome)


@bp.post("/<token>/reading")
@requires(Permission.ORGANISATION_CREATE)
def reading(token: str):
    upload = uploads.get_upload(token, by=actor())
    form = ReadingForm(upload)
    if form.validate_on_submit():
        uploads.read_as(upload, form.sheet)
        return redirect(url_for(".mapping", token=token))
    sheet = uploads.sheet_of(upload)
    return _mapping_page(upload, sheet, mapping_form(sheet), form)


def _mapping_page(upload, sheet, form, reading, outcome=None):
    page = render_template(
        "organisations/import_mapping.html",
        form=form,
        crumbs=trail(upload),
        upload=upload,
        sheet=sheet,
        reading=reading,
        outcome=outcome,
        rows_shown=ROWS_SHOWN,
        problems_shown=PROBLEMS_SHOWN,
    )
    return page, 422 if form.errors or reading.errors else 200


@bp.get("/<token>/done")
@requires(Permission.ORGANISATION_CREATE)
def done(token: str):
    upload = uploads.get_upload(token, by=actor())
    if not upload.applied_at:
        return redirect(url_for(".mapping", token=token))
    return render_template("organisations/import_done.html", upload=upload, crumbs=trail(upload))


@bp.get("/<token>/rejects.csv")
@requires(Permission.ORGANISATION_CREATE)
def rejects(token: str):
    upload = uploads.get_upload(token, by=actor())
    if not upload.rejects:
        abort(404)
    file = BytesIO(upload.rejects.encode("utf-8-sig"))
    name = f"{upload.filename}.rejects.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)
