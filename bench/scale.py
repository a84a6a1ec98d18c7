"""`python -m bench.scale`: an installation in eight processes under load, each of which is killed in turn.

A PostgreSQL primary and its streaming replica, Redis, S3, two web processes and two workers, as the Procfile
starts them. People read, log sessions, open reports and ask for runs; mails go out and files are kept. Then
web 1, worker 1, the replica, Redis and S3 are killed, each started again soon as a supervisor would.
"""

import logging
import os
import platform
import signal
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib.metadata import version
from itertools import count
from pathlib import Path
from statistics import quantiles

import psutil
import sqlalchemy as sa

from bench.scale_house import House
from bench.scale_load import MIX, Answer, Load
from config import TestConfig
from tests.drill.writes import found, lost_and_halved

#: Which part is killed, and after how many seconds it is started again.
KILLED = (("web 1", 2), ("worker 1", 2), ("replica", 5), ("redis", 3), ("s3", 3))
MAILS_EVERY = 0.5
WRITERS = ("consultant", "consultant2")
SERVED = sa.text(
    "SELECT u.id, array_agg(DISTINCT e.id) FROM engagement e JOIN team_member t ON t.engagement_id = e.id "
    "JOIN user_account u ON u.id = t.user_id WHERE u.email = :email AND e.stage IN "
    "('agreed', 'discovery', 'alignment', 'implementation', 'measurement') GROUP BY u.id"
)
FAILED = sa.text("SELECT count(*) FROM job_run WHERE state = 'failed'")


def say(words: str = "") -> None:
    print(words, flush=True)


class Beside:
    """What happens beside the pages: mails are put into the outbox, and files are kept and read back."""

    def __init__(self, house: House, me: int):
        settings = {
            "SQLALCHEMY_DATABASE_URI": house.primary.url,
            "REDIS_URL": house.environment["REDIS_URL"],
            "FILES_URL": house.environment["FILES_URL"],
            "SECRET_KEY": house.environment["SECRET_KEY"],
        }
        # What follows reads settings and may not be loaded before they are known.
        from crm import create_app

        self.app, self.me = create_app(type("Settings", (TestConfig,), settings)), me
        logging.getLogger("plumbline").setLevel(logging.CRITICAL)
        self.mails, self.files, self.files_refused, self.files_wrong = [], [], 0, 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        for number in count():
            if self._is_over.wait(MAILS_EVERY):
                return
            self._mail(number)
            if number % 2:
                self._file(number)

    def _mail(self, number: int) -> None:
        from crm import clock
        from crm.accounts.models import User
        from crm.extensions import db
        from crm.mail.outbox import post
        from crm.transactions import one

        with self.app.app_context(), one():
            user = db.session.get(User, self.me)
            day = clock.today(user).isoformat()
            post(user, kind="reminder", occasion=f"scale {number}", subject=f"Scale {number}", day=day)
        self.mails.append(number)

    def _file(self, number: int) -> None:
        from crm.store import store

        name, body = f"scale/{number}.bin", os.urandom(300_000)
        with self.app.app_context():
            try:
                store().write(name, [body[:100_000], body[100_000:]])
                with store().open(name) as file:
                    self.files_wrong += file.read() != body
            except Exception:  # Of the store's own kinds: it was told that the file is not kept.
                self.files_refused += 1
                return
        self.files.append((name, len(body)))

    def lost_files(self) -> list[str]:
        from crm.store import store

        with self.app.app_context():
            return [name for name, size in self.files if store().size(name) != size]


@contextmanager
def under(load: Load, beside: Beside) -> Iterator[None]:
    load.start()
    beside.start()
    try:
        yield
    finally:
        load.stop()
        beside.stop()


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("Flask", "SQLAlchemy", "granian", "huey"))
    cores = f"{psutil.cpu_count()} cores, {memory:.0f} GB"
    return f"{date.today()}: {cores}, Python {platform.python_version()}, {packages}"  # noqa: DTZ011


