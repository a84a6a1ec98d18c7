"""One line of JSON on stderr for each request and each crash.

A line names the route and never the address: what people typed, in a path, a query, a form or the
message of an exception, is in none of them. A request id ties the lines of one request together.
"""

import logging
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from traceback import walk_tb

import orjson
import sqlalchemy as sa
from flask import Flask, Response, g, has_request_context, request
from flask.logging import wsgi_errors_stream
from prometheus_client import Histogram

SANE = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
FILES = frozenset({"static", "bootstrap.static"})
#: Pages whose readers nobody shall know, signed in or not.
ANONYMOUS = frozenset({"survey_form"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

log = logging.getLogger("plumbline")
answers = Histogram(
    "plumbline_request_seconds",
    "How long requests took; the count is how many there were.",
    ["method", "endpoint", "status"],
    buckets=BUCKETS,
)


#: What every record of the standard library says about itself; all else was said with it.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """A record as JSON; an exception as its types and places, without its words."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "logger": record.name, "event": record.getMessage()}
        if record.exc_info:
            line["raised"] = list(told(record.exc_info[1]))
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        line["time"] = datetime.fromtimestamp(record.created, UTC)
        if has_request_context():
            line.setdefault("request_id", g.get("request_id"))
        return orjson.dumps(line, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def told(error: BaseException | None) -> Iterator[str]:
    """What was raised and where, from the last exception to the one that began it."""
    while error:
        yield type(error).__qualname__
        for frame, line in walk_tb(error.__traceback__):
            yield f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@cache
def open_log() -> None:
    """Once for the process: all that is logged, by us and by libraries, goes one way."""
    handler = logging.StreamHandler(wsgi_errors_stream)
    handler.setFormatter(Lines())
    logging.getLogger().addHandler(handler)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # Its lines hold whole addresses.
    # What a line does not tell is not gathered for it: the place in the code, the thread, the process.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def init_app(app: Flask) -> None:
    """First of all: what runs before it is not timed, what runs after it is not logged."""
    open_log()
    log.setLevel(app.config["LOG_LEVEL"])
    app.before_request(begin)
    app.after_request(finish)
    app.log_exception = crash


def begin() -> None:
    asked = request.headers.get("X-Request-ID", "")
    g.request_id = asked if SANE.fullmatch(asked) else secrets.token_hex(8)
    g.started = monotonic()


def finish(response: Response) -> Response:
    seconds = monotonic() - g.started
    response.headers["X-Request-ID"] = g.request_id
    answers.labels(method(), request.endpoint or "none", response.status_code).observe(seconds)
    if request.endpoint not in FILES:
        log.info("request", extra=facts() | {"status": response.status_code, "ms": round(seconds * 1000, 1)})
    return response


def crash(exc_info) -> None:
    log.error("crash", exc_info=exc_info, extra=facts())


def facts() -> dict:
    route = request.url_rule.rule if request.url_rule else None
    return {"request_id": g.request_id, "method": method(), "route": route, "user": user_id()}


def method() -> str:
    """The method; one word for all that nobody knows, so that a stranger cannot make up names of figures."""
    return request.method if request.method in METHODS else "other"


def user_id() -> int | None:
    """Who is signed in, as far as this request has asked: a log line sends no statement."""
    user = None if request.blueprint in ANONYMOUS else g.get("_login_user")
    if (state := sa.inspect(user, raiseerr=False)) is None:
        return getattr(user, "id", None)
    return state.identity[0] if state and state.identity else None
