"""Whether the queue answers, and whether anybody works it off."""

from datetime import datetime, timedelta

from flask import current_app

from crm import clock
from crm.extensions import queue
from crm.jobs.runs import MISSED

#: When a worker last said that it lives, as the queue holds it.
SEEN = "worker_seen"


def say_alive() -> None:
    queue.put(SEEN, clock.now())


def silence() -> timedelta:
    """For how long a worker may be silent before it is taken for dead."""
    return timedelta(seconds=MISSED * current_app.config["HEARTBEAT_SECONDS"])


def worker_seen() -> datetime | None:
    """When a worker last said that it lives; None where none did, or the queue is out of reach."""
    try:
        return queue.get(SEEN, peek=True)
    except Exception:  # Each storage has errors of its own, and all mean the same here.
        return None


def readiness() -> dict[str, str]:
    """The queue, which has to be there; and the worker, without which pages work and mail waits."""
    try:
        queue.pending_count()
    except Exception:
        return {"queue": "unreachable", "worker": "unknown"}
    seen = worker_seen()
    return {"queue": "ok", "worker": "ok" if seen and clock.now() - seen < silence() else "not seen"}
