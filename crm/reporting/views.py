from datetime import date

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from markupsafe import Markup

from crm import clock
from crm.access import Permission, actor, holds, requires
from crm.audit.exports import handed_out
from crm.engagements.models import Engagement, Stage
from crm.engagements.views import trail
from crm.reporting import queries
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.kept import kept
from crm.reporting.logos import with_logos
from crm.reporting.queries import Wanted
from crm.reporting.reading import read_as_reader
from reports.model import Report
from reports.writers import FORMATS
from reports.writers.html import fragment

bp = Blueprint("reporting", __name__)
read_as_reader(bp)

#: Rows of a table on a page; its files hold them all.
MOST_ROWS = 500
#: Formats that carry the marks of the centre and the client.
DRESSED = ("pdf", "docx")


def as_of() -> date:
    """The day that the reader asked for; today without one, or for one that is none."""
    try:
        return date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return clock.today(actor())


@bp.app_template_filter("format_name")
def _format_name(format_: str) -> str:
    return FORMATS[format_].label


def as_file(report: Report, format_: str, engagement: Engagement | None = None) -> Response:
    """The report as a download. A CSV or a Parquet file holds one table, which `table` names.

    `bom` begins a CSV as Excel likes it; `one_page` is a PDF for a board.
    """
    if format_ not in FORMATS:
        abort(404)
    table = request.args.get("table")
    if table and table not in report.row_counts:
        abort(404)
    writer = FORMATS[format_]
    if format_ in DRESSED:
        client = engagement and engagement.organisation
        report = with_logos(report, current_app.config["LOGOS_FOLDER"], client)
    body = writer.written(report, table, **writer.wishes(request.args))
    rows = len(report.table(table)) if writer.of_one_table else None
    told = f"{report.title} as {writer.label}"
    return handed_out(body, writer.file_name(report, table), writer.mimetype, told, rows=rows)


def as_page(report: Report, address, template="reporting/report.html", **context) -> str:
    """The report within a page; `address(format, table)` is where each of its files lies."""
    body = Markup(fragment(report, lambda table: address("csv", table), MOST_ROWS))  # noqa: S704 - escaped by the writer
    files = [(name, address(name, None)) for name in FORMATS if name != "html"]
    one_page = address("pdf", None, one_page="1")
    return render_template(template, report=report, body=body, files=files, one_page=one_page, **context)


@bp.get("/reports")
@requires(Permission.REPORT_LIST)
def index():
    me = actor()
    lines = [
        (name, entry)
        for name, entry in CATALOGUE.items()
        if not entry.of_engagement and holds(me, entry.permission)
    ]
    return render_template("reporting/index.html", engagements=queries.recent(me), lines=lines)


def _progress(engagement: Engagement) -> Report:
    return CATALOGUE["progress"].make(Request(actor(), as_of(), engagement))


@bp.get("/engagements/<int:engagement_id>/progress")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def progress(engagement: Engagement):
    def address(format_, table, **wishes):
        parts = {"format_": format_, "table": table, "as_of": request.args.get("as_of"), **wishes}
        return url_for(".progress_file", engagement_id=engagement.id, **parts)

    report, crumbs = _progress(engagement), trail(engagement)
    return as_page(report, address, crumbs=crumbs, engagement=engagement, wanted=None, stages=Stage)


@bp.get("/engagements/<int:engagement_id>/progress.<format_>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def progress_file(engagement: Engagement, format_: str):
    return as_file(_progress(engagement), format_, engagement)


@bp.get("/engagements/<int:engagement_id>/roadmap.<format_>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def roadmap_file(engagement: Engagement, format_: str):
    """The roadmap as one page to hand out; the page itself is that of its room."""
    report = CATALOGUE["roadmap"].make(Request(actor(), clock.today(actor()), engagement))
    return as_file(report, format_, engagement)


def _portfolio() -> Report:
    asked = Request(actor(), as_of(), wanted=Wanted.of(request.args))
    return kept("portfolio", asked, CATALOGUE["portfolio"].make)


@bp.get("/reports/portfolio")
@requires(Permission.PORTFOLIO_REPORT)
def portfolio():
    wanted = Wanted.of(request.args)

    def address(format_, table, **wishes):
        parts = {"format_": format_, "table": table, "as_of": request.args.get("as_of"), **wishes}
        return url_for(".portfolio_file", **parts, **wanted.asked)

    crumbs = [(url_for(".index"), "Reports")]
    return as_page(_portfolio(), address, crumbs=crumbs, engagement=None, wanted=wanted, stages=Stage)


@bp.get("/reports/portfolio.<format_>")
@requires(Permission.PORTFOLIO_REPORT)
def portfolio_file(format_: str):
    return as_file(_portfolio(), format_)
