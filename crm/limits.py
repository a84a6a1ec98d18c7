"""How often one reader may search, download and import: known by the request, so no page is forgotten."""

import re

from flask import current_app, request, session
from flask_limiter import ApplicationLimit
from flask_limiter.util import get_remote_address

FILE = re.compile(r"\.(<format_>|[a-z]+)$")
SENT = re.compile(r"/(import|upload)(/|$)")


def reader() -> str:
    """Who asks: the signed-in user, else the address."""
    return session.get("_user_id") or get_remote_address()


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else ""


def searches() -> bool:
    return bool(request.args.get("q"))


def downloads() -> bool:
    return request.endpoint not in ("static", "bootstrap.static") and bool(FILE.search(_rule()))


def imports() -> bool:
    return request.method == "POST" and bool(SENT.search(_rule()))


def _limit(kind) -> ApplicationLimit:
    name = kind.__name__
    return ApplicationLimit(
        limit_provider=lambda: current_app.config[f"{name.upper()}_LIMIT"],
        key_function=reader,
        scope=name,
        exempt_when=lambda: not kind(),
    )


LIMITS = [_limit(kind) for kind in (searches, downloads, imports)]
