"""`flask backup FILE`, `flask restore FILE`, `flask backup-verify FILE`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.backup import restoring, writing
from crm.backup.archive import Manifest, opened
from crm.errors import DomainError
from crm.extensions import db
from crm.jobs import runs
from crm.mail import outbox
from crm.transactions import keep

IN = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
NOT_THEIRS = "42501"


@click.command()
@click.argument("path", metavar="FILE", type=OUT)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@with_appcontext
def backup(path: Path, force: bool) -> None:
    """Write all that the database holds into FILE, while it is in use.

    Everything is in it, private notes and password hashes too: keep it as you keep the database.
    """
    with _in_words():
        if not force:
            writing.refuse_taken(path)
        with _progress("Writing") as bar:
            manifest = writing.write(db.engine, path, _all_rows(bar))
        _remember(Verb.BACKED_UP, path, manifest)
    _warn(manifest)
    click.echo(f"{_sums(manifest)} bytes={path.stat().st_size}")


@click.command()
@click.argument("path", metavar="FILE", type=IN)
@with_appcontext
def restore(path: Path) -> None:
    """Load FILE into an empty database, of either kind, and verify what it then holds.

    Tables are made where there are none. It is all loaded and found to be as it was, or nothing is.
    """
    with _in_words(), opened(path) as archive:
        with _progress("Loading", archive.manifest.rows) as bar:
            restoring.restore(db.engine, archive, bar.update)
        manifest = archive.manifest
        held = runs.hold_all() + outbox.hold_all()
        _remember(Verb.RESTORED, path, manifest)
    _warn(manifest)
    if held:
        click.echo(f"{held} jobs and mails that waited are held back: see the pages Jobs and Mail.", err=True)
    click.echo(f"{_sums(manifest)} verified")


@click.command("backup-verify")
@click.argument("path", metavar="FILE", type=IN)
def backup_verify(path: Path) -> None:
    """Check every byte and every row of FILE, without a database."""
    with _in_words(), opened(path) as archive:
        manifest = archive.manifest
    _warn(manifest)
    click.echo(f"Made at {manifest.made_at} from {manifest.database}, revision {manifest.revision}.")
    click.echo(f"{_sums(manifest)} whole")


@contextmanager
def _in_words() -> Iterator[None]:
    """What goes wrong, as a sentence and an exit code."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'The file'}: {error.strerror}.") from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_THEIRS:
            raise click.ClickException(
                "This login of the database may not see every row. Run it as the owner of the tables."
            ) from None
        # The words of a refusal may hold values of a row; those of a failure to work at all do not.
        said = error.orig if isinstance(error, OperationalError) else type(error.orig).__name__
        raise click.ClickException(f"The database refused: {said}.") from None
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be used ({type(error).__name__}).") from None


def _progress(label: str, length: int = 0):
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _all_rows(bar) -> writing.Watch:
    """Rows are counted beforehand only for somebody who watches."""

    def watch(connection, tables):
        if not bar.hidden:
            bar.length = sum(stored.count(connection) for stored in tables)
        return bar.update

    return watch


def _remember(verb: Verb, path: Path, manifest: Manifest) -> None:
    said = {"rows": manifest.rows, "audit_position": manifest.audit_position, "made_at": manifest.made_at}
    record(Entry(verb, name=path.name[:255], changes={name: [None, value] for name, value in said.items()}))
    keep()


def _warn(manifest: Manifest) -> None:
    for fault in manifest.audit_faults:
        click.echo(f"The audit trail was not whole when it was backed up: {fault}", err=True)


def _sums(manifest: Manifest) -> str:
    return f"tables={len(manifest.tables)} rows={manifest.rows} audit={manifest.audit_position}"
