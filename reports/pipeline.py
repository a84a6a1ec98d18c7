"""What is on its way to being agreed, what is under way, and what has stood too long."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import lazy_loader as lazy

from reports import text
from reports.figures import bars, compared, mean, records, share, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

_STAGES = (
    Column("stage", "Stage", "text"),
    Column("engagements", "Engagements", "integer", total=True),
    Column("over", "Longer than usual", "integer", total=True),
    Column("mean_days", "Mean days there", "number"),
    Column("longest", "Longest, days", "integer"),
    Column("entered", "Came in", "integer", total=True),
    Column("entered_before", "Before", "integer", total=True),
)
_FEES = (
    Column("stage", "Stage", "text"),
    Column("currency", "Currency", "text"),
    Column("engagements", "Engagements with a fee", "integer", total=True),
    Column("fee", "Fees", "money"),
)
_ENGAGEMENTS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("lead", "Lead", "text"),
    Column("stage", "Stage", "text"),
    Column("since", "Since", "date"),
    Column("days", "Days", "integer"),
    Column("over", "Over usual", "integer"),
    Column("currency", "Currency", "text"),
    Column("fee", "Fee", "money"),
)
_NOTES = (
    "Stages are as they stand on the day that the report is made, and days are counted up to it. Each stage "
    "has a number of days that is usual; more than that is said. What is lost, cancelled or closed is left "
    "out of the lists and counts among what came in.",
    "Won is the share that was agreed, of what was agreed or lost in the period.",
    "Fees in different currencies are never added together.",
)


def pipeline(
    engagements: pd.DataFrame, moves: pd.DataFrame, stages: tuple[str, ...], period: Period
) -> Report:
    """`engagements`: client, engagement, lead, stage, since, days, over, currency, fee (Decimal or missing).
    `moves`: stage, now and before (how many came into it). `stages`: all of them by name, in their order.
    """
    rows = sorted(
        records(engagements), key=lambda row: (stages.index(row["stage"]), -row["days"], row["client"])
    )
    came = {row["stage"]: row for row in records(moves)}
    lines = _lines(rows, came, stages)
    empty = "No engagement is on its way."
    chart = bars(
        "stages", "Engagements by stage", "How many stand in each stage; the upright mark is those too long.",
        [row for row in lines if row["engagements"]], key="stage", value=_STAGES[1], mark=_STAGES[2],
    )  # fmt: skip
    return Report(
        name="pipeline",
        title="Pipeline and ageing of stages",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, came),
        findings=tuple(_findings(rows)),
        tables=(
            table("stages", "Stages", _STAGES, lines, empty),
            table(
                "fees", "Fees by stage and currency", _FEES, _fees(rows, stages), "No fee is named.", keys=2
            ),
            table("engagements", "Engagements", _ENGAGEMENTS, rows, empty, keys=2),
        ),
        charts=(chart,) if chart else (),
        notes=(*_NOTES, period.note),
    )


def _lines(rows: list[dict], came: dict[str, dict], stages: tuple[str, ...]) -> list[dict]:
    lines = []
    for stage in stages:
        here, moved = [row for row in rows if row["stage"] == stage], came.get(stage, {})
        if here or moved:
            lines.append(
                {
                    "stage": stage,
                    "engagements": len(here),
                    "over": sum(row["over"] > 0 for row in here),
                    "mean_days": mean(row["days"] for row in here),
                    "longest": max((row["days"] for row in here), default=None),
                    "entered": moved.get("now", 0),
                    "entered_before": moved.get("before", 0),
                }
            )
    return lines


def _fees(rows: list[dict], stages: tuple[str, ...]) -> list[dict]:
    fees: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in rows:
        if row["fee"] is not None:
            fees[row["stage"], row["currency"]].append(row["fee"])
    ordered = sorted(fees.items(), key=lambda item: (stages.index(item[0][0]), item[0][1]))
    return [
        {"stage": stage, "currency": currency, "engagements": len(each), "fee": sum(each)}
        for (stage, currency), each in ordered
    ]


def _facts(rows: list[dict], came: dict[str, dict]) -> tuple[Fact, ...]:
    def entered(stage: str, when: str) -> int:
        return came.get(stage, {}).get(when, 0)

    def won(when: str) -> float | None:
        return share(entered("Agreed", when), entered("Agreed", when) + entered("Lost", when))

    return (
        Fact("On the way", str(len(rows)), f"{sum(row['over'] > 0 for row in rows)} longer than usual"),
        compared("New inquiries", entered("Inquiry", "now"), entered("Inquiry", "before"), "integer"),
        compared("Agreed", entered("Agreed", "now"), entered("Agreed", "before"), "integer"),
        compared("Won", won("now"), won("before"), "percent"),
    )


def _findings(rows: list[dict]):
    for row in sorted(rows, key=lambda row: -row["over"]):
        if row["over"] > 0:
            yield (
                f"{row['client']}, {row['engagement']}: {text.count(row['days'], 'day')} in "
                f"{row['stage'].lower()}, {row['over']} longer than usual."
            )
