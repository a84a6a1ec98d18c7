"""`flask organisations import FILE`: the same import as on the page."""

import gc
import json
from collections import defaultdict
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from crm import transactions
from crm.errors import DomainError
from crm.organisations import mapping, uploads
from crm.organisations.delimited import SEPARATORS
from crm.organisations.importing import Outcome, import_organisations
from crm.organisations.reading import Sheet, read

MOST_SHOWN = 20
NAMED_SEPARATORS = {name: separator for separator, name in SEPARATORS.items()} | {"\\t": "\t", "pipe": "|"}


class Refusal(click.ClickException):
    exit_code = 2


@click.group("organisations")
def organisations() -> None:
    """Work on organisations."""


@organisations.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--match", metavar="KEY", help=f"What tells rows apart: {', '.join(mapping.SCHEMES)} or name.")
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Repeat it to join columns.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="One value for all rows.")
@click.option("--separator", help="One character, or comma, semicolon, tab, tilde; guessed without it.")
@click.option("--encoding", help="Such as utf-8, cp1252 or shift_jis; guessed without it.")
@click.option("--header/--no-header", default=None, help="Whether the first line has the headings.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it, every error too, as JSON.")
@with_appcontext
def import_(path: Path, dry_run: bool, match, maps, constants, separator, encoding, header, as_json) -> None:
    """Create and update organisations from FILE: CSV in any dialect, XLSX, XLS or ODS.

    FIELD is a field of an organisation, COLUMN a heading of the file ("Column 2" where it has none).
    What is not mapped is guessed; FIELD= with nothing after it leaves a field out. Rows that are
    refused are written to FILE.rejects.csv, with the reasons, to mend and import again.
    """
    gc.freeze()  # The modules stay; to walk them again for every few hundred rows costs a tenth of a second.
    try:
        separator = NAMED_SEPARATORS.get(separator, separator)
        sheet = read(path.read_bytes(), path.name, separator=separator, encoding=encoding, header=header)
        plan = _plan(sheet, maps, constants, match)
        # A write comes first: SQLite could refuse a command that reads and only then turns to writing.
        uploads.sweep(sa.true())
        outcome = import_organisations(sheet, plan, dry_run=dry_run)
    except DomainError as error:
        raise Refusal(str(error)) from None
    except (OperationalError, ProgrammingError) as error:
        raise Refusal(f"The database cannot be used: {error.orig}") from None
    if not dry_run:
        transactions.keep()
    rejects = write_rejects(path, outcome)
    (_print_json if as_json else _print)(sheet, plan, outcome, rejects, dry_run=dry_run)


def _plan(sheet: Sheet, maps, constants, match: str | None) -> mapping.Plan:
    chosen, values = _pairs(maps), {field: texts[-1] for field, texts in _pairs(constants).items()}
    sources = mapping.guess_mapping(sheet.columns) | chosen
    sources = {field: [name for name in names if name] for field, names in sources.items()}
    guessed = {} if sources.get("country") else mapping.guess_constants(sheet.columns)
    return mapping.make_plan(sheet.columns, sources, guessed | values, match)


def _pairs(options) -> dict[str, list[str]]:
    pairs = defaultdict(list)
    for option in options:
        field, sign, value = option.partition("=")
        if not sign:
            raise DomainError(f"“{option}” is not understood. Write it as FIELD=…, such as name=Hospital.")
        pairs[field.strip()].append(value.strip())
    return pairs


def write_rejects(path: Path, outcome: Outcome) -> Path | None:
    """Put the refused rows beside the file."""
    if not outcome.rejects:
        return None
    beside = path.with_name(f"{path.name}.rejects.csv")
    try:
        beside.write_text(outcome.rejects, encoding="utf-8-sig", newline="")
    except OSError as error:
        click.echo(f"The refused rows could not be written to {beside}: {error.strerror}.", err=True)
        return None
    return beside


def _print(
    sheet: Sheet, plan: mapping.Plan, outcome: Outcome, rejects: Path | None, *, dry_run: bool
) -> None:
    for field in plan.fields:
        origin = plan.heading(field) if field in plan.sources else f"always {plan.constants[field]}"
        click.echo(f"{mapping.label(field)}: {origin}")
    click.echo(f"Rows are matched by: {mapping.label(plan.match)}")
    for problem in outcome.problems[:MOST_SHOWN]:
        click.echo(str(problem), err=True)
    if more := len(outcome.problems) - MOST_SHOWN:
        click.echo(f"and {more:,} more", err=True) if more > 0 else None
    if rejects:
        click.echo(f"The refused rows are in {rejects}.", err=True)
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")
    click.echo(" ".join(f"{name}={count}" for name, count in outcome.counts.items()))


def _print_json(sheet: Sheet, plan: mapping.Plan, outcome: Outcome, rejects, *, dry_run: bool) -> None:
    summary = outcome.counts | {
        "dry_run": dry_run,
        "encoding": sheet.encoding,
        "separator": sheet.separator,
        "header": sheet.has_header,
        "match": plan.match,
        "mapping": {
            field: [plan.columns[at] for at in positions] for field, positions in plan.sources.items()
        },
        "set": plan.constants,
        "rejects": str(rejects) if rejects else None,
        "errors": [vars(problem) for problem in outcome.problems],
    }
    click.echo(json.dumps(summary, ensure_ascii=False, indent=1))
