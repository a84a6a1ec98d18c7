from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.model import Column, Table
from reports.portfolio import portfolio
from tests.reports.made_up import AS_OF, MADE_AT
from tests.reports.made_up_portfolio import portfolio_frame

MONEY = st.none() | st.decimals(min_value=0, max_value=10**9, places=2)


def facts(report):
    return {fact.label: (fact.value, fact.note) for fact in report.facts}


def test_fees_are_added_up_by_currency_and_never_across():
    report = portfolio(portfolio_frame(6), AS_OF, MADE_AT)
    assert report.table("fees").rows == [
        ("EUR", 2, Decimal("25003.20")),
        ("JPY", 2, Decimal("25007.20")),
        ("USD", 2, Decimal("25005.20")),
    ]
    assert report.table("fees").totals == {}
    assert "fee" not in report.table("engagements").totals


@given(st.lists(st.tuples(st.sampled_from(["EUR", "USD"]), MONEY), max_size=12))
def test_fees_reconcile_with_plain_sums(fees):
    frame = portfolio_frame(len(fees)).assign(
        currency=[currency for currency, _ in fees], fee=pd.Series([fee for _, fee in fees], dtype=object)
    )
    expected = {}
    for currency, fee in sorted(fees, key=lambda pair: pair[0]):
        if fee is not None:
            expected[currency] = expected.get(currency, 0) + fee
    rows = portfolio(frame, AS_OF, MADE_AT).table("fees").rows
    assert {currency: total for currency, _, total in rows} == expected


@given(st.lists(st.none() | st.integers(-(10**12), 10**12), max_size=30))
def test_totals_equal_plain_sums(values):
    frame = pd.DataFrame({"whole": pd.Series(values, dtype=object)})
    frame["quarter"] = [None if value is None else value / 4 for value in values]
    columns = (
        Column("whole", "Whole", "integer", total=True),
        Column("quarter", "Quarter", "hours", total=True),
    )
    present = [value for value in values if value is not None]
    table = Table("t", "T", columns, frame)
    assert table.totals == {"whole": sum(present), "quarter": sum(value / 4 for value in present)}


def test_hours_outside_any_budget_do_not_count_against_one():
    frame = portfolio_frame(2).assign(hours_budget=[10.0, None], hours_used=[4.0, 7.5])
    value, note = facts(portfolio(frame, AS_OF, MADE_AT))["Hours used"]
    assert (value, note) == ("4 of 10 h", "and 7.5 h outside any budget")


def test_trouble_is_told_with_its_engagement():
    report = portfolio(portfolio_frame(6), AS_OF, MADE_AT)
    assert report.findings == (
        "St Brigid Health System, Research on outcomes 2025: "
        "No session for 42 days and two milestones are late.",
    )
    assert facts(report)["Engagements"] == ("6", "1 in trouble")


def test_the_chart_shows_the_fifteen_that_took_most_hours():
    chart = portfolio(portfolio_frame(24), AS_OF, MADE_AT).charts[0]
    used = [row[1] for row in chart.table.rows]
    assert len(used) == 15
    assert used == sorted(used, reverse=True)
    assert len({row[0] for row in chart.table.rows}) == 15


@pytest.mark.parametrize("frame", [pd.DataFrame(), portfolio_frame(1).iloc[:0]])
def test_a_portfolio_of_nothing_says_so(frame):
    report = portfolio(frame, AS_OF, MADE_AT)
    assert report.row_counts == {"engagements": 0, "fees": 0}
    assert report.table().empty == "There are no engagements yet."
    assert report.charts == ()
