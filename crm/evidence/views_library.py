"""The findings that clients let everybody read, without their names."""

from flask import Blueprint, render_template, request

from crm.access import Permission, requires
from crm.evidence import queries
from crm.evidence.models import Rung
from crm.organisations.models import Kind
from crm.outcomes.models import MeasureKind
from crm.outcomes.models_plan import Design

bp = Blueprint("library", __name__)


@bp.get("/findings")
@requires(Permission.LIBRARY_VIEW)
def index():
    wanted = queries.Wanted.of(request.args)
    page = queries.library_page(wanted, request.args.get("at"))
    filters = (
        ("kind", "Organisation", Kind), ("measure", "Measure", MeasureKind), ("design", "Design", Design),
        ("rung", "Evidence", Rung),
    )  # fmt: skip
    return render_template("evidence/library.html", page=page, wanted=wanted, filters=filters)
