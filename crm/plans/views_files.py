"""A plan as files: OSF preregistration, Markdown, PDF, REDCap data dictionary and the canonical text."""

import orjson
from flask import Blueprint, Response, abort

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.canonical import canonical, digest_of
from crm.engagements.models import Engagement
from crm.plans import osf, queries, redcap
from crm.plans.content import read
from crm.plans.models import Registration
from crm.plans.paper import markdown_of, report_of
from reports.writers.pdf import write_pdf

bp = Blueprint("plan_files", __name__)
#: What each is called, its type, and the end of its name.
FILES = {
    "osf": ("OSF preregistration", "application/json", "osf.json"),
    "md": ("Markdown", "text/markdown; charset=utf-8", "md"),
    "pdf": ("PDF", "application/pdf", "pdf"),
    "csv": ("REDCap data dictionary", "text/csv; charset=utf-8", "redcap.csv"),
    "json": ("canonical JSON", "application/json", "json"),
}


@bp.get("/engagements/<int:engagement_id>/plan.<format_>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def today(engagement: Engagement, format_: str):
    text = canonical(queries.content_of(engagement))
    return _file(engagement, text, format_, "not registered", clock.today(actor()).isoformat())


@bp.get("/registrations/<int:registration_id>.<format_>")
@requires(Permission.THREAD_VIEW, Registration)
def of_registration(registration: Registration, format_: str):
    called = f"registration {registration.number}"
    return _file(registration.engagement, registration.content, format_, called, called.replace(" ", "-"))


def _file(engagement: Engagement, text: str, format_: str, words: str, called: str) -> Response:
    if format_ not in FILES:
        abort(404)
    kind, content_type, end = FILES[format_]
    digest = digest_of(text)
    body = _written(engagement, text, format_, words, digest)
    told = f"Outcomes plan of {engagement.title} ({words}) as {kind}"
    name = f"plumbline-plan-{engagement.id}-{called}.{end}"
    return handed_out(
        body, name, content_type, told, engagement, digest=digest if format_ == "json" else None
    )


def _written(engagement: Engagement, text: str, format_: str, words: str, digest: str) -> bytes | str:
    content = read(text)
    if format_ == "json":
        # The very bytes that the digest is of, so that anybody can reckon it again.
        return text.encode()
    if format_ == "csv":
        return redcap.dictionary(content)
    if format_ == "osf":
        answers = osf.preregistration(content, has_data=queries.has_observations(engagement.id))
        return orjson.dumps(answers, option=orjson.OPT_INDENT_2)
    client = engagement.organisation.name
    report = report_of(content, digest, client=client, words=words, on=clock.today(actor()), at=clock.now())
    return write_pdf(report) if format_ == "pdf" else markdown_of(report)
