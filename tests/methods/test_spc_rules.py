import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.methods import spc, spc_limits, spc_rules, spc_runs


def series(score, values=None) -> spc_rules.Series:
    score = np.array(score, dtype=float)
    outside = (score > 3).astype(np.int8) - (score < -3).astype(np.int8)
    values = score if values is None else np.array(values, dtype=float)
    return spc_rules.Series(values, score, np.arange(len(score)), outside, "mean")


def positions(rules, rule, score, values=None) -> list[tuple[int, ...]]:
    found = spc_rules.signals(series(score, values), rules, only_outside=False)
    return [signal.positions for signal in found if signal.rule == rule]


@pytest.mark.parametrize(
    ("size", "c4", "a3", "b3", "b4"),
    [
        (2, 0.7979, 2.659, 0, 3.267),
        (5, 0.9400, 1.427, 0, 2.089),
        (6, 0.9515, 1.287, 0.030, 1.970),
        (10, 0.9727, 0.975, 0.284, 1.716),
        (25, 0.9896, 0.606, 0.565, 1.435),
    ],
)
def test_constants_of_montgomery_appendix_vi(size, c4, a3, b3, b4):
    assert spc_limits.c4(size) == pytest.approx(c4, abs=5e-5)
    assert spc_limits.a3(size) == pytest.approx(a3, abs=5e-4)
    assert spc_limits.b3(size) == pytest.approx(b3, abs=5e-4)
    assert spc_limits.b4(size) == pytest.approx(b4, abs=5e-4)


@pytest.mark.parametrize(("useful", "longest", "crossings"), [(10, 6, 2), (20, 7, 6), (24, 8, 8)])
def test_limits_of_the_anhoej_rules(useful, longest, crossings):
    assert spc_runs.longest_run_limit(useful) == longest
    assert spc_runs.crossings_limit(useful) == crossings


@pytest.mark.parametrize(
    ("useful", "limit"), [(11, 6), (12, 7), (22, 7), (23, 8), (45, 8), (46, 9), (90, 9), (91, 10)]
)
def test_longest_run_steps_where_the_published_table_steps(useful, limit):
    """The table of upper limits for the longest run at unaettie.com, after Anhøj."""
    assert spc_runs.longest_run_limit(useful) == limit


