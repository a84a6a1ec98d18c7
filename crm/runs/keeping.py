"""What a report said, as it lies in the store: whether it is still the same, its digest tells."""

import zlib
from gzip import compress, decompress
from hashlib import sha256

from crm.errors import DomainError
from crm.store import store
from reports.kept import UnreadableError, again, keep
from reports.model import Report

GONE = "What was kept of this report is not there any more, or is damaged."
ANOTHER = "What was kept of this report is damaged: its digest is another."


def packed(report: Report) -> tuple[bytes, str]:
    """The report as it is put away, and the digest of what it says (SHA-256, hexadecimal)."""
    text = keep(report)
    return compress(text, 6, mtime=0), sha256(text).hexdigest()


def unpacked(name: str, digest: str) -> Report:
    """The report that lies in the store under this name, word for word. Raises DomainError for any other."""
    try:
        with store().open(name) as file:
            text = decompress(file.read())
    except (OSError, EOFError, zlib.error) as error:
        raise DomainError(GONE) from error
    if sha256(text).hexdigest() != digest:
        raise DomainError(ANOTHER)
    try:
        return again(text)
    except UnreadableError as error:
        raise DomainError(str(error)) from error
