"""Who may do what, printed out of the rules: `flask access`, and the page in docs/."""

from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext
from werkzeug.routing import Rule

from crm import guard
from crm.access import RULES, Permission, Role

INTRODUCTION = """# Who may do what

This page is written out of the access rules by `flask access --markdown`; a test keeps it current. A dash
means never. What a reader may not see is answered 404, what they see and may not change 403. The database
guards the rows a second time: see [the decision record](adr/0007-the-guard-below-the-orm.md).
"""


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _scope(permission: Permission, role: Role) -> str:
    held = RULES[permission].get(role)
    return held.name if held else "–"


def _table(first: str, rows: Iterator[tuple[str, Permission]]) -> Iterator[str]:
    yield f"| {first} | {' | '.join(role.label for role in Role)} |"
    yield f"|---|{'---|' * len(Role)}"
    for name, permission in rows:
        yield f"| {name} | {' | '.join(_scope(permission, role) for role in Role)} |"


def _things() -> Iterator[tuple[str, Permission]]:
    for table, model in sorted(guard.models().items()):
        yield _words(table), model.view_permission


def _routes() -> list[tuple[Rule, str]]:
    rules = sorted(current_app.url_map.iter_rules(), key=str)
    return [(rule, getattr(current_app.view_functions[rule.endpoint], "access", "public")) for rule in rules]


def _methods(rule: Rule) -> str:
    return "/".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))


def markdown() -> str:
    """The whole page."""
    lines = [
        INTRODUCTION,
        "## Which records each role sees\n",
        *_table("Record", _things()),
        "\n## What each role may do\n",
        *_table("To do", ((_words(permission), permission) for permission in Permission)),
        "\n## What each address asks for\n",
        "| Address | Method | Asks for |",
        "|---|---|---|",
        *(f"| `{rule}` | {_methods(rule)} | {_words(wants)} |" for rule, wants in _routes()),
    ]
    return "\n".join(lines) + "\n"


@click.command("access")
@click.option("--markdown", "as_markdown", is_flag=True, help="As the page in docs/.")
@with_appcontext
def print_table(as_markdown: bool) -> None:
    """Print every route and what it asks for, then each permission and who holds it."""
    if as_markdown:
        click.echo(markdown(), nl=False)
        return
    for rule, wants in _routes():
        click.echo(f"{wants:<20} {_methods(rule):<9} {rule}")
    click.echo()
    for permission, roles in RULES.items():
        held = ", ".join(f"{role}: {scope.name}" for role, scope in roles.items())
        click.echo(f"{permission:<20} {held}")
