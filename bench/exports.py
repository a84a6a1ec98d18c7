"""`python -m bench.exports`: files of all sessions, and their floors, at 10 k, 100 k and 1 M sessions.

The floor of CSV is a cursor of sqlite3 over the same joins, its rows handed to csv.writer as they come; that
of XLSX is rustpy-xlsxwriter, the fastest writer of sheets that we know, alone on rows that are there already.
Each is run in a process of its own, ROUNDS times, the floor by turns with ours; the median is told.
Memory is how far its peak stands above what the process held before. Numbers as arguments are other sizes.
"""

import csv
import gc
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from rustpy_xlsxwriter import FastExcel

gc.disable()  # As wsgi.py does.
from bench.__main__ import environ  # noqa: E402
from bench.rounds import plumbline, signed_in  # noqa: E402
from config import TestConfig  # noqa: E402
from crm import create_app  # noqa: E402
from crm.access import Role  # noqa: E402
from crm.accounts.models import User  # noqa: E402
from crm.engagements.models import Engagement, Stage  # noqa: E402
from crm.extensions import db  # noqa: E402
from crm.organisations.models import Organisation, searchable  # noqa: E402
from crm.sessions.models import CoachingSession, Mode, TimeEntry, TimeKind  # noqa: E402
from crm.transactions import one  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
OF_ENGAGEMENT, BATCH = 50, 20_000
MODES = tuple(Mode)

SESSIONS = """
    SELECT o.name, e.title, s.number, s.starts_at, s.time_zone, u.name, s.mode, s.place, s.state,
           CASE WHEN s.locked_at IS NOT NULL THEN 'locked'
                WHEN s.acknowledged_at IS NOT NULL THEN 'acknowledged'
                WHEN s.is_shared THEN 'shared' ELSE 'draft' END,
           s.service_line, s.is_pro_bono,
           (SELECT coalesce(sum(t.minutes), 0) FROM time_entry t WHERE t.session_id = s.id)
    FROM coaching_session s LEFT JOIN engagement e ON e.id = s.engagement_id
         LEFT JOIN organisation o ON o.id = s.organisation_id LEFT JOIN user_account u ON u.id = s.coach_id
    ORDER BY s.id
"""
HEADINGS = (
    "client", "engagement", "number", "starts_at", "time_zone", "coach", "mode", "place", "state", "record",
    "service_line", "is_pro_bono", "minutes",
)  # fmt: skip


