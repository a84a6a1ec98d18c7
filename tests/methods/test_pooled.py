"""Random effects against numbers that others published, and against a second library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from crm.methods.pooled import error_of, pooled

pytestmark = pytest.mark.no_database

#: BCG vaccine, 13 trials (Colditz et al. 1994, as in R's metadat::dat.bcg): ill and well with it and without.
BCG = np.array([
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
], dtype=float)  # fmt: skip


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_bcg_by_dersimonian_and_laird():
    """metafor's own test against Stata's metan, tests/testthat/test_misc_metan_vs_rma.uni_with_dat.bcg.r."""
    found = pooled(*log_risk_ratios(), method="dl", hartung_knapp=False)
    assert found.estimate == pytest.approx(-0.7141, abs=5e-5)
    assert (found.lower, found.upper) == pytest.approx((-1.0644, -0.3638), abs=5e-5)
    assert (found.tau2, found.se) == pytest.approx((0.3088, 0.1787), abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)


def test_bcg_by_restricted_maximum_likelihood():
    """As metafor's rma(yi, vi, data=dat.bcg) prints it; what its predict says is recalled."""
    found = pooled(*log_risk_ratios(), hartung_knapp=False)
    assert (found.estimate, found.se) == pytest.approx((-0.7145, 0.1798), abs=5e-5)
    assert (found.lower, found.upper) == pytest.approx((-1.0669, -0.3622), abs=5e-5)
    assert found.expected == pytest.approx((-1.8667, 0.4376), abs=5e-5)
    assert (found.tau2, found.i2) == pytest.approx((0.3132, 0.9222), abs=5e-5)
    assert found.q_p < 0.0001


def test_a_second_library_says_the_same():
    effects, errors = log_risk_ratios()
    theirs = combine_effects(effects, errors**2, method_re="dl", use_t=True)
    ours = pooled(effects, errors, method="dl")
    assert ours.estimate == pytest.approx(theirs.mean_effect_re)
    assert ours.tau2 == pytest.approx(theirs.tau2)
    assert ours.weights == pytest.approx(theirs.weights_rel_re)
    assert ours.se == pytest.approx(theirs.sd_eff_w_re_hksj)
    assert (ours.lower, ours.upper) == pytest.approx(theirs.conf_int()[3])


def test_places_that_agree_have_no_variance_between_them_and_no_falsely_narrow_interval():
    found = pooled([1.0, 1.01, 0.99], [0.5, 0.5, 0.5])
    assert (found.tau2, found.i2) == (0, 0)
    assert found.se == pytest.approx(0.5 / np.sqrt(3))
    assert found.weights == pytest.approx([1 / 3] * 3)


FINITE = st.floats(-1e6, 1e6)


@given(
    st.lists(st.tuples(FINITE, st.floats(1e-3, 1e3)), min_size=2, max_size=12),
    st.sampled_from(("reml", "dl")),
)
def test_the_mean_lies_among_the_effects_and_within_its_interval(pairs, method):
    effects, errors = zip(*pairs, strict=True)
    found = pooled(effects, errors, method=method)
    slack = 1e-6 * (1 + max(map(abs, effects)))
    assert min(effects) - slack <= found.estimate <= max(effects) + slack
    assert found.expected[0] <= found.lower <= found.estimate <= found.upper <= found.expected[1]
    assert found.weights.sum() == pytest.approx(1)
    assert 0 <= found.i2 <= 1


def test_an_interval_tells_of_its_error():
    assert error_of(-1.96, 1.96) == pytest.approx(1.0, abs=1e-4)
    assert error_of(0, 2 * 1.6448536, 0.9) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([1.0], [1.0]), "Too few effects"),
        (([1.0, 2.0], [1.0]), "Too few standard errors"),
        (([1.0, 2.0, 3.0], [1.0, 1.0]), "3 effects but 2"),
        (([1.0, 2.0], [1.0, 0.0]), "above 0"),
        (([1.0, float("nan")], [1.0, 1.0]), "missing"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_words(given, words):
    with pytest.raises(ValueError, match=words):
        pooled(*given)
    with pytest.raises(ValueError, match="one of reml"):
        pooled([1, 2], [1, 1], method="magic")
    with pytest.raises(ValueError, match="no length"):
        error_of(1, 1)
