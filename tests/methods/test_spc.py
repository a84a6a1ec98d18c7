from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.methods import spc

DATA = Path(__file__).parent / "data"
# Montgomery (2009), Introduction to Statistical Quality Control, 6th ed.: table 6.7 (costs of loans).
LOANS = [
    *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304),
    *(305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328),
]
# Table 7.3, orange-juice cans, 50 a sample.
CANS = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]
# Table 7.8, nonconformities of circuit boards.
BOARDS = [
    *(21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15),
    *(16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21),
]
# Table 7.10, shipping errors, 50 shipments a week; table 7.11, dyed cloth, in units of 50 square metres.
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
CLOTH, CLOTH_UNITS = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23], [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
# Table 7.14, hours between failures of a valve.
VALVE = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]
# NHSRplotthedots, vignette "deviations".
DEVIATIONS = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
# Table 6.3, inside diameters of piston rings, in thousandths of a millimetre above 73.9.
RINGS = """
130 102 119 92 108/95 92 101 111 104/88 124 121 105 102/102 96 93 115 109/92 107 115 89 114/109 94 97 85 93
95 106 94 100 105/85 103 93 115 88/108 95 109 105 104/98 100 90 107 95/94 98 94 95 90/104 100 107 100 96
83 102 98 97 112/106 67 94 100 84/112 114 98 99 107/100 84 105 98 96/94 112 86 105 107/106 110 118 103 100
84 102 103 105 97/100 110 113 120 103/82 101 115 105 96/104 99 90 106 109/110 89 90 109 114/115 108 93 100 110
82 84 95 117 113
"""
RINGS = [
    [73.9 + int(x) / 1000 for x in row.split()]
    for line in RINGS.split("\n")
    if line
    for row in line.split("/")
]


def lines(chart, position=0) -> tuple[float, float, float]:
    return chart.lower[position], chart.centre[position], chart.upper[position]


def found(chart, rule) -> list[tuple[int, ...]]:
    return [signal.positions for signal in chart.signals if signal.rule == rule]


def test_xmr_chart_of_montgomery_example_6_5():
    chart = spc.chart("i", LOANS, freeze=20)
    assert lines(chart) == pytest.approx((279.7833, 300.5, 321.2167), abs=5e-5)
    assert found(chart, "outside") == [(38, 39)]
    assert np.flatnonzero(chart.signalled).tolist() == [38, 39]
    assert (chart.variation, chart.n, chart.needs) == ("worsening", 40, 0)


def test_moving_range_chart_of_montgomery_example_6_5():
    chart = spc.chart("mr", LOANS, freeze=20)
    assert chart.centre[0] == pytest.approx(7.7895, abs=5e-5)
    assert chart.upper[0] == pytest.approx(25.45, abs=0.01)
    assert (chart.lower == 0).all()
    assert np.isnan(chart.values[0])
    assert chart.values[1:].tolist() == np.abs(np.diff(LOANS)).tolist()
    assert found(chart, "outside") == [(38,)]


def test_p_chart_of_montgomery_table_7_4():
    table = pd.read_csv(DATA / "tbl_07.04.csv")
    chart = spc.chart("p", table["count"], table["size"])
    assert chart.centre[0] == pytest.approx(0.09551, abs=5e-6)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.007335, 0.183686), abs=5e-7)
    assert found(chart, "outside") == [(10,)]
    assert chart.variation == "common cause"


def test_p_chart_of_montgomery_example_7_1():
    assert lines(spc.chart("p", CANS, [50] * 30)) == pytest.approx((0.0524, 0.2313, 0.4102), abs=1e-4)
    revised = spc.chart("p", CANS, [50] * 30, exclude=[14, 22])
    assert lines(revised) == pytest.approx((0.0407, 0.2150, 0.3893), abs=1e-4)
    assert found(revised, "outside") == [(14,), (20,), (22,)]


def test_c_chart_of_montgomery_example_7_3():
    chart = spc.chart("c", BOARDS, freeze=26, exclude=(5, 19))
    assert lines(chart) == pytest.approx((6.3625, 19.6667, 32.9708), abs=5e-5)
    assert found(chart, "outside") == [(5,), (19,)]
    first = spc.chart("c", BOARDS[:26])
    assert lines(first) == pytest.approx((6.48, 19.85, 33.22), abs=0.01)


