"""Real workers whose list of sessions comes in parts, each when a test lets it: see tests.jobs.nursery.

Part 7 waits until the file 7 is in the folder GATES; the last that is there opens all before it.
"""

import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from flask import current_app

from crm.clock import UTC
from crm.reporting.queries_streams import STREAMS
from crm.runs import progress
from reports.model import Column
from reports.streams import Part, Stream
from tests.jobs import nursery

PARTS, ROWS = 100, 20
COLUMNS = (Column("number", "Number", "integer"), Column("word", "Word", "text"))


def parts(gates: Path) -> Iterator[Part]:
    for number in range(PARTS):
        while not any(int(gate.name) >= number for gate in gates.iterdir()):
            time.sleep(0.01)
        time.sleep(0.002)
        rows = range(number * ROWS, (number + 1) * ROWS)
        yield [list(rows), [f"row {row}" for row in rows]]


def gated(_user, as_of: date) -> Stream:
    gates = Path(current_app.config["GATES"])
    made_at = datetime(2026, 3, 2, tzinfo=UTC)
    return Stream("sessions", "Sessions", COLUMNS, parts(gates), PARTS * ROWS, as_of, made_at)


if __name__ == "__main__":
    STREAMS["sessions"] = gated
    progress.PAUSE = 0.02
    nursery.main()
