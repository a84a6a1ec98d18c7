"""The report of a study: as a page, as a Word document and as a tagged PDF."""

from flask import Blueprint, Response, render_template

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.evidence.study import study_of
from reports.writers.study_docx import write_study_docx
from reports.writers.study_pdf import write_study_pdf

bp = Blueprint("study", __name__, url_prefix="/engagements/<int:engagement_id>")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/study-report")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def show(engagement: Engagement):
    study = study_of(engagement, clock.today(actor()))
    context = {"engagement": engagement, "crumbs": trail(engagement), "study": study}
    return render_template("evidence/study.html", **context)


@bp.get("/study-report.docx")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def as_docx(engagement: Engagement):
    return _file(engagement, write_study_docx, "docx", WORD)


@bp.get("/study-report.pdf")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def as_pdf(engagement: Engagement):
    return _file(engagement, write_study_pdf, "pdf", "application/pdf")


def _file(engagement: Engagement, write, ending: str, kind: str) -> Response:
    study = study_of(engagement, clock.today(actor()))
    name = f"study-report-{engagement.id}-{study.as_of.isoformat()}.{ending}"
    return handed_out(write(study), name, kind, f"Study report as {ending.upper()}", engagement)
