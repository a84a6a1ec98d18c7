"""Agreement of a whole round, Kendall's W and Krippendorff's α: published numbers, properties, refusals."""

import time
from math import nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from crm.methods import agreement

pytestmark = pytest.mark.no_database

#: The anxiety ratings of R's package irr: 20 subjects, 3 raters.
ANXIETY = np.array(
    [
        [3, 3, 2], [3, 6, 1], [3, 4, 4], [4, 6, 4], [5, 2, 3], [5, 4, 2], [2, 2, 1], [3, 4, 6], [5, 3, 1],
        [2, 3, 1], [2, 2, 1], [6, 3, 2], [1, 3, 3], [5, 3, 3], [2, 2, 1], [2, 2, 1], [1, 1, 3], [2, 3, 3],
        [4, 3, 2], [3, 4, 2],
    ]
)  # fmt: skip
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
    [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
]
#: Table 1 of Hayes and Krippendorff (2007): a row for each of five observers of 40 articles.
OBSERVERS = [
    "112.001122.01311211000201001111223222221",
    "1130000.21102311121000302102111122222221",
    "203000222100221123001.30.1012202.2232.21",
    ".13....0.10022...31.103021122..122...12.",
    "2..0001.2....3112..0.0..2.0..20.2.2222.1",
]
cells = st.sampled_from([0.0, 1.0, 3.0, 9.0, nan])
rounds = hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=cells)
full = hnp.arrays(
    float, st.tuples(st.integers(3, 9), st.integers(2, 6)), elements=st.sampled_from([0.0, 1.0, 3.0, 9.0])
)


def test_w_of_the_anxiety_ratings():
    """METHODS.md, from R's irr: W 0.5397, χ²(19) 30.76, p 0.0429."""
    one = agreement.kendall_w(ANXIETY)
    assert (one.w, one.chi2) == (pytest.approx(0.5397, abs=5e-5), pytest.approx(30.76, abs=5e-3))
    assert (one.df, one.p) == (19, pytest.approx(0.0429, abs=5e-5))
    assert (one.n_subjects, one.n_raters) == (20, 3)
    assert (one.band, one.band_source) == ("moderate agreement", "Schmidt (1997)")


def test_w_without_ties():
    """Wollschlaeger, RExRepos, inter-rater reliability: W 0.568, χ²(5) 8.52, p 0.13."""
    one = agreement.kendall_w(np.transpose([[1, 6, 3, 2, 5, 4], [1, 5, 6, 2, 4, 3], [2, 3, 6, 5, 4, 1]]))
    assert (one.w, one.chi2) == (pytest.approx(0.568, abs=5e-4), pytest.approx(8.52, abs=5e-3))
    assert (one.df, one.p) == (5, pytest.approx(0.13, abs=5e-3))


def test_w_is_tested_as_by_friedman():
    one, other = agreement.kendall_w(ANXIETY), stats.friedmanchisquare(*ANXIETY)
    assert (one.chi2, one.p) == (pytest.approx(other.statistic), pytest.approx(other.pvalue))


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_four_coders(level, alpha):
    """METHODS.md, from Krippendorff (2011), Computing Krippendorff's alpha-reliability."""
    one = agreement.krippendorff_alpha(KRIPPENDORFF, level)
    assert one.alpha == pytest.approx(alpha, abs=5e-4)
    assert (one.n_raters, one.n_units, one.n_values) == (4, 11, 40)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691), ("interval", 0.811)])
def test_alpha_of_three_coders(level, alpha):
    """Wikipedia, Krippendorff's alpha, its computational example."""
    ratings = np.full((3, 15), nan)
    ratings[0, 5:13] = [3, 4, 1, 2, 1, 1, 3, 3]
    ratings[0, 14] = 3
    ratings[1, [0, 2, 3, 4, 5, 6, 7]] = [1, 2, 1, 3, 3, 4, 3]
    ratings[2, [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14]] = [2, 1, 3, 4, 4, 2, 1, 1, 3, 3, 4]
    assert agreement.krippendorff_alpha(ratings, level).alpha == pytest.approx(alpha, abs=5e-4)


