"""The five facts at the head of a progress report."""

import math
from datetime import date
from typing import Any

from reports import text
from reports.model import Fact, Table, Value, plain

THRESHOLD = 3
CLOSED = frozenset({"done", "closed", "cancelled", "dropped"})
ABANDONED = frozenset({"cancelled", "dropped"})


def _records(table: Table) -> list[dict[str, Value]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def _state(row: dict[str, Value]) -> str:
    return (row["state"] or "").lower()


def _coverage(goals: list[dict[str, Value]]) -> Fact:
    weight = math.fsum(goal["weight_share"] or 0.0 for goal in goals)
    served = [goal for goal in goals if (goal["best_relation"] or 0) >= THRESHOLD]
    if not goals or not weight:
        return Fact("Alignment coverage", text.MISSING, "No weighted goals yet")
    covered = math.fsum(goal["weight_share"] or 0.0 for goal in served) / weight
    loose = len(goals) - len(served)
    hanging = f"{text.count(loose, 'goal hangs', 'goals hang')} loose" if loose else "Every goal is served"
    return Fact("Alignment coverage", text.show(covered, "percent"), hanging)


def _hours(engagement: dict[str, Any]) -> Fact:
    used = plain(engagement["hours_used"], "hours") or 0.0
    budget = plain(engagement["hours_budget"], "hours")
    if budget is None:
        return Fact("Hours used", text.show(used, "hours"), "No budget was agreed")
    value = f"{text.hours(used)} of {text.hours(budget)} h"
    if used > budget:
        return Fact("Hours used", value, f"{text.hours(used - budget)} h over budget")
    return Fact("Hours used", value, f"{text.show(used / budget, 'percent')} of the budget" if budget else "")


def _milestones(milestones: list[dict[str, Value]], today: date) -> Fact:
    meant = [row for row in milestones if _state(row) not in ABANDONED]
    if not meant:
        return Fact("Milestones", text.MISSING, "No milestones yet")
    done = sum(row["actual_on"] is not None for row in meant)
    late = [
        (today - row["planned_on"]).days
        for row in meant
        if row["actual_on"] is None and row["planned_on"] and row["planned_on"] < today
    ]
    worst = f"{len(late)} late, by up to {text.count(max(late), 'day')}" if late else "None is late"
    return Fact("Milestones", f"{done} of {len(meant)}", worst)


def _sessions(sessions: list[dict[str, Value]]) -> Fact:
    held = [row["held_on"] for row in sessions if row["held_on"]]
    if not held:
        return Fact("Latest session", text.MISSING, "No session has been logged yet")
    note = text.count(len(sessions), "session")
    if "minutes" in sessions[0]:
        note += f", {text.hours(sum(row['minutes'] or 0 for row in sessions) / 60)} h in all"
    return Fact("Latest session", text.day(max(held)), note)


def _actions(actions: list[dict[str, Value]], today: date) -> Fact:
    waiting = [row for row in actions if row["done_on"] is None and _state(row) not in CLOSED]
    overdue = sum(bool(row["due_on"] and row["due_on"] < today) for row in waiting)
    return Fact("Open actions", str(len(waiting)), f"{overdue} overdue" if overdue else "None is overdue")


def facts(engagement: dict[str, Any], tables: dict[str, Table], today: date) -> tuple[Fact, ...]:
    """Coverage, hours, milestones, latest session and open actions, as of `today`."""
    rows = {name: _records(table) for name, table in tables.items()}
    return (
        _coverage(rows["goals"]),
        _hours(engagement),
        _milestones(rows["milestones"], today),
        _sessions(rows["sessions"]),
        _actions(rows["actions"], today),
    )
