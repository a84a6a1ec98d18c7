"""What work is worth across clients: money by its kind, never in one sum, and never over currencies."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

import lazy_loader as lazy

from reports import text
from reports.charts_stack import stacked
from reports.figures import records, share, table
from reports.model import Column, Fact, Report

pd = lazy.load("pandas")

KINDS = ("cash_released", "time_freed", "cost_avoided")
_MONEY = (
    Column("cost", "Cost", "money"),
    Column("cash_released", "Cash released", "money"),
    Column("time_freed", "Time freed", "money"),
    Column("cost_avoided", "Cost avoided", "money"),
    Column("npv", "Net present value", "money"),
)
_RETURNS = (
    Column("roi", "Return", "percent"),
    Column("cash_roi", "Return in cash", "percent"),
)
_EVALUATIONS = (
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("evaluation", "Evaluation", "text"),
    Column("perspective", "Perspective", "text"),
    Column("price_year", "Prices of", "text"),
    Column("years", "Years", "integer"),
    Column("currency", "Currency", "text"),
    Column("coaching", "Fee for the coaching", "money"),
    *_MONEY,
    *_RETURNS,
    Column("payback", "Pays back in year", "integer"),
    Column("hours", "Hours freed", "hours"),
    Column("counted", "In the sums", "text"),
)
_CURRENCIES = (
    Column("currency", "Currency", "text"),
    Column("price_year", "Prices of", "text"),
    Column("perspective", "Perspective", "text"),
    Column("engagements", "Engagements", "integer", total=True),
    *_MONEY,
    *_RETURNS,
)
_CHART = (
    Column("name", "Evaluation", "text"),
    Column("cash_released", "Cash released", "number"),
    Column("time_freed", "Time freed", "number"),
    Column("cost_avoided", "Cost avoided", "number"),
)
_NOTES = (
    "Cash released leaves a budget and can be spent on something else. Time freed is hours at a loaded "
    "rate: money only if posts are cut or other paid work is done in them. Cost avoided is spending that "
    "would have come; no budget shrinks by it. So they are kept apart.",
    "Amounts are what the assumptions come to, discounted to the start at the rate of each evaluation. Cost "
    "is all that the change costs the perspective named, coaching among it; the fee for the coaching is that "
    "of the engagement, where it is in the same currency. Year 0 is the start.",
    "Sums are of one currency, price year and perspective. An engagement with several evaluations counts by "
    "the one that was begun last.",
)


def economics(
    evaluations: pd.DataFrame, engagements: int, as_of: date, made_at: datetime, narrowed=""
) -> Report:
    """`evaluations`: one row an evaluation, those of an engagement together and in the order in which they
    were begun, with key (of its engagement), client, engagement, evaluation, perspective, price_year, years,
    currency, coaching (Decimal or missing), cost, cash_released, time_freed, cost_avoided and npv (Decimal,
    at the start), roi and cash_roi (fractions), payback (a year), hours and problem (why there is no return).
    `engagements`: how many there are, evaluated or not.
    """
    rows = _marked(records(evaluations))
    empty = "No economic evaluation has been begun yet."
    return Report(
        name="economics",
        title="Economics and return on investment",
        subtitle=narrowed or "All engagements",
        as_of=as_of,
        made_at=made_at,
        facts=_facts(rows, engagements),
        findings=tuple(_findings(rows)),
        tables=(
            table("currencies", "Sums by currency", _CURRENCIES, _sums(rows), empty, keys=3),
            table("evaluations", "Evaluations", _EVALUATIONS, rows, empty, keys=3),
        ),
        charts=_charts(rows),
        notes=_NOTES,
    )


def _marked(rows: list[dict]) -> list[dict]:
    last = {row["key"]: number for number, row in enumerate(rows)}
    return [
        row | {"counted": "yes" if last[row["key"]] == number else "no", "price_year": str(row["price_year"])}
        for number, row in enumerate(rows)
    ]


def _sums(rows: list[dict]) -> list[dict]:
    groups = defaultdict(list)
    for row in rows:
        if row["counted"] == "yes":
            groups[row["currency"], row["price_year"], row["perspective"]].append(row)
    return [_sum(*key, each) for key, each in sorted(groups.items())]


def _sum(currency: str, price_year: str, perspective: str, rows: list[dict]) -> dict:
    money = {column.name: sum(row[column.name] for row in rows) for column in _MONEY}
    cost, cash = float(money["cost"]), float(money["cash_released"])
    gain = sum(float(money[kind]) for kind in KINDS)
    said = {"currency": currency, "price_year": price_year, "perspective": perspective}
    returns = {"roi": share(gain - cost, cost), "cash_roi": share(cash - cost, cost)}
    return {**said, "engagements": len(rows), **money, **returns}


def _facts(rows: list[dict], engagements: int) -> tuple[Fact, ...]:
    counted = [row for row in rows if row["counted"] == "yes"]
    above = sum(row["npv"] > 0 for row in counted)
    back = sum(row["payback"] is not None for row in counted)
    cash = sum((row["cash_roi"] or 0) > 0 for row in counted)
    return (
        Fact("Evaluated", text.whole(len(counted)), f"of {text.count(engagements, 'engagement')}"),
        Fact("Worth more than they cost", text.whole(above), "net present value above 0"),
        Fact("Pay back in their years", text.whole(back), "discounted"),
        Fact("Pay back in cash alone", text.whole(cash), "without time freed and cost avoided"),
    )


def _findings(rows: list[dict]):
    for row in rows:
        where = f"{row['client']}, {row['evaluation']}"
        if row["counted"] == "no":
            continue
        if row["problem"]:
            yield f"{where}: {row['problem']}"
        elif row["roi"] > 0 > row["cash_roi"]:
            cash = text.show(row["cash_roi"] + 1, "number")
            yield f"{where}: in cash {cash} of each 1.00 comes back; the rest is time and cost avoided."
        elif row["roi"] <= 0:
            yield f"{where}: {text.show(row['roi'] + 1, 'number')} of each 1.00 comes back in all."


def _charts(rows: list[dict]):
    shown = [
        {"name": f"{row['client']}: {row['evaluation']}"}
        | {kind: float(row[kind]) / float(row["cost"]) for kind in KINDS}
        for row in rows
        if row["counted"] == "yes" and row["cost"]
    ]
    shown.sort(key=lambda row: -sum(row[kind] for kind in KINDS))
    sentence = (
        "What comes back for each 1.00 spent, by its kind and in the currency of each; beyond the upright "
        "line it is more than was spent."
    )
    chart = stacked("returns", "What comes back", sentence, shown, _CHART, limit=1.0)
    return (chart,) if chart else ()
