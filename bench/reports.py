"""`python -m bench.reports`: the reports and their floors at 10 k, 100 k and 1 M sessions, on both databases.

The floor of a report is its statement in reports.sql, all rows fetched, and a page of as many bytes. Each is
run in a process of its own, ours by turns with the floor; the median is told, and what a page takes whose
report is kept. Memory is how far its peak stands above what the process held before. Arguments are other
sizes, parts of names, `sqlite` or `postgresql`.
"""

import gc
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import sqlalchemy as sa

gc.disable()  # As wsgi.py does.
from bench.__main__ import ask, environ, statements_of  # noqa: E402
from bench.data import Data, data, settings  # noqa: E402
from bench.exports import held, in_child, memory  # noqa: E402
from bench.floor import Floor  # noqa: E402
from bench.rounds import signed_in  # noqa: E402
from config import TestConfig  # noqa: E402
from crm import create_app  # noqa: E402
from crm.accounts.models import User  # noqa: E402
from crm.base import UtcDateTime  # noqa: E402
from crm.engagements.models import LIVE  # noqa: E402
from crm.extensions import db  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
WHO = "manager@plumbline.example"
#: Rounds are many where they are short: so many seconds, and so many rounds at least and at most.
SECONDS, FEWEST, MOST = 15, 3, 15
DAYS = 91


class Measured(NamedTuple):
    first: float
    ours: float
    kept: float
    floor: float
    size: int
    statements: int
    grew: float


def floors() -> dict[str, str]:
    """The statements by the names of their reports."""
    text = (Path(__file__).parent / "reports.sql").read_text()
    named = re.split(r"^-- ([a-z-]+)$", text, flags=re.MULTILINE)[1:]
    return {name: statement.strip() for name, statement in zip(named[::2], named[1::2], strict=True)}


def of_days(as_of) -> dict:
    """What the statements and the addresses say of time: a quarter, and the one before."""
    first = as_of - timedelta(DAYS - 1)
    return {"first": first, "last": as_of, "since": first - timedelta(DAYS), "today": as_of}


def statement(name: str, as_of) -> sa.TextClause:
    said = of_days(as_of) | {"end": datetime.combine(as_of + timedelta(1), time(), UTC)}
    text = sa.text(floors()[name])
    wanted = [
        sa.bindparam(key, value, UtcDateTime if key == "end" else sa.Date) for key, value in said.items()
    ]
    wanted.append(sa.bindparam("live", sorted(stage.value for stage in LIVE), expanding=True))
    return text.bindparams(*(one for one in wanted if f":{one.key}" in text.text))


def address(name: str, as_of) -> str:
    days = of_days(as_of)
    if name == "portfolio":
        return f"/reports/portfolio?stage=live&as_of={as_of}"
    return f"/reports/{name}?from={days['first']}&to={days['last']}"


def app_of(database: str, **more) -> tuple:
    """The application on a database, the engine, and the cookie of a manager."""
    app = create_app(settings(database, **more))
    with app.app_context():
        key = db.session.scalar(db.select(User.fs_uniquifier).where(User.email == WHO))
        engine = db.engine
    client = signed_in(app, key)
    assert client.get("/account").status_code == 200
    return app, engine, f"session={client.get_cookie('session', domain=TestConfig.SERVER_NAME).value}"


def run(name: str, database: str, as_of: str) -> None:
    """One report in a process of its own; what was measured as JSON on its last line."""
    day = datetime.fromisoformat(as_of).date()
    memory.start()
    app, engine, cookie = app_of(database, REPORTS_KEPT=0)
    wanted = environ(address(name, day), cookie)
    ask(app, environ("/reports/pipeline?stage=inquiry", cookie))  # So that what any report needs is loaded.
    held()
    first, body, status = ask(app, wanted)
    if status.startswith("503"):
        print(json.dumps(None))
        return
    assert status == "200 OK", (name, status)
    grew = memory.peak
    floor = Floor(database)
    floor.add(name, statement(name, day), len(body))
    spent: tuple[list[int], list[int]] = ([], [])
    began = perf_counter()
    while len(spent[0]) < FEWEST or (len(spent[0]) < MOST and perf_counter() - began < SECONDS):
        for one, asked, taken in ((app, wanted, spent[0]), (floor.app, environ(f"/{name}"), spent[1])):
            nanoseconds, _, status = ask(one, asked)
            assert status == "200 OK", (name, status)
            taken.append(nanoseconds)
    ours, least = (median(taken) / 1e9 for taken in spent)
    keeping = app_of(database, REPORTS_KEPT=16)[0]
    kept = min(ask(keeping, wanted)[0] for _ in range(3)) / 1e9
    found = Measured(first / 1e9, ours, kept, least, len(body), statements_of(app, engine, wanted), grew)
    print(json.dumps(found._asdict()))


def measured_one(name: str, database: str, as_of) -> Measured | None:
    """None where it takes the database longer than a page may: it is work for the background."""
    found = in_child("bench.reports", name, database, str(as_of))
    return found and Measured(**found)


def measured(there: list[Data], names: list[str], databases: list[str]) -> Iterator[tuple]:
    for database in databases:
        for one in there:
            for name in names:
                yield database, one.sessions, name, measured_one(name, getattr(one, database), one.as_of)


def told(found: dict[tuple, Measured | None]) -> None:
    """How the time grows with the sessions: 1 is in proportion, less is better."""
    print("\nGrowth of the time for ten times the sessions (10 is in proportion):")
    for database, sessions, name in found:
        before = found.get((database, sessions // 10, name))
        now = found[database, sessions, name]
        if before and now:
            ours, floor = now.ours / before.ours, now.floor / before.floor
            span = f"{sessions // 10:>9,} to {sessions:>9,}"
            print(f"{name:<16} {database:<10} {span}: {ours:>5.1f}, its floor {floor:>5.1f}")


HEAD = "report           database    sessions   first    ours    kept   floor  times     bytes SQL grew, MB"


def line(database: str, sessions: int, name: str, one: Measured | None) -> str:
    if one is None:
        return f"{name:<16} {database:<10} {sessions:>9,}    longer than a page may take"
    seconds = (
        f"{one.first:>7.2f} {one.ours:>7.3f} {one.kept:>7.3f} {one.floor:>7.3f} {one.ours / one.floor:>6.2f}"
    )
    page = f"{one.size:>9,} {one.statements:>3} {one.grew:>8.1f}"
    return f"{name:<16} {database:<10} {sessions:>9,} {seconds} {page}"


def main(arguments: list[str]) -> None:
    sizes = [int(text) for text in arguments if text.isdigit()] or list(SIZES)
    databases = [name for name in DATABASES if name in arguments] or list(DATABASES)
    parts = [text for text in arguments if not text.isdigit() and text not in DATABASES]
    names = [name for name in floors() if not parts or any(part in name for part in parts)]
    found = {}
    with data(sizes) as there:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds, the median of the rounds.")
        print(HEAD)
        for database, sessions, name, one in measured(there, names, databases):
            found[database, sessions, name] = one
            print(line(database, sessions, name, one), flush=True)
    told(found)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(*sys.argv[2:5])
    else:
        main(sys.argv[1:])
