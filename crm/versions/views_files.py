"""A worksheet as files, of today or of a version."""

from flask import Blueprint, Response, abort, stream_with_context

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.engagements.models import Engagement
from crm.versions import queries
from crm.versions.content import canonical, digest_of, parse
from crm.versions.delimited import matrix_lines
from crm.versions.models import Version
from crm.versions.paper import report_of
from crm.versions.sheet import Kept
from crm.versions.workbook import workbook_of
from reports.writers.pdf import write_pdf

bp = Blueprint("sheet_files", __name__)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/engagements/<int:engagement_id>/worksheet.<format_>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def today(engagement: Engagement, format_: str):
    text = canonical(queries.content_of(engagement.id))
    return _file(engagement, text, format_, clock.today(actor()).isoformat(), "today")


@bp.get("/versions/<int:version_id>.<format_>")
@requires(Permission.THREAD_VIEW, Version)
def of_version(version: Version, format_: str):
    called = f"version-{version.number}"
    return _file(version.engagement, version.content, format_, called, called.replace("-", " "))


def _file(engagement: Engagement, text: str, format_: str, called: str, words: str) -> Response:
    if format_ not in TYPES:
        abort(404)
    digest, sheet = digest_of(text), Kept(parse(text))
    if format_ == "csv":
        body = stream_with_context(matrix_lines(sheet))
    elif format_ == "json":
        # The very bytes that the digest is of, so that anybody can reckon it again.
        body = text.encode()
    elif format_ == "xlsx":
        body = workbook_of(sheet, text, digest, engagement.title)
    else:
        places = {"title": engagement.title, "client": engagement.organisation.name, "words": words}
        body = write_pdf(report_of(sheet, digest, **places, on=clock.today(actor()), at=clock.now()))
    told = f"Worksheet of {engagement.title} ({words}) as {format_.upper()}"
    name = f"plumbline-worksheet-{engagement.id}-{called}.{format_}"
    return handed_out(
        body, name, TYPES[format_], told, engagement, digest=digest if format_ == "json" else None
    )