def test_u_chart_of_montgomery_examples_7_4_and_7_5():
    assert lines(spc.chart("u", SHIPMENTS, [50] * 20)) == pytest.approx((0, 0.0740, 0.1894), abs=5e-5)
    cloth = spc.chart("u", CLOTH, CLOTH_UNITS)
    assert lines(cloth) == pytest.approx((0.29, 1.42, 2.55), abs=0.006)
    assert not cloth.signals


def test_xbar_and_s_charts_of_montgomery_example_6_3():
    means, spreads = spc.chart("xbar", RINGS), spc.chart("s", RINGS)
    assert len(RINGS) == 25
    assert lines(means) == pytest.approx((73.988, 74.001, 74.014), abs=6e-4)
    assert lines(spreads) == pytest.approx((0, 0.0094, 0.0196), abs=6e-5)
    assert not found(means, "outside")


def test_xbar_and_s_charts_pool_unequal_subgroups():
    """Montgomery's equation 6.31 by an independent reckoning."""
    groups = [row[: 3 + i % 3] for i, row in enumerate(RINGS)]
    sizes = np.array([len(row) for row in groups])
    pooled = np.sqrt(sum((len(r) - 1) * np.var(r, ddof=1) for r in groups) / (sizes - 1).sum())
    chart = spc.chart("xbar", groups)
    assert chart.centre[0] == pytest.approx(np.concatenate(groups).mean(), abs=1e-12)
    assert chart.upper[0] - chart.centre[0] == pytest.approx(1.954 * pooled, abs=1e-5)
    assert spc.chart("s", groups).upper[2] == pytest.approx(2.089 * pooled, abs=1e-5)


def test_nhs_deviations_with_and_without_screening():
    plain, screened = spc.chart("i", DEVIATIONS), spc.chart("i", DEVIATIONS, screened=True)
    assert lines(plain) == pytest.approx((-3.06, 1.94, 6.95), abs=0.005)
    assert lines(screened) == pytest.approx((-0.72, 1.94, 4.60), abs=0.005)
    assert "dropped once" in screened.method
    assert "dropped once" not in plain.method
    assert found(plain, "outside") == [(4,)]


def test_nhs_constant_differs_from_ours_in_the_fourth_figure():
    chart = spc.chart("i", LOANS, freeze=20)
    step = np.abs(np.diff(LOANS[:20])).mean()
    assert (chart.upper[0] - chart.centre[0]) / step == pytest.approx(2.6596, abs=5e-5)
    assert "2.6596" in chart.method
    assert "2.66)" in chart.method


def test_t_chart_of_montgomery_example_7_6():
    """Montgomery finds no point outside; limits by an independent reckoning on the transformed hours."""
    chart = spc.chart("t", VALVE)
    changed = [hours ** (1 / 3.6) for hours in VALVE]
    step = sum(abs(b - a) for a, b in pairwise(changed)) / 19
    assert chart.centre[0] == pytest.approx((sum(changed) / 20) ** 3.6, abs=1e-9)
    assert chart.upper[0] == pytest.approx((sum(changed) / 20 + 3 * step / 1.128) ** 3.6, abs=1e-8)
    assert (chart.lower == 0).all()
    assert not found(chart, "outside")


def test_g_chart_puts_its_centre_line_at_the_median():
    """Benneyan's limits by an independent reckoning: no published example is at hand."""
    gaps = [3, 12, 5, 40, 8, 21, 2, 17, 9, 33, 6, 14]
    mean = sum(gaps) / 12
    assert lines(spc.chart("g", gaps)) == pytest.approx(
        (0, 10.5, mean + 3 * (mean * (mean + 1)) ** 0.5), abs=1e-12
    )


@pytest.mark.parametrize(("kind", "plain"), [("pp", "p"), ("up", "u")])
def test_primed_charts_widen_the_plain_limits_by_sigma_z(kind, plain):
    """Laney's formula by an independent reckoning: no published example is at hand."""
    counts, sizes = np.array([820, 640, 910, 700, 880, 760]), np.array([9000, 8000, 9500, 8800, 9100, 9900])
    primed, ordinary = spc.chart(kind, counts, sizes), spc.chart(plain, counts, sizes)
    sigma = (ordinary.upper - ordinary.centre) / 3
    sigma_z = np.abs(np.diff((counts / sizes - ordinary.centre) / sigma)).mean() / 1.128
    assert sigma_z > 2
    assert primed.upper - primed.centre == pytest.approx(3 * sigma * sigma_z, abs=1e-12)
    assert primed.centre.tolist() == ordinary.centre.tolist()


