"""Rows as CSV, one line after another: nothing is held in memory, however many there are."""

import csv
from collections.abc import Iterable, Iterator

from crm.versions.changes import Change
from crm.versions.sheet import Kept
from reports.writers.csv import cell

GOAL_TOLD = (
    "why", "perspective", "level", "horizon_on", "smart_text", "how_measured", "unit", "start_value",
    "target_value",
)  # fmt: skip
STRATEGY_TOLD = (
    "audience", "objective", "key_message", "channels", "resources", "effort_hours", "cost", "currency",
    "starts_on", "ends_on",
)  # fmt: skip
#: The headings of the matrix. `was` is the mark as it was downloaded: what is changed beside it comes back.
MATRIX = (
    "goal_id", "goal", "weight", "weight_was", "goal_owner", *(f"goal_{name}" for name in GOAL_TOLD),
    "strategy_id", "strategy", "strategy_owner", *(f"strategy_{name}" for name in STRATEGY_TOLD),
    "mark", "mark_was", "note", "note_was", "judged_by", "engagement_id",
)  # fmt: skip
COMPARED = ("part", "change", "from", "to", "steps", "by", "why")
OVER_TIME = ("version", "name", "state", "kept_at", "by", "coverage", "completeness", "density", "sha256")


class _Echo:
    """A file that gives back what is written, for csv.writer."""

    @staticmethod
    def write(line: str) -> str:
        return line


def lines(head: Iterable[str], rows: Iterable[Iterable]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def matrix_lines(sheet: Kept) -> Iterator[str]:
    """One line for each goal and strategy, judged or not, with all that is said of both."""
    return lines(MATRIX, _matrix(sheet))


def _matrix(sheet: Kept) -> Iterator[tuple]:
    for goal in sheet.goals:
        of_goal = (goal.id, goal.statement, goal.weight, goal.weight, goal.owner)
        of_goal += tuple(goal.said[name] for name in GOAL_TOLD)
        for one in sheet.strategies:
            found = sheet.relations.get((goal.id, one.id))
            mark, note, by = (found.mark, found.note, found.by) if found else (None, None, None)
            of_strategy = (one.id, one.statement, one.owner, *(one.said[name] for name in STRATEGY_TOLD))
            yield (*of_goal, *of_strategy, mark, mark, note, note, by, sheet.engagement_id)


def compared_lines(found: Iterable[Change]) -> Iterator[str]:
    rows = (
        (one.part.value, one.sentence, _text(one.before), _text(one.after), one.steps, one.who, one.why)
        for one in found
    )
    return lines(COMPARED, rows)


def _text(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def over_time_lines(versions) -> Iterator[str]:
    """Oldest first, as one would draw it."""
    rows = (
        (
            row.number, row.name, row.state.value, row.created_at.isoformat(), row.who, row.coverage,
            row.completeness, row.density, row.digest,
        )
        for row in reversed(versions)
    )  # fmt: skip
    return lines(OVER_TIME, rows)
