"""What reports across engagements make of frames by themselves."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.alignment import alignment
from reports.channels import channels
from reports.figures import MOST_BARS, bars
from reports.model import Column
from reports.period import Period
from reports.pipeline import pipeline
from reports.quality import quality
from reports.utilisation import utilisation

MADE = datetime(2026, 4, 15, 9, tzinfo=UTC)
PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31), MADE)
NAME, VALUE, MARK = (
    Column(name, name, "text" if name == "name" else "integer") for name in ("name", "now", "was")
)


def test_a_chart_shows_a_zero_and_tells_apart_what_has_one_name():
    rows = [{"name": "One", "now": 0, "was": 3}, {"name": "One", "now": 4, "was": None}]
    chart = bars("a", "A", "Said.", rows, key="name", value=VALUE, mark=MARK)
    assert chart.table.rows == [("One", 0, 3), ("One (2)", 4, None)]
    assert chart.alt == "Bar chart of 2 bars: One 0, One (2) 4. Said."


def test_a_chart_of_many_shows_the_first_and_one_of_nothing_is_none():
    many = [{"name": str(n), "now": 100 - n, "was": 0} for n in range(50)]
    assert len(bars("a", "A", "", many, key="name", value=VALUE, mark=MARK).table) == MOST_BARS
    assert bars("a", "A", "", [{"name": "x", "now": 0}], key="name", value=VALUE, mark=MARK) is None
    assert bars("a", "A", "", [], key="name", value=VALUE, mark=MARK) is None


MONEY = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.lists(st.tuples(st.sampled_from(("EUR", "USD", "JPY")), MONEY, MONEY), max_size=30))
def test_money_is_added_exactly_and_within_one_currency(amounts):
    people = pd.DataFrame(
        [("Ann", 40.0, 520.0, 10.0, 5.0, 5.0, 5 / 520, 520.0, 4.0, 4 / 520)],
        columns=["person", "weekly", "available", "logged", "billable", "approved", "utilisation",
                 "available_before", "billable_before", "utilisation_before"],
    )  # fmt: skip
    rows = [(f"P{n}", *one, None, None) for n, one in enumerate(amounts)]
    names = ("person", "currency", "billed", "standard", "realisation", "realisation_before")
    report = utilisation(people, pd.DataFrame(rows, columns=names, dtype=object), PERIOD, ())
    told = {row[0]: row[1:3] for row in report.table("currencies").rows}
    assert set(told) == {currency for currency, _, _ in amounts}
    for currency, sums in told.items():
        same = [one for one in amounts if one[0] == currency]
        assert sums == (sum((one[1] for one in same), Decimal(0)), sum((one[2] for one in same), Decimal(0)))
    assert report.table("currencies").totals == {}


def test_goals_that_weigh_nothing_have_no_coverage():
    goals = pd.DataFrame(
        [(1, "A", "One", None, 2, 0, 0, 0, 0)],
        columns=[
            "key",
            "client",
            "engagement",
            "perspective",
            "goals",
            "served",
            "measured",
            "weight",
            "covered",
        ],
    )
    plans = pd.DataFrame(columns=["key", "client", "engagement", "strategies", "idle", "undelivered"])
    report = alignment(goals, plans, PERIOD.last, MADE)
    assert report.table("engagements").values("coverage") == [None]
    assert report.facts[0].value == "–"
    assert report.table("perspectives").values("perspective") == ["Not said"]


def test_growth_compares_only_what_was_counted_at_both_moments():
    rows = [
        (1, "A", "X", "a", 150, date(2026, 3, 1), 100, None),
        (2, "B", "X", "b", 900, date(2026, 3, 1), None, None),
        (2, "B", "X", "c", None, None, None, None),
    ]
    names = [
        "client_key",
        "client",
        "platform",
        "handle",
        "followers",
        "counted_on",
        "at_start",
        "at_start_before",
    ]
    report = channels(pd.DataFrame(rows, columns=names, dtype=object), 4, PERIOD)
    line = dict(zip((c.name for c in report.tables[0].columns), report.tables[0].rows[0], strict=True))
    assert (line["followers"], line["gained"], line["compared"]) == (1050, 50, 1)
    assert (line["growth"], line["growth_before"], line["presence"]) == (pytest.approx(0.5), None, 0.5)
    assert "1 never counted" in report.facts[1].note


def test_fees_of_one_stage_stand_apart_by_currency():
    rows = [
        ("A", "One", None, "Proposal", date(2026, 1, 1), 60, 30, "USD", Decimal("0.10")),
        ("B", "Two", None, "Proposal", date(2026, 1, 1), 60, 30, "USD", Decimal("0.20")),
        ("C", "Three", None, "Proposal", date(2026, 3, 1), 5, 0, "JPY", Decimal(7)),
        ("D", "Four", None, "Inquiry", date(2026, 3, 1), 5, 0, None, None),
    ]
    names = ["client", "engagement", "lead", "stage", "since", "days", "over", "currency", "fee"]
    moves = pd.DataFrame([("Agreed", 3, 1), ("Lost", 1, 1)], columns=["stage", "now", "before"])
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    report = pipeline(frame, moves, ("Inquiry", "Proposal", "Agreed", "Lost"), PERIOD)
    assert report.table("fees").rows == [
        ("Proposal", "JPY", 1, Decimal(7)), ("Proposal", "USD", 2, Decimal("0.30")),
    ]  # fmt: skip
    assert (report.facts[3].value, report.facts[3].note) == ("75 %", "before: 50 %")
    assert report.findings[0] == "A, One: 60 days in proposal, 30 longer than usual."


def test_nothing_loose_is_said_in_words():
    places = pd.DataFrame([(1, "A", "One", None)], columns=["key", "client", "engagement", "lead"])
    none = pd.DataFrame(columns=["key", "level", "label", "sentence", "button"])
    report = quality(places, none, PERIOD.last, MADE)
    assert report.table("findings").empty == "Nothing hangs loose."
    assert report.facts[0].note == "1 without a loose end"
    assert report.charts == ()
