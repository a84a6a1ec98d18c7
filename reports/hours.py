"""Where the hours went, and what they moved: against the budget, and along the thread."""

from __future__ import annotations

import math

import lazy_loader as lazy

from reports import text
from reports.figures import bars, compared, records, share, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_WHERE = (Column("client", "Client", "text"), Column("engagement", "Engagement", "text"))
_SPENT = (
    Column("hours", "Hours", "hours", total=True),
    Column("share", "Share", "percent", total=True),
    Column("before", "Before", "hours", total=True),
    Column("sessions", "Sessions", "integer"),
)
_ENGAGEMENTS = (
    *_WHERE,
    Column("hours", "Hours", "hours", total=True),
    Column("billable", "Of them billable", "hours", total=True),
    Column("before", "Before", "hours", total=True),
    Column("budget", "Budget", "hours", total=True),
    Column("used", "Used of it so far", "hours", total=True),
    Column("burn", "Burn", "percent"),
)
_THREAD = {
    "goals": (
        *_WHERE,
        Column("name", "Goal", "text"),
        *_SPENT,
        Column("measures", "Measures", "integer", total=True),
        Column("better", "Better", "integer", total=True),
        Column("worse", "Worse", "integer", total=True),
    ),
    "strategies": (
        *_WHERE,
        Column("name", "Strategy", "text"),
        *_SPENT,
        Column("milestones", "Milestones", "integer", total=True),
        Column("done", "Done", "integer", total=True),
        Column("done_now", "Done in the period", "integer", total=True),
    ),
    "milestones": (
        *_WHERE,
        Column("name", "Milestone", "text"),
        *_SPENT,
        Column("state", "State", "text"),
        Column("planned_on", "Planned", "date"),
        Column("actual_on", "Actual", "date"),
    ),
}
_TITLES = {"goals": "Goals", "strategies": "Strategies", "milestones": "Milestones"}
NONE = {"goals": "No goal", "strategies": "No strategy", "milestones": "No milestone"}
#: Hours from which a goal that nothing has moved is worth a sentence.
FEWEST_HOURS = 5
_NOTES = (
    "All time counts here, of every kind, billable or not, approved or not, on the day that it was worked.",
    "The time of a session is shared out in equal parts among the goals that it touched, and so among the "
    "strategies (those of its milestones are among them) and the milestones. What touched none stands in a "
    "row of its own. So each table adds up to all hours, and no hour counts twice in it.",
    "Better and worse say on which side of where it began a measure stood at the end of the period. Hours "
    "that went to a goal do not by themselves show what moved it.",
)


def hours(engagements: pd.DataFrame, thread: dict[str, pd.DataFrame], period: Period, policy: str) -> Report:
    """`engagements`: client, engagement, hours, billable, before, budget, used (hours; budget may lack).
    `thread`: for goals, strategies and milestones a row each with client, engagement, name (missing for what
    touched none), hours, before, sessions, and the columns that say what moved. `policy` says what is used.
    """
    rows = sorted(records(engagements), key=lambda row: (-row["hours"], row["client"], row["engagement"]))
    for row in rows:
        row["burn"] = share(row["used"], row["budget"])
        row["name"] = f"{row['client']}: {row['engagement']}"
    total = math.fsum(row["hours"] for row in rows)
    empty = "No time was logged in this period or the one before."
    whole = table("engagements", "Engagements", _ENGAGEMENTS, rows, empty, keys=2)
    touched = {kind: _touched(kind, records(frame), total) for kind, frame in thread.items()}
    tables = [table(kind, _TITLES[kind], _THREAD[kind], touched[kind], empty, keys=3) for kind in touched]
    chart = bars(
        "where", "Hours by engagement", "Hours in the period; the upright mark is those before.",
        rows, key="name", value=_ENGAGEMENTS[2], mark=_ENGAGEMENTS[4],
    )  # fmt: skip
    return Report(
        name="hours",
        title="Where the hours went, and what they moved",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, touched, total),
        findings=tuple(_findings(rows, touched, total)),
        tables=(whole, *tables),
        charts=(chart,) if chart else (),
        notes=(*_NOTES, f"Used of the budget so far: {policy[0].lower()}{policy[1:]}", period.note),
    )


def _touched(kind: str, rows: list[dict], total: float) -> list[dict]:
    for row in rows:
        row["is_loose"] = row["name"] is None
        row["name"] = row["name"] or NONE[kind]
        row["share"] = share(row["hours"], total)
    return sorted(rows, key=lambda row: (-row["hours"], row["client"], row["engagement"], row["name"]))


def _loose(touched: dict[str, list[dict]], kind: str) -> float:
    return math.fsum(row["hours"] for row in touched.get(kind, ()) if row["is_loose"])


def _facts(rows: list[dict], touched: dict[str, list[dict]], total: float) -> tuple[Fact, ...]:
    before = math.fsum(row["before"] for row in rows)
    on_goals = share(total - _loose(touched, "goals"), total)
    done = sum(row["done_now"] or 0 for row in touched.get("strategies", ()))
    over = sum(1 for row in rows if row["budget"] and row["used"] > row["budget"])
    return (
        compared("Hours", total, before, "hours"),
        Fact("Touched a goal", text.show(on_goals, "percent"), "of the hours"),
        Fact("Milestones done", str(done), "in the period, of the strategies shown"),
        Fact("Over budget", str(over), "engagements, so far"),
    )


def _findings(rows: list[dict], touched: dict[str, list[dict]], total: float):
    if loose := _loose(touched, "goals"):
        part = text.show(loose / total, "percent")
        yield f"{text.hours(loose)} h, {part} of the hours, touched no goal."
    for row in rows:
        if row["budget"] and row["used"] > row["budget"]:
            over = text.hours(row["used"] - row["budget"])
            yield f"{row['client']}, {row['engagement']}: {over} h more are used than agreed."
    for row in touched.get("goals", ()):
        if row["hours"] >= FEWEST_HOURS and row["measures"] and not row["better"]:
            yield (
                f"“{row['name']}” ({row['client']}) took {text.hours(row['hours'])} h; "
                f"none of its {text.count(row['measures'], 'measure')} stands better than where it began."
            )
