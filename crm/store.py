"""Files that are kept: in a folder that all processes share, or in a bucket of S3.

A file is its name and its bytes. It appears whole or not at all, whatever becomes of its writer.
"""

import io
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

import lazy_loader as lazy
from flask import current_app

obstore = lazy.load("obstore")

#: Parts between slashes that begin with a letter or a digit: nothing that leads out, nothing hidden.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
PART = ".part"
#: What was begun and not ended for so long has lost its writer.
ABANDONED = timedelta(days=1)
#: A bucket that does not answer is told soon; a part of a file may take longer.
#: Whether it is spoken to in the clear, the address of its endpoint says.
PATIENCE = {"connect_timeout": "3s", "timeout": "60s", "allow_http": True}
#: Whoever asks whether it is there waits for the answer.
GLANCE = PATIENCE | {"connect_timeout": "1s", "timeout": "2s"}
READ_AHEAD = 1 << 20
STORE = "store"


class Store(Protocol):
    """What is asked of a place for files. Who asks for one that is not there gets FileNotFoundError."""

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Keep these bytes under this name, instead of what was there. How many bytes."""

    def open(self, name: str) -> BinaryIO:
        """To read from, piece by piece."""

    def delete(self, name: str) -> None:
        """It need not be there."""

    def exists(self, name: str) -> bool: ...
    def size(self, name: str) -> int: ...

    def names(self, prefix: str = "") -> Iterator[str]:
        """Those that begin so, in their order."""

    def tidy(self) -> int:
        """Remove what writers that were killed left behind. How many pieces."""

    def check(self) -> None:
        """Raise where files cannot be kept now."""


def store() -> Store:
    """The place for files of this app, opened when it is first used."""
    extensions = current_app.extensions
    if STORE not in extensions:
        extensions[STORE] = opened(current_app.config["FILES_URL"])
    return extensions[STORE]


def opened(address: str) -> Store:
    """A folder, `s3://bucket/prefix`, or "" for the memory of this process."""
    if not address:
        return Bucket(obstore.store.MemoryStore())
    if address.startswith("s3://"):
        return Bucket(_s3(address, PATIENCE, retries=2), _s3(address, GLANCE, retries=0))
    return Folder(Path(address.removeprefix("file://")))


def _s3(address: str, waits: dict, *, retries: int):
    again = {"max_retries": retries, "retry_timeout": timedelta(seconds=20)}
    return obstore.store.S3Store.from_url(address, client_options=waits, retry_config=again)


def state() -> str:
    """`ok`, or that it is out of reach."""
    try:
        store().check()
    except Exception:  # Each kind has errors of its own, and all mean the same here.
        return "unreachable"
    return "ok"


def _sane(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"no name for a file: {name!r}")
    return name


class Counted:
    """Bytes on their way, counted."""

    def __init__(self, chunks: Iterable[bytes]):
        self.chunks, self.count = chunks, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.count += len(chunk)
            yield chunk


class Folder:
    def __init__(self, root: Path):
        self.root = root

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        path, counted = self._path(name), Counted(chunks)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}{PART}")
        try:
            with part.open("xb") as file:
                file.writelines(counted)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _sync(path.parent)
        return counted.count

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def size(self, name: str) -> int:
        return self._path(name).stat().st_size

    def names(self, prefix: str = "") -> Iterator[str]:
        files = (path for path in self.root.rglob("*") if path.is_file() and path.name[0] != ".")
        found = (path.relative_to(self.root).as_posix() for path in files)
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def tidy(self) -> int:
        before = time.time() - ABANDONED.total_seconds()
        left = [path for path in self.root.rglob(f".*{PART}") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def check(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise PermissionError(self.root)

    def _path(self, name: str) -> Path:
        return self.root / _sane(name)


def _sync(folder: Path) -> None:
    """Have the disk know the name too, and not the bytes alone."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class Bucket:
    """Of S3, or whatever else obstore can write to. It puts whole files, and a part is never seen."""

    def __init__(self, bucket, glance=None):
        self.bucket, self.glance = bucket, glance or bucket

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        counted = Counted(chunks)
        obstore.put(self.bucket, _sane(name), iter(counted), max_concurrency=2)
        return counted.count

    def open(self, name: str) -> BinaryIO:
        reader = obstore.open_reader(self.bucket, _sane(name), buffer_size=READ_AHEAD)
        return io.BufferedReader(Remote(reader), READ_AHEAD)

    def delete(self, name: str) -> None:
        try:
            obstore.delete(self.bucket, _sane(name))
        except FileNotFoundError:
            return

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return obstore.head(self.bucket, _sane(name))["size"]

    def names(self, prefix: str = "") -> Iterator[str]:
        folder = prefix.rpartition("/")[0]
        lists = obstore.list(self.bucket, folder or None)
        found = (one["path"] for chunk in lists for one in chunk)
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def tidy(self) -> int:
        """A bucket removes parts of files by a rule of its own: see docs/operations.md."""
        return 0

    def check(self) -> None:
        next(iter(obstore.list(self.glance, chunk_size=1)), None)


class Remote(io.RawIOBase):
    """A file of a bucket, as the standard library knows files."""

    def __init__(self, reader):
        self.reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = memoryview(self.reader.read(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.reader.seek(offset, whence)

    def tell(self) -> int:
        return self.reader.tell()
