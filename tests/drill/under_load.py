"""Back up while people write, restore into an empty place, and compare every table."""

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from crm.backup.archive import Archive, opened, tally
from crm.backup.tables import read_all_rows, tables_of
from tests.drill.places import Postgresql, Sqlite, flask
from tests.drill.server import Server, Visitor
from tests.drill.writes import begin, found, lost_and_halved

MANY = 100_000
PREFIX = "while it is backed up, write "
SOME = 20
#: The trail goes on with the restore itself: of it, the entries that were kept are compared.
GOES_ON = frozenset({"audit_entry", "audit_head"})
LOGGED = sa.text(
    "SELECT count(*) FROM audit_entry WHERE thing = 'coaching_session' AND verb = 'created' "
    "AND position <= :position"
)
Tell = Callable[[str], None]


def back_up(place: Sqlite | Postgresql, folder: Path, times: int, tell: Tell) -> list[Path]:
    """Back up so many times while several people write."""
    engine = sa.create_engine(place.address, poolclass=sa.NullPool)
    paths = [folder / f"{place.name}-{number}.zip" for number in range(times)]
    with (
        Server(place.address, folder / f"{place.name}.log") as server,
        Visitor.sign_in(server, "consultant") as visitor,
    ):
        burst = begin(visitor, engine)(PREFIX, MANY)
        burst.start()
        for path in paths:
            before, started = len(burst.acknowledged), time.monotonic()
            while len(burst.acknowledged) < before + SOME:
                time.sleep(0.01)
            said = flask(place.address, "backup", str(path))
            written, seconds = len(burst.acknowledged) - before, time.monotonic() - started
            tell(f"  {said} in {seconds:.1f} s, with {written} writes meanwhile")
        burst.is_over = True
        burst.join()
    return paths


def restored(path: Path, source: str, target: str, tell: Tell) -> list[str]:
    """Restore into an empty place, and compare it with the archive and with the trail it was taken from."""
    said = flask(target, "restore", str(path))
    with opened(path) as archive, sa.create_engine(target).connect() as there:
        read_all_rows(there)
        faults = [*_apart(there, archive), *lost_and_halved(found(there, PREFIX), set())]
        writes = len(found(there, PREFIX))
        with sa.create_engine(source).connect() as here:
            logged = here.scalar(LOGGED, {"position": archive.manifest.audit_position})
    if writes != logged:
        faults.append(f"the trail tells of {logged} sessions up to the backup, and {writes} are there")
    tell(f"  {said}, {writes} of the writes in it")
    return faults


def _apart(connection: sa.Connection, archive: Archive):
    """Every table that does not read as in the archive, line by line."""
    for stored in tables_of(connection):
        content = archive.manifest.tables[stored.name]
        if stored.name in GOES_ON:
            kept = list(archive.lines(stored.name))
            is_same = stored.name == "audit_head" or list(stored.lines(connection))[: len(kept)] == kept
        else:
            is_same = tally(stored.lines(connection)) == (content.rows, content.sha256)
        if not is_same:
            yield f"{stored.name} is not as in the archive"
