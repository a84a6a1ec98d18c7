"""A Plumbline with a database, a queue and worker processes of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from flask import Flask

from config import TestConfig
from crm import create_app
from crm.extensions import db
from crm.transactions import one
from tests.jobs.nursery import QUICK

ROOT = Path(__file__).parents[2]
#: How much of what the workers said is shown, in characters.
SAID = 20_000


class House:
    #: What forks the workers.
    module = "tests.jobs.nursery"

    def __init__(self, address: str, folder: Path, **settings):
        self.settings = {
            "SQLALCHEMY_DATABASE_URI": address,
            "QUEUE_FILE": str(folder / "queue.db"),
            **settings,
        }
        self.log = folder / "worker.log"
        self.app: Flask = create_app(type("Settings", (TestConfig,), QUICK | self.settings))
        with self.app.app_context():
            db.create_all()

    def __enter__(self) -> "House":
        command = [sys.executable, "-W", "ignore", "-m", self.module, json.dumps(self.settings)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with self.log.open("ab") as log:
            self.nursery = subprocess.Popen(command, cwd=ROOT, stderr=log, **pipes)
        assert self.nursery.stdout.readline() == "ready\n", self.log.read_text()
        return self

    def __exit__(self, *_) -> None:
        self.nursery.stdin.close()
        self.nursery.wait(timeout=60)
        self.nursery.stdout.close()
        with self.app.app_context():
            db.engine.dispose()
        sys.stdout.write(self.log.read_text()[-SAID:])  # pytest shows it where the test has failed

    def start(self) -> int:
        self.nursery.stdin.write("\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())

    @contextmanager
    def worker(self) -> Iterator[int]:
        """A worker that is asked to stop at the end, if nobody has killed it before."""
        number = self.start()
        try:
            yield number
        finally:
            if psutil.pid_exists(number):
                os.kill(number, signal.SIGTERM)
            wait_for(lambda: not psutil.pid_exists(number))

    @contextmanager
    def step(self) -> Iterator[None]:
        with self.app.app_context(), one():
            yield


def kill(number: int) -> None:
    os.kill(number, signal.SIGKILL)


def wait_for(happened: Callable[[], object], seconds: float = 90, pause: float = 0.02) -> object:
    """What it gives once that is something; asked every `pause` seconds. A busy machine is given its time."""
    until = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < until, "it never came about"
        time.sleep(pause)
    return found
