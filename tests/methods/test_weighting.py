"""Weights of goals: published numbers, properties, refusals."""

from fractions import Fraction
from itertools import combinations
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.methods.weighting import pairwise, points, ranking, whole

pytestmark = pytest.mark.no_database
#: Saaty (2008): coffee, wine, tea, beer, sodas, milk, water, above the diagonal.
DRINKS = [9, 5, 2, 1, 1, 1 / 2, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 3, 1 / 4, 1 / 3, 1 / 9,
          1 / 2, 1, 1 / 3, 2, 1 / 2, 1 / 3]  # fmt: skip
#: Saaty (1990): size, transport, neighbourhood, age, yard, facilities, condition, financing of a house.
HOUSE = [5, 3, 7, 6, 6, 1 / 3, 1 / 4, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7, 6, 3, 4, 6, 1 / 5, 1 / 3, 1 / 4, 1 / 7,
         1 / 8, 1 / 2, 1 / 5, 1 / 6, 1 / 5, 1 / 6, 1 / 2]  # fmt: skip
#: Saaty (1980): learning, friends, school life, vocational training, college preparation, music classes.
SCHOOL = [4, 3, 1, 3, 4, 7, 3, 1 / 5, 1, 1 / 5, 1 / 5, 1 / 6, 1, 1 / 3, 3]
steps = st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5, 9])


def full(upper) -> np.ndarray:
    size = round((1 + (1 + 8 * len(upper)) ** 0.5) / 2)
    matrix = np.eye(size)
    rows, columns = np.triu_indices(size, 1)
    matrix[rows, columns], matrix[columns, rows] = upper, 1 / np.array(upper)
    return matrix


matrices = st.integers(2, 7).flatmap(
    lambda n: st.lists(steps, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2).map(full)
)


def test_the_consumption_of_drinks():
    """Saaty (2008), Int. J. Services Sciences 1(1), 83-98: the weights and a ratio of .022."""
    one = pairwise(full(DRINKS))
    assert one.weights.round(3).tolist() == pytest.approx([0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327])
    assert (one.cr, one.is_consistent) == (pytest.approx(0.022, abs=5e-4), True)
    assert (one.band, one.missing) == ("consistent enough", ())


def test_the_choice_of_a_house():
    """Saaty (1990), European Journal of Operational Research 48(1), 9-26: λ 9.669, index .238, ratio .169.

    The worst of its judgements is the third against the seventh, 5.32 times what the weights say (Saaty 2003,
    European Journal of Operational Research 145(1), 85-91).
    """
    one = pairwise(full(HOUSE))
    assert one.weights.round(3).tolist() == pytest.approx(
        [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    )
    assert one.lambda_max == pytest.approx(9.669, abs=5e-4)
    assert (one.ci, one.cr) == (pytest.approx(0.238, abs=5e-4), pytest.approx(0.169, abs=5e-4))
    assert (one.is_consistent, one.band) == (False, "contradictory: look at the worst pair again")
    assert (one.worst.first, one.worst.second, one.worst.value, one.worst.suggested) == (2, 6, 6, 1)
    assert one.worst.value / one.worst.implied == pytest.approx(5.32, abs=5e-3)


def test_the_choice_of_a_school():
    """Saaty (1980), The Analytic Hierarchy Process: .32, .14, .03, .13, .24, .14."""
    one = pairwise(full(SCHOOL))
    assert one.weights == pytest.approx([0.32, 0.14, 0.03, 0.13, 0.24, 0.14], abs=6e-3)
    assert not one.is_consistent


def test_three_goals_of_harker():
    """Harker's example in the help of SuperDecisions: .5396145, .2969613, .1634241."""
    one = pairwise([[1, 2, 3], [1 / 2, 1, 2], [1 / 3, 1 / 2, 1]])
    assert one.weights == pytest.approx([0.5396145, 0.2969613, 0.1634241], abs=1e-7)


def test_a_missing_pair_takes_the_ratio_of_the_weights():
    """Harker (1987): of a with 2 b and b with 2 c follow 4/7, 2/7 and 1/7."""
    one = pairwise([[1, 2, nan], [1 / 2, 1, 2], [nan, 1 / 2, 1]])
    assert one.weights == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-12)
    assert (one.missing, one.cr, one.is_consistent, one.worst) == (((0, 2),), None, None, None)
    assert one.band == "not known: 1 of 3 pairs are not compared"
    assert one.lambda_max == pytest.approx(3)


@pytest.mark.parametrize(
    ("goals", "weights"),
    [
        (1, [1]),
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
    ],
)
def test_rank_order_centroids(goals, weights):
    """Barron and Barrett (1996), Management Science 42(11), 1515-1523."""
    assert ranking(range(1, goals + 1)).weights == pytest.approx(weights, abs=5e-5)


def test_rank_order_centroids_of_a_textbook():
    """Lecture notes on weighting after Chang (2004): four items get 0.52, 0.27, 0.15 and 0.06."""
    assert ranking([2, 4, 1, 3]).weights.round(2).tolist() == [0.27, 0.06, 0.52, 0.15]


def test_tied_goals_share_what_their_places_get():
    shared = (Fraction(11, 18) + Fraction(5, 18)) / 2
    for ranks in ([1, 1, 3], [1, 1, 2], [1.5, 1.5, 3]):
        assert ranking(ranks).weights == pytest.approx([float(shared), float(shared), 1 / 9], abs=1e-12)
    assert ranking([4, 4, 4]).weights == pytest.approx([1 / 3] * 3, abs=1e-12)


