"""How much of the time that people could work is billed, and at what part of the standard price."""

from __future__ import annotations

from decimal import Decimal

import lazy_loader as lazy

from reports.figures import bars, change, compared, records, share, table
from reports.model import Column, Fact, Report, Table
from reports.period import Period

pd = lazy.load("pandas")

_PEOPLE = (
    Column("person", "Person", "text"),
    Column("weekly", "A week", "hours"),
    Column("available", "Available", "hours", total=True),
    Column("logged", "Logged", "hours", total=True),
    Column("billable", "Billable", "hours", total=True),
    Column("approved", "Approved", "hours", total=True),
    Column("utilisation", "Utilisation", "percent"),
    Column("utilisation_before", "Before", "percent"),
    Column("change", "Change, points", "number"),
)
_MONEY = (
    Column("person", "Person", "text"),
    Column("currency", "Currency", "text"),
    Column("billed", "Billed", "money"),
    Column("standard", "At standard rates", "money"),
    Column("realisation", "Realisation", "percent"),
    Column("realisation_before", "Before", "percent"),
)
_CURRENCIES = (
    Column("currency", "Currency", "text"),
    Column("billed", "Billed", "money"),
    Column("standard", "At standard rates", "money"),
    Column("realisation", "Realisation", "percent"),
)


def utilisation(
    people: pd.DataFrame, money: pd.DataFrame | None, period: Period, notes: tuple[str, ...]
) -> Report:
    """`people`: person, weekly, available, logged, billable, approved in hours, utilisation, and available
    and billable hours and utilisation of the period before. `money`: person, currency, billed and standard as
    Decimal, realisation and realisation_before; None for readers who are told of no rates.
    """
    rows = records(people)
    for row in rows:
        moved = change(row["utilisation"], row["utilisation_before"])
        row["change"] = None if moved is None else 100 * moved
    who = table("people", "People", _PEOPLE, rows, "Nobody logs time yet.")
    priced = [] if money is None else _priced(records(money))
    chart = bars(
        "billable", "Billable hours", "Billable hours of each person; the upright mark is those available.",
        sorted(rows, key=lambda row: -row["billable"]), key="person", value=_PEOPLE[4], mark=_PEOPLE[2],
        is_limit=True,
    )  # fmt: skip
    return Report(
        name="utilisation",
        title="Utilisation and realisation",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(rows, who, priced),
        findings=tuple(_findings(rows)),
        tables=(who, *priced),
        charts=(chart,) if chart else (),
        notes=(*notes, period.note, "Money in different currencies is never added together."),
    )


def _priced(rows: list[dict]) -> list[Table]:
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        billed, standard = sums.setdefault(row["currency"], [Decimal(0), Decimal(0)])
        sums[row["currency"]] = [billed + row["billed"], standard + row["standard"]]
    totals = [
        {
            "currency": currency,
            "billed": billed,
            "standard": due,
            "realisation": share(float(billed), float(due)),
        }
        for currency, (billed, due) in sorted(sums.items())
    ]
    none = "No approved time has both a rate and a standard rate in one currency."
    return [
        table("realisation", "Realisation of each person", _MONEY, rows, none, keys=2),
        table("currencies", "Realisation by currency", _CURRENCIES, totals, none),
    ]


def _facts(rows: list[dict], who: Table, priced: list[Table]) -> tuple[Fact, ...]:
    sums = who.totals
    before = share(
        sum(row["billable_before"] or 0 for row in rows), sum(row["available_before"] or 0 for row in rows)
    )
    facts = [
        compared("Utilisation", share(sums["billable"], sums["available"]), before, "percent"),
        Fact("People", str(len(rows))),
        compared("Billable hours", sums["billable"], sum(r["billable_before"] or 0 for r in rows), "hours"),
        compared("Approved hours", sums["approved"], None, "hours", "of the billable ones"),
    ]
    for currency, _, _, ratio in priced[1].rows if priced else ():
        facts.append(compared(f"Realisation, {currency}", ratio, None, "percent"))
    return tuple(facts)


def _findings(rows: list[dict]):
    for row in rows:
        if row["available"] and not row["logged"]:
            yield f"{row['person']} has logged no time in this period."
        elif row["billable"] > row["available"] > 0:
            yield f"{row['person']} has billed more hours than their week holds."
