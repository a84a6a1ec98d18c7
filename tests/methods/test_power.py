"""Sizes of studies, and what studies of a size can see: published numbers, properties, refusals."""

from math import asin, inf, nan, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower, TTestPower

from crm.methods.power import (
    FORMULAS,
    clusters,
    curve,
    margin,
    means,
    precision,
    proportions,
    smallest_effect,
)

pytestmark = pytest.mark.no_database
a_share = st.floats(0.02, 0.98).map(lambda x: round(x, 3))
a_power = st.floats(0.5, 0.99).map(lambda x: round(x, 3))


def test_two_means_of_half_a_standard_deviation():
    """METHODS.md: 63.77, so 64 a group."""
    size = means(0.5)
    assert (size.exact, size.n, size.total) == (pytest.approx(63.77, abs=5e-3), 64, 128)
    assert size.formula == "t-test of two equal groups, by the noncentral t distribution"
    assert size.assumptions[0] == "Significance 0.05, two-sided; power 80 %."


@pytest.mark.parametrize(("effect", "n"), [(0.2, 393), (-0.5, 64), (0.8, 26)])
def test_two_means_of_cohens_primer(effect, n):
    """Cohen (1992), Psychological Bulletin 112(1), 155-159, table 2: 393, 64 and 26."""
    assert abs(means(effect).exact - n) < 0.6


def test_means_of_r():
    """R, power.t.test: delta 1 at 0.90: 22.02110; pairs, delta 0.5: 33.36713; delta 1, n 20: 0.8689528."""
    assert means(1, power=0.9).exact == pytest.approx(22.02110, abs=5e-5)
    pairs = means(0.5, paired=True)
    assert (pairs.exact, pairs.n, pairs.total) == (pytest.approx(33.36713, abs=5e-6), 34, 34)
    assert curve([20], effect_size=1).power[0] == pytest.approx(0.8689528, abs=1e-6)


@pytest.mark.parametrize(
    ("formula", "n"), [("fleiss", 435), ("continuity", 474), ("unpooled", 432), ("arcsine", 424)]
)
def test_proportions_by_four_formulas(formula, n):
    """METHODS.md: 10 % against 5 %."""
    size = proportions(0.10, 0.05, formula=formula)
    assert (size.n, size.total, size.formula) == (n, 2 * n, FORMULAS[formula])


def test_proportions_of_r():
    """R, examples of power.prop.test: 76.7 a group, a power of 0.740, and 0.8026 as the second share."""
    assert proportions(0.50, 0.75, power=0.90).exact == pytest.approx(76.7, abs=0.05)
    assert curve([50], p1=0.50, p2=0.75).power[0] == pytest.approx(0.7401659, abs=5e-7)
    assert smallest_effect(50, p1=0.50, power=0.90).above == pytest.approx(0.8026, abs=5e-5)


def test_proportions_with_continuity_of_stata():
    """Stata, sampsi 0.25 0.4: 216 a group with a power of 0.90."""
    assert proportions(0.25, 0.4, power=0.9, formula="continuity").n == 216


def test_proportions_unpooled_of_pocock():
    """Pocock (1983), Clinical Trials, ch. 9: 90 % against 95 %, power 0.90: 578 a group."""
    assert proportions(0.90, 0.95, power=0.9, formula="unpooled").n == 578


@pytest.mark.parametrize(("h", "n"), [(0.2, 392), (0.5, 63), (0.8, 25)])
def test_proportions_by_the_arcsine_of_cohens_primer(h, n):
    """Cohen (1992), table 2, test 4: 392, 63 and 25."""
    second = sin(asin(sqrt(0.5)) - h / 2) ** 2
    assert abs(proportions(0.5, second, formula="arcsine").exact - n) < 0.6


def test_clusters_of_twenty_with_a_correlation_of_5_per_cent():
    """Kish (1965): the design effect of 20 that share 0.05 is 1.95; 64 become 124.8, in 7 whole clusters."""
    size = clusters(64, 20, 0.05)
    assert (size.design_effect, size.exact) == (pytest.approx(1.95), pytest.approx(124.8))
    assert (size.clusters, size.n, size.total) == (7, 140, 280)
    assert clusters(100, 1, 0.3).n == 100
    assert clusters(100, 50, 0.05).design_effect == pytest.approx(3.45)


def test_clusters_of_unequal_size():
    """Eldridge, Ashby and Kerry (2006): 1 + ((cv² + 1) m − 1) ρ."""
    assert clusters(64, 20, 0.05, variation=0.65).design_effect == pytest.approx(
        1 + ((0.65**2 + 1) * 20 - 1) * 0.05
    )


@pytest.mark.parametrize(("everyone", "n"), [(100, 80), (1000, 278), (10_000, 370), (None, 385)])
def test_samples_of_krejcie_and_morgan(everyone, n):
    """Krejcie and Morgan (1970), Educational and Psychological Measurement 30, 607-610, table 1."""
    assert precision(0.05, p=0.5, population=everyone).n == n


def test_precision_of_a_mean():
    """(1.959964 · 15 / 2)² by hand."""
    size = precision(2, sd=15)
    assert (size.n, size.exact) == (217, pytest.approx((1.959964 * 7.5) ** 2, rel=1e-6))
    assert margin(size.exact, sd=15) == pytest.approx(2)


def test_the_smallest_effect_of_uneven_groups_agrees_with_statsmodels():
    one = smallest_effect(24, other=12)
    assert one.effect == pytest.approx(
        TTestIndPower().solve_power(nobs1=24, ratio=0.5, power=0.8, alpha=0.05)
    )
    assert (one.below, one.above, one.effective_n) == (None, None, 24)
    pairs = smallest_effect(12, paired=True)
    assert pairs.effect == pytest.approx(TTestPower().solve_power(nobs=12, power=0.8, alpha=0.05))


