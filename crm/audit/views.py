import csv
from collections.abc import Iterator

from flask import Blueprint, abort, render_template, request, stream_with_context

from crm.access import Permission, actor, load, requires
from crm.audit import queries
from crm.audit.exports import CSV, handed_out
from crm.audit.models import Verb, audit_entry
from crm.audit.queries import Filter
from crm.guard import models
from reports.writers.csv import cell

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def index():
    wanted = Filter.of(request.args)
    return render_template(
        "audit/index.html",
        page=queries.entries_page(actor(), wanted, request.args.get("at")),
        wanted=wanted,
        verbs=Verb,
        things=queries.things(),
        told=queries.told,
    )


@bp.get("/audit.csv")
@requires(Permission.AUDIT_READ)
def export():
    """All entries that match, with the digests that prove them."""
    wanted = Filter.of(request.args)
    rows = stream_with_context(_lines(queries.exported(actor(), wanted)))
    return handed_out(rows, "plumbline-audit.csv", CSV, "Audit trail as CSV")


class _Echo:
    """A file that gives back what is written, for csv.writer."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _lines(rows) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(column.name for column in audit_entry.columns)
    for row in rows:
        yield writer.writerow(
            [cell(value.isoformat() if hasattr(value, "isoformat") else value) for value in row]
        )


@bp.get("/history/<thing>/<int:thing_id>")
@requires(Permission.HISTORY_VIEW)
def history(thing: str, thing_id: int):
    model = models().get(thing) or abort(404)
    subject = load(actor(), model.view_permission, model, thing_id)
    entries = queries.history(actor(), subject)
    return render_template(
        "audit/history.html", subject=subject, thing=thing, entries=entries, told=queries.told
    )
