"""The roadmap as a network: what waits for what, what is blocked, when it will be there, what holds it up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm.methods.critical_path import Step, critical_path
from crm.roadmap.models import OPEN_MILESTONE


@dataclass(frozen=True)
class Outlook:
    """How the open part of a roadmap hangs together, by the id of the milestone."""

    forecast: dict[int, date] = field(default_factory=dict)
    slack: dict[int, int] = field(default_factory=dict)
    critical: frozenset[int] = frozenset()
    blocked_by: dict[int, list[str]] = field(default_factory=dict)
    too_early: dict[int, list[str]] = field(default_factory=dict)
    ends_on: date | None = None

    def late_by(self, row) -> int:
        """Days after its planned day on which it will be there, as things stand."""
        return (self.forecast[row.id] - row.planned_on).days if row.id in self.forecast else 0


def outlook(rows: Sequence, needs: dict[int, list[int]], today: date) -> Outlook:
    """The network of what is still open. What is dropped holds nothing up; what is done did so on its day.

    A step is worked on for its `takes_days` before its planned day, begins no sooner than planned, today,
    or when all that it waits for is there.
    """
    open_ = {row.id: row for row in rows if row.state in OPEN_MILESTONE}
    if not open_:
        return Outlook()
    waits = {key: [need for need in needs.get(key, ()) if need in open_] for key in open_}
    steps = {key: Step(row.takes_days, waits[key], _begin(row, today)) for key, row in open_.items()}
    network = critical_path(steps)
    titles = {row.id: row.title for row in rows}
    forecast = {key: today + timedelta(one.earliest_finish) for key, one in network.timings.items()}
    return Outlook(
        forecast,
        {key: one.slack for key, one in network.timings.items()},
        frozenset(network.path),
        {key: [titles[need] for need in found] for key, found in waits.items() if found},
        {key: found for key in open_ if (found := _after(open_[key], waits[key], open_))},
        today + timedelta(network.finish),
    )


def _begin(row, today: date) -> int:
    """Days from today to when work on it begins by its own plan: at the earliest now."""
    return max((row.planned_on - timedelta(row.takes_days) - today).days, 0)


def _after(row, waits: list[int], open_: dict) -> list[str]:
    """What it waits for and is planned only after it."""
    return [open_[need].title for need in waits if open_[need].planned_on > row.planned_on]
