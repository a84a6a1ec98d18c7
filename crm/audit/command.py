"""`flask audit`: prove that the trail is whole."""

import click
from flask.cli import with_appcontext

from crm.audit import queries
from crm.audit.chain import faults
from crm.audit.models import BEGINNING

MOST_SHOWN = 50


@click.group("audit")
def audit() -> None:
    """Look after the audit trail."""


@audit.command()
@click.option("--head", "kept", metavar="DIGEST", help="A digest noted earlier: it has to be on the chain.")
@with_appcontext
def verify(kept: str | None) -> None:
    """Reckon every digest of the trail again, and name each entry that is changed, missing or out of order.

    Note the digest that is printed somewhere else. Who can write to the database could reckon a whole new
    chain; `--head` with a digest of an earlier day finds even that.
    """
    position, digest = queries.head()
    found, is_on_chain = [], kept in (None, BEGINNING, digest)

    def watched():
        nonlocal is_on_chain
        for entry in queries.whole():
            is_on_chain = is_on_chain or entry["digest"] == kept
            yield entry

    found.extend(faults(watched(), BEGINNING, (position, digest)))
    if not is_on_chain:
        found.append(f"the digest {kept} is nowhere on the chain: it was written anew")
    for fault in found[:MOST_SHOWN]:
        click.echo(fault, err=True)
    if found:
        raise click.ClickException(
            f"The audit trail is not whole: {len(found):,} found among {position:,} entries."
        )
    click.echo(f"The audit trail is whole: {position:,} entries, the last with digest {digest}")
