"""Tables that wait for their columns: whose values they are is written in the subject of the upload."""

import sqlalchemy as sa

from crm.extensions import db
from crm.organisations.models_import import ImportUpload

ROOM = "observations"


def subject_of(measure_id: int, *, is_pasted: bool) -> str:
    return f"{ROOM}/{measure_id}/{'pasted' if is_pasted else 'file'}"


def measure_of(subject: str) -> tuple[int, bool]:
    """The measure, and whether the table was pasted."""
    _, measure_id, how = subject.split("/")
    return int(measure_id), how == "pasted"


def get_upload(token: str, *, by) -> ImportUpload:
    """The table, if it is theirs and of a measure; else 404."""
    wanted = sa.select(ImportUpload).where(
        ImportUpload.token == token, ImportUpload.subject.startswith(f"{ROOM}/")
    )
    return db.one_or_404(wanted.where(ImportUpload.visible_to(by)))
