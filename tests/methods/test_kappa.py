"""Cohen's κ: published numbers, properties, refusals."""

from math import nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.methods.agreement import weighted_kappa, weighted_kappa_table
from crm.methods.agreement_bands import of_kappa
from tests.methods.test_agreement import ANXIETY

pytestmark = pytest.mark.no_database
TABLE = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
ratings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("weights", "kappa", "se", "z"),
    [(None, 0.1293, 0.06860, 0.129330 / 0.061183), ("linear", 0.2374, 0.07832, 0.237381 / 0.076990)],
)
def test_kappa_of_a_table_of_four(weights, kappa, se, z):
    """METHODS.md: .1293 and .2374; the errors as statsmodels 0.15, cohens_kappa, prints them."""
    one = weighted_kappa_table(TABLE, weights)
    assert one.kappa == pytest.approx(kappa, abs=5e-5)
    assert (one.se, one.z) == (pytest.approx(se, abs=5e-6), pytest.approx(z, abs=5e-5))
    assert (one.n, one.weights) == (91, weights or "unweighted")


def test_kappa_of_three_diagnoses():
    """Wollschlaeger, RExRepos, by R's irr: 0.429 with z 5.46, p 4.79e-08."""
    one = weighted_kappa_table([[53, 5, 2], [11, 14, 5], [1, 6, 3]], "unweighted")
    assert (one.kappa, one.z) == (pytest.approx(0.429, abs=5e-4), pytest.approx(5.46, abs=5e-3))
    assert one.p == pytest.approx(4.79e-8, rel=5e-3)
    assert (one.band, one.band_source) == ("moderate agreement", "Landis and Koch (1977)")


def test_linear_kappa_of_six_classes():
    """Wollschlaeger, RExRepos, by R's irr: 0.316 with z 5.38, p 7.3e-08."""
    one = weighted_kappa_table(
        [
            [5, 8, 1, 2, 4, 2], [3, 5, 3, 5, 5, 0], [1, 2, 6, 11, 2, 1],
            [0, 1, 5, 4, 3, 3], [0, 0, 1, 2, 5, 2], [0, 0, 1, 2, 1, 4],
        ]
    )  # fmt: skip
    assert (one.kappa, one.z) == (pytest.approx(0.316, abs=5e-4), pytest.approx(5.38, abs=5e-3))
    assert one.p == pytest.approx(7.3e-8, rel=5e-3)


def test_quadratic_kappa_of_the_anxiety_ratings():
    """R's irr, kappa2 with squared weights on the first two raters: 0.297, z 1.34, p 0.180."""
    one = weighted_kappa(ANXIETY[:, 0], ANXIETY[:, 1], "quadratic")
    assert (one.kappa, one.z) == (pytest.approx(0.297, abs=5e-4), pytest.approx(1.34, abs=5e-3))
    assert one.p == pytest.approx(0.180, abs=5e-4)
    assert one.lower < one.kappa < one.upper


def test_a_category_that_nobody_used_counts_as_a_step():
    a, b = [0, 9, 9, 0, 3], [0, 9, 3, 0, 3]
    assert weighted_kappa(a, b, categories=[0, 1, 3, 9]).kappa > weighted_kappa(a, b).kappa
    assert weighted_kappa(a, b, categories=[9, 3, 1, 0]).kappa == pytest.approx(
        weighted_kappa(a, b, categories=[0, 1, 3, 9]).kappa, abs=1e-12
    )


def test_full_agreement_has_no_interval():
    one = weighted_kappa([0, 1, 2, 2], [0, 1, 2, 2])
    assert (one.kappa, one.lower, one.upper) == (pytest.approx(1), None, None)
    assert one.band == "almost perfect agreement"


@pytest.mark.parametrize(
    ("value", "band"),
    [(-0.1, "poor"), (0, "slight"), (0.2, "slight"), (0.21, "fair"), (0.4, "fair"), (0.6, "moderate"),
     (0.8, "substantial"), (0.81, "almost perfect"), (1, "almost perfect")],
)  # fmt: skip
def test_the_bands_of_landis_and_koch(value, band):
    assert of_kappa(value).band.startswith(band)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (weighted_kappa, ([1, 2], [1]), "One rater has 2 ratings, the other 1"),
        (weighted_kappa, ([1], [1]), "two common ratings"),
        (weighted_kappa, ([1, nan], [1, 2]), "missing"),
        (weighted_kappa, ([[1, 2]], [[1, 2]]), "single list"),
        (weighted_kappa, ([1, 1], [1, 1]), "same rating throughout"),
        (weighted_kappa, ([1, 1], [1, 1], "linear", [1, 2]), "same rating throughout"),
        (weighted_kappa, ([1, 2], [1, 2], "cubic"), "linear, quadratic or unweighted"),
        (weighted_kappa, ([1, 2], [1, 2], "linear", [1, 3]), "one of the categories"),
        (weighted_kappa, ([1, 2], [1, 2], "linear", [1, 2, 2]), "each named once"),
        (weighted_kappa, ("some", "thing"), "must be numbers"),
        (weighted_kappa_table, ([[1, 2]],), "as many columns as rows"),
        (weighted_kappa_table, ([[1]],), "at least two"),
        (weighted_kappa_table, ([[1, -2], [1, 1]],), "none below 0"),
        (weighted_kappa_table, ([[1, 0.5], [1, 1]],), "whole numbers"),
        (weighted_kappa_table, ([[1, nan], [1, 1]],), "none missing"),
        (weighted_kappa_table, ([[0, 0], [0, 0]],), "two common ratings"),
        (weighted_kappa_table, ([[4, 0], [0, 0]],), "same rating throughout"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@given(ratings, st.randoms(use_true_random=False), st.sampled_from([None, "linear", "quadratic"]))
def test_kappa_does_not_depend_on_the_order_of_raters_and_subjects(pairs, random, weights):
    a, b = np.transpose(pairs)
    assume(np.ptp(pairs))
    one = weighted_kappa(a, b, weights, categories=range(4))
    shuffled = np.transpose(random.sample(pairs, len(pairs)))
    for other in (weighted_kappa(b, a, weights, range(4)), weighted_kappa(*shuffled, weights, range(4))):
        assert other.kappa == pytest.approx(one.kappa, abs=1e-12)
        assert other.se == pytest.approx(one.se, abs=2e-6)
    assert -1 - 1e-12 <= one.kappa <= 1 + 1e-12
    assert 0 <= one.p <= 1


@given(ratings)
def test_the_ratings_and_their_table_agree(pairs):
    assume(np.ptp(pairs))
    table = np.zeros((4, 4))
    for a, b in pairs:
        table[a, b] += 1
    for weights in ("unweighted", "linear", "quadratic"):
        one = weighted_kappa(*np.transpose(pairs), weights, categories=range(4))
        assert weighted_kappa_table(table, weights).kappa == one.kappa
