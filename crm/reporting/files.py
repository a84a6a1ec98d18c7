"""Files of the command line: whole or not there, and beside one of bare rows a note of how many it holds."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path


def write_whole(out: Path, chunks: Iterable[bytes]) -> str:
    """Write the file under another name until all of it is there. Its digest."""
    part, digest = out.with_name(f"{out.name}.part"), sha256()
    try:
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest()


def write_sidecar(out: Path, rows: int, digest: str, **said: str) -> Path:
    """`FILE.rows.json`: how many rows FILE holds, and the digest of what was written."""
    beside = out.with_name(f"{out.name}.rows.json")
    content = {"file": out.name, "rows": rows, "sha256": digest, **said}
    write_whole(beside, [json.dumps(content, indent=2).encode() + b"\n"])
    return beside
