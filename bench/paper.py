"""`python -m bench.paper`: the CPU that a report of sixty pages takes as PDF, of the child process and ours.

A log has a line of words in each row; a dense table has numbers in twenty columns, which lie in two parts.
Each is written ROUNDS times; the least and the median are told: what else runs on a machine adds to both.
"""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median

import pandas as pd
import pikepdf

from reports.model import Column, Report, Table
from reports.writers.pdf import write_pdf

ROUNDS, PAGES = 5, 60
DAY = date(2026, 3, 3)
_SUMMARIES = (
    "Went through the figures of the month with the ward; two names for the panel are still to come.",
    "Agreed who answers in the evening, and what is said when nobody can.",
    "The film is cut: the clinic lead sees it on Thursday before it goes out.",
)


def log(rows: int) -> Table:
    columns = (
        Column("number", "No.", "integer"),
        Column("held_on", "Held", "date"),
        Column("client", "Client", "text"),
        Column("mode", "How", "text"),
        Column("minutes", "Minutes", "integer", total=True),
        Column("summary", "Summary", "text"),
    )
    told = [
        (n, DAY - timedelta(n), f"Hospital {n % 40}", ("Video", "On site")[n % 2], 30 + n % 90,
         _SUMMARIES[n % len(_SUMMARIES)])
        for n in range(rows)
    ]  # fmt: skip
    frame = pd.DataFrame(told, columns=[column.name for column in columns])
    return Table("sessions", "Sessions", columns, frame)


def dense(rows: int) -> Table:
    numbers = [Column(f"n{n}", f"Figure {n}", ("integer", "hours", "percent")[n % 3]) for n in range(18)]
    columns = (Column("client", "Client", "text"), Column("engagement", "Engagement", "text"), *numbers)
    told = [
        (f"Hospital {row % 40}", f"Patient access and voice {row}", *((row * n) % 97 / 8 for n in range(18)))
        for row in range(rows)
    ]
    frame = pd.DataFrame(told, columns=[column.name for column in columns])
    return Table("engagements", "Engagements", columns, frame, keys=2)


def report(table: Table) -> Report:
    made_at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    return Report("bench", "A long report", "Made up", DAY, made_at, tables=(table,))


def pages_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as document:
        return len(document.pages)


def used(of: int) -> float:
    found = getrusage(of)
    return found.ru_utime + found.ru_stime


def measure(made: Report) -> tuple[float, float]:
    """CPU in seconds of the child process, and of this one."""
    child, own = used(RUSAGE_CHILDREN), used(RUSAGE_SELF)
    write_pdf(made)
    return used(RUSAGE_CHILDREN) - child, used(RUSAGE_SELF) - own


def long_enough(kind: Callable[[int], Table]) -> tuple[Report, int, int]:
    """A report of this kind of at least so many pages, how many it has, and of how many rows."""
    per_page = 400 / pages_of(write_pdf(report(kind(400))))
    rows = int(per_page * PAGES)
    while (pages := pages_of(write_pdf(report(kind(rows))))) < PAGES:
        rows += int(per_page) + 1
    return report(kind(rows)), pages, rows


def main() -> None:
    for kind in (log, dense):
        made, pages, rows = long_enough(kind)
        found = [measure(made) for _ in range(ROUNDS)]
        child, own = ([one[at] for one in found] for at in (0, 1))
        whole = [sum(one) for one in found]
        print(
            f"{kind.__name__:6} {pages} pages, {rows:,} rows: child {min(child):.2f} s, ours {min(own):.2f} "
            f"s, together least {min(whole):.2f} s, median {median(whole):.2f} s of CPU"
        )


if __name__ == "__main__":
    main()
