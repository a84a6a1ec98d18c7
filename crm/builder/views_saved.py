"""Views that are kept under a name: saved, opened, changed, shared."""

from flask import Blueprint, abort, flash, redirect, request, url_for

from crm import clock
from crm.access import Permission, actor, requires
from crm.builder import actions
from crm.builder.definition import RefusedError
from crm.builder.forms import ViewForm
from crm.builder.kept import Kept, of_arguments, of_what
from crm.builder.models import SavedView
from crm.builder.queries_saved import find_view, opens
from crm.builder.views import BESIDE, choosing, crumbs, refused
from crm.forms import form_page
from crm.pages import row_key
from reports.writers import FORMATS

bp = Blueprint("saved", __name__, url_prefix="/views")


def _kept(view: SavedView) -> Kept:
    """What the view holds, for a reader who may run it; else there is nothing here for them."""
    if not opens(actor(), view):
        abort(404)
    try:
        return of_what(view.what)
    except RefusedError:
        abort(404)


def _address(view: SavedView, kept: Kept, ending: str = "") -> str:
    query = kept.query(clock.today(actor()))
    return f"{kept.place()}{ending}?{query}{'&' if query else ''}view={view.id}"


@bp.get("/<int:saved_view_id>")
@requires(Permission.VIEW_OPEN, SavedView)
def show(saved_view: SavedView):
    """Where the view is: its days are those of today."""
    return redirect(_address(saved_view, _kept(saved_view)))


@bp.get("/<int:saved_view_id>.<format_>")
@requires(Permission.VIEW_OPEN, SavedView)
def file(saved_view: SavedView, format_: str):
    if format_ not in FORMATS:
        abort(404)
    return redirect(_address(saved_view, _kept(saved_view), f".{format_}"))


def _wanted() -> tuple[Kept, str]:
    """What is to be saved, and a name to begin with: a copy of a view, or what the address says.

    Raises RefusedError where that cannot be meant.
    """
    me = actor()
    if request.args.get("copy"):
        try:
            view = find_view(me, row_key(request.args["copy"]))
        except ValueError:
            view = None
        kept = _kept(view or abort(404))
        return kept, f"Copy of {view.name}"[:255]
    kept = of_arguments(request.args, clock.today(me), BESIDE)
    return kept if kept.may(me) else abort(404), kept.title


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BUILDER)
def create():
    if not {"base", "report", "copy"} & set(request.args):
        return choosing()
    try:
        kept, name = _wanted()
    except RefusedError as error:
        return refused(error)
    form = ViewForm(kept=kept, name=name, span=kept.span)
    if form.validate_on_submit():
        view = SavedView(what=kept.document)
        form.populate_obj(view)
        actions.save(view, kept, by=actor())
        flash(f"“{view.name}” is saved. It stands under Reports.", "success")
        return redirect(url_for(".show", saved_view_id=view.id))
    back = f"{kept.place()}?{kept.query(clock.today(actor()))}"
    lead = f"{kept.title}: what is kept is what it asks, not what it found. It is made anew each time."
    return form_page(
        "form.html", form, title="Save this view", lead=lead, button="Save it", crumbs=crumbs(), back=back
    )


@bp.route("/<int:saved_view_id>/edit", methods=["GET", "POST"])
@requires(Permission.VIEW_EDIT, SavedView)
def edit(saved_view: SavedView):
    form = ViewForm(kept=_kept(saved_view), obj=saved_view)
    if form.validate_on_submit():
        form.populate_obj(saved_view)
        flash(f"“{saved_view.name}” is saved.", "success")
        return redirect(url_for("reporting.index"))
    back = url_for("reporting.index")
    return form_page("form.html", form, title="Edit the view", crumbs=crumbs(), back=back)


@bp.post("/<int:saved_view_id>/overwrite")
@requires(Permission.VIEW_EDIT, SavedView)
def overwrite(saved_view: SavedView):
    """From now on the view shows what the page shows that the button stands on."""
    try:
        kept, _ = _wanted()
    except RefusedError as error:
        return refused(error)
    actions.overwrite(saved_view, kept, seen=request.form.get("version", ""))
    flash(f"“{saved_view.name}” now shows this.", "success")
    return redirect(url_for(".show", saved_view_id=saved_view.id))
