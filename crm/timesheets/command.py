"""`flask time import FILE`: the same import as on the page."""

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from crm import transactions
from crm.access import Operator
from crm.accounts.queries import find_user
from crm.errors import DomainError
from crm.organisations import uploads
from crm.organisations.command import MOST_SHOWN, Refusal, write_rejects
from crm.organisations.importing import Outcome
from crm.organisations.reading import read
from crm.readers import become
from crm.timesheets import plans
from crm.timesheets.importing import import_time
from crm.timesheets.plans import File, Plan


@click.group("time")
def time() -> None:
    """Work on time entries."""


@time.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option(
    "--user", "email", metavar="EMAIL", help="Import as this person may; as an administrator without it."
)
@click.option("--reason", help="Why rows may go beyond a budget; kept with them.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it, every error too, as JSON.")
@with_appcontext
def import_(path: Path, dry_run: bool, email: str | None, reason: str | None, as_json: bool) -> None:
    """Log the time in FILE: the detailed CSV export of Toggl Track, Clockify or Harvest.

    Projects are taken for the engagements of the same name and client, tasks and tags for kinds. Rows that
    are refused are written to FILE.rejects.csv, with the reasons, to mend and import again.
    """
    try:
        by = _person(email)
        file = File(read(path.read_bytes(), path.name), path.name)
        # A write comes first: SQLite could refuse a command that reads and only then turns to writing.
        uploads.sweep(sa.true())
        become(by)
        plan = plans.guess(file, by, reason=reason)
        outcome = import_time(file, plan, by=by, dry_run=dry_run)
    except DomainError as error:
        raise Refusal(str(error)) from None
    except (OperationalError, ProgrammingError) as error:
        raise Refusal(f"The database cannot be used: {error.orig}") from None
    if not dry_run:
        transactions.keep()
    rejects = write_rejects(path, outcome)
    (_print_json if as_json else _print)(file, plan, outcome, rejects, dry_run=dry_run)


def _person(email: str | None):
    if email is None:
        return Operator()
    if not (user := find_user(email)):
        raise DomainError(f"Nobody signs in with {email}.")
    return user


def _print(file: File, plan: Plan, outcome: Outcome, rejects: Path | None, *, dry_run: bool) -> None:
    click.echo(f"Read as {file.tracker.label}; the {plan.order} comes first in days.")
    for label, kind in plan.kinds.items():
        click.echo(f"{label}: {kind.label}")
    for problem in outcome.problems[:MOST_SHOWN]:
        click.echo(str(problem), err=True)
    if (more := len(outcome.problems) - MOST_SHOWN) > 0:
        click.echo(f"and {more:,} more", err=True)
    if rejects:
        click.echo(f"The refused rows are in {rejects}.", err=True)
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")
    click.echo(" ".join(f"{name}={count}" for name, count in outcome.counts.items()))


def _print_json(file: File, plan: Plan, outcome: Outcome, rejects, *, dry_run: bool) -> None:
    summary = outcome.counts | {
        "dry_run": dry_run,
        "tool": file.tracker.name,
        "order": plan.order,
        "engagements": {" / ".join(place): key for place, key in plan.engagements.items()},
        "kinds": plan.kinds,
        "rejects": str(rejects) if rejects else None,
        "errors": [vars(problem) for problem in outcome.problems],
    }
    click.echo(json.dumps(summary, ensure_ascii=False, indent=1))
