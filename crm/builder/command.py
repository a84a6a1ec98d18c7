"""`flask view`: a saved view in a file, with the same rows as its page."""

import click
from flask.cli import with_appcontext

from crm.access import Operator, Permission, holds
from crm.accounts.queries import find_user
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.builder.definition import RefusedError
from crm.builder.kept import of_what
from crm.builder.queries_saved import made, named
from crm.readers import become
from crm.reporting.command import BOM, OUT
from crm.reporting.files import write_sidecar, write_whole
from crm.transactions import keep
from reports.writers import FORMATS


def _reader(email: str | None):
    if email is None:
        return Operator()
    user = find_user(email)
    if user is None or not holds(user, Permission.BUILDER):
        raise click.UsageError("Nobody of this address may open views.")
    become(user)
    return user


@click.command("view")
@click.argument("name")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), required=True)
@OUT
@click.option("--as", "email", help="As whom it is read; without it, with all that an administrator sees.")
@click.option("--table", help="For CSV and Parquet: which table; the first without it.")
@BOM
@with_appcontext
def view(name, format_, out, email, table, bom) -> None:
    """Write a saved view, by number or NAME, to a file; beside a CSV, FILE.rows.json says how many rows."""
    if bom and format_ != "csv":
        raise click.UsageError("--bom is for CSV.")
    user = _reader(email)
    found = named(user, name)
    if len(found) != 1:
        several = ", ".join(f"{one.id} of {one.user.name}" for one in found)
        raise click.UsageError(f"Several are called so: {several}." if found else f"No view {name!r}.")
    try:
        kept = of_what(found[0].what)
        if not kept.may(user):
            raise click.UsageError(f"No view {name!r}.")
        report = made(kept, user, found[0].name)
        content = FORMATS[format_].written(report, table, **({"bom": True} if bom else {}))
    except RefusedError as error:
        raise click.UsageError(" ".join(error.sentences)) from None
    except KeyError:
        raise click.UsageError(f"No table {table!r}.") from None
    digest = write_whole(out, [content])
    if format_ == "csv":
        one = report.table(table)
        write_sidecar(out, len(one), digest, view=found[0].name, table=one.name)
    record(Entry(Verb.EXPORTED, name=f"{report.title} as {format_.upper()}"))
    keep()
    counts = " ".join(f"{part}={rows}" for part, rows in report.row_counts.items())
    click.echo(f"{out}: as of {report.as_of.isoformat()} {counts}")