def test_a_split_of_points():
    assert points([50, 30, 20, 0]).weights.tolist() == [0.5, 0.3, 0.2, 0]
    assert points([33.3, 33.3, 33.4]).weights.sum() == pytest.approx(1, abs=1e-12)
    assert points([0.1] * 1000).weights.tolist() == pytest.approx([0.001] * 1000)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (points, ([50, 47],), "come to 97, not 100: 3 still to give"),
        (points, ([50, 50.5],), "come to 100.5, not 100: 0.5 too many"),
        (points, ([-10, 110],), "below 0"),
        (points, ([],), "one for each goal"),
        (points, ([100, nan],), "missing"),
        (points, ("many",), "must be numbers"),
        (ranking, ([0, 1],), "begin at 1"),
        (ranking, ([],), "one for each goal"),
        (ranking, ([1, nan],), "missing"),
        (ranking, ([[1, 2]],), "single list"),
        (pairwise, ([[1, 2]],), "a row and a column"),
        (pairwise, ([],), "a row and a column"),
        (pairwise, ([[2, 2], [1 / 2, 1]],), "with itself is 1"),
        (pairwise, ([[1, 10], [1 / 10, 1]],), "between 1/9 and 9"),
        (pairwise, ([[1, -2], [-1 / 2, 1]],), "between 1/9 and 9"),
        (pairwise, ([[1, 2], [2, 1]],), "Goals 1 and 2: one way must be 1 over"),
        (pairwise, ([[1, 2], [nan, 1]],), "Goals 1 and 2: one way must be 1 over"),
        (pairwise, ([[1, nan], [nan, 1]],), "1 pair is not compared, and nothing links goal 2"),
        (pairwise, ({(0, 1): 2, (2, 3): 2},), "4 pairs are not compared, and nothing links goal 3"),
        (pairwise, ({(0, 1): 2, (1, 0): 2},), "Goals 2 and 1 are compared twice"),
        (pairwise, ({(0, 0): 1},), "two different goals"),
        (pairwise, ({(0, 5): 1}, 3), "two different goals of the 3"),
        (pairwise, ({(0, 1): nan},), "between 1/9 and 9"),
        (pairwise, ({}, 16), "1 to 15 goals, not 16"),
        (pairwise, ({}, 0), "1 to 15 goals, not 0"),
        (pairwise, (np.ones((16, 16)),), "1 to 15 goals, not 16"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


def test_one_goal_has_all_the_weight():
    one = pairwise({}, 1)
    assert (one.weights.tolist(), one.cr, one.worst) == ([1], 0, None)


@given(matrices, st.randoms(use_true_random=False))
def test_moving_goals_moves_their_weights(matrix, random):
    order = random.sample(range(len(matrix)), len(matrix))
    one, other = pairwise(matrix), pairwise(matrix[np.ix_(order, order)])
    assert other.weights == pytest.approx(one.weights[order], abs=1e-9)
    assert other.cr == pytest.approx(one.cr, abs=1e-9)
    assert one.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (one.weights > 0).all()
    assert matrix @ one.weights == pytest.approx(one.lambda_max * one.weights, abs=1e-9)
    assert one.lambda_max >= len(matrix) - 1e-9


@given(matrices)
def test_pairs_say_the_same_as_their_matrix(matrix):
    pairs = {(j, i): matrix[j, i] for i, j in combinations(range(len(matrix)), 2)}
    one, other = pairwise(matrix), pairwise(pairs)
    assert other.weights == pytest.approx(one.weights, abs=1e-9)


@given(st.lists(st.integers(1, 3), min_size=3, max_size=8), st.data())
def test_missing_pairs_do_not_matter_where_judgements_are_consistent(strengths, data):
    true = np.array(strengths) / sum(strengths)
    matrix = np.divide.outer(true, true)
    for i, j in combinations(range(len(true)), 2):
        # Neighbours stay compared, so that every goal is linked.
        if j > i + 1 and data.draw(st.booleans()):
            matrix[i, j] = matrix[j, i] = nan
    one = pairwise(matrix)
    assert one.weights == pytest.approx(true, abs=1e-9)
    assert one.worst is None


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_a_better_rank_never_weighs_less(ranks, random):
    weights = ranking(ranks).weights
    order = random.sample(range(len(ranks)), len(ranks))
    assert ranking(np.array(ranks)[order]).weights == pytest.approx(weights[order], abs=1e-15)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    for i, j in combinations(range(len(ranks)), 2):
        assert (weights[i] > weights[j]) == (ranks[i] < ranks[j])


def test_the_seats_of_hamiltons_method():
    # Balinski and Young (1982): 26 seats among six states, the example of the Alabama paradox.
    assert whole([9061, 7179, 5259, 3319, 1182], 26) == [9, 7, 5, 4, 1]


def test_whole_points_of_published_centroids():
    # Barron and Barrett (1996): .5208, .2708, .1458, .0625 for four ranks.
    assert whole(ranking([1, 2, 3, 4]).weights) == [52, 27, 15, 6]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20).filter(any))
def test_whole_points_come_to_a_hundred_and_stray_less_than_one(weights):
    exact = np.array(weights) / sum(weights) * 100
    points = whole(weights)
    assert sum(points) == 100
    assert (abs(np.array(points) - exact) < 1 + 1e-6).all()
