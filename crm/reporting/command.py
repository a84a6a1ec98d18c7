"""`flask report` and `flask export`: the same rows as the page, in a file."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from crm import clock
from crm.access import Operator
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.files import write_sidecar, write_whole
from crm.reporting.logos import with_logos
from crm.reporting.queries import Wanted
from crm.reporting.queries_streams import STREAMS
from crm.transactions import keep
from reports.writers import FORMATS, STREAMED

OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
BOM = click.option("--bom", is_flag=True, help="For CSV: begin with a byte order mark, which Excel asks for.")


def _wishes(format_: str, *, bom: bool, one_page: bool = False) -> dict[str, bool]:
    """What is asked of the writer. Raises UsageError for what this format does not have."""
    if bom and format_ != "csv":
        raise click.UsageError("--bom is for CSV.")
    if one_page and format_ != "pdf":
        raise click.UsageError("--one-page is for PDF.")
    return {name: True for name, wanted in (("bom", bom), ("one_page", one_page)) if wanted}


@click.command("report")
@click.argument("name", type=click.Choice(list(CATALOGUE)))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), required=True)
@OUT
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
@click.option("--table", help="For CSV and Parquet: which table of the report; the first without it.")
@BOM
@click.option("--one-page", is_flag=True, help="For PDF: one page for a board, without the tables.")
@with_appcontext
def report(name, format_, out, engagement_id, as_of, table, bom, one_page, **narrowed) -> None:
    """Write a report to a file; beside a CSV, FILE.rows.json says how many rows it holds."""
    wishes = _wishes(format_, bom=bom, one_page=one_page)
    entry = CATALOGUE[name]
    engagement = db.session.get(Engagement, engagement_id) if engagement_id else None
    if entry.of_engagement and engagement is None:
        raise click.UsageError("Name an engagement that exists: --engagement ID.")
    day = as_of.date() if as_of else clock.today()
    asked = Asked.of({"from": narrowed.pop("from_"), **narrowed}, day)
    made = entry.make(Request(Operator(), day, engagement, Wanted(narrowed["stage"]), asked))
    made = with_logos(made, current_app.config["LOGOS_FOLDER"], engagement and engagement.organisation)
    try:
        content = FORMATS[format_].written(made, table, **wishes)
    except KeyError:
        raise click.UsageError(f"No table {table!r}; there are {', '.join(made.row_counts)}.") from None
    digest = write_whole(out, [content])
    if format_ == "csv":
        table = made.table(table).name
        write_sidecar(out, made.row_counts[table], digest, report=name, table=table, as_of=day.isoformat())
    record(Entry(Verb.EXPORTED, name=f"{made.title} as {format_.upper()}", engagement_id=engagement_id))
    keep()
    counts = " ".join(f"{part}={rows}" for part, rows in made.row_counts.items())
    click.echo(f"{out}: as of {made.as_of.isoformat()} {counts}")


@click.command("export")
@click.argument("name", type=click.Choice(list(STREAMS)))
@click.option("--format", "format_", type=click.Choice(list(STREAMED)), required=True)
@OUT
@BOM
@with_appcontext
def export(name, format_, out, bom) -> None:
    """Write a list of everything to a file, row by row, and FILE.rows.json with their number beside it."""
    wishes = _wishes(format_, bom=bom)
    stream = STREAMS[name](Operator(), clock.today())
    digest = write_whole(out, STREAMED[format_].stream(stream, **wishes))
    write_sidecar(out, stream.rows, digest, list=name, as_of=stream.as_of.isoformat())
    record(Entry(Verb.EXPORTED, name=f"{stream.title} as {format_.upper()}, {stream.rows:,} rows"))
    keep()
    click.echo(f"{out}: as of {stream.as_of.isoformat()} {name}={stream.rows}")
