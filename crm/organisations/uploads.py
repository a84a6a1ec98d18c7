"""Files that wait for their mapping: received, read again another way, tried, applied."""

from datetime import timedelta

import sqlalchemy as sa

from crm import clock
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.importing import Outcome, import_organisations
from crm.organisations.mapping import Plan
from crm.organisations.models_import import ImportUpload
from crm.organisations.reading import Sheet, read

KEPT_FOR = timedelta(days=1)


def receive(
    filename: str, content: bytes, sheet: Sheet, *, by, subject: str = "organisations"
) -> ImportUpload:
    """Keep the file until its columns are mapped, and sweep out what the user left behind before."""
    sweep(ImportUpload.user_id == by.id)
    upload = ImportUpload(user_id=by.id, filename=filename[-255:], content=content, subject=subject)
    read_as(upload, sheet)
    db.session.add(upload)
    db.session.flush()
    return upload


def sweep(whose: sa.ColumnElement[bool]) -> None:
    """Delete what was left behind more than a day ago."""
    old = ImportUpload.created_at < clock.now() - KEPT_FOR
    db.session.execute(sa.delete(ImportUpload).where(whose, old))


def read_as(upload: ImportUpload, sheet: Sheet) -> None:
    """Remember how the file was read."""
    upload.separator, upload.encoding, upload.has_header = sheet.separator, sheet.encoding, sheet.has_header


def get_upload(token: str, *, by, subject: str = "organisations") -> ImportUpload:
    """The upload, if it is theirs and for this; else 404."""
    wanted = sa.select(ImportUpload).where(ImportUpload.token == token, ImportUpload.subject == subject)
    return db.one_or_404(wanted.where(ImportUpload.visible_to(by)))


def sheet_of(upload: ImportUpload) -> Sheet:
    return read(
        upload.content,
        upload.filename,
        separator=upload.separator,
        encoding=upload.encoding,
        header=upload.has_header,
    )


def try_out(upload: ImportUpload, sheet: Sheet, plan: Plan, *, by) -> Outcome:
    """What the import would do. Keeps the refused rows for download, and nothing else."""
    outcome = import_organisations(sheet, plan, by=by, dry_run=True)
    upload.rejects = outcome.rejects
    return outcome


def apply(upload: ImportUpload, sheet: Sheet, plan: Plan, *, by) -> Outcome:
    """Import the file, once: its content goes, the counts and the refused rows stay for a day."""
    hold(upload)
    return settle(upload, import_organisations(sheet, plan, by=by))


def hold(upload: ImportUpload) -> None:
    """Take the upload for oneself; a second press finds it imported."""
    db.session.refresh(upload, with_for_update=True)
    if upload.applied_at:
        raise DomainError(f"“{upload.filename}” is imported already.")


def settle(upload: ImportUpload, outcome: Outcome) -> Outcome:
    """It is imported: what is left is what came of it."""
    upload.rejects, upload.counts = outcome.rejects, outcome.counts
    upload.applied_at, upload.content = clock.now(), b""
    return outcome
