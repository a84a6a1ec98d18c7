"""What every page shares: how values read, where assets lie, and the pages that say no."""

import sys
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from jinja2.runtime import Macro
from markupsafe import Markup
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import (
    Conflict,
    HTTPException,
    SecurityError,
    ServiceUnavailable,
    UnprocessableEntity,
)
from werkzeug.routing import IntegerConverter

from crm import clock, words
from crm.access import Role, actor
from crm.deadlines import is_timeout
from crm.drawing import PageCode, escaped
from crm.errors import DomainError
from crm.extensions import db, limiter
from crm.markdown import markdown

THEMES = ("light", "dark")
LAST_KEY = 2**31 - 1
PROBLEMS = {
    400: ("This request could not be read", "Go back, load the page again and send it once more."),
    403: ("You may not do this", "Your role does not include it. Ask an administrator or the lead."),
    404: ("There is nothing here for you", "It does not exist, or it is not among what you may see."),
    405: ("This page cannot be used in this way", "Start again from the navigation."),
    409: ("Somebody was quicker", "This has changed since you opened it. Load it again and compare."),
    413: (
        "This is too large",
        "Plumbline takes files of up to 32 MB and texts of up to 4 MB. Split it.",
    ),
    422: ("Something in this is not right", "Go back; what you typed is still there."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: ("Something broke on our side", "Nothing of what you saved before is lost. Try again in a moment."),
    503: ("This took too long", "Nothing was changed. Ask for less at once, or try again in a moment."),
}


def row_key(text: str) -> int:
    """The number of a row in a query string; ValueError for one that no database could hold."""
    number = int(text)
    if not 0 <= number <= LAST_KEY:
        raise ValueError(f"no row has the number {number}")
    return number


class RowKey(IntegerConverter):
    """The number of a row in a path: a 404 for one that no database could hold."""

    def __init__(self, url_map, *args, **kwargs):
        super().__init__(url_map, *args, **{"max": LAST_KEY, **kwargs})


class PageTemplate(Template):
    """None of ours is given globals of its own, so what it imports is put together once, without asking."""

    def _get_default_module(self, ctx=None):
        return super()._get_default_module()


@cache
def _stamp(path: str) -> str:
    return f"{int(Path(path).stat().st_mtime):x}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowKey
    app.jinja_env.filters.update({function.__name__: function for function in (*words.FILTERS, markdown)})
    app.jinja_env.template_class, app.jinja_env.code_generator_class = PageTemplate, PageCode
    app.jinja_env.escaped = escaped
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @cache
    def asset(name: str) -> str:
        return f"{app.static_url_path}/{name}?v={_stamp(f'{app.static_folder}/{name}')}"

    def vendor(name: str) -> str:
        """Bootstrap's own file, as Bootstrap-Flask serves it."""
        return f"/bootstrap{app.static_url_path}/{name}"

    @cache
    def menu(role: Role, here: str) -> Markup:
        """The places of the navigation: the same for everybody of a role, so drawn once."""
        return Markup(app.jinja_env.get_template("_macros/menu.html").module.places(role, here))  # noqa: S704

    app.jinja_env.globals.update(asset=asset, vendor=vendor, menu=menu, once=once)
    # Flask-WTF's own asks its settings for each form anew.
    app.jinja_env.globals.update(today=lambda: clock.today(actor()), csrf_token=csrf_token)
    app.context_processor(person)
    app.after_request(keep_assets)
    app.register_error_handler(HTTPException, problem)
    app.register_error_handler(RateLimitExceeded, problem)
    app.register_error_handler(DomainError, refusal)
    app.register_error_handler(IntegrityError, collision)
    app.register_error_handler(DataError, unfit)
    app.register_error_handler(OperationalError, overdue)
    app.register_error_handler(SecurityError, stranger)


@lru_cache(maxsize=4096)
def once(macro: Macro, *values) -> Markup:
    """What a macro draws out of these values and nothing else: drawn once, however many rows show it."""
    return macro(*values)


def csrf_token() -> str:
    """Made once a request, for all the forms of the page."""
    return g.get("csrf_token") or generate_csrf()


def keep_assets(response: Response) -> Response:
    """A file of ours that names its version is kept for good; one that does not is asked for again."""
    if request.endpoint == "static" and response.status_code == 200:
        response.cache_control.no_cache = None if "v" in request.args else True
        response.cache_control.max_age = 31_536_000 if "v" in request.args else None
    return response


def person() -> dict:
    """Who reads, in which light, and the token of their forms."""
    theme = request.cookies.get("theme")
    # Flask-WTF puts its own token into every template as well.
    return {"user": actor(), "theme": theme if theme in THEMES else None, "csrf_token": csrf_token}


def problem(error: HTTPException) -> tuple[str, int] | Response:
    """The page for an HTTP error, in words."""
    if error.code is None or error.code < 400:
        return error.get_response()
    db.session.rollback()
    title, advice = PROBLEMS.get(error.code, (error.name, "Start again from the navigation."))
    if isinstance(error, RateLimitExceeded) and limiter.current_limit:
        advice = f"Try again in {wait(limiter.current_limit.reset_at)}."
    page = render_template("error.html", code=error.code, title=title, advice=advice)
    return page, error.code


def wait(until: int) -> str:
    """How long it is until then, in words."""
    seconds = max(1, round(until - clock.now().timestamp()))
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def stranger(_error: SecurityError) -> Response:
    """A name that is not ours: no page of ours has an address under it."""
    return Response("Plumbline is not reached by this name.\n", 400, content_type="text/plain")


def unfit(_error: DataError) -> tuple[str, int] | Response:
    """No column holds what was sent: a form of ours ought to have said so, so it is logged as a crash."""
    current_app.log_exception(sys.exc_info())
    return problem(UnprocessableEntity())


def overdue(error: OperationalError) -> tuple[str, int] | Response:
    """The database was stopped because it worked for too long."""
    if not is_timeout(error):
        raise error
    return problem(ServiceUnavailable())


def collision(_error: IntegrityError) -> tuple[str, int] | Response:
    """Two people wrote the same thing at once, and the database let the first one in."""
    return problem(Conflict())


def came_from() -> str:
    """The page of ours that the reader stood on; the start page where none, or another site, is named."""
    here = (request.referrer or "").startswith(request.host_url)
    return request.referrer if here else url_for("home.index")


def wants_json() -> bool:
    """Whether a script asks, which puts the answer into the page that is there."""
    return request.accept_mimetypes.best == "application/json"


def refusal(error: DomainError):
    """The domain said no to a button: back to the page that it stood on, with the sentence."""
    db.session.rollback()
    flash(str(error), "error")
    if wants_json():
        return {"error": str(error)}, 422
    return redirect(came_from())
