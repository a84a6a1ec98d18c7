"""Lists of everything as files: sent as they are read, whole or visibly broken off."""

from flask import Blueprint, Response, abort, request, stream_with_context

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.models import Verb
from crm.audit.trail import hear
from crm.reporting.queries_streams import STREAMS
from reports.writers import STREAMED

bp = Blueprint("lists", __name__)


def _sent(name: str, format_: str) -> Response:
    """The list as it is read. The name of the file and a header say how many rows there are to be.

    A server may end what breaks like any other answer, so the file itself says it: see the writers.
    """
    if format_ not in STREAMED:
        abort(404)
    form, reader = STREAMED[format_], actor()
    stream = STREAMS[name](reader, clock.today(reader))
    hear(Verb.EXPORTED, f"{stream.title} as {format_.upper()}, {stream.rows:,} rows")
    wishes = {"bom": "bom" in request.args} if format_ == "csv" else {}
    headers = {
        "Content-Disposition": f"attachment; filename={stream.file_name}.{form.extension}",
        "X-Row-Count": str(stream.rows),
    }
    body = stream_with_context(form.stream(stream, **wishes))
    return Response(body, content_type=form.mimetype, headers=headers)


@bp.get("/reports/sessions.<format_>")
@requires(Permission.SESSION_SEARCH)
def sessions(format_: str):
    return _sent("sessions", format_)


@bp.get("/reports/time.<format_>")
@requires(Permission.TIME_VIEW)
def time(format_: str):
    return _sent("time", format_)
