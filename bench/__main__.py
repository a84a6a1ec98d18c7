"""`make bench`: each page of the large demo and its floor, timed by turns in one run.

Arguments choose among the pages by a part of their name; `--static` fills the floor up with text, not rows.
"""

import gc
import logging
import os
import re
import subprocess
import sys
from io import BytesIO
from statistics import quantiles
from time import perf_counter_ns
from typing import NamedTuple

from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from bench import pages_office, pages_work
from bench.floor import Floor
from bench.pages import Catalogue, Page
from config import DEMO_PASSWORD, INSTANCE, ROOT, Config

gc.disable()  # As wsgi.py does.
from crm import create_app  # noqa: E402
from crm.extensions import db  # noqa: E402

DATABASE = INSTANCE / "bench" / "plumbline.db"
ADDRESS = f"sqlite:///{DATABASE}"
ROUNDS, WARM_UP = 200, 5
BROWSER = {"User-Agent": "Plumbline's bench"}
MOST_TIMES, MOST_BYTES = 2.0, 45_000


class Settings(Config):
    SQLALCHEMY_DATABASE_URI = ADDRESS
    RATELIMIT_ENABLED = False


class Result(NamedTuple):
    page: Page
    p50: float
    p90: float
    floor: float
    size: int
    statements: int

    @property
    def times(self) -> float:
        return self.p50 / self.floor


def build() -> None:
    """The large demo, unless it is there and no younger migration is."""
    made = DATABASE.stat().st_mtime if DATABASE.exists() else 0
    if made > max(path.stat().st_mtime for path in (ROOT / "migrations" / "versions").glob("*.py")):
        return
    print("Building the large demo (once, about two minutes)…", flush=True)
    DATABASE.parent.mkdir(parents=True, exist_ok=True)
    part = DATABASE.with_suffix(".part")
    for leftover in DATABASE.parent.iterdir():
        leftover.unlink()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{part}"}
    for command in (["db", "upgrade"], ["demo", "--size", "large"]):
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        subprocess.run(flask, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    part.rename(DATABASE)


def signed_in(app, who: str) -> str:
    """The cookie of one of the demo's people, signed in as anybody is."""
    client = app.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": BROWSER["User-Agent"]}
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/login").text)[1]
    fields = {"email": f"{who}@plumbline.example", "password": DEMO_PASSWORD, "csrf_token": token}
    assert client.post("/login", data=fields).status_code == 302, who
    assert client.get("/account").status_code == 200, who
    return f"session={client.get_cookie('session').value}"


def environ(address: str, cookie: str | None = None) -> dict:
    """What a server hands over; from whoever signed in, or the session would be written anew each time."""
    headers = {"Cookie": cookie, **BROWSER} if cookie else BROWSER
    return EnvironBuilder(address, headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}).get_environ()


def ask(app, wanted: dict) -> tuple[int, bytes, str]:
    """One request through the WSGI app: nanoseconds, body and status."""
    wanted = {**wanted, "wsgi.input": BytesIO()}
    said = []
    began = perf_counter_ns()
    answer = app.wsgi_app(wanted, lambda status, headers, exc_info=None: said.append(status))
    body = b"".join(answer)
    answer.close()
    return perf_counter_ns() - began, body, said[0]


def statements_of(app, engine, wanted: dict) -> int:
    seen = []

    def record(connection, cursor, statement, *rest):
        if statement not in {"BEGIN", "ROLLBACK"}:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    ask(app, wanted)
    event.remove(engine, "before_cursor_execute", record)
    return len(seen)


def time_page(app, engine, floor: Floor, page: Page, cookie: str) -> Result:
    """The page and its floor, one after the other, ROUNDS times."""
    ours, least = environ(page.address, cookie), environ(f"/{page.name}")
    _, body, status = ask(app, ours)
    assert status == "200 OK", (page.name, status)
    floor.add(page.name, page.floor, len(body))
    spent: tuple[list[int], list[int]] = ([], [])
    for turn in range(ROUNDS + WARM_UP):
        for one, wanted, taken in ((app, ours, spent[0]), (floor.app, least, spent[1])):
            nanoseconds, _, status = ask(one, wanted)
            assert status == "200 OK", (page.name, status)
            if turn >= WARM_UP:
                taken.append(nanoseconds)
    tenths, of_floor = (quantiles(taken, n=10) for taken in spent)
    milliseconds = (tenths[4] / 1e6, tenths[8] / 1e6, of_floor[4] / 1e6)
    return Result(page, *milliseconds, len(body), statements_of(app, engine, ours))


def told(results: list[Result]) -> None:
    slow = [one for one in results if one.times > MOST_TIMES]
    long = [one for one in results if one.page.is_list and one.size > MOST_BYTES]
    print(f"\n{len(results)} pages, {os.cpu_count()} cores, {ROUNDS} rounds.")
    print(f"Above {MOST_TIMES} times the floor: {_named(slow, lambda one: f'{one.times:.2f}')}")
    print(f"Lists above {MOST_BYTES // 1000} kB: {_named(long, lambda one: f'{one.size / 1000:.1f} kB')}")


def _named(results: list[Result], detail) -> str:
    return ", ".join(f"{one.page.name} ({detail(one)})" for one in results) or "none"


def main(wanted: list[str]) -> None:
    build()
    static = "--static" in wanted
    wanted = [part for part in wanted if part != "--static"]
    app, floor = create_app(Settings), Floor(ADDRESS, static=static)
    for handler in logging.getLogger().handlers:
        handler.setStream(open(os.devnull, "w"))  # noqa: SIM115 - written as ever, and read by nobody
    with app.app_context():
        engine = db.engine
    catalogue = Catalogue(floor)
    every = [*catalogue.all(), *pages_work.pages(catalogue), *pages_office.pages(catalogue)]
    pages = [page for page in every if not wanted or any(part in page.name for part in wanted)]
    cookies = {who: signed_in(app, who) for who in {page.who for page in pages}}
    gc.enable()
    gc.freeze()
    print(f"{'page':<30} {'as':<11}  p50 ms  p90 ms   floor  times   bytes  SQL")
    results = []
    for page in pages:
        one = time_page(app, engine, floor, page, cookies[page.who])
        results.append(one)
        print(
            f"{page.name:<30} {page.who:<11} {one.p50:>7.2f} {one.p90:>7.2f} {one.floor:>7.2f} "
            f"{one.times:>6.2f} {one.size:>7,} {one.statements:>4}",
            flush=True,
        )
    told(results)


if __name__ == "__main__":
    main(sys.argv[1:])
