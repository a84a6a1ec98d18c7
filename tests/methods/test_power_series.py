"""What a series could see: closed forms, simulation, published sizes read as curves, refusals."""

from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import toeplitz
from scipy.stats import nct, t
from statsmodels.regression.linear_model import GLS

from crm.methods.power import smallest_effect
from crm.methods.power_curves import curve_of_means, curve_of_proportions, curve_of_steps
from crm.methods.power_series import smallest_step
from crm.methods.time_series import interrupted

pytestmark = pytest.mark.no_database


def design(before, after):
    at = np.arange(before + after)
    return np.column_stack([np.ones(before + after), at, at >= before]).astype(float)


def simulated(rho, step, before=24, after=12, rounds=1500):
    """The share of simulated series in which generalised least squares sees the step: nothing of ours."""
    random = np.random.default_rng(2002)
    columns = design(before, after)
    sigma = toeplitz(rho ** np.arange(before + after))
    seen = 0
    for noise in random.multivariate_normal(np.zeros(before + after), sigma, size=rounds):
        seen += GLS(noise + step * columns[:, 2] + 5, columns, sigma=sigma).fit().pvalues[2] < 0.05
    return seen / rounds


@pytest.mark.parametrize("rho", [0.0, 0.4, -0.3])
def test_the_smallest_step_is_seen_in_four_of_five_simulated_series(rho):
    found = smallest_step(24, 12, sd=1, autocorrelation=rho)
    assert simulated(rho, found.effect) == pytest.approx(0.8, abs=0.033)


def test_counts_are_seen_in_four_of_five_simulated_series():
    """By the models of the product itself, plain Poisson; the formula is a little hopeful."""
    found = smallest_step(24, 12, count=40)
    random = np.random.default_rng(1922)
    after = np.arange(36) >= 24
    seen = [
        interrupted(random.poisson(40 * (1 + found.effect * after)), after, overdispersed=False).effect.p
        < 0.05
        for _ in range(300)
    ]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.07)
    assert (1 + found.effect) * (1 - found.fall) == pytest.approx(1)


@pytest.mark.parametrize(("before", "after"), [(8, 8), (24, 12), (12, 30)])
def test_without_autocorrelation_it_is_the_closed_form_of_least_squares(before, after):
    """1 / (nm/N − (Σ(t − mean)(x − mean))² / Σ(t − mean)²), from the textbook on partial regression."""
    at, x = np.arange(before + after), np.arange(before + after) >= before
    cross = ((at - at.mean()) * (x - x.mean())).sum()
    variance = 1 / (before * after / (before + after) - cross**2 / ((at - at.mean()) ** 2).sum())
    found = smallest_step(before, after, sd=2.5)
    assert found.se == pytest.approx(2.5 * sqrt(variance))
    df, cut = before + after - 3, t.ppf(0.975, before + after - 3)
    shift = found.effect / found.se
    assert nct.sf(cut, df, shift) + nct.cdf(-cut, df, shift) == pytest.approx(0.8, abs=1e-7)


def test_without_a_trend_equal_halves_need_half_the_spread_of_one_with_it():
    """A common trend takes three quarters of what equal halves tell of a step: n → ∞, error doubles."""
    found = smallest_step(2000, 2000, sd=1)
    assert found.se / sqrt(2 / 2000) == pytest.approx(2, abs=1e-3)


def test_autocorrelation_and_a_change_of_trend_hide_steps():
    plain, alike = smallest_step(24, 12, sd=1), smallest_step(24, 12, sd=1, autocorrelation=0.5)
    assert alike.effect > plain.effect
    assert smallest_step(24, 12, sd=1, slope_change=True).effect > plain.effect
    assert smallest_step(24, 12, count=20, dispersion=2).fall > smallest_step(24, 12, count=20).fall
    assert "autocorrelation 0.5" in alike.formula
    assert alike.assumptions[0] == "Significance 0.05, two-sided; power 80 %."
    assert alike.assumptions[-1].startswith("The autocorrelation is known")


def test_curves_go_through_published_sizes():
    """Cohen (1988): d 0.5 with 64; R: pairs of 0.5 with 33.37; Fleiss (1981): 10 % and 5 % with 435."""
    assert curve_of_means([0.5], 64).power[0] == pytest.approx(0.8015, abs=5e-5)
    assert curve_of_means([-0.5], 33.36713, paired=True).power[0] == pytest.approx(0.8, abs=1e-6)
    assert curve_of_proportions([-0.05], 435, p1=0.1).power[0] == pytest.approx(0.8, abs=1e-3)
    assert curve_of_proportions([0.25], 50, p1=0.5).power[0] == pytest.approx(0.7401659, abs=5e-7)


