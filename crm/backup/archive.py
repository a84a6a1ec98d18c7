"""The file of a backup: a zip with a manifest, one stream of JSON lines per table, and a seal at its end.

The seal is the SHA-256 of every byte before it. It stands in the comment of the zip, so that any program
can unpack the file, and none of its bytes can change unseen.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import orjson

from crm.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = b"Plumbline backup; SHA-256 of all before this digest: "
DIGEST_LENGTH = 64
BLOCK = 1 << 20


@dataclass(frozen=True)
class Content:
    """What a table held: its columns with their kinds, how many rows, and the digest of their lines."""

    columns: dict[str, str]
    rows: int
    sha256: str


@dataclass
class Manifest:
    """What an archive says about itself."""

    made_at: str
    database: str
    revision: str
    audit_position: int
    audit_digest: str
    audit_faults: list[str]
    tables: dict[str, Content] = field(default_factory=dict)
    #: Nothing of Plumbline is kept in files yet: what people upload are rows. Files will be listed here.
    files: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())


class Tally:
    """Counts lines and reckons their digest while they pass."""

    def __init__(self) -> None:
        self.rows, self._digest = 0, sha256()

    def watch(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self._digest.update(line)
            self.rows += 1
            yield line

    @property
    def sum(self) -> tuple[int, str]:
        return self.rows, self._digest.hexdigest()


def tally(lines: Iterable[bytes]) -> tuple[int, str]:
    found = Tally()
    for _ in found.watch(lines):
        pass
    return found.sum


def _place(name: str) -> str:
    return f"tables/{name}.jsonl"


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    return entry


def put_table(into: ZipFile, name: str, columns: dict[str, str], lines: Iterable[bytes]) -> Content:
    found = Tally()
    with into.open(_entry(_place(name)), "w", force_zip64=True) as stream:
        for line in found.watch(lines):
            stream.write(line)
    return Content(columns, *found.sum)


def put_manifest(into: ZipFile, manifest: Manifest) -> None:
    into.writestr(_entry(MANIFEST), orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    into.comment = SEAL + b"0" * DIGEST_LENGTH


def seal(file: BinaryIO) -> None:
    """The last thing that is done to an archive."""
    size = file.seek(0, 2)
    digest = _digest(file, size - DIGEST_LENGTH)
    file.seek(size - DIGEST_LENGTH)
    file.write(digest)


def _digest(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    found = sha256()
    while size and (block := file.read(min(BLOCK, size))):
        found.update(block)
        size -= len(block)
    return found.hexdigest().encode()


def _check_seal(file: BinaryIO, name: str) -> None:
    size = file.seek(0, 2)
    ending = len(SEAL) + DIGEST_LENGTH
    file.seek(max(size - ending, 0))
    found = file.read()
    if not found.startswith(SEAL):
        raise DomainError(f"{name} is no backup of Plumbline, or its end is missing.")
    if _digest(file, size - DIGEST_LENGTH) != found.removeprefix(SEAL):
        raise DomainError(f"{name} is damaged: its content does not give its checksum.")


class Archive:
    """A backup that was found to be whole."""

    def __init__(self, file: ZipFile, name: str):
        self._zip, self.name = file, name
        said = orjson.loads(file.read(MANIFEST))
        if said["format"] != FORMAT:
            raise DomainError(
                f"{name} is a backup of format {said['format']}; this Plumbline reads {FORMAT}."
            )
        said["tables"] = {name: Content(**content) for name, content in said["tables"].items()}
        self.manifest = Manifest(**said)

    def lines(self, table: str) -> Iterator[bytes]:
        with self._zip.open(_place(table)) as stream:
            yield from stream

    def check(self) -> None:
        """Every table holds what the manifest says."""
        for name, content in self.manifest.tables.items():
            if tally(self.lines(name)) != (content.rows, content.sha256):
                raise DomainError(f"{self.name} is damaged: the rows of {name} are not those that were kept.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, after every byte and every row of it was checked."""
    with path.open("rb") as file:
        _check_seal(file, path.name)
        try:
            with ZipFile(file) as unpacked:
                archive = Archive(unpacked, path.name)
                archive.check()
                yield archive
        except (BadZipFile, zlib.error, KeyError, TypeError, orjson.JSONDecodeError):
            raise DomainError(f"{path.name} cannot be read as a backup of Plumbline.") from None
