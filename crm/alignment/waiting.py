"""Lists that wait for their columns: what they are is written in the subject of the upload."""

import sqlalchemy as sa

from crm.alignment.lists import What, pasted
from crm.extensions import db
from crm.organisations import uploads
from crm.organisations.models_import import ImportUpload
from crm.organisations.reading import Sheet

ROOM = "worksheet"


def subject_of(what: What, engagement_id: int, *, is_pasted: bool) -> str:
    return f"{ROOM}/{what}/{engagement_id}/{'pasted' if is_pasted else 'file'}"


def read_subject(subject: str) -> tuple[What, int]:
    _, what, engagement_id, _ = subject.split("/")
    return What(what), int(engagement_id)


def get_upload(token: str, *, by) -> ImportUpload:
    """The list, if it is theirs and for a worksheet; else 404."""
    wanted = sa.select(ImportUpload).where(
        ImportUpload.token == token, ImportUpload.subject.startswith(f"{ROOM}/")
    )
    return db.one_or_404(wanted.where(ImportUpload.visible_to(by)))


def sheet_of(upload: ImportUpload) -> Sheet:
    if not upload.subject.endswith("/pasted"):
        return uploads.sheet_of(upload)
    what, _ = read_subject(upload.subject)
    return pasted(upload.content.decode(), what)
