"""The process that does the work: Huey's consumer, a heartbeat, and a sweep after whoever was killed."""

import logging
import secrets
import signal
import socket
from collections.abc import Callable
from functools import partial
from threading import Thread

from flask import Flask
from huey.consumer import Consumer

from crm.extensions import queue
from crm.jobs import runs
from crm.jobs.health import say_alive, silence
from crm.jobs.registry import TASKS
from crm.jobs.running import place, stopping, tick
from crm.transactions import one

log = logging.getLogger("plumbline")


class Worker(Consumer):
    """Either signal to end lets what runs come to its next step."""

    def _handle_signal(self, signum, _frame) -> None:
        stopping.set()
        self._signum, self._restart, self._graceful = signum, False, True
        signal.signal(signum, signal.default_int_handler)


def work(app: Flask, threads: int, patience: int) -> None:
    """Work until told to stop; then give what runs `patience` seconds."""
    app.extensions["worker"] = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    for name, one_task in TASKS.items():
        if one_task.schedule:
            queue.periodic_task(one_task.schedule.holds, name=name.replace(".", "_"))(_scheduled(name))
    logging.getLogger("huey").setLevel(logging.WARNING)
    consumer = Worker(queue, workers=threads, max_delay=1, shutdown_timeout=patience)
    heart = Thread(target=_live, args=(app,), name="Heart", daemon=True)
    heart.start()
    log.info("worker started", extra={"worker": app.extensions["worker"]})
    consumer.run()
    stopping.set()
    heart.join(timeout=1)
    log.info("worker stopped", extra={"worker": app.extensions["worker"]})


def partial_of(name: str):
    def scheduled() -> None:
        tick(name)

    scheduled.__module__ = __name__
    return scheduled


def _live(app: Flask) -> None:
    """Say that we live and look for what was left lying, until we are told to stop."""
    while True:
        for step in (say_alive, partial(_sweep, app)):
            try:
                step()
            except Exception:
                log.exception("heartbeat")
        if stopping.wait(app.config["HEARTBEAT_SECONDS"]):
            return


def _sweep(app: Flask) -> None:
    with place(app), one():
        runs.beat(app.extensions["worker"])
        runs.sweep(silence())
