"""Several looks and several questions: published tables, properties, refusals."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.multiplicity import RULES, holm, looks, unadjusted

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("k", "chance"), [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248)]
)
def test_looking_again_of_armitage_mcpherson_and_rowe(k, chance):
    """Armitage, McPherson and Rowe (1969), Journal of the Royal Statistical Society A 132, table 2."""
    assert unadjusted(k) == pytest.approx(chance, abs=6e-4)


@pytest.mark.parametrize(
    ("k", "each", "z"),
    [(2, 0.0294, 2.178), (3, 0.0221, 2.289), (4, 0.0182, 2.361), (5, 0.0158, 2.413), (10, 0.0106, 2.555)],
)
def test_the_levels_of_pocock(k, each, z):
    """Pocock (1977), Biometrika 64, table 1: levels; boundaries as Jennison and Turnbull, table 2.1."""
    found = looks(k, rule="pocock")
    assert found.alpha_each == pytest.approx([each] * k, abs=5e-5)
    assert found.z == pytest.approx([z] * k, abs=5e-4)
    assert found.spent[-1] == pytest.approx(0.05, abs=1e-8)


@pytest.mark.parametrize(
    ("k", "rule", "z"),
    [
        (3, "obrien-fleming", [3.7103, 2.5114, 1.9930]),
        (5, "obrien-fleming", [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        (3, "pocock-spending", [2.2794, 2.2949, 2.2959]),
        (5, "pocock-spending", [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ],
)
def test_the_boundaries_of_lan_and_demets(k, rule, z):
    """The program ld98 of Reboussin, DeMets, Kim and Lan, and R's gsDesign with sfLDOF and sfLDPocock."""
    assert looks(k, rule=rule).z == pytest.approx(z, abs=2e-4)


def test_looks_at_uneven_times_keep_to_their_budget():
    """An independent simulation of 200,000 studies without an effect."""
    found = looks(3, at=[0.2, 0.7, 1])
    random = np.random.default_rng(1969)
    steps = random.normal(0, np.sqrt([0.2, 0.5, 0.3]), size=(200_000, 3))
    z = np.cumsum(steps, axis=1) / np.sqrt([0.2, 0.7, 1])
    assert (np.abs(z) > found.z).any(axis=1).mean() == pytest.approx(0.05, abs=0.0016)
    assert "would cry wolf" in found.words
    assert looks(1).alpha_each == pytest.approx([0.05])


def test_holm_of_four_questions():
    """By hand, as R's p.adjust: 4 · 0.005, 3 · 0.01, 2 · 0.03, and no less than the one before."""
    found = holm([0.01, 0.04, 0.03, 0.005], names=["reach", "wait", "cost", "falls"])
    assert found.adjusted == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert found.stands == (True, False, False, True)
    assert found.words == "Of 4 questions asked together, 2 still stand out: reach, falls."
    assert holm([0.5]).words == "Of 1 question asked together, none still stands out."


def test_holm_of_fifteen_questions():
    """Benjamini and Hochberg (1995), JRSS B 57, section 4: fifteen p-values, of which Bonferroni keeps 3."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    found = holm([*p, 0.6528, 0.7590, 1.0])
    assert sum(found.stands) == 3
    assert found.adjusted[:3] == pytest.approx((0.0015, 0.0056, 0.0247))


@pytest.mark.parametrize(
    ("method", "given", "sentence"),
    [
        (looks, {"k": 0}, "at least one look"),
        (looks, {"k": 21}, "at most 20"),
        (looks, {"k": 2.5}, "whole number"),
        (looks, {"k": 3, "rule": "peto"}, "rule is one of"),
        (looks, {"k": 3, "at": [0.5, 1]}, "3 looks but 2 shares"),
        (looks, {"k": 2, "at": [0.5, 0.9]}, "up to 1"),
        (looks, {"k": 2, "at": [1, 0.5]}, "must rise"),
        (looks, {"k": 2, "at": [0.995, 1]}, "1 % of the data apart"),
        (unadjusted, {"k": 2, "alpha": 5}, "significance level"),
        (holm, {"p": []}, "Too few p-values: 0"),
        (holm, {"p": [nan, 0.1]}, "missing"),
        (holm, {"p": [1.1]}, "between 0 and 1"),
        (holm, {"p": [0.1], "names": ["a", "b"]}, "1 p-values but 2 names"),
    ],
)
def test_nonsense_is_refused_in_words(method, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(**given)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 8), st.sampled_from(list(RULES)), st.sampled_from([0.01, 0.05, 0.1]))
def test_all_looks_together_keep_to_the_level(k, rule, alpha):
    found = looks(k, alpha=alpha, rule=rule)
    assert found.spent[-1] == pytest.approx(alpha, abs=1e-7)
    assert (found.alpha_each < alpha).all()
    assert found.unadjusted > alpha