def times(answers: list[Answer], seconds: float) -> Iterator[str]:
    """Lines of a table: how many a second, and how long they took, by kind."""
    for kind in ("page", "session", "report", "file", "run", "all"):
        took = [1000 * one.seconds for one in answers if kind in (one.kind, "all")]
        if len(took) < 2:
            continue
        cut = quantiles(took, n=100)
        yield (
            f"  {kind:8} {len(took):6} {len(took) / seconds:7.1f}/s  p50 {cut[49]:7.1f}  p95 {cut[94]:7.1f}"
            f"  p99 {cut[98]:7.1f} ms"
        )


def calm(house: House, load: Load, seconds: float, what: str) -> None:
    """Load and nothing else: what each part takes of the machine for it."""
    time.sleep(3)
    before, began, first = house.uses(), time.monotonic(), len(load.answers)
    idle = psutil.cpu_times()
    time.sleep(seconds)
    after, spent, answers = house.uses(), time.monotonic() - began, load.answers[first:]
    now = psutil.cpu_times()
    busy = sum(getattr(now, name) - getattr(idle, name) for name in ("user", "system"))
    say(f"\n{what}: {spent:.0f} s, {load.threads} people at once")
    for line in times(answers, spent):
        say(line)
    say("  CPU in milliseconds for each request, and memory:")
    ours = 0.0
    for name, (memory, cpu) in after.items():
        taken = cpu - before[name][1]
        ours += taken
        say(f"    {name:10} {1000 * taken / len(answers):7.2f} ms   {memory:6.0f} MB")
    say(f"    these together {1000 * ours / len(answers):.2f} ms; they had {ours / spent:.2f} cores of")
    say(f"    {psutil.cpu_count()}; the whole machine, load and others' work included, {busy / spent:.2f}")


def kill(house: House, load: Load, name: str, pause: float) -> None:
    part, at = house.parts[name], len(load.answers)
    part.kill()
    killed = time.monotonic()
    time.sleep(pause)
    part.start()
    house.wait_until_well()
    well = time.monotonic() - killed
    time.sleep(2)
    answers = load.answers[at:]
    failed = Counter((one.kind, one.status) for one in answers if one.status == 0 or one.status >= 400)
    twice = sum(one.tries == 2 for one in answers)
    slowest = max((one.seconds for one in answers), default=0)
    say(
        f"  {name:9} killed; started after {pause} s, all well after {well:5.1f} s; {len(answers)} requests, "
        f"{twice} went to the other process, slowest {slowest:.2f} s, errors seen: {dict(failed) or 'none'}"
    )


