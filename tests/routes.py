"""The URL map, for tests that walk it."""

from config import TestConfig
from crm import create_app

_app = create_app(TestConfig)
ROUTES = sorted(_app.url_map.iter_rules(), key=str)
#: What stands in a URL where no row is needed to see how the door is guarded.
ANY = {
    "filename": "css/theme.css",
    "form": "sessions/1/edit",
    "token": "none",
    "format_": "csv",
    "thing": "engagement",
    "part": "design",
    "key": "squire",
    "week_on": "2026-03-02",
}


def access(rule) -> str:
    return getattr(_app.view_functions[rule.endpoint], "access", "public")


def subject(rule) -> type | None:
    return getattr(_app.view_functions[rule.endpoint], "subject", None)


def address(rule, keys: dict | None = None) -> str:
    """The URL of a route; 1 for each key that `keys` does not hold."""
    values = {name: ANY.get(name, 1) for name in rule.arguments} | (keys or {})
    return rule.build({name: values[name] for name in rule.arguments})[1]


GUARDED = [rule for rule in ROUTES if access(rule) != "public"]
WRITING = [rule for rule in ROUTES if "POST" in rule.methods]