def test_run_chart_has_a_median_and_no_limits():
    chart = spc.chart("run", [5, 1, 4, 2, 3, 9], target=2)
    assert chart.centre.tolist() == [3.5] * 6
    assert np.isnan(chart.lower).all()
    assert np.isnan(chart.upper).all()
    assert chart.assurance is None
    assert chart.needs == 4


def test_infections_improve_after_the_intervention():
    table = pd.read_csv(DATA / "cdi.csv")
    for rules in spc.RULE_SETS:
        chart = spc.chart("u", table["n"], table["days"], freeze=24, rules=rules)
        assert chart.variation == "improving"
        assert chart.signalled[24:].all()
        assert (
            spc.chart("u", table["n"], table["days"], freeze=24, direction="increase").variation
            == "worsening"
        )
    assert (chart.longest_run, chart.crossings_limit) == (15, 13)


def test_excluded_points_set_no_line_and_break_no_run():
    values = [4, 6, 5, 99, 5, 6, 4, 6]
    chart, without = spc.chart("i", values, exclude=[3]), spc.chart("i", [v for v in values if v != 99])
    assert lines(chart) == lines(without)
    assert found(chart, "outside") == [(3,)]
    assert chart.longest_run == without.longest_run
    assert chart.needs == without.needs == 5
    assert "1 left out" in chart.method


@pytest.mark.parametrize(
    ("direction", "target", "assurance"),
    [
        ("decrease", 330, "passes"),
        ("decrease", 270, "fails"),
        ("decrease", 300, "hit or miss"),
        ("increase", 330, "fails"),
        ("increase", 270, "passes"),
        ("neutral", 330, None),
        ("decrease", None, None),
    ],
)
def test_assurance_sets_the_target_against_the_limits(direction, target, assurance):
    chart = spc.chart("i", LOANS[:38], direction=direction, target=target)
    assert chart.assurance == assurance
    assert chart.variation == "common cause"


def test_variation_without_a_better_direction_is_changing():
    assert spc.chart("i", LOANS, freeze=20, direction=None).variation == "changing"
    assert spc.chart("i", LOANS, freeze=20, direction="increase").variation == "improving"


BAD = [
    ("i", [1], None, {}, "at least two points"),
    ("i", [], None, {}, "at least two points"),
    ("i", [1, float("nan"), 3], None, {}, "missing or infinite"),
    ("i", [float("nan")] * 3, None, {}, "missing or infinite"),
    ("i", [1, float("inf"), 3], None, {}, "missing or infinite"),
    ("i", [1, "many", 3], None, {}, "must all be numbers"),
    ("i", [[1, 2], [3, 4]], None, {}, "single list"),
    ("i", [5, 5, 5], None, {}, "no variation"),
    ("c", [5, 5, 5], None, {}, "no variation"),
    ("c", [0, 0, 0], None, {}, "no variation"),
    ("run", [5, 5, 5], None, {}, "no variation"),
    ("mr", [5, 5, 5], None, {}, "no variation"),
    ("xbar", [[0.1, 0.1, 0.1], [0.2, 0.2, 0.2]], None, {}, "no variation"),
    ("p", [0, 0, 0], [5, 6, 7], {}, "no variation"),
    ("pp", [1, 1, 1, 4], [3, 3, 3, 5], {"freeze": 3}, "no variation"),
    ("xbar", [[1, 2], [3]], None, {}, "at least two values"),
    ("c", [3, -1, 2], None, {}, "negative"),
    ("c", [3, 1.5, 2], None, {}, "whole numbers"),
    ("t", [3, 0, 2], None, {}, "above zero"),
    ("p", [3, 4, 2], [5, 3, 9], {}, "numerator is above its denominator"),
    ("p", [3, 4, 2], [5, 0, 9], {}, "denominator must be above zero"),
    ("p", [3, 4, 2], [5, 9], {}, "3 values but 2 denominators"),
    ("p", [3, 4, 2], None, {}, "needs a denominator"),
    ("i", [3, 4, 2], [1, 1, 1], {}, "takes no denominators"),
    ("i", [3, 4, 2], None, {"freeze": 1}, "baseline must have at least two"),
    ("i", [3, 4, 2], None, {"freeze": 4}, "at most the 3"),
    ("i", [3, 4, 2], None, {"exclude": [3]}, "positions run from 0 to 2"),
    ("i", [3, 4, 2], None, {"exclude": [0, 1]}, "At least two points must be left"),
    ("i", [3, 4, 2], None, {"rules": "nelson"}, "no rule set called 'nelson'"),
    ("i", [3, 4, 2], None, {"direction": "up"}, "no direction called 'up'"),
    ("i", [3, 4, 2], None, {"target": float("nan")}, "target must be a number"),
    ("np", [3, 4, 2], None, {}, "no kind of chart called 'np'"),
]