@given(st.integers(1, 120))
def test_crossings_limit_agrees_with_exact_integers(useful):
    row, trials = [1], useful - 1
    for k in range(trials):
        row.append(row[-1] * (trials - k) // (k + 1))
    limit = spc_runs.crossings_limit(useful)
    assert 20 * sum(row[: limit + 1]) >= 2**trials
    assert 20 * sum(row[:limit]) < 2**trials


@pytest.mark.parametrize(
    ("each", "few", "many"), [(5, 2, 10), (10, 6, 16), (12, 7, 19), (15, 10, 22), (20, 14, 28)]
)
def test_runs_probability_of_swed_and_eisenhart(each, few, many):
    """Critical numbers of runs, 5 % two-sided, equal numbers above and below (Swed and Eisenhart 1943)."""
    assert (
        spc_runs.runs_probability(each, each, few)[0]
        <= 0.025
        < spc_runs.runs_probability(each, each, few + 1)[0]
    )
    assert (
        spc_runs.runs_probability(each, each, many)[1]
        <= 0.025
        < spc_runs.runs_probability(each, each, many - 1)[1]
    )


def test_runs_probability_holds_for_long_series_and_one_sided_ones():
    assert spc_runs.runs_probability(5000, 5000, 5001)[0] == pytest.approx(0.5, abs=0.01)
    assert spc_runs.runs_probability(7, 0, 1) == (1.0, 1.0)


def test_nhs_shift_needs_seven_on_one_side():
    assert positions("nhs", "shift", [-1, *[1] * 6, -1]) == []
    assert positions("nhs", "shift", [-1, *[1] * 7, -1]) == [tuple(range(1, 8))]
    assert positions("nhs", "shift", [1, 1, 1, 0, 1, 1, 1, 1]) == []
    assert positions("nhs", "shift", [-1] * 8) == [tuple(range(8))]


def test_nhs_trend_needs_seven_rising_or_falling():
    level = [0.5, -0.5] * 4
    assert positions("nhs", "trend", level[:6], values=range(6)) == []
    assert positions("nhs", "trend", level[:7], values=range(7)) == [tuple(range(7))]
    assert positions("nhs", "trend", level, values=[9, *range(7, 0, -1)]) == [tuple(range(8))]
    assert positions("nhs", "trend", level[:7], values=[1, 2, 3, 3, 4, 5, 6]) == []


def test_two_of_three_marks_the_points_beyond():
    assert positions("nhs", "two_of_three", [0.1, 2.5, 0.1, 2.5, 0.1]) == [(1, 3)]
    assert positions("nhs", "two_of_three", [2.5, 0.1, 0.1, 2.5]) == []
    assert positions("nhs", "two_of_three", [2.5, -2.5, 0.1]) == []
    assert positions("nhs", "two_of_three", [0.1, -2.5, -2.1, 0.1]) == [(1, 2)]
    assert positions("western_electric", "two_of_three", [2.0, 2.0, 0.1]) == []


def test_western_electric_marks_four_of_five_and_eight():
    assert positions("western_electric", "four_of_five", [1.5, 1.5, -1, 1.5, 1.5]) == [(0, 1, 3, 4)]
    assert positions("western_electric", "four_of_five", [1.5, 1.5, -1.5, 1.5, 0.5]) == []
    assert positions("western_electric", "shift", [0.5] * 7) == []
    assert positions("western_electric", "shift", [0.5] * 8) == [tuple(range(8))]
    assert positions("western_electric", "outside", [0.1, 3.1, -3.1]) == [(1,), (2,)]


def test_ihi_shift_skips_points_on_the_line_and_trend_skips_repeats():
    assert positions("ihi", "shift", [1, 1, 1, 0, 1, 1, 1, -1]) == [(0, 1, 2, 4, 5, 6)]
    assert positions("ihi", "shift", [1] * 5 + [-1]) == []
    assert positions("ihi", "trend", [1, -1] * 3, values=[1, 2, 2, 3, 4, 5]) == [(0, 1, 3, 4, 5)]
    assert positions("ihi", "trend", [1, -1] * 2, values=[1, 2, 3, 4]) == []


def test_ihi_counts_too_few_and_too_many_runs():
    few = spc_rules.signals(series([0.5] * 5 + [-0.5] * 5), "ihi", only_outside=False)
    many = spc_rules.signals(series([0.5, -0.5] * 10), "ihi", only_outside=False)
    assert [(s.name, s.side, s.positions) for s in few] == [("Too few runs", "overall", ())]
    assert [(s.name, s.side, s.positions) for s in many] == [("Too many runs", "overall", ())]
    assert few[0].sentence == "Only 2 runs about the mean in 10 useful points, too few for chance."


def test_anhoej_counts_the_longest_run_and_the_crossings():
    assert positions("anhoej", "longest_run", [1] * 6 + [-1, 1, -1, 1]) == []
    assert positions("anhoej", "longest_run", [0, *[1] * 7, -1, 1, -1]) == [tuple(range(1, 8))]
    assert positions("anhoej", "crossings", [1] * 5 + [-1] * 5) == [()]
    assert positions("anhoej", "crossings", [1] * 4 + [-1] * 3 + [1] * 3) == []


def test_points_on_the_line_do_not_count():
    counted = spc_runs.runs(np.array([1, 0, 1, -1, 0, 0, -1, -1, 1.0]))
    assert (counted.useful, counted.longest, counted.crossings) == (6, 3, 2)


def test_a_signal_on_the_whole_series_has_no_direction():
    chart = spc.chart("run", [1, 2, 3, 2, 1, 8, 9, 8, 9, 8], rules="anhoej")
    assert [signal.rule for signal in chart.signals] == ["crossings"]
    assert chart.variation == "changing"
    assert "crosses the median 1 time" in spc.sentence(chart)


def test_signals_that_disagree_are_changing():
    """Seven points below the mean that rise all the way: better now, and getting worse."""
    chart = spc.chart("run", [20, 21, 20, 22, 21, 20, 21, 1, 2, 3, 4, 5, 6, 7], freeze=7)
    assert {signal.side for signal in chart.signals} == {"below", "rising"}
    assert chart.variation == "changing"


def test_moving_ranges_are_judged_by_their_limits_only():
    chart = spc.chart("mr", [1, 2] * 10)
    assert not chart.signals
    assert "outside the limits only" in chart.method


@pytest.mark.parametrize("rules", spc_rules.RULE_SETS)
def test_every_rule_set_is_named_in_the_method(rules):
    chart = spc.chart("i", [1, 5, 2, 6, 3, 4], rules=rules)
    assert spc_rules.RULE_SETS[rules].name in chart.method
    assert chart.rules == rules


@given(st.lists(st.sampled_from([-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5]), min_size=1, max_size=40))
def test_rules_agree_with_a_search_window_by_window(score):
    expected = set()
    for start in range(len(score) - 6):
        window = score[start : start + 7]
        if all(x > 0 for x in window) or all(x < 0 for x in window):
            expected |= set(range(start, start + 7))
    assert {p for where in positions("nhs", "shift", score) for p in where} == expected
    beyond = set()
    for start in range(len(score) - 2):
        for sign in (1, -1):
            high = [start + i for i in range(3) if sign * score[start + i] > 2]
            beyond |= set(high) if len(high) >= 2 else set()
    assert {p for where in positions("nhs", "two_of_three", score) for p in where} == beyond