def test_clusters_hide_small_effects():
    one, other = smallest_effect(140, size=20, icc=0.05), smallest_effect(140)
    assert one.effective_n == pytest.approx(140 / 1.95)
    assert one.effect > other.effect
    few = smallest_effect(4, p1=0.05)
    assert (few.below, few.effect) == (None, pytest.approx(few.above - 0.05))


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (means, {"effect_size": 0}, "effect of 0"),
        (means, {"effect_size": nan}, "neither missing nor infinite"),
        (means, {"effect_size": 1e-6}, "no study could see it"),
        (means, {"effect_size": 0.5, "alpha": 1}, "significance level must lie between"),
        (means, {"effect_size": 0.5, "power": 80}, "power must lie between"),
        (means, {"effect_size": 0.5, "power": 0.05}, "tossing a coin"),
        (proportions, {"p1": 0.5, "p2": 0.5}, "no difference to see"),
        (proportions, {"p1": 10, "p2": 5}, "first share must lie between"),
        (proportions, {"p1": 0.1, "p2": 0}, "second share must lie between"),
        (proportions, {"p1": 0.1, "p2": 0.2, "formula": "yates"}, "formula is one of fleiss"),
        (clusters, {"n": 0, "size": 20, "icc": 0.1}, "at least one person"),
        (clusters, {"n": 10, "size": 20, "icc": 1.1}, "between 0 and 1"),
        (clusters, {"n": 10, "size": 20, "icc": 0.1, "variation": -1}, "must not be below 0"),
        (precision, {"margin": 0.05}, "either the share"),
        (precision, {"margin": 0.05, "p": 0.5, "sd": 1}, "either the share"),
        (precision, {"margin": 0, "p": 0.5}, "above 0"),
        (precision, {"margin": 5, "p": 0.5}, "margin of a share"),
        (precision, {"margin": 5, "sd": -1}, "above 0"),
        (precision, {"margin": 0.05, "p": 0.5, "population": 1}, "at least two people"),
        (margin, {"n": 0, "p": 0.5}, "At least one person"),
        (margin, {"n": 10}, "either the share"),
        (smallest_effect, {"n": 1}, "at least two people or points"),
        (smallest_effect, {"n": inf}, "neither missing nor infinite"),
        (smallest_effect, {"n": 2, "p1": 0.5}, "no share, not even nobody"),
        (smallest_effect, {"n": 10, "other": 8, "paired": True}, "Pairs have one size"),
        (smallest_effect, {"n": 10, "other": 8, "p1": 0.5}, "groups of equal size"),
        (smallest_effect, {"n": 10, "size": 8}, "both their size"),
        (smallest_effect, {"n": 10, "size": 10, "icc": 1}, "fewer than two"),
        (smallest_effect, {"n": 10, "size": 10, "icc": 2}, "between 0 and 1"),
        (smallest_effect, {"n": 10, "p1": 0.5, "formula": "yates"}, "formula is one of"),
        (curve, {"sizes": [10]}, "either the size of the effect"),
        (curve, {"sizes": [], "effect_size": 1}, "at least 1"),
        (curve, {"sizes": [1], "effect_size": 1}, "at least two people"),
        (curve, {"sizes": [10], "effect_size": 1, "p1": 0.5}, "either the size of the effect"),
        (curve, {"sizes": [10], "p1": 0.5}, "second share must be a number"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(**values)


@settings(deadline=None)
@given(st.floats(0.05, 3), a_power, st.sampled_from([0.001, 0.01, 0.05, 0.1]), st.booleans())
def test_the_size_for_means_agrees_with_statsmodels(effect, power, alpha, paired):
    size = means(effect, alpha, power, paired)
    if size.exact > 2:
        judge = TTestPower() if paired else TTestIndPower()
        published = judge.power(effect, size.exact, alpha)
        assert np.isnan(published) or published == pytest.approx(power, abs=1e-6)
        found = smallest_effect(size.exact, alpha=alpha, power=power, paired=paired)
        assert found.effect == pytest.approx(effect, rel=1e-6)
    assert curve([size.n], effect_size=effect, alpha=alpha, paired=paired).power[0] >= power - 1e-9


@settings(deadline=None)
@given(a_share, a_share, a_power, st.sampled_from(list(FORMULAS)))
def test_the_smallest_share_is_the_inverse_of_the_size(p1, p2, power, formula):
    if abs(p1 - p2) < 0.01:
        return
    size = proportions(p1, p2, power=power, formula=formula)
    if size.exact < 2:
        return
    found = smallest_effect(size.exact, p1=p1, power=power, formula=formula)
    assert (found.above if p2 > p1 else found.below) == pytest.approx(p2, abs=1e-6)
    assert curve([size.exact], p1=p1, p2=p2, formula=formula).power[0] == pytest.approx(power, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.01, 5), st.booleans())
def test_a_power_curve_only_grows(effect, paired):
    drawn = curve(np.arange(2, 400, 7), effect_size=effect, paired=paired)
    assert (np.diff(drawn.power) >= -1e-9).all()
    assert ((drawn.power >= 0.05 - 1e-6) & (drawn.power <= 1)).all()
    clustered = curve([200, 400], effect_size=effect, paired=paired, size=10, icc=0.1)
    assert (clustered.power <= curve([200, 400], effect_size=effect, paired=paired).power + 1e-12).all()