def settle(house: House, beside: Beside, patience: float = 150) -> float:
    """Wait until nothing is left to be done; a killed worker's run is taken up after a minute."""
    began, engine = time.monotonic(), sa.create_engine(house.primary.url)
    left = sa.text(
        "SELECT (SELECT count(*) FROM job_run WHERE state IN ('queued', 'running', 'waiting')) + "
        "(SELECT count(*) FROM mail WHERE occasion LIKE 'scale %' AND state IN ('queued', 'sending'))"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(left) and time.monotonic() - began < patience:
            time.sleep(0.2)
    engine.dispose()
    return time.monotonic() - began


def reckon(house: House, load: Load, beside: Beside, before: int) -> list[str]:
    """What is not as it should be, after saying what is."""
    engine = sa.create_engine(house.primary.url)
    with engine.connect() as connection:
        there = found(connection, "scale ")
        states = connection.execute(
            sa.text("SELECT state, count(*) FROM mail WHERE occasion LIKE 'scale %' GROUP BY state")
        ).all()
        asked = connection.scalar(
            sa.text("SELECT count(*) FROM audit_entry WHERE verb = 'asked_for' AND thing = 'job_run'")
        )
        twice = connection.scalar(sa.text(
            "SELECT count(*) - count(DISTINCT summary) FROM coaching_session WHERE summary LIKE 'scale %'"
        ))  # fmt: skip
        failed = connection.scalar(
            sa.text("SELECT count(*) FROM job_run WHERE state = 'failed' AND seen_at IS NOT NULL")
        )
    engine.dispose()
    faults = list(lost_and_halved(there, load.acknowledged))
    faults += [f"{mark} was never sent" for mark in there.keys() - load.acknowledged - load.unsure]
    faults += [f"{twice} sessions are there twice"] if twice else []
    got = Counter(message["Message-ID"] for _, message in house.mail.got)
    sent_twice = sum(number > 1 for number in got.values())
    faults += [f"{sent_twice} mails went out twice"] if sent_twice else []
    faults += [f"{one} is not kept" for one in beside.lost_files()]
    faults += [f"{beside.files_wrong} files read otherwise"] if beside.files_wrong else []
    faults += [f"{failed} runs failed"] if failed else []
    unsure = len(load.unsure & there.keys())
    say(f"  sessions: {len(load.acknowledged)} acknowledged, {len(there)} there with all their pieces "
        f"(of {len(load.unsure)} whose sender saw an error, {unsure} had been saved)")  # fmt: skip
    told = ", ".join(f"{number} {state}" for state, number in states)
    say(f"  mails: {len(beside.mails)} asked for; {told}; {len(got)} came, {sent_twice} of them twice")
    say(f"  runs: {load.runs_asked} acknowledged, {asked} asked for by the audit trail, none left or failed")
    say(f"  files: {len(beside.files)} kept and read back, {beside.files_refused} refused while S3 was gone")
    return faults


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=30, help="of load before anything is killed")
    options.add_argument("--people", type=int, default=8, help="who send requests without pause")
    options.add_argument("--size", choices=("small", "large"), default="small", help="of the demo")
    options.add_argument("--keep-logs", type=Path, help="a folder for what the processes said")
    told = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to end."))
    say(machine())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        demo = {"DEMO": "--size large"} if told.size == "large" else {"DEMO": ""}
        began = time.monotonic()
        with House(Path(folder), demo) as house:
            say(f"All is up after {time.monotonic() - began:.0f} s, {told.size} demo and replica included.")
            faults = drive(house, told)
        if told.keep_logs:
            told.keep_logs.mkdir(parents=True, exist_ok=True)
            for log in Path(folder).rglob("*.log"):
                (told.keep_logs / log.name).write_bytes(log.read_bytes())
    say("\nNothing lost, nothing twice." if not faults else "\n" + "\n".join(faults))
    sys.exit(bool(faults))


def drive(house: House, told) -> list[str]:
    engine = sa.create_engine(house.primary.url)
    with engine.connect() as connection:
        served = [connection.execute(SERVED, {"email": f"{who}@plumbline.example"}).one() for who in WRITERS]
        failed = connection.scalar(FAILED)
    engine.dispose()
    writers = [(who, one[0], one[1]) for who, one in zip(WRITERS, served, strict=True)]
    load, beside = Load(house, told.people, writers), Beside(house, writers[0][1])
    load.sign_in()
    load.warm_up()
    with under(load, beside):
        calm(house, load, told.seconds, "All kinds of work")
        load.mix = (("session", 1),)
        calm(house, load, told.seconds / 2, "Sessions logged, and nothing else")
        load.mix = MIX
        say("\nKilled in turn, under the same load:")
        for name, pause in KILLED:
            kill(house, load, name, pause)
    took = settle(house, beside)
    say(f"\nAll: {len(load.answers)} requests; what was left was done {took:.1f} s after the last of them")
    for line in times(load.answers, load.answers[-1].at):
        say(line)
    say(f"  errors seen after one retry: {dict(load.errors()) or 'none'}")
    return reckon(house, load, beside, failed)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
