"""What leaves as a file: the reader gets it, and the trail hears of it."""

from base64 import b64encode
from collections.abc import Iterable

from flask import Response

from crm.audit.models import Verb
from crm.audit.trail import hear

CSV = "text/csv; charset=utf-8"
NOTEBOOK = "application/x-ipynb+json"


def handed_out(
    body: bytes | str | Iterable, name: str, content_type: str, told: str, of=None, *,
    digest: str | None = None, rows: int | None = None,
) -> Response:  # fmt: skip
    """A download under this name; `told` is what the trail says of it, `of` the row that it tells about.

    A digest (SHA-256, hexadecimal) goes with it, for whoever wants to compare what arrived; and of bare rows
    how many there are.
    """
    said = {"thing": of.__tablename__, "thing_id": of.id, **of.whereabouts} if of is not None else {}
    hear(Verb.EXPORTED, told, **said)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    if digest:
        headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"
    if rows is not None:
        headers["X-Row-Count"] = str(rows)
    return Response(body, content_type=content_type, headers=headers)
