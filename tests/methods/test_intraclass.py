"""Intraclass correlation: published numbers, properties, refusals."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crm.methods.agreement import icc
from crm.methods.agreement_bands import of_icc
from crm.methods.intraclass import FORMS
from tests.methods.test_agreement import ANXIETY

pytestmark = pytest.mark.no_database
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
tables = hnp.arrays(
    float, st.tuples(st.integers(3, 8), st.integers(2, 5)), elements=st.integers(0, 9).map(float)
).filter(lambda table: np.ptp(table.sum(axis=1)))


@pytest.mark.parametrize(
    ("form", "value", "f", "df2", "p", "lower", "upper"),
    [
        ("ICC1", 0.17, 1.8, 18, 0.16477, -0.133, 0.72),
        ("ICC2", 0.29, 11.0, 15, 0.00013, 0.019, 0.76),
        ("ICC3", 0.71, 11.0, 15, 0.00013, 0.342, 0.95),
        ("ICC1k", 0.44, 1.8, 18, 0.16477, -0.884, 0.91),
        ("ICC2k", 0.62, 11.0, 15, 0.00013, 0.071, 0.93),
        ("ICC3k", 0.91, 11.0, 15, 0.00013, 0.676, 0.99),
    ],
)
def test_six_subjects_and_four_judges(form, value, f, df2, p, lower, upper):
    """Shrout and Fleiss (1979), table 4; tests and intervals as R's psych prints them (RExRepos)."""
    one = icc(JUDGES, form)
    assert (one.icc, one.f) == (pytest.approx(value, abs=5e-3), pytest.approx(f, abs=5e-2))
    assert (one.df1, one.df2, one.p) == (5, df2, pytest.approx(p, abs=5e-6))
    assert (one.lower, one.upper) == (pytest.approx(lower, abs=5e-4), pytest.approx(upper, abs=5e-3))
    assert (one.n_subjects, one.n_raters, one.band_source) == (6, 4, "Koo and Li (2016)")


def test_absolute_agreement_of_the_anxiety_ratings():
    """R's irr, icc(anxiety, "twoway", "agreement"): 0.198, F 1.83, interval -0.039 to 0.494."""
    one = icc(ANXIETY)
    assert (one.icc, one.f) == (pytest.approx(0.198, abs=5e-4), pytest.approx(1.83, abs=5e-3))
    assert (one.lower, one.upper) == (pytest.approx(-0.039, abs=5e-4), pytest.approx(0.494, abs=5e-4))
    assert one.band == "poor reliability"


@pytest.mark.parametrize(
    ("value", "band"), [(0.49, "poor"), (0.5, "moderate"), (0.75, "good"), (0.9, "good"), (0.91, "excellent")]
)
def test_the_bands_of_koo_and_li(value, band):
    assert of_icc(value).band.startswith(band)


@pytest.mark.parametrize("form", FORMS)
def test_full_agreement_is_one(form):
    one = icc([[0, 0], [1, 1], [3, 3]], form)
    assert (one.icc, one.lower, one.upper, one.f, one.p) == (1, 1, 1, inf, 0)


def test_raters_apart_by_a_constant_are_consistent_but_do_not_agree():
    scores = [[0, 2], [1, 3], [3, 5], [4, 6]]
    assert icc(scores, "ICC3").icc == 1
    one = icc(scores, "ICC2")
    assert one.lower < one.icc < 0.7
    assert one.upper <= 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (([[1, 2], [2, nan], [3, 1]],), "missing"),
        (([[1, 2], [2, 1]],), "three subjects"),
        (([[1], [2], [3]],), "two raters"),
        (([[1, 2], [2, 2], [3, 2]], "ICC4"), "ICC1, ICC2"),
        (([[2, 2], [2, 2], [2, 2]],), "Every score is the same"),
        (([[1, 3], [3, 1], [2, 2]],), "same mean score"),
        (([1, 2, 3],), "as a table"),
        (([[1, 0, 0], [0, 1, 0], [0, 0, 2]], "ICC2k"), "contradict each other"),
    ],
)
def test_nonsense_is_refused_in_words(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        icc(*values)


@settings(deadline=None)
@given(tables, st.sampled_from(list(FORMS)), st.randoms(use_true_random=False))
def test_the_order_of_subjects_and_raters_changes_nothing(scores, form, random):
    assume(form != "ICC2k" or icc(scores).icc > -0.9 / (scores.shape[1] - 1))
    rows = random.sample(range(len(scores)), len(scores))
    columns = random.sample(range(scores.shape[1]), scores.shape[1])
    one, other = icc(scores, form), icc(scores[rows][:, columns], form)
    moved = icc(scores * 7 - 100, form)
    for found in (other, moved):
        assert not np.isnan([found.icc, found.lower, found.upper, found.p]).any()
        assert found.icc == pytest.approx(one.icc, rel=1e-9, abs=1e-9)
        assert found.lower == pytest.approx(one.lower, rel=1e-6, abs=1e-6)
        assert found.upper == pytest.approx(one.upper, rel=1e-6, abs=1e-6)
    assert one.icc <= 1 + 1e-12


@settings(deadline=None)
@given(tables, st.sampled_from(["ICC1", "ICC2", "ICC3"]))
def test_the_interval_holds_the_estimate(scores, form):
    one = icc(scores, form)
    assert one.lower - 1e-9 <= one.icc <= one.upper + 1e-9
