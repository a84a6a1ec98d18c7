"""The marks at the head of a report: files that whoever runs the installation has put into a folder.

`centre.svg` or `centre.png` is ours; `client-7.svg` or `client-7.png` that of the organisation with the id 7.
"""

from dataclasses import replace
from pathlib import Path

from crm.organisations.models import Organisation
from reports.model import Logo, Report

_KINDS = ("svg", "png")
_PNG = b"\x89PNG\r\n\x1a\n"
#: A picture that is larger would weigh on every report.
_LARGEST = 512 * 1024


def _found(folder: Path, name: str, alt: str) -> tuple[Logo, ...]:
    for kind in _KINDS:
        path = folder / f"{name}.{kind}"
        if path.is_file() and path.stat().st_size <= _LARGEST:
            content = path.read_bytes()
            if kind == "svg" or content.startswith(_PNG):
                return (Logo(content, kind, alt),)
    return ()


def with_logos(report: Report, folder: str, client: Organisation | None) -> Report:
    """The report under the marks of the centre and of the client whose it is, as far as there are files."""
    ours = _found(Path(folder), "centre", "Logo of the centre")
    theirs = _found(Path(folder), f"client-{client.id}", f"Logo of {client.name}") if client else ()
    return replace(report, logos=ours + theirs)