def fill(app, sessions: int) -> None:
    """So many sessions of engagements of OF_ENGAGEMENT each, with one entry of time each."""
    with app.app_context(), one():
        people = [
            User(name=f"Person {at}", email=f"p{at}@example.org", password="none", role=role)  # noqa: S106
            for at, role in enumerate((Role.ADMINISTRATOR, *[Role.CONSULTANT] * 40))
        ]
        clients = [
            Organisation(
                name=f"Hospital of district {at}", search_name=searchable(f"Hospital of district {at}")
            )
            for at in range(200)
        ]
        db.session.add_all([*people, *clients])
        db.session.flush()
        day = date(2020, 1, 6)
        works = [
            Engagement(
                title=f"Fewer missed appointments, no. {at}", organisation_id=clients[at % len(clients)].id,
                stage=Stage.IMPLEMENTATION, stage_since=day, starts_on=day,
            )
            for at in range(-(-sessions // OF_ENGAGEMENT))
        ]  # fmt: skip
        db.session.add_all(works)
        db.session.flush()
        coaches = [person.id for person in people[1:]]
        placed = [(work.id, work.organisation_id) for work in works]
        db.session.expunge_all()
        for first in range(0, sessions, BATCH):
            _add(placed, coaches, range(first, min(sessions, first + BATCH)))


def _add(placed: list[tuple[int, int]], coaches: list[int], numbers: range) -> None:
    now, told, timed = datetime(2026, 1, 20, tzinfo=UTC), [], []
    for at in numbers:
        engagement, organisation = placed[at // OF_ENGAGEMENT]
        on = {
            "engagement_id": engagement,
            "organisation_id": organisation,
            "created_at": now,
            "updated_at": now,
        }
        begins = datetime(2020, 1, 6, 8, tzinfo=UTC) + timedelta(days=at % 2200, minutes=15 * (at % 37))
        coach = coaches[at % len(coaches)]
        told.append(
            on | {
                "id": at + 1, "number": at % OF_ENGAGEMENT + 1, "coach_id": coach, "starts_at": begins,
                "time_zone": "Europe/Berlin", "mode": MODES[at % len(MODES)], "is_shared": at % 3 > 0,
                "place": f"Room {at % 90}" if at % 2 else None, "summary": "We agreed on the next step.",
            }
        )  # fmt: skip
        timed.append(
            on | {
                "session_id": at + 1, "user_id": coach, "worked_on": begins.date(), "kind": TimeKind.COACHING,
                "minutes": 30 + 15 * (at % 5),
            }
        )  # fmt: skip
    db.session.execute(CoachingSession.__table__.insert(), told)
    db.session.execute(TimeEntry.__table__.insert(), timed)


def ours(form: str) -> Callable[[Path], tuple[float, float, int]]:
    """The route, asked by an administrator: seconds to the first byte and to the last, and how many bytes."""

    def measure(path: Path) -> tuple[float, float, int]:
        settings = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}", "RATELIMIT_ENABLED": False}
        app = create_app(type("Settings", (TestConfig,), settings))
        with app.app_context():
            key = db.session.scalar(db.select(User.fs_uniquifier).where(User.role == Role.ADMINISTRATOR))
        client = signed_in(app, key)
        assert client.get("/account").status_code == 200
        cookie = client.get_cookie("session", domain=TestConfig.SERVER_NAME)
        wanted = environ(f"/reports/sessions.{form}", f"session={cookie.value}")
        held()
        began, status = perf_counter(), []
        answer = app.wsgi_app(wanted, lambda said, headers, exc_info=None: status.append(said))
        return _written(answer, began)

    return measure


def _written(answer, began: float) -> tuple[float, float, int]:
    first, size = None, 0
    with tempfile.TemporaryFile() as out:
        for chunk in answer:
            first = first or perf_counter() - began
            size += out.write(chunk)
        spent = perf_counter() - began
    answer.close()
    assert size > 100_000, "no file came"
    return first, spent, size


def floor_csv(path: Path) -> tuple[float, float, int]:
    connection = sqlite3.connect(path)
    held()
    began = perf_counter()
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        rows = connection.execute(SESSIONS)
        writer.writerow(next(rows))
        first = perf_counter() - began
        writer.writerows(rows)
        out.flush()
        return first, perf_counter() - began, out.tell()


def floor_xlsx(path: Path) -> tuple[float, float, int]:
    """Rows as ours have them, days as days: all there before the clock starts."""
    rows = [
        (*row[:3], date.fromisoformat(row[3][:10]), row[3][11:16], *row[4:])
        for row in sqlite3.connect(path).execute(SESSIONS)
    ]
    names = (*HEADINGS[:3], "on", "at", *HEADINGS[4:])
    held()
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as out:
        began = perf_counter()
        FastExcel(out.name).sheet("Sessions", (dict(zip(names, row, strict=True)) for row in rows)).save()
        spent = perf_counter() - began
        return spent, spent, Path(out.name).stat().st_size


MEASURED = {
    "CSV": ours("csv"),
    "floor of CSV": floor_csv,
    "XLSX": ours("xlsx"),
    "floor of XLSX": floor_xlsx,
}


class Memory(threading.Thread):
    """Looks at the memory of this process while it works, without the files that are mapped into it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.first, self.peak = None, 0.0

    def run(self) -> None:
        while True:
            text = Path("/proc/self/status").read_text()
            now = int(text.partition("RssAnon:")[2].split()[0]) / 1024
            if self.first is not None:
                self.peak = max(self.peak, now - self.first)
            self.now = now
            sleep(0.01)

    def begin(self) -> None:
        self.first = self.now


memory = Memory()


def held() -> None:
    """From here on memory is watched; what is there already is no garbage."""
    gc.enable()
    gc.collect()
    gc.freeze()
    sleep(0.05)
    memory.begin()


def run(name: str, path: Path) -> None:
    memory.start()
    first, spent, size = MEASURED[name](path)
    print(json.dumps({"first": first, "spent": spent, "size": size, "grew": memory.peak}))


def in_child(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.exports", "--one", name, str(path)]
    return json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    )


def measured(path: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """Each writer with the median of its rounds."""
    rounds = [{name: in_child(name, path) for name in MEASURED} for _ in range(ROUNDS)]
    for name in MEASURED:
        yield name, {key: median(each[name][key] for each in rounds) for key in rounds[0][name]}


def main(sizes: list[int]) -> None:
    print(f"{os.cpu_count()} cores, SQLite, median of {ROUNDS} rounds, each in a process of its own.")
    print("  sessions  file            seconds  times  first, ms  grew, MB         bytes")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            fill(plumbline(f"sqlite:///{path}"), size)
            found = dict(measured(path))
        for name, one_ in found.items():
            least = found.get(f"floor of {name}")
            times = f"{one_['spent'] / least['spent']:.2f}" if least else ""
            print(
                f"{size:>10,}  {name:<14} {one_['spent']:>8.2f} {times:>6} {one_['first'] * 1000:>10.1f} "
                f"{one_['grew']:>9.1f} {one_['size']:>13,.0f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(text) for text in sys.argv[1:]] or list(SIZES))
