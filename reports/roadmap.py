"""The roadmap of one engagement on one page: what was meant, what is planned, what holds what up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import lazy_loader as lazy

from reports import text
from reports.model import Column, Fact, Report, Step, Table, Timeline, plain
from reports.timeline import of_milestones

pd = lazy.load("pandas")

_COLUMNS = (
    Column("milestone", "Milestone", "text"),
    Column("phase", "Phase", "text"),
    Column("strategy", "Strategy", "text"),
    Column("owner", "Owner", "text"),
    Column("waits_for", "Waits for", "text"),
    Column("baseline_on", "Baseline", "date"),
    Column("planned_on", "Planned", "date"),
    Column("forecast_on", "As things stand", "date"),
    Column("actual_on", "Actual", "date"),
    Column("state", "State", "text"),
    Column("slip_days", "Slip, days", "integer"),
    Column("critical", "Critical", "text"),
)

_METHOD = (
    "As things stand: each open milestone begins no sooner than planned, today, or when all that it waits "
    "for is there, and takes the days that its plan gives it. Slip counts days after the baseline."
)


def roadmap(engagement: dict[str, Any], milestones: pd.DataFrame, today: date) -> Report:
    """The report. `engagement` has title, client, as_of and made_at (aware); `milestones` the columns above,
    one row a milestone, days as dates, `slip_days` in days, `critical` "yes" or nothing."""
    table = Table("milestones", "Milestones", _COLUMNS, milestones, "The roadmap has no milestones yet.")
    made_at: datetime = engagement["made_at"]
    return Report(
        name="roadmap",
        title=f"Roadmap: {engagement['title']}",
        subtitle=str(engagement["client"]),
        as_of=plain(engagement["as_of"], "date"),
        made_at=made_at,
        facts=_facts(table),
        findings=_findings(table),
        tables=(table,),
        timeline=_timeline(table, today),
        notes=(_METHOD,),
        prints_tables=False,
    )


def _timeline(table: Table, today: date) -> Timeline | None:
    """Each milestone with its owner, and with day and slip behind its state: the whole row on one line."""
    drawn = of_milestones(table, today)
    if drawn is None:
        return None
    owners, slips = table.values("owner"), table.values("slip_days")
    rows = zip(drawn, owners, slips, strict=True)
    return Timeline(tuple(_told(step, owner, slip) for step, owner, slip in rows))


def _told(step: Step, owner: str | None, slip: int | None) -> Step:
    day = text.show(step.actual_on or step.planned_on, "date")
    moved = f", {slip:+d} d" if slip else ""
    title = f"{step.title} · {owner}" if owner else step.title
    return replace(step, title=title, state=f"{step.state} {day}{moved}")


def _facts(table: Table) -> tuple[Fact, ...]:
    states, slips = table.values("state"), table.values("slip_days")
    ahead = [day for day in table.values("forecast_on") if day]
    worst = max((slip for slip in slips if slip is not None), default=0)
    return (
        Fact("Done", f"{states.count('Done')} of {len(states)}"),
        Fact("Late", str(states.count("Late"))),
        Fact("Longest slip", text.count(max(worst, 0), "day"), "after the baseline"),
        Fact("All is there", text.show(max(ahead), "date") if ahead else "–", "as things stand"),
    )


def _findings(table: Table) -> tuple[str, ...]:
    names = ("milestone", "state", "planned_on", "forecast_on", "waits_for")
    found = []
    for milestone, state, planned, forecast, waits in zip(*(table.values(n) for n in names), strict=True):
        if state == "Late":
            found.append(f"“{milestone}” is past its day, {text.show(planned, 'date')}.")
        elif forecast and planned and forecast > planned and waits:
            days = text.count((forecast - planned).days, "day")
            found.append(f"“{milestone}” waits for {waits} and will be {days} later than planned.")
    return tuple(found)