@pytest.mark.parametrize(("level", "alpha"), [("ordinal", 0.7598), ("nominal", 0.4765)])
def test_alpha_of_five_observers(level, alpha):
    """Hayes and Krippendorff (2007), Communication Methods and Measures 1(1), 77-89: ordinal .7598."""
    ratings = [[nan if code == "." else float(code) for code in row] for row in OBSERVERS]
    one = agreement.krippendorff_alpha(ratings, level)
    assert one.alpha == pytest.approx(alpha, abs=5e-5)
    assert (one.n_raters, one.n_units) == (5, 40)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (agreement.kendall_w, ([[1, 2], [2, nan], [3, 1]],), "missing"),
        (agreement.kendall_w, ([[1, 2], [2, 1]],), "three subjects"),
        (agreement.kendall_w, ([[1], [2], [3]],), "two raters"),
        (agreement.kendall_w, ([[1, 2], [2, 2], [3, 2]],), "the same rank"),
        (agreement.kendall_w, ([1, 2, 3],), "as a table"),
        (agreement.kendall_w, ([[1, 2], [3]],), "equal length"),
        (agreement.krippendorff_alpha, ([[1, 2]],), "two raters"),
        (agreement.krippendorff_alpha, ([1, 2],), "row of ratings"),
        (agreement.krippendorff_alpha, ([[1, 1], [1, 1]],), "Every rating is the same"),
        (agreement.krippendorff_alpha, ([[1, nan], [nan, 1]],), "No two raters"),
        (agreement.krippendorff_alpha, ([[1, np.inf], [1, 2]],), "infinite"),
        (agreement.krippendorff_alpha, ([[1, 2], [1, 3]], "cardinal"), "level of measurement"),
        (agreement.krippendorff_alpha, ([[1, -2], [1, 3]], "ratio"), "below 0"),
        (agreement.krippendorff_alpha, (np.arange(2_000.0).reshape(2, -1), "interval"), "too many different"),
        (agreement.agreement, ([],), "for each rater"),
        (agreement.agreement, ([[2]],), "0, 1, 3 or 9"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@settings(deadline=None)
@given(full, st.randoms(use_true_random=False))
def test_w_follows_from_the_order_alone(scores, random):
    assume(np.ptp(scores, axis=0).all())
    rows = random.sample(range(len(scores)), len(scores))
    columns = random.sample(range(scores.shape[1]), scores.shape[1])
    one = agreement.kendall_w(scores)
    assert -1e-9 <= one.w <= 1 + 1e-9
    assert agreement.kendall_w(scores[rows][:, columns]).w == pytest.approx(one.w, abs=1e-12)
    assert agreement.kendall_w(np.exp(scores)).w == pytest.approx(one.w, abs=1e-12)


@settings(deadline=None)
@given(full)
def test_w_is_one_where_all_rank_alike(scores):
    assume(np.ptp(scores[:, 0]))
    assert agreement.kendall_w(np.repeat(scores[:, :1], 4, axis=1)).w == pytest.approx(1, abs=1e-12)


@settings(deadline=None)
@given(rounds, st.randoms(use_true_random=False))
def test_a_round_does_not_depend_on_the_order_of_raters_and_cells(ratings, random):
    raters = random.sample(range(len(ratings)), len(ratings))
    places = random.sample(range(ratings.shape[1]), ratings.shape[1])
    before, after = agreement.agreement(ratings), agreement.agreement(ratings[raters][:, places])
    for one, other in zip(before.statistics, after.statistics, strict=True):
        assert (one.value is None) == (one.why_not is not None)
        assert (one.key, one.band, one.cells, one.why_not) == (
            other.key, other.band, other.cells, other.why_not
        )  # fmt: skip
        assert other.value == (one.value if one.value is None else pytest.approx(one.value, abs=1e-9))


@settings(deadline=None)
@given(rounds)
def test_alpha_is_at_most_one_and_one_only_where_all_agree(ratings):
    one = agreement.agreement(ratings)["alpha"]
    assume(one.value is not None)
    apart = np.nanmax(ratings, axis=0, initial=-1) - np.nanmin(ratings, axis=0, initial=99)
    assert one.value <= 1 + 1e-12
    assert (one.value > 1 - 1e-12) == (not (apart > 0).any())


def test_a_round_of_three_says_what_applies():
    ratings = np.array([[9, 3, 1, 0, 0], [9, 3, 3, 0, nan], [9, 1, 1, 0, 0]])
    one = agreement.agreement(ratings)
    assert (one.n_raters, one.n_cells, one.n_compared, one.n_complete) == (3, 5, 5, 4)
    assert [line.key for line in one.statistics] == ["alpha", "kappa", "w", "icc"]
    assert one["kappa"].why_not == "Weighted κ compares exactly two raters."
    assert (one["alpha"].rests_on, one["w"].rests_on) == ("3 raters, 5 cells", "3 raters, 4 cells")
    steps = np.array([[3, 2, 1, 0], [3, 2, 2, 0], [3, 1, 1, 0]])
    assert one["w"].value == agreement.kendall_w(steps.T).w
    assert one["icc"].value == agreement.icc(steps.T).icc
    assert one["icc"].lower < one["icc"].value < one["icc"].upper
    steps = np.array([[3, 2, 1, 0, 0], [3, 2, 2, 0, nan], [3, 1, 1, 0, 0]])
    assert one["alpha"].value == agreement.krippendorff_alpha(steps).alpha


def test_a_round_of_two_weighs_kappa_on_the_whole_scale():
    one = agreement.agreement([[9, 9, 0, 0, 9], [9, 0, 0, 0, 9], [nan] * 5])
    assert one.n_raters == 2
    assert one["kappa"].value == agreement.weighted_kappa_table([[2, 0], [1, 2]]).kappa
    assert one["w"].why_not == "Kendall's W compares three or more raters."
    assert 0 < one["kappa"].p < 0.2
    assert one["kappa"].lower < one["kappa"].value < one["kappa"].upper == 1


@pytest.mark.parametrize(
    ("ratings", "raters", "sentence"),
    [
        ([[nan, nan]], 0, "Agreement needs at least two raters."),
        ([[9, 3, 1, 0]], 1, "Agreement needs at least two raters."),
        ([[9, nan], [nan, 9]], 2, "No two raters rated the same: at least one must be rated by two."),
        (
            [[9, 9], [9, 9]], 2,
            "Every rating is the same: that says nothing about agreement beyond chance.",
        ),
    ],
)  # fmt: skip
def test_a_round_of_which_nothing_can_be_said_says_why(ratings, raters, sentence):
    one = agreement.agreement(ratings)
    assert (one.n_raters, one["alpha"].why_not) == (raters, sentence)
    assert all(line.value is None and line.why_not for line in one.statistics)


def test_a_large_round_is_quick():
    """Reckoned in some 5 ms on one core; the limit leaves room for a busy machine."""
    ratings = np.random.default_rng(7).choice([0, 1, 3, 9], size=(12, 2_400))
    agreement.agreement(ratings)
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        agreement.agreement(ratings)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.1
