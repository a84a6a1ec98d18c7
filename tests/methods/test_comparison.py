"""Comparisons of two groups: published numbers, properties, refusals."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from crm.methods.comparison import independent, paired, proportion, proportions, rates

pytestmark = pytest.mark.no_database
# Student (1908): hours of sleep gained by two drugs, as R's data set `sleep`.
FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Darwin (1876): heights in inches of maize, crossed and self-fertilised, in pairs.
CROSSED = [23.5, 12, 21, 22, 19.125, 21.5, 22.125, 20.375, 18.25, 21.625, 23.25, 21, 22.125, 23, 12]
SELFED = [17.375, 20.375, 20, 20, 18.375, 18.625, 18.625, 15.25, 16.5, 18, 16.25, 18, 12.75, 15.5, 18]
measured = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=30)


@st.composite
def parts(draw):
    whole = draw(st.integers(1, 5000))
    return draw(st.integers(0, whole)), whole


def interval(comparison):
    return comparison.lower, comparison.upper


def with_moments(n: int, mean: float, spread: float) -> np.ndarray:
    """Any sample of this size, mean and standard deviation."""
    shape = np.linspace(-1, 1, n)
    return mean + spread * shape / shape.std(ddof=1)


def test_paired_t_of_students_sleep_data():
    """METHODS.md, from R: t −4.0621, −2.4599 to −0.7001; p as R prints it, 0.002833."""
    one = paired(FIRST_DRUG, SECOND_DRUG)
    assert (one.statistic, one.df) == (pytest.approx(-4.0621, abs=5e-5), 9)
    assert interval(one) == pytest.approx((-2.4599, -0.7001), abs=5e-5)
    assert (one.estimate, one.p) == (pytest.approx(-1.58), pytest.approx(0.002833, abs=5e-7))
    assert (one.method, one.sizes, one.confidence) == ("paired t-test (Student)", (10,), 0.95)
    assert one.estimate == pytest.approx(one.statistic * one.se)


def test_paired_t_of_darwins_maize():
    """Fisher (1935), The Design of Experiments, section 17: t 2.148 on 14 degrees of freedom."""
    one = paired(CROSSED, SELFED)
    assert (one.statistic, one.df) == (pytest.approx(2.148, abs=5e-4), 14)
    assert one.estimate * 8 == pytest.approx(20.93, abs=5e-3)
    assert one.p == pytest.approx(0.0497, abs=5e-5)


def test_welch_of_students_sleep_data():
    """R, t.test(extra ~ group): t −1.8608, df 17.776, p 0.07939, −3.3654832 to 0.2054832."""
    one = independent(FIRST_DRUG, SECOND_DRUG)
    assert (one.statistic, one.df) == (pytest.approx(-1.860813, abs=5e-7), pytest.approx(17.77647, abs=5e-6))
    assert (one.p, one.sizes) == (pytest.approx(0.07939414, abs=5e-9), (10, 10))
    assert interval(one) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)


def test_welch_of_american_and_japanese_cars():
    """NIST, AUTO83B by Dataplot: t −12.94627 with 136.87499 degrees of freedom."""
    one = independent(with_moments(249, 20.14458, 6.41470), with_moments(79, 30.48101, 6.10771))
    assert (one.statistic, one.df) == (pytest.approx(-12.94627, abs=5e-5), pytest.approx(136.875, abs=5e-4))


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((5, 56, 0, 29), -0.0381, 0.1926)],
)
def test_newcombes_own_examples(counts, lower, upper):
    """METHODS.md and Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    assert interval(proportions(*counts)) == pytest.approx((lower, upper), abs=5e-5)


def test_the_test_of_proportions_follows_the_expected_counts():
    """By hand: 150 (56·32 − 14·48)² / (70·80·104·46), and 2 (220·8 + 66) of the 184,756 tables."""
    many, few = proportions(56, 70, 48, 80), proportions(9, 10, 3, 10)
    assert (many.statistic**2, many.p) == (pytest.approx(7.0234, abs=5e-5), pytest.approx(0.00805, abs=5e-6))
    assert "Pearson's χ²" in many.method
    assert (few.p, few.statistic) == (pytest.approx(2 * (220 * 8 + 66) / 184756), None)
    assert "Fisher's exact" in few.method
    assert proportions(0, 10, 0, 20).p == 1


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_of_newcombes_examples(x, n, lower, upper):
    """METHODS.md and Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    one = proportion(x, n)
    assert interval(one) == pytest.approx((lower, upper), abs=5e-5)
    assert (one.estimate, one.p, one.sizes) == (x / n, None, (n,))


def test_rates_of_r_and_stata():
    """R, example of poisson.test; stata.com, "iri 41 15 28010 19017"."""
    colon = rates(11, 800, 21, 3011)
    assert colon.estimate == pytest.approx(1.971488, abs=5e-7)
    assert interval(colon) == pytest.approx((0.8584264, 4.2772659), abs=5e-8)
    breast = rates(41, 28010, 15, 19017)
    assert (breast.estimate, *interval(breast)) == pytest.approx((1.855759, 1.005684, 3.6093), abs=5e-6)


def test_rates_with_an_interval_that_only_just_includes_1():
    """Fay, vignette of R's rateratio.test: 0.2070941557, 0.02177406 to 1.00054910, p 0.05011."""
    one = rates(2, 17877, 9, 16660)
    assert one.estimate == pytest.approx(0.2070941557, abs=5e-11)
    assert interval(one) == pytest.approx((0.02177406, 1.00054910), abs=5e-9)
    assert (one.p, one.sizes) == (pytest.approx(0.05011, abs=5e-6), (2, 9))


