"""`python -m bench.exports`: files of all sessions, and their floors, at 10 k, 100 k and 1 M sessions.

The floor of CSV is a raw cursor over the same joins, its rows handed to csv.writer as they come; that of XLSX
is rustpy-xlsxwriter, the fastest writer of sheets that we know, alone on rows that are there already. Each is
run in a process of its own, ROUNDS times, the floor by turns with ours; the median is told. Memory is how far
its peak stands above what the process held before. Arguments are other sizes, `sqlite` or `postgresql`.
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
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import psycopg
from rustpy_xlsxwriter import FastExcel

gc.disable()  # As wsgi.py does.
from bench.__main__ import environ  # noqa: E402
from bench.data import data  # noqa: E402
from bench.rounds import signed_in  # noqa: E402
from config import TestConfig  # noqa: E402
from crm import create_app  # noqa: E402
from crm.access import Role  # noqa: E402
from crm.accounts.models import User  # noqa: E402
from crm.extensions import db  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
DATABASES = ("sqlite", "postgresql")
#: Rows that a raw cursor of PostgreSQL brings at a time.
BATCH = 2_000

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


def raw(address: str) -> Iterable[tuple]:
    """The rows of SESSIONS as they come from a cursor that SQLAlchemy does not know of."""
    if address.startswith("sqlite"):
        return sqlite3.connect(address.removeprefix("sqlite:///")).execute(SESSIONS)
    cursor = psycopg.connect(address.replace("+psycopg", "")).cursor("floor")
    cursor.itersize = BATCH
    return iter(cursor.execute(SESSIONS))


def ours(form: str) -> Callable[[str], tuple[float, float, int]]:
    """The route, asked by an administrator: seconds to the first byte and to the last, and how many bytes."""

    def measure(address: str) -> tuple[float, float, int]:
        settings = {"SQLALCHEMY_DATABASE_URI": address, "RATELIMIT_ENABLED": False}
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


def floor_csv(address: str) -> tuple[float, float, int]:
    held()
    began = perf_counter()
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        rows = raw(address)
        writer.writerow(next(rows))
        first = perf_counter() - began
        writer.writerows(rows)
        out.flush()
        return first, perf_counter() - began, out.tell()


def floor_xlsx(address: str) -> tuple[float, float, int]:
    """Rows as ours have them, days as days: all there before the clock starts."""
    rows = [
        (*row[:3], date.fromisoformat(str(row[3])[:10]), str(row[3])[11:16], *row[4:]) for row in raw(address)
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


def run(name: str, address: str) -> None:
    memory.start()
    first, spent, size = MEASURED[name](address)
    print(json.dumps({"first": first, "spent": spent, "size": size, "grew": memory.peak}))


def in_child(module: str, *said: str) -> dict[str, float] | None:
    """What `module --one` prints last, as JSON, in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", module, "--one", *said]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(printed.splitlines()[-1])


def measured(address: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Each writer with the median of its rounds."""
    rounds = [{name: in_child("bench.exports", name, address) for name in MEASURED} for _ in range(ROUNDS)]
    for name in MEASURED:
        yield name, {key: median(each[name][key] for each in rounds) for key in rounds[0][name]}


def main(arguments: list[str]) -> None:
    sizes = [int(text) for text in arguments if text.isdigit()] or list(SIZES)
    databases = [name for name in DATABASES if name in arguments] or list(DATABASES)
    print(f"{os.cpu_count()} cores, median of {ROUNDS} rounds, each in a process of its own.")
    with data(sizes) as there:
        print("database    sessions  file            seconds  times  first, ms  grew, MB         bytes")
        for database, one_size in product(databases, there):
            found = dict(measured(getattr(one_size, database)))
            for name, one_ in found.items():
                least = found.get(f"floor of {name}")
                times = f"{one_['spent'] / least['spent']:.2f}" if least else ""
                print(
                    f"{database:<10} {one_size.sessions:>9,}  {name:<14} {one_['spent']:>8.2f} {times:>6} "
                    f"{one_['first'] * 1000:>10.1f} {one_['grew']:>9.1f} {one_['size']:>13,.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1:])
