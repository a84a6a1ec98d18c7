"""Lists of everything as files: sent as they are read, whole or visibly broken off."""

from flask import Blueprint, Response, abort, request, stream_with_context

from crm import clock
from crm.access import Permission, actor, requires
from crm.audit.exports import handed_out
from crm.reporting.queries_streams import STREAMS
from reports.streams import Stream
from reports.writers import STREAMED

bp = Blueprint("lists", __name__)


def sent(stream: Stream, format_: str) -> Response:
    """The list as it is read. The name of the file and a header say how many rows there are to be.

    A server may end what breaks like any other answer, so the file itself says it: see the writers.
    """
    form = STREAMED[format_]
    body = stream_with_context(form.stream(stream, **form.wishes(request.args)))
    name, told = f"{stream.file_name}.{form.extension}", f"{stream.title} as {form.label}"
    return handed_out(body, name, form.mimetype, f"{told}, {stream.rows:,} rows", rows=stream.rows)


def _all(name: str, format_: str) -> Response:
    if format_ not in STREAMED:
        abort(404)
    return sent(STREAMS[name](actor(), clock.today(actor())), format_)


@bp.get("/reports/sessions.<format_>")
@requires(Permission.SESSION_SEARCH)
def sessions(format_: str):
    return _all("sessions", format_)


@bp.get("/reports/time.<format_>")
@requires(Permission.TIME_VIEW)
def time(format_: str):
    return _all("time", format_)
