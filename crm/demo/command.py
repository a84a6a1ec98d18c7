"""`flask demo`: fill an empty database with a believable centre."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password
from sqlalchemy import exists, or_, select

from config import DEMO_PASSWORD
from crm import clock
from crm.accounts.models import User
from crm.accounts.queries import find_user
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.demo import large
from crm.demo.people import SIGN_INS
from crm.demo.small import small
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.transactions import keep


def has_data() -> bool:
    return db.session.scalar(select(or_(exists(select(Organisation.id)), exists(select(User.id)))))


@click.command()
@click.option("--size", type=click.Choice(["small", "large"]), default="small", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day it is made for; today without it.")
@click.option("--if-empty", is_flag=True, help="Do nothing if the database holds anything.")
@with_appcontext
def demo(size, as_of, if_empty) -> None:
    """Fill an empty database with a demo, and print the sign-ins."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("This is production: the demo is not for it.")
    if has_data():
        if if_empty:
            if find_user(SIGN_INS[0].email):
                print_sign_ins()
            return
        raise click.ClickException(
            "The database already holds people or organisations. Give the demo an empty one."
        )
    fill(size, as_of.date() if as_of else clock.today())
    keep()
    print_sign_ins()


def fill(size: str, as_of) -> None:
    password = hash_password(DEMO_PASSWORD)
    rows, users, clients = small(as_of, password)
    rows.send()
    if size == "large":
        batches, is_hidden = large.LARGE.engagements // large.BATCH + 1, not sys.stderr.isatty()
        with click.progressbar(length=batches, label="Filling", file=sys.stderr, hidden=is_hidden) as bar:
            for _ in large.add_bulk(rows, users, clients, password, large.LARGE):
                bar.update(1)
    rows.settle()
    counts = {str(table.name): [None, count] for table, count in rows.counts.items()}
    record(Entry(Verb.IMPORTED, name=f"The {size} demo", changes=counts))


def print_sign_ins() -> None:
    click.echo(f"The demo is in. The password of all is: {DEMO_PASSWORD}")
    for person in SIGN_INS:
        click.echo(f"  {person.email:<32} {person.role.label:<14} {person.name}")
