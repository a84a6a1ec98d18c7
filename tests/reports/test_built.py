"""Views out of frames alone: totals merge, days fall into periods, charts say what they show."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pytest

from reports.built import Told, grouped, listed
from reports.built_cells import Group, Sum, period
from reports.model import Column
from reports.writers import FORMATS

pytestmark = pytest.mark.no_database

TOLD = Told("Hours", "All", "time", "entries of time", date(2026, 5, 1), datetime(2026, 5, 1, tzinfo=UTC))
MONTH, KIND = (
    Group("day.month", "Day, by month", "month"),
    Group("kind", "Kind", order=("Travel", "Coaching")),
)
COUNT, HOURS = Sum("count", "Number", "integer"), Sum("hours.sum", "Hours", "hours", "sum", "hours")
AVERAGE = Sum("hours.average", "Hours, average", "hours", "average", "hours")


def told(**more) -> Told:
    return Told(**{**{name: getattr(TOLD, name) for name in Told.__dataclass_fields__}, **more})


def parts(*rows) -> pd.DataFrame:
    """(month, kind, rows, minutes) each"""
    return pd.DataFrame(
        [
            {"g0": day, "k0": day, "g1": kind, "k1": kind, "n": n, "hours.count": n, "hours.sum": minutes}
            for day, kind, n, minutes in rows
        ],
        dtype=object,
    )


JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)
FRAME = parts(
    (JAN, "Coaching", 3, 90), (JAN, "Travel", 1, 30), (MAR, "Coaching", 1, 120), (None, "Rest", 1, 6)
)


def test_totals_and_averages_are_over_all_rows():
    report = grouped(FRAME, (MONTH, KIND), (HOURS, AVERAGE), TOLD, is_spread=True)
    table = report.table()
    assert [column.label for column in table.columns] == [
        "Day, by month", "Travel · Hours", "Travel · Hours, average", "Coaching · Hours",
        "Coaching · Hours, average", "Rest · Hours", "Rest · Hours, average", "All · Hours",
        "All · Hours, average",
    ]  # fmt: skip
    assert table.rows == [
        ("Jan 2026", 0.5, 0.5, 1.5, 0.5, None, None, 2.0, 0.5),
        ("Mar 2026", None, None, 2.0, 2.0, None, None, 2.0, 2.0),
        ("None", None, None, None, None, 0.1, 0.1, 0.1, 0.1),
    ]
    assert table.totals == {"c0-0": 0.5, "c1-0": 3.5, "c2-0": 0.1, "all-0": pytest.approx(4.1)}
    assert {fact.label: fact.value for fact in report.facts}["Hours, average"] == "0.7 h"


def test_a_line_goes_through_the_months_without_a_row():
    report = grouped(FRAME, (MONTH, KIND), (HOURS,), told(chart="line"), is_spread=True)
    (chart,) = report.charts
    assert [row[0] for row in chart.table.rows] == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [row[2] for row in chart.table.rows] == [1.5, 0, 2.0]
    for form in FORMATS.values():
        assert form.written(report)


def test_what_has_no_unit_in_common_is_not_drawn_together():
    fee = Sum("fee.sum", "Fee", "money", "sum", "fee", apart=0)
    rows = [
        {"g0": unit, "k0": unit, "n": 1, "fee.count": 1, "fee.sum": Decimal(5)} for unit in ("EUR", "USD")
    ]
    group = (Group("currency", "Currency"),)
    report = grouped(pd.DataFrame(rows), group, (fee,), told(chart="bar"))
    assert report.charts == ()
    assert "more than one currency" in report.notes[-1]
    assert report.table().totals == {}
    spread = grouped(pd.DataFrame(rows), group, (fee,), TOLD, is_spread=True)
    assert [column.label for column in spread.table().columns] == ["Entries of time", "EUR", "USD"]


def test_rows_are_sorted_by_a_sum_and_bars_show_it():
    frame = FRAME.drop(columns=["g1", "k1"]).dropna()
    report = grouped(frame, (MONTH,), (COUNT, HOURS), told(sort="-count", chart="bar"))
    assert [row[:2] for row in report.table().rows] == [("Jan 2026", 4), ("Mar 2026", 1)]
    assert report.charts[0].title == "Number by month"
    assert report.findings == ("Jan 2026: 4 of 5, 80 %, the most of all.",)


def test_nothing_makes_a_view_that_says_so():
    report = grouped(pd.DataFrame(), (MONTH,), (COUNT,), told(chart="line"))
    assert (len(report.table()), report.charts) == (0, ())
    assert "Nothing fits this view" in report.table().empty


def test_the_first_rows_of_a_list_come_with_the_sums_of_all():
    columns = (Column("name", "Name", "text"), Column("hours", "Hours", "hours", total=True))
    frame = pd.DataFrame({"name": ["a"], "hours": [1.0]}, dtype=object)
    table = listed(frame, columns, TOLD, 700, {"hours": 90.5}).table()
    assert (len(table), table.rows, table.totals) == (700, [("a", 1.0)], {"hours": 90.5})
    assert listed(frame, columns, TOLD).table().totals == {"hours": 1.0}


@pytest.mark.parametrize(
    ("grain", "words"),
    [("year", "2026"), ("quarter", "Q1 2026"), ("month", "Mar 2026"), ("week", "Week of 1 Mar 2026"),
     ("day", "1 Mar 2026")],
)  # fmt: skip
def test_a_period_is_called_by_its_kind(grain, words):
    assert period(MAR, grain) == words
