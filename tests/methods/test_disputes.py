"""Disputed cells: what counts as one, in which order, and who stands where."""

import time
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crm.methods.agreement import disputed, steps

pytestmark = pytest.mark.no_database
SCALE = [0, 1, 3, 9]
cells = st.sampled_from([0.0, 1.0, 3.0, 9.0, nan])
rounds = hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=cells)


def test_two_steps_are_a_dispute_and_one_is_none():
    """METHODS.md: a cell is disputed where raters span two or more steps of the scale."""
    found = disputed([[0, 0, 0, 1, 1, 3], [1, 3, 9, 3, 9, 9]])
    assert sorted(found.positions.tolist()) == [1, 2, 4]
    assert (found.total, found.compared) == (3, 6)


def test_the_worst_comes_first_and_says_who():
    found = disputed(
        [
            [0, 9, 0, 1, 3],
            [3, 0, 0, 3, nan],
            [3, 9, nan, 1, nan],
            [0, 0, 3, 1, 0],
        ]
    )
    assert found.positions.tolist() == [1, 0, 4, 2]
    assert found.spans.tolist() == [3, 2, 2, 2]
    assert found.spreads.tolist() == [2.25, 1, 1, pytest.approx(8 / 9)]
    first, _, third, _ = found
    assert first == (1, 3, 2.25, 0, 9, (1, 3), (0, 2))
    assert third == (4, 2, 1.0, 0, 3, (3,), (0,))


def test_of_equal_cells_the_first_comes_first():
    assert disputed([[0, 9, 3, 9], [9, 0, 0, 0]]).positions.tolist() == [0, 1, 3, 2]


def test_a_cell_that_one_rater_rated_is_not_disputed():
    found = disputed([[nan, 9, nan], [nan, nan, 0]])
    assert (found.total, found.compared, list(found)) == (0, 0, [])


def test_steps_count_along_the_scale():
    assert np.array_equal(
        steps(np.array(SCALE)[:, None], SCALE), [[0, 1, 2, 3], [1, 0, 1, 2], [2, 1, 0, 1], [3, 2, 1, 0]]
    )
    assert np.isnan(steps([0, nan], [nan, nan])).all()


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (disputed, ([[2]],), "0, 1, 3 or 9"),
        (disputed, ([[-1]],), "0, 1, 3 or 9"),
        (disputed, ([[np.inf]],), "0, 1, 3 or 9"),
        (disputed, ([[0.5]],), "0, 1, 3 or 9"),
        (disputed, ([],), "for each rater"),
        (disputed, ([0, 1],), "for each rater"),
        (disputed, ([[0, 1], [0]],), "equal length"),
        (steps, ([0, 1], [0, 1, 3]), "equally long"),
        (steps, ([0], [8]), "0, 1, 3 or 9"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@given(rounds)
def test_disputes_agree_with_going_through_the_cells(ratings):
    found = {one.position: one for one in disputed(ratings)}
    for place, column in enumerate(ratings.T):
        known = [SCALE.index(rating) for rating in column[~np.isnan(column)]]
        is_disputed = len(known) > 1 and max(known) - min(known) >= 2
        assert (place in found) == is_disputed
        if is_disputed:
            one = found[place]
            assert (one.lowest, one.highest) == (SCALE[min(known)], SCALE[max(known)])
            assert one.spread == pytest.approx(np.var(known), abs=1e-12)
            assert one.lowest_raters == tuple(np.flatnonzero(column == one.lowest))
            assert one.highest_raters == tuple(np.flatnonzero(column == one.highest))


@given(rounds, st.randoms(use_true_random=False))
def test_moving_raters_and_cells_moves_the_disputes(ratings, random):
    raters = random.sample(range(len(ratings)), len(ratings))
    places = random.sample(range(ratings.shape[1]), ratings.shape[1])
    before, after = disputed(ratings), disputed(ratings[raters][:, places])
    assert before.spans.tolist() == after.spans.tolist()
    assert before.spreads.tolist() == after.spreads.tolist()
    who = {one.position: one for one in before}
    for one in after:
        assert {raters[rater] for rater in one.lowest_raters} == set(who[places[one.position]].lowest_raters)


def test_a_large_worksheet_is_quick():
    """Found in about a millisecond on one core; the limit leaves room for a busy machine."""
    ratings = np.random.default_rng(7).choice([*SCALE, nan], size=(12, 2_400))
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        disputed(ratings)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.03
