"""The consensus of several raters: worked examples, independent reckoning, properties, refusals."""

import statistics
import time
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crm.methods.consensus import consensus

pytestmark = pytest.mark.no_database
SCALE = [0, 1, 3, 9]
cells = st.sampled_from([0.0, 1.0, 3.0, 9.0, nan])
rounds = hnp.arrays(float, st.tuples(st.integers(1, 7), st.integers(1, 8)), elements=cells)
rules = st.sampled_from(["median", "mode"])


def test_the_lower_weighted_median_of_a_textbook():
    """Cormen and others, Introduction to Algorithms, problem 9-2: the median is .1, the weighted one .2.

    Their seven elements are their own weights. Here .05, .1, .15 and all above stand on the four steps.
    """
    elements = [0.1, 0.35, 0.05, 0.1, 0.15, 0.05, 0.2]
    placed = [[SCALE[int(step)]] for step in np.digitize(elements, [0.07, 0.12, 0.17])]
    assert consensus(placed).values.tolist() == [SCALE[1]]
    one = consensus(placed, elements)
    assert (one.values.tolist(), one.shares.tolist()) == ([SCALE[3]], [pytest.approx(0.55)])


def test_of_an_even_number_the_lower_is_taken():
    """The documentation of Python's statistics: median_low([1, 3, 5, 7]) is 3."""
    assert consensus([[1], [3], [9], [9]]).values.tolist() == [statistics.median_low([1, 3, 9, 9])] == [3]
    assert consensus([[0], [9]]).values.tolist() == [0]


def test_each_cell_says_on_whom_it_rests():
    one = consensus([[9, 3, nan, 0], [9, 1, nan, nan], [1, 0, nan, nan]])
    assert np.array_equal(one.values, [9, 1, nan, 0], equal_nan=True)
    assert one.shares.tolist() == [pytest.approx(2 / 3), pytest.approx(1 / 3), 0, 1]
    assert (one.raters.tolist(), one.rule) == ([3, 3, 0, 1], "median")


def test_weights_move_the_median():
    ratings = [[9, 9], [0, 0], [0, nan]]
    assert consensus(ratings, [2, 1, 1]).values.tolist() == [0, 9]
    assert consensus(ratings, [3, 1, 1]).values.tolist() == [9, 9]
    one = consensus(ratings, [0, 0, 1])
    assert np.array_equal(one.values, [0, nan], equal_nan=True)
    assert one.raters.tolist() == [1, 0]
    assert consensus([[9], [3], [0]], [0.3, 0.1, 0.4]).values.tolist() == [0]
    assert consensus([[9], [3], [0]], [0.3, 0.1, 0.2], "mode").values.tolist() == [9]


def test_of_equally_many_the_mode_is_the_lowest():
    assert consensus([[9], [0], [9], [0], [3]], rule="mode").values.tolist() == [0]
    assert consensus([[9], [0], [9], [0], [3]]).values.tolist() == [3]
    assert consensus([[1], [9], [9]], [0.3, 0.1, 0.2], "mode").values.tolist() == [1]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (([[2]],), "0, 1, 3 or 9"),
        (([],), "for each rater"),
        (([[1], [3]], [1]), "one weight for each of the 2 raters"),
        (([[1], [3]], [1, nan]), "missing or infinite"),
        (([[1], [3]], [1, inf]), "missing or infinite"),
        (([[1], [3]], [1, -1]), "cannot be negative"),
        (([[1], [3]], [0, 0]), "one must be above 0"),
        (([[1], [3]], None, "mean"), "median or mode"),
    ],
)
def test_nonsense_is_refused_in_words(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        consensus(*values)


@given(rounds)
def test_the_median_agrees_with_that_of_the_standard_library(ratings):
    one = consensus(ratings)
    for place, column in enumerate(ratings.T):
        known = column[~np.isnan(column)].tolist()
        assert one.raters[place] == len(known)
        if known:
            assert one.values[place] == statistics.median_low(known)
            assert one.shares[place] == pytest.approx(known.count(one.values[place]) / len(known))


@given(rounds)
def test_the_mode_agrees_with_that_of_the_standard_library(ratings):
    one = consensus(ratings, rule="mode")
    for place, column in enumerate(ratings.T):
        known = column[~np.isnan(column)].tolist()
        if known:
            assert one.values[place] == min(statistics.multimode(known))


@given(rounds, st.data())
def test_a_weight_counts_as_that_many_raters(ratings, data):
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(ratings), max_size=len(ratings)))
    rule = data.draw(rules)
    one, other = consensus(ratings, times, rule), consensus(np.repeat(ratings, times, axis=0), rule=rule)
    assert np.array_equal(one.values, other.values, equal_nan=True)
    assert one.shares == pytest.approx(other.shares)


@given(rounds, rules, st.randoms(use_true_random=False))
def test_the_order_of_raters_does_not_matter(ratings, rule, random):
    raters = random.sample(range(len(ratings)), len(ratings))
    places = random.sample(range(ratings.shape[1]), ratings.shape[1])
    one, other = consensus(ratings, rule=rule), consensus(ratings[raters][:, places], rule=rule)
    assert np.array_equal(other.values, one.values[places], equal_nan=True)
    assert other.shares.tolist() == one.shares[places].tolist()


@given(rounds)
def test_no_relation_is_claimed_that_half_of_the_raters_doubt(ratings):
    one = consensus(ratings)
    for value, column in zip(one.values, ratings.T, strict=True):
        known = column[~np.isnan(column)]
        if len(known) and value:
            assert Fraction(int((known >= value).sum()), len(known)) > Fraction(1, 2)


def test_a_large_worksheet_is_quick():
    """Found in about a millisecond on one core; the limit leaves room for a busy machine."""
    ratings = np.random.default_rng(7).choice([*SCALE, nan], size=(12, 2_400))
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        consensus(ratings)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.03
