"""The process that does the work: Huey's consumer, a heartbeat, and a sweep after whoever was killed."""

import logging
import secrets
import signal
import socket
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
    """Either signal to end lets what runs come to its next step; the second one does not."""

    def _handle_signal(self, signum, _frame) -> None:
        stopping.set()
        self._signum, self._restart, self._graceful = signum, False, True
        signal.signal(signum, signal.default_int_handler)


def work(app: Flask, threads: int, patience: int) -> None:
    """Work until told to stop; then give what runs `patience` seconds."""
    me = app.extensions["worker"] = f"{socket.gethostname()}-{secrets.token_hex(4)}"
    logging.getLogger("huey").setLevel(logging.WARNING)
    follow_schedule()
    consumer = Worker(queue, workers=threads, max_delay=1, shutdown_timeout=patience)
    heart = Thread(target=live, args=(app,), name="Heart", daemon=True)
    heart.start()
    log.info("worker started", extra={"worker": me})
    consumer.run()
    stopping.set()
    heart.join(timeout=1)
    log.info("worker stopped", extra={"worker": me})


def follow_schedule() -> None:
    """Have Huey's scheduler ask for each task when it is time."""
    for name, task in TASKS.items():
        if task.schedule:
            # Huey asks a task that it makes of this function; what it calls is not known to it by name.
            schedule = queue.periodic_task(task.schedule.holds, name=name.replace(".", "_"))
            schedule(lambda name=name: tick(name))


def live(app: Flask) -> None:
    """Say that we live and look for what was left lying, until we are told to stop."""
    while True:
        for step in (say_alive, sweep):
            try:
                with place(app):
                    step()
            except Exception:
                log.exception("heartbeat")
        if stopping.wait(app.config["HEARTBEAT_SECONDS"]):
            return


def sweep() -> None:
    with one():
        runs.beat(queue.app.extensions["worker"])
        runs.sweep(silence())
