"""The portfolio report: every engagement in one line, and which of them is in trouble."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import lazy_loader as lazy

from reports import text
from reports.charts import hours_spec
from reports.model import Chart, Column, Fact, Report, Table

pd = lazy.load("pandas")

_COLUMNS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("stage", "Stage", "text"),
    Column("lead", "Lead", "text"),
    Column("starts_on", "Starts", "date"),
    Column("ends_on", "Ends", "date"),
    Column("currency", "Currency", "text"),
    Column("fee", "Fee", "money"),
    Column("hours_budget", "Budget", "hours", total=True),
    Column("hours_used", "Used", "hours", total=True),
    Column("burn", "Burn", "percent"),
    Column("coverage", "Coverage", "percent"),
    Column("milestones", "Milestones", "integer", total=True),
    Column("milestones_done", "Done", "integer", total=True),
    Column("milestones_late", "Late", "integer", total=True),
    Column("sessions", "Sessions", "integer", total=True),
    Column("last_session_on", "Last session", "date"),
    Column("actions_open", "Open actions", "integer", total=True),
    Column("actions_overdue", "Overdue actions", "integer", total=True),
    Column("health", "Health", "text"),
    Column("trouble", "Trouble", "text"),
)
_FEES = (
    Column("currency", "Currency", "text"),
    Column("engagements", "Engagements with a fee", "integer"),
    Column("fee", "Fees", "money"),
)
_HOURS = (
    Column("engagement", "Engagement", "text"),
    Column("used", "Hours used", "hours"),
    Column("budget", "Hours in budget", "hours"),
)
_TOP = 15


def _fees(engagements: Table) -> Table:
    pairs = zip(engagements.values("currency"), engagements.values("fee"), strict=True)
    fees: dict[str, list[Decimal]] = {}
    for currency, fee in pairs:
        if fee is not None:
            fees.setdefault(currency or "", []).append(fee)
    rows = [(currency, len(amounts), sum(amounts)) for currency, amounts in sorted(fees.items())]
    frame = pd.DataFrame(rows, columns=[column.name for column in _FEES], dtype=object)
    return Table("fees", "Fees by currency", _FEES, frame, "No engagement has a fee yet.")


def _labels(frame: pd.DataFrame) -> list[str]:
    """A name for each row, numbered where the client and the engagement are the same as an earlier row's."""
    seen: dict[str, int] = {}
    names = []
    for client, engagement in zip(frame["client"], frame["engagement"], strict=True):
        name = f"{client}: {engagement}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _chart(table: Table) -> Chart | None:
    frame = table.frame
    used = pd.Series(table.values("hours_used"), index=frame.index, dtype=float).fillna(0.0)
    busiest = used[used > 0].sort_values(ascending=False, kind="stable").index[:_TOP]
    if busiest.empty:
        return None
    budget = pd.Series(table.values("hours_budget"), index=frame.index, dtype=float)
    rows = pd.DataFrame({"engagement": _labels(frame), "used": used, "budget": budget}).loc[busiest]
    over = int((rows["used"] > rows["budget"]).sum())
    exceeded = f"{text.count(over, 'has', 'have')} used more than the budget."
    scope = f"The {text.count(len(rows), 'engagement')} that took most hours"
    return Chart(
        "hours", "Hours used against budget", f"{scope}; the upright mark is the budget. {exceeded}",
        f"Bar chart. {scope}, from {text.hours(rows['used'].iloc[0])} h down to "
        f"{text.hours(rows['used'].iloc[-1])} h. {exceeded}",
        hours_spec(rows), Table("hours", "Hours used against budget", _HOURS, rows), "column",
    )  # fmt: skip


def _hours_fact(table: Table) -> Fact:
    budgets = table.values("hours_budget")
    pairs = list(zip(budgets, table.values("hours_used"), strict=True))
    within = math.fsum(spent or 0.0 for budget, spent in pairs if budget is not None)
    outside = math.fsum(spent or 0.0 for budget, spent in pairs if budget is None)
    agreed = math.fsum(budget for budget in budgets if budget is not None)
    note = f"and {text.hours(outside)} h outside any budget" if outside else ""
    return Fact("Hours used", f"{text.hours(within)} of {text.hours(agreed)} h", note)


def _facts(table: Table, troubled: int) -> tuple[Fact, ...]:
    totals = table.totals
    done, late = totals["milestones_done"], totals["milestones_late"]
    return (
        Fact(
            "Engagements",
            text.whole(len(table)),
            f"{troubled} in trouble" if troubled else "None is in trouble",
        ),
        _hours_fact(table),
        Fact("Milestones", f"{done} of {totals['milestones']}", f"{late} late" if late else "None is late"),
        Fact("Sessions", text.whole(totals["sessions"])),
        Fact("Open actions", text.whole(totals["actions_open"]), f"{totals['actions_overdue']} overdue"),
    )


def _findings(frame: pd.DataFrame) -> tuple[str, ...]:
    rows = zip(frame["client"], frame["engagement"], frame["trouble"], strict=True)
    return tuple(
        f"{client}, {name}: {trouble}" for client, name, trouble in rows if pd.notna(trouble) and trouble
    )


def portfolio(frame: pd.DataFrame, as_of: date, made_at: datetime) -> Report:
    """One row an engagement; fees are added up per currency and never across currencies.

    Hours are decimal hours; burn and coverage are fractions of 1; `fee` is a Decimal or missing.
    """
    frame = frame.reset_index(drop=True) if len(frame) else _nothing()
    engagements = Table(
        "engagements", "Engagements", _COLUMNS, frame, "There are no engagements yet.", keys=2
    )
    chart = _chart(engagements)
    findings = _findings(frame)
    return Report(
        name="portfolio",
        title="Portfolio of engagements",
        subtitle=text.count(len(frame), "engagement"),
        as_of=as_of,
        made_at=made_at,
        facts=_facts(engagements, len(findings)),
        findings=findings,
        tables=(engagements, _fees(engagements)),
        charts=(chart,) if chart else (),
        notes=("Fees in different currencies are never added together.",),
    )


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(dtype=object) for column in _COLUMNS})