@pytest.mark.parametrize(("kind", "values", "denominators", "options", "sentence"), BAD)
def test_chart_refuses_what_cannot_be_charted(kind, values, denominators, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        spc.chart(kind, values, denominators, **options)


@pytest.mark.parametrize(
    ("options", "unit", "words"),
    [
        ({"freeze": 24}, "", "15 months in a row below the mean of 18.7 (NHS rule)."),
        ({"freeze": 24, "rules": "anhoej"}, "cases", "below the mean of 18.7 cases (Anhøj rule)."),
    ],
)
def test_sentence_tells_a_board_of_the_latest_signal(options, unit, words):
    chart = spc.chart("c", pd.read_csv(DATA / "cdi.csv")["n"], **options)
    assert words in spc.sentence(chart, unit, "Infections", period="months")


def test_sentence_counts_in_words_and_prints_per_cent():
    counts = [12, 11, 12, 13, 12, 13, 11, 13, 2, 3, 2, 3, 2, 3, 2]
    chart = spc.chart("p", counts, [100] * 15, freeze=8)
    assert spc.sentence(chart, "%", period="months") == (
        "Seven months in a row below the mean of 12.1 % (NHS rule)."
    )


def test_sentence_without_a_signal_says_what_is_needed():
    told = spc.sentence(spc.chart("i", [1, 2, 1, 3, 2]), "days", "Wait")
    assert told == (
        "Wait: 5 points vary around the mean of 1.8 days without a signal (NHS rules). "
        "7 more points are needed to rely on it."
    )
    assert "outside" not in told
    assert spc.CAUTION == "A before-after series does not show that the coaching caused it."


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60).filter(lambda v: len(set(v)) > 1))
def test_xmr_limits_agree_with_an_independent_reckoning(values):
    chart = spc.chart("i", values)
    steps = [abs(b - a) for a, b in pairwise(values)]
    mean, spread = sum(values) / len(values), 3 * sum(steps) / len(steps) / 1.128
    assert lines(chart) == pytest.approx((mean - spread, mean, mean + spread), rel=1e-12, abs=1e-12)
    outside = [abs(v - mean) > spread * (1 + 1e-9) for v in values]
    assert all(chart.signalled[position] for position in np.flatnonzero(outside))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(31, 90)), min_size=3, max_size=40), st.randoms())
def test_p_chart_limits_follow_their_points_in_any_order(pairs, random):
    counts, sizes = np.array(pairs).T
    if np.ptp(counts / sizes) == 0:
        return
    order = random.sample(range(len(pairs)), len(pairs))
    before, after = spc.chart("p", counts, sizes), spc.chart("p", counts[order], sizes[order])
    assert after.upper == pytest.approx(before.upper[order], abs=1e-12)
    assert after.lower == pytest.approx(before.lower[order], abs=1e-12)


@given(
    st.lists(st.integers(1, 50), min_size=4, max_size=40).filter(lambda v: len(set(v)) > 1),
    st.floats(0.01, 100),
)
def test_xmr_chart_scales_with_its_unit(values, factor):
    before, after = spc.chart("i", values), spc.chart("i", np.array(values) * factor)
    assert after.upper == pytest.approx(before.upper * factor, rel=1e-12)
    assert after.longest_run == before.longest_run
    assert after.crossings == before.crossings
