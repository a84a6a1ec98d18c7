"""Archives that say something else than what was backed up, and are sealed as if they were true."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import orjson

from crm.backup.archive import opened, put_manifest, put_table, seal

Change = Callable[[list], list]


def rewritten(
    kept: Path, to: Path, *, rows: dict[str, Change] | None = None, counted_anew: bool = True, **said
) -> Path:
    """The archive with other words in its manifest, and other rows in some of its tables."""
    with opened(kept) as archive, to.open("w+b") as file:
        manifest = replace(archive.manifest, tables={}, **said)
        with ZipFile(file, "w") as new:
            for name, content in archive.manifest.tables.items():
                change = (rows or {}).get(name, list)
                lines = change([orjson.loads(line) for line in archive.lines(name)])
                encoded = (orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
                put = put_table(new, name, content.columns, encoded)
                manifest.tables[name] = put if counted_anew else content
            put_manifest(new, manifest)
        seal(file)
    return to
