"""The builder: one page, whose address is the whole view; and its files."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from crm.access import Permission, actor, can, requires
from crm.builder.bases import BASES
from crm.builder.board import Board, ordered
from crm.builder.definition import Definition, RefusedError
from crm.builder.models import SavedView
from crm.builder.queries import View
from crm.builder.queries_saved import find_view, saved_views
from crm.builder.reading import of_address
from crm.deadlines import is_timeout
from crm.extensions import db
from crm.pages import row_key
from crm.reporting.reading import read_as_reader
from crm.reporting.views import MOST_ROWS, as_file, as_page
from crm.reporting.views_streams import sent
from reports.writers import FORMATS, STREAMED

bp = Blueprint("builder", __name__)
read_as_reader(bp)

#: What stands in an address beside the view: which saved one it began as, filters that are open, what a file
#: is asked for, and what the form adds.
BESIDE = ("view", "with", "made", "order", "move", "table", "bom", "one_page")
#: Rows that a file of these formats holds; those of a list beyond that are sent as they are read.
MOST_HELD, MOST_PRINTED = 50_000, 5_000
PRINTED = ("pdf", "docx", "html")
TOO_LONG = (
    "This took the database longer than a page may. Narrow it: a shorter period, a filter, fewer columns."
)


@bp.get("/builder")
@requires(Permission.BUILDER)
def index():
    if not request.args.get("base"):
        return choosing()
    wanted = request.args.copy()
    if "made" in wanted:
        wanted.setlist("columns", ordered(wanted))
    try:
        definition = of_address(wanted, BESIDE)
    except RefusedError as error:
        return refused(error)
    if "made" in wanted:
        return redirect(f"{url_for('.index')}?{definition.address}{_beside(wanted)}")
    return _shown(definition)


def _beside(wanted: MultiDict) -> str:
    kept = [(name, value) for name in ("view", "with") for value in wanted.getlist(name) if value]
    return "".join(f"&{name}={value}" for name, value in kept if value.replace("-", "").isalnum())


def choosing(problems: tuple[str, ...] = ()) -> str:
    """The page that asks what a view is about."""
    return render_template("builder/choose.html", bases=BASES.values(), crumbs=crumbs(), problems=problems)


def crumbs() -> list[tuple[str, str]]:
    return [(url_for("reporting.index"), "Reports")]


@bp.app_template_global("begun_as")
def _begun_as() -> SavedView | None:
    """The saved view that the address names, where the reader may open it."""
    try:
        key = row_key(request.args.get("view", ""))
    except ValueError:
        return None
    return find_view(actor(), key)


def _shown(definition: Definition):
    me, saved = actor(), _begun_as()
    view = View(me, definition, saved.name if saved else None)
    try:
        report = view.page(MOST_ROWS)
    except RefusedError as error:
        return refused(error, definition)
    except OperationalError as error:
        if not is_timeout(error):
            raise
        db.session.rollback()
        return refused(RefusedError(TOO_LONG), definition, status=503)

    def address(format_, _table, **wishes):
        more = {**wishes, **({"view": saved.id} if saved else {})}
        return (
            f"{url_for('.file', format_=format_)}?{definition.address}{'&' if more else ''}{urlencode(more)}"
        )

    changed = saved is not None and saved.what != {"builder": definition.document}
    return as_page(
        report, address, template="builder/index.html", engagement=None, problems=(), saved=saved,
        may_save=changed and can(me, Permission.VIEW_EDIT, saved), is_changed=changed, **_around(definition),
    )  # fmt: skip


def _around(definition: Definition) -> dict:
    """The form of the builder, and what lies about it."""
    board = Board(actor(), definition, tuple(request.args.getlist("with")))
    return {"board": board, "definition": definition, "bases": BASES.values(), "crumbs": crumbs()}


def refused(error: RefusedError, definition: Definition | None = None, *, status: int = 422):
    """The page with the sentences, and in its form what can be meant."""
    definition = definition or error.rest
    if definition is None:
        return choosing(error.sentences), status
    around = _around(definition)
    page = render_template(
        "builder/index.html", problems=error.sentences, report=None, saved=None, may_save=False, **around
    )
    return page, status


@bp.get("/builder.<format_>")
@requires(Permission.BUILDER)
def file(format_: str):
    if format_ not in FORMATS:
        abort(404)
    try:
        definition = of_address(request.args, BESIDE)
        saved = _begun_as()
        return _file(View(actor(), definition, saved.name if saved else None), format_)
    except RefusedError as error:
        return refused(error)


def _file(view: View, format_: str) -> Response:
    if not view.definition.is_grouped:
        rows, most = view.counted[0], MOST_PRINTED if format_ in PRINTED else MOST_HELD
        if rows > most and format_ in STREAMED and all(one.kind != "money" for one in view.columns):
            return sent(view.stream(), format_)
        if rows > most:
            flash(
                f"{rows:,} rows are too many for {FORMATS[format_].label}, which holds {most:,}. Narrow the "
                "view, group it, or take CSV or XLSX without amounts of money.",
                "error",
            )
            return redirect(f"{url_for('.index')}?{view.wanted.address}")
    return as_file(view.whole(), format_)


@bp.app_template_global("saved_views")
def _saved_views(user):
    """For the list of reports, which stands below this room."""
    return saved_views(user)


@bp.app_template_global("report_query")
def _report_query(path: str, told: dict) -> str:
    """What the address says of a report, for a view of it."""
    return urlencode({"report": path.rpartition("/")[2], **told})