def test_curves_of_clusters_count_fewer_people():
    """Kish (1965): 140 people in clusters of 20 that share 0.05 count for 140 / 1.95."""
    found = curve_of_means([0, 0.3, 0.6], 140, size=20, icc=0.05)
    assert found.effective_n == pytest.approx(140 / 1.95)
    assert found.power == pytest.approx(curve_of_means([0, 0.3, 0.6], 140 / 1.95).power)
    assert found.power[0] == pytest.approx(0.05)
    assert "intraclass correlation of 0.05" in found.formula
    shares = curve_of_proportions([0, 0.1], 140, p1=0.3, size=20, icc=0.05)
    assert shares.power[1] < curve_of_proportions([0.1], 140, p1=0.3).power[0]


@pytest.mark.parametrize("given", [{"sd": 1.7}, {"count": 12, "dispersion": 1.4}])
def test_the_curve_of_a_series_goes_through_its_smallest_step(given):
    found = smallest_step(20, 16, autocorrelation=0.2, **given)
    drawn = curve_of_steps([0, found.effect], 20, 16, autocorrelation=0.2, **given)
    assert drawn.power == pytest.approx([0.05, 0.8], abs=1e-6)
    if found.fall is not None:
        fall = curve_of_steps([-found.fall], 20, 16, autocorrelation=0.2, **given)
        assert fall.power == pytest.approx([0.8], abs=1e-6)


def test_the_smallest_effect_names_what_it_rests_on():
    assert smallest_effect(64).assumptions[0] == "Significance 0.05, two-sided; power 80 %."
    assert "Clusters are many" in smallest_effect(64, size=8, icc=0.1).assumptions[-1]
    assert "20 %" in smallest_effect(64, p1=0.2).assumptions[1]


@pytest.mark.parametrize(
    ("method", "given", "sentence"),
    [
        (smallest_step, {"before": 0, "after": 12, "sd": 1}, "Too few points before: 0"),
        (smallest_step, {"before": 12, "after": 2, "sd": 1}, "Too few points after: 2"),
        (smallest_step, {"before": 3, "after": 3, "sd": 1, "slope_change": True}, "4 terms: it needs 7"),
        (smallest_step, {"before": 12, "after": 12}, "Give either the standard deviation"),
        (
            smallest_step,
            {"before": 12, "after": 12, "sd": 1, "count": 3},
            "Give either the standard deviation",
        ),
        (smallest_step, {"before": 12, "after": 12, "sd": 0}, "must be above 0"),
        (smallest_step, {"before": 12, "after": 12, "sd": nan}, "neither missing"),
        (smallest_step, {"before": 12, "after": 12, "count": -3}, "must be above 0"),
        (smallest_step, {"before": 12, "after": 12, "count": 1e-9}, "no step of any size"),
        (smallest_step, {"before": 12, "after": 12, "sd": 1, "autocorrelation": 1}, "between -1 and 1"),
        (smallest_step, {"before": 12, "after": 12, "sd": 1, "power": 0.01}, "tossing a coin"),
        (curve_of_steps, {"effects": [-1], "before": 9, "after": 9, "count": 5}, "cannot fall by 100 %"),
        (curve_of_steps, {"effects": [], "before": 9, "after": 9, "count": 5}, "Too few effects: 0"),
        (curve_of_means, {"effects": [1], "n": 1}, "at least two people"),
        (curve_of_means, {"effects": [1], "n": 9, "paired": True, "other": 3}, "Pairs have one size"),
        (curve_of_means, {"effects": [nan], "n": 9}, "missing"),
        (curve_of_proportions, {"effects": [0.9], "n": 9, "p1": 0.5}, "second share must lie"),
        (
            curve_of_proportions,
            {"effects": [0.1], "n": 9, "p1": 0.5, "formula": "yates"},
            "formula is one of",
        ),
    ],
)
def test_nonsense_is_refused_in_words(method, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(**given)


@settings(deadline=None, max_examples=40)
@given(st.integers(4, 60), st.integers(4, 60), st.floats(-0.9, 0.9), st.floats(0.1, 50))
def test_the_error_of_the_step_agrees_with_statsmodels(before, after, rho, sd):
    columns = design(before, after)
    sigma = sd**2 * toeplitz(rho ** np.arange(before + after))
    covariance = np.linalg.inv(columns.T @ np.linalg.inv(sigma) @ columns)
    assert smallest_step(before, after, sd=sd, autocorrelation=rho).se == pytest.approx(
        covariance[2, 2] ** 0.5, rel=1e-6
    )
