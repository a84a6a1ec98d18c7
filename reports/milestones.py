"""Roadmaps across clients: what was due, what came in time, and how far days have slipped."""

from __future__ import annotations

from collections import defaultdict

import lazy_loader as lazy

from reports import text
from reports.figures import bars, compared, mean, records, share, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_WHERE = (Column("client", "Client", "text"), Column("engagement", "Engagement", "text"))
_ENGAGEMENTS = (
    *_WHERE,
    Column("due", "Due", "integer", total=True),
    Column("on_time", "Of them in time", "integer", total=True),
    Column("kept", "In time", "percent"),
    Column("kept_before", "Before", "percent"),
    Column("done", "Done", "integer", total=True),
    Column("late", "Late", "integer", total=True),
    Column("mean_slip", "Mean slip, days", "number"),
    Column("longest_slip", "Longest slip, days", "integer"),
)
_MILESTONES = (
    *_WHERE,
    Column("milestone", "Milestone", "text"),
    Column("strategy", "Strategy", "text"),
    Column("owner", "Owner", "text"),
    Column("baseline_on", "Baseline", "date"),
    Column("planned_on", "Planned", "date"),
    Column("actual_on", "Actual", "date"),
    Column("state", "State", "text"),
    Column("slip_days", "Slip, days", "integer"),
)
_NOTES = (
    "Due are the milestones whose baseline, the day first planned, lies in the period; in time those of them "
    "that were done by then. Done are those with their actual day in the period. Dropped ones count nowhere.",
    "Late are open ones whose planned day had passed at the end of the period. Slip counts days after the "
    "baseline: of the day done, of the plan, or of the end of the period where the plan is past.",
)


def milestones(frame: pd.DataFrame, period: Period) -> Report:
    """`frame`: one row a milestone as it stood at the end of the period, with key (of its engagement),
    client, engagement, milestone, strategy, owner, the three days, state, slip_days and is_late. Rows of
    neither period that are not late may be there; they are left out.
    """
    rows = [row for row in records(frame) if row["state"] != "Dropped"]
    shown = [row for row in rows if _counts(row, period)]
    lines = _lines(rows, period)
    listed = table(
        "milestones", "Milestones", _MILESTONES, shown, "No milestone is due, done or late here.", keys=3
    )
    whole = table("engagements", "Engagements", _ENGAGEMENTS, lines, "No milestone is due here.", keys=2)
    slipped = sorted(lines, key=lambda row: -(row["longest_slip"] or 0))
    chart = bars(
        "slip", "Longest slip", "The longest slip, in days after the baseline; the mark is the mean.",
        [row for row in slipped if (row["longest_slip"] or 0) > 0], key="name", value=_ENGAGEMENTS[9],
        mark=_ENGAGEMENTS[8],
    )  # fmt: skip
    return Report(
        name="milestones",
        title="Milestones and how they slip",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, shown, period),
        findings=tuple(_findings(shown)),
        tables=(whole, listed),
        charts=(chart,) if chart else (),
        notes=(*_NOTES, period.note),
    )


def _counts(row: dict, period: Period) -> bool:
    return row["is_late"] or period.holds(row["baseline_on"]) or period.holds(row["actual_on"])


def _on_time(rows: list[dict]) -> int:
    return sum(1 for row in rows if row["actual_on"] and row["actual_on"] <= row["baseline_on"])


def _kept(rows: list[dict], is_in) -> float | None:
    due = [row for row in rows if is_in(row["baseline_on"])]
    return share(_on_time(due), len(due))


def _lines(rows: list[dict], period: Period) -> list[dict]:
    groups: dict[int, list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["key"]].append(row)
    lines = (_line(group, period) for group in groups.values() if any(_counts(row, period) for row in group))
    return sorted(lines, key=lambda row: (row["client"], row["engagement"]))


def _line(group: list[dict], period: Period) -> dict:
    one, due = group[0], [row for row in group if period.holds(row["baseline_on"])]
    slips = [row["slip_days"] for row in group if _counts(row, period)]
    return {
        "client": one["client"],
        "engagement": one["engagement"],
        "name": f"{one['client']}: {one['engagement']}",
        "due": len(due),
        "on_time": _on_time(due),
        "kept": _kept(group, period.holds),
        "kept_before": _kept(group, period.held_before),
        "done": sum(period.holds(row["actual_on"]) for row in group),
        "late": sum(bool(row["is_late"]) for row in group),
        "mean_slip": mean(slips),
        "longest_slip": max(slips),
    }


def _facts(rows: list[dict], shown: list[dict], period: Period) -> tuple[Fact, ...]:
    done = sum(period.holds(row["actual_on"]) for row in rows)
    done_before = sum(period.held_before(row["actual_on"]) for row in rows)
    slip = mean(row["slip_days"] for row in shown)
    return (
        compared(
            "Done in time",
            _kept(rows, period.holds),
            _kept(rows, period.held_before),
            "percent",
            "of those due",
        ),
        compared("Done", done, done_before, "integer"),
        Fact("Late", str(sum(bool(row["is_late"]) for row in rows)), "at the end of the period"),
        compared("Mean slip", slip, None, "number", "days after the baseline"),
    )


def _findings(shown: list[dict]):
    late = sorted((row for row in shown if row["is_late"]), key=lambda row: row["planned_on"])
    for row in late:
        day = text.day(row["planned_on"])
        yield f"{row['client']}, {row['engagement']}: “{row['milestone']}” was planned for {day} and is open."
