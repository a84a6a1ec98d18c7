"""The marks of a round as a file."""

import csv
import io
from collections.abc import Sequence

from reports.writers.csv import cell

HEAD = ("goal", "strategy", "rater", "side", "mark", "note")


def marks_csv(rows: Sequence) -> bytes:
    """One row a mark: UTF-8, comma, CRLF, a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        side = "client" if row.is_from_client else "consultant"
        writer.writerow(
            [cell(value) for value in (row.goal, row.strategy, row.name, side, row.mark, row.note)]
        )
    return out.getvalue().encode()
