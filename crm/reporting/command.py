"""`flask report`: the same rows as the page, in a file."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from crm import clock
from crm.access import Operator
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.queries import Wanted
from crm.transactions import keep
from reports.writers import FORMATS
from reports.writers.csv import write_csv


@click.command("report")
@click.argument("name", type=click.Choice(list(CATALOGUE)))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--engagement", "engagement_id", type=int, help="For the progress report: its engagement.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="A day; today without it.")
@click.option("--stage", default="all", help="A stage, live or all.")
@click.option("--from", "from_", help="Across engagements: the first day; 91 days up to the last without it.")
@click.option("--to", help="Across engagements: the last day; today without it.")
@click.option("--person", type=int, help="Across engagements: who leads them, or whose time it is, by id.")
@click.option("--kind", help="Across engagements: a kind of client, such as hospital.")
@click.option("--state", help="Across engagements: a state or province.")
@click.option("--tag", help="Across engagements: a tag of the client.")
@click.option("--currency", help="Across engagements: a currency of the fee.")
@click.option("--table", help="For CSV: which table of the report; the first without it.")
@with_appcontext
def report(name, format_, out, engagement_id, as_of, table, **narrowed) -> None:
    """Write a report to a file."""
    entry = CATALOGUE[name]
    engagement = db.session.get(Engagement, engagement_id) if engagement_id else None
    if entry.of_engagement and engagement is None:
        raise click.UsageError("Name an engagement that exists: --engagement ID.")
    day = as_of.date() if as_of else clock.today()
    asked = Asked.of({"from": narrowed.pop("from_"), **narrowed}, day)
    made = entry.make(Request(Operator(), day, engagement, Wanted(narrowed["stage"]), asked))
    try:
        content = write_csv(made, table) if format_ == "csv" else FORMATS[format_].write(made)
    except KeyError:
        raise click.UsageError(f"No table {table!r}; there are {', '.join(made.row_counts)}.") from None
    out.write_bytes(content)
    record(Entry(Verb.EXPORTED, name=f"{made.title} as {format_.upper()}", engagement_id=engagement_id))
    keep()
    counts = " ".join(f"{part}={rows}" for part, rows in made.row_counts.items())
    click.echo(f"{out}: as of {made.as_of.isoformat()} {counts}")
