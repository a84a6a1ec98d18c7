"""A write with many rows to it, sent by several people at once; and whether each of them is there whole."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from zlib import crc32

import sqlalchemy as sa

from tests.drill.server import Visitor

THREADS = 4
ENGAGEMENTS = sa.text(
    "SELECT e.id FROM engagement e JOIN team_member t ON t.engagement_id = e.id "
    "JOIN user_account u ON u.id = t.user_id WHERE u.email = 'consultant@plumbline.example' "
    "AND e.stage IN ('agreed', 'discovery', 'alignment', 'implementation', 'measurement') ORDER BY e.id"
)
#: What one write makes, counted for each session: a half one has less of something.
PIECES = {
    "private notes": "FROM private_note x WHERE x.session_id = s.id",
    "times": "FROM time_entry x WHERE x.session_id = s.id",
    "actions": "FROM action x WHERE x.session_id = s.id",
    "people": 'FROM "session_user" x WHERE x.session_id = s.id',
    "entries": "FROM audit_entry x WHERE x.thing = 'coaching_session' AND x.thing_id = s.id",
    "entries of notes": "FROM audit_entry x JOIN private_note y ON y.id = x.thing_id "
    "WHERE x.thing = 'private_note' AND y.session_id = s.id",
    "entries of times": "FROM audit_entry x JOIN time_entry y ON y.id = x.thing_id "
    "WHERE x.thing = 'time_entry' AND y.session_id = s.id",
    "entries of actions": "FROM audit_entry x JOIN action y ON y.id = x.thing_id "
    "WHERE x.thing = 'action' AND y.session_id = s.id",
}
WHOLE = (1, 2, 3, 1, 1, 1, 2, 3)
COUNTED = ", ".join(f"(SELECT count(*) {piece})" for piece in PIECES.values())
FOUND = sa.text(f"SELECT s.summary, {COUNTED} FROM coaching_session s WHERE s.summary LIKE :mark")  # noqa: S608


def fields(mark: str, me: int) -> dict[str, str]:
    return {
        "on": (date(2030, 1, 1) + timedelta(crc32(mark.encode()) % 20_000)).isoformat(),
        "at": "10:00",
        "mode": "video",
        "state": "held",
        "time_zone": "UTC",
        "service_line": "coaching",
        "user_ids": me,
        "summary": mark,
        "agenda": "What the power may cut off. " * 40,
        "private_note": f"Of {mark}, to myself",
        "minutes_coaching": 60,
        "minutes_travel": 30,
        "budget_reason": "It is a drill",
        **{f"promised-{line}-title": f"{mark}, action {line}" for line in range(3)},
    }


class Burst:
    """Sessions that are logged by several people at once, until there are enough, or nobody answers."""

    def __init__(self, visitor: Visitor, engagements: list[int], me: int, prefix: str, most: int):
        self.visitor, self.engagements, self.me, self.prefix = visitor, engagements, me, prefix
        self.numbers = iter(range(most))
        self.acknowledged: set[str] = set()
        self.answers: Counter[int] = Counter()
        self.is_over, self._lock = False, threading.Lock()
        self.threads = [threading.Thread(target=self._write, args=(at,)) for at in range(THREADS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join()

    @property
    def is_writing(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    def _next(self) -> str | None:
        with self._lock:
            number = next(self.numbers, None)
        return None if number is None or self.is_over else f"{self.prefix}{number}"

    def _write(self, at: int) -> None:
        """Each writes to an engagement of their own, so that nobody numbers sessions against another."""
        path = f"/engagements/{self.engagements[at % len(self.engagements)]}/sessions/new"
        with self.visitor.again().settle() as visitor, suppress(OSError):
            while mark := self._next():
                status, _ = visitor.post(path, **fields(mark, self.me))
                with self._lock:
                    self.answers[status] += 1
                    if status == 302:
                        self.acknowledged.add(mark)


def begin(visitor: Visitor, engine: sa.Engine) -> Callable[..., Burst]:
    """Bursts of the consultant, on the engagements that they serve."""
    with engine.connect() as connection:
        engagements = list(connection.scalars(ENGAGEMENTS))
        me = connection.scalar(
            sa.text("SELECT id FROM user_account WHERE email = 'consultant@plumbline.example'")
        )
    return lambda prefix, most: Burst(visitor, engagements, me, prefix, most)


Found = dict[str, tuple[int, ...]]


def found(connection: sa.Connection, prefix: str) -> Found:
    """The writes that are there, each with how many of its pieces are."""
    rows = connection.execute(FOUND, {"mark": f"{prefix}%"})
    return {row[0]: tuple(row[1:]) for row in rows}


def lost_and_halved(there: Found, acknowledged: set[str]) -> Iterator[str]:
    """What was promised and is missing, and what is only half there."""
    for mark in sorted(acknowledged - there.keys()):
        yield f"{mark} was acknowledged and is not there"
    for mark, pieces in there.items():
        if pieces != WHOLE:
            yield f"{mark} is half there: {dict(zip(PIECES, pieces, strict=True))}"
