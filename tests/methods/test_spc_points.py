"""Montgomery's tables point by point: every value, line and limit, and which points lie outside."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm.methods import spc
from tests.methods.test_spc import BOARDS, CANS, CLOTH, CLOTH_UNITS, LOANS, SHIPMENTS

DATA = Path(__file__).parent / "data"


def outside(chart) -> list[int]:
    return sorted(at for signal in chart.signals if signal.rule == "outside" for at in signal.positions)


def test_p_chart_of_table_7_4():
    """Montgomery's example 7.2: 234 of 2,450, and limits for each size as he prints them, to 3 places."""
    table = pd.read_csv(DATA / "tbl_07.04.csv")
    chart = spc.chart("p", table["count"], table["size"])
    assert (table["count"].sum(), table["size"].sum()) == (234, 2450)
    printed = {80: (0, 0.194), 90: (0.003, 0.188), 100: (0.007, 0.184), 110: (0.011, 0.180)}
    for at, (hits, size) in enumerate(zip(table["count"], table["size"], strict=True)):
        reach = 3 * (234 / 2450 * (1 - 234 / 2450) / size) ** 0.5
        assert chart.values[at] == pytest.approx(hits / size)
        assert chart.centre[at] == pytest.approx(234 / 2450)
        assert chart.lower[at] == pytest.approx(max(0, 234 / 2450 - reach))
        assert chart.upper[at] == pytest.approx(234 / 2450 + reach)
        if size in printed:
            assert (chart.lower[at], chart.upper[at]) == pytest.approx(printed[size], abs=6e-4)
    assert outside(chart) == [10]


def test_p_chart_of_table_7_1():
    chart = spc.chart("p", CANS, [50] * 30)
    assert chart.values == pytest.approx(np.array(CANS) / 50)
    assert chart.lower == pytest.approx([0.0524] * 30, abs=1e-4)
    assert chart.upper == pytest.approx([0.4102] * 30, abs=1e-4)
    assert outside(chart) == [14, 22]


def test_xmr_charts_of_table_6_6():
    """The moving ranges of the first twenty sum to 148; his limits hold for all forty."""
    chart, ranges = spc.chart("i", LOANS, freeze=20), spc.chart("mr", LOANS, freeze=20)
    assert chart.values.tolist() == LOANS
    assert chart.lower == pytest.approx([279.7833] * 40, abs=5e-5)
    assert chart.upper == pytest.approx([321.2167] * 40, abs=5e-5)
    assert outside(chart) == [38, 39]
    assert ranges.values[1:20].sum() == 148
    assert ranges.centre == pytest.approx([148 / 19] * 40)
    assert ranges.upper == pytest.approx([25.45] * 40, abs=5e-3)
    assert outside(ranges) == [38]


def test_c_chart_of_table_7_7():
    """26 units and, after two are left out, 24 with 472 nonconformities; then 20 further units."""
    chart = spc.chart("c", BOARDS, freeze=26, exclude=(5, 19))
    assert sum(BOARDS[:26]) == 516
    assert chart.values.tolist() == BOARDS
    assert chart.centre == pytest.approx([472 / 24] * 46)
    assert chart.lower == pytest.approx([6.3625] * 46, abs=5e-5)
    assert chart.upper == pytest.approx([32.9708] * 46, abs=5e-5)
    assert outside(chart) == [5, 19]


def test_u_chart_of_table_7_12():
    """Dyed cloth: the limits that he prints for each of the ten rolls."""
    printed = {
        8: (0.16, 2.68), 9.5: (0.26, 2.58), 10: (0.29, 2.55), 10.5: (0.32, 2.52),
        12: (0.39, 2.45), 12.5: (0.41, 2.43), 13: (0.43, 2.41),
    }  # fmt: skip
    chart = spc.chart("u", CLOTH, CLOTH_UNITS)
    assert chart.values == pytest.approx(np.array(CLOTH) / CLOTH_UNITS)
    for at, units in enumerate(CLOTH_UNITS):
        assert (chart.lower[at], chart.upper[at]) == pytest.approx(printed[units], abs=0.011)
    assert not outside(chart)


def test_u_chart_of_table_7_10():
    chart = spc.chart("u", SHIPMENTS, [50] * 20)
    assert chart.values == pytest.approx(np.array(SHIPMENTS) / 50)
    assert chart.centre == pytest.approx([0.0740] * 20, abs=5e-5)
    assert (chart.lower == 0).all()
    assert chart.upper == pytest.approx([0.1894] * 20, abs=5e-5)
    assert not outside(chart)