def test_infections_before_and_after():
    """METHODS.md, cdi.csv: 0.385 (0.305 to 0.485 by the logarithm); the exact interval is a little wider."""
    one = rates(85, 169012.125, 451, 344871.0417)
    assert one.estimate == pytest.approx(0.385, abs=5e-4)
    assert interval(one) == pytest.approx((0.305, 0.485), abs=5e-3)


def test_no_event_on_the_first_side_is_a_ratio_of_0():
    """Clopper and Pearson: the upper limit of 0 of 5 is 1 − 0.025^(1/5)."""
    one = rates(0, 10, 5, 10)
    share = 1 - 0.025**0.2
    assert (one.estimate, one.lower, one.upper) == (0, 0, pytest.approx(share / (1 - share)))
    assert one.p == pytest.approx(2 / 32)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (paired, ([1, 2], [1]), "2 values after but 1 before"),
        (paired, ([1], [2]), "Too few pairs: 1"),
        (paired, ([2, 3], [1, 2]), "same amount"),
        (paired, ([0.3, 0.4], [0.1, 0.2]), "same amount"),
        (paired, ([nan, 3], [1, 2]), "missing or infinite"),
        (paired, ([nan, nan], [1, 2]), "All of the values after are missing"),
        (paired, (["a", 3], [1, 2]), "list of numbers"),
        (paired, ([[1, 2]], [[1, 2]]), "single list"),
        (paired, ([inf, 3], [1, 2]), "missing or infinite"),
        (independent, ([1], [1, 2]), "Too few values of the first group: 1, where at least 2"),
        (independent, ([1, 2], []), "values of the second group: 0"),
        (independent, ([1, 1], [2, 2]), "Neither group varies"),
        (independent, ([1, 2], [nan, 2]), "missing or infinite"),
        (proportions, (5, 4, 1, 2), "above its denominator"),
        (proportions, (-1, 4, 1, 2), "none below 0"),
        (proportions, (1, 0, 1, 2), "denominator is 0"),
        (proportions, (1.5, 4, 1, 2), "whole number"),
        (proportion, (nan, 4), "neither missing nor infinite"),
        (proportion, (1, 1e400), "neither missing nor infinite"),
        (proportion, ("many", 4), "must be a number"),
        (rates, (0, 1, 0, 1), "no events on either side"),
        (rates, (1e308, 1, 5, 1), "slip of the keyboard"),
        (rates, (1, 1e-308, 5, 1), "must be above 0"),
        (independent, ([1e308, -1e308], [1, 2]), "slip of the keyboard"),
        (paired, ([1e-200, 3e-200], [0, 0]), "same amount"),
        (rates, (3, 1, 0, 1), "second side has no events"),
        (rates, (1, 0, 1, 1), "above 0"),
        (rates, (1, -2, 1, 1), "above 0"),
        (rates, (1.5, 2, 1, 1), "whole number"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@pytest.mark.parametrize("confidence", [0, 1, 95, nan])
def test_the_confidence_is_a_share(confidence):
    for method, values in ((proportion, (1, 2)), (paired, ([1, 2], [1, 3])), (rates, (1, 1, 1, 1))):
        with pytest.raises(ValueError, match="confidence"):
            method(*values, confidence=confidence)


@settings(deadline=None)
@given(parts(), parts())
def test_intervals_of_proportions_agree_with_statsmodels(first, second):
    one, other = proportion(*first), proportions(*first, *second)
    assert interval(one) == pytest.approx(proportion_confint(*first, method="wilson"), abs=1e-9)
    published = confint_proportions_2indep(*first, *second, method="newcomb")
    assert interval(other) == pytest.approx(published, abs=1e-9)
    assert -1 <= other.lower <= other.estimate <= other.upper <= 1
    assert 0 <= other.p <= 1


@settings(deadline=None)
@given(parts(), parts())
def test_swapping_the_groups_turns_the_difference_round(first, second):
    one, other = proportions(*first, *second), proportions(*second, *first)
    assert (other.estimate, *interval(other)) == pytest.approx(
        (-one.estimate, -one.upper, -one.lower), abs=1e-12
    )
    assert other.p == pytest.approx(one.p, abs=1e-9)


@settings(deadline=None)
@given(st.integers(1, 400), st.floats(0.5, 1e4), st.integers(1, 400), st.floats(0.5, 1e4))
def test_the_interval_of_rates_and_its_p_agree(events1, time1, events2, time2):
    one = rates(events1, time1, events2, time2)
    assert one.lower < one.estimate < one.upper
    assert abs(one.p - 0.05) < 1e-9 or (one.p < 0.05) == (not one.lower <= 1 <= one.upper)
    turned = rates(events2, time2, events1, time1)
    assert (turned.lower, turned.upper) == pytest.approx((1 / one.upper, 1 / one.lower), rel=1e-9)


@settings(deadline=None)
@given(measured, st.floats(-100, 100), st.floats(0.01, 100))
def test_a_paired_test_does_not_hang_on_the_unit(values, shift, scale):
    after = np.array(values)
    before = np.resize(np.array([3.0, -2.0, 5.0]), len(after))
    assume(np.ptp(after - before) > 1e-3)
    one, other = paired(after, before), paired(after * scale + shift, before * scale + shift)
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-6)
    assert one.lower <= one.estimate <= one.upper
