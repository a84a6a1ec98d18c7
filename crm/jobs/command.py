"""`flask worker`: do what is queued and scheduled."""

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.jobs.worker import work


@click.command()
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Runs at a time.")
@click.option("--patience", default=25, show_default=True, help="Seconds for what runs when told to stop.")
@with_appcontext
def worker(threads: int, patience: int) -> None:
    """Do what is queued and scheduled, until told to stop. There may be many, on many machines."""
    work(current_app._get_current_object(), threads, patience)
