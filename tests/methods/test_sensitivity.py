"""How stable a ranking is: published numbers, independent reckoning, properties, refusals."""

import time
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crm.methods import alignment
from crm.methods.sensitivity import shake, stability
from crm.methods.weighting import ranking

pytestmark = pytest.mark.no_database
#: Triantaphyllou and Sánchez (1997), the example of the weighted sum model: four criteria, four alternatives.
CRITERIA = np.array([0.3277, 0.3058, 0.2876, 0.0790])
ALTERNATIVES = np.array(
    [
        [0.3088, 0.2897, 0.3867, 0.1922],
        [0.2163, 0.3458, 0.1755, 0.6288],
        [0.4509, 0.2473, 0.1194, 0.0575],
        [0.0240, 0.1172, 0.3184, 0.1215],
    ]
).T


@st.composite
def worksheets(draw):
    goals, strategies = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    weights = draw(hnp.arrays(float, goals, elements=st.integers(0, 9)).filter(np.any))
    relations = draw(hnp.arrays(float, (goals, strategies), elements=st.sampled_from(alignment.SCALE)))
    assume((weights @ relations).any())
    return weights, relations


def test_the_preferences_of_four_alternatives():
    """Triantaphyllou and Sánchez (1997): .3162, .2768, .2621 and .1449, in this order."""
    one = stability(CRITERIA, ALTERNATIVES)
    assert one.contributions == pytest.approx([0.3162, 0.2768, 0.2621, 0.1449], abs=2e-4)
    assert (one.leader, one.is_tied, one.order.tolist()) == (0, False, [0, 1, 2, 3])


def test_the_changes_that_unseat_the_first_alternative():
    """Triantaphyllou and Sánchez (1997): relative changes against the second alternative.

    For criteria 2, 3 and 4 they print -229.7, 64.8 and -114.1 per cent, to be taken off the weight; for the
    first no feasible change. They reckon from rounded preferences.
    """
    one = stability(CRITERIA, ALTERNATIVES)
    assert one.first_rise[[1, 3]] / CRITERIA[[1, 3]] == pytest.approx([2.297, 1.141], abs=4e-3)
    assert one.first_fall[2] / CRITERIA[2] == pytest.approx(0.648, abs=2e-3)
    assert one.first_fall[[0, 1, 3]].tolist() == [inf, inf, inf]
    assert (one.above.tolist(), one.below.tolist()) == ([2, 1, -1, 1], [-1, -1, 1, -1])
    assert one.smallest[:2] == (3, 1)
    assert one.smallest.relative == pytest.approx(1.141, abs=4e-3)


def test_the_change_that_swaps_any_two_alternatives():
    """Triantaphyllou and Sánchez (1997): -19.1 per cent of the first criterion swaps the second and third."""
    one = stability(CRITERIA, ALTERNATIVES)
    change = 0.191 * CRITERIA[0]
    assert one.order_upper[0] == pytest.approx((CRITERIA[0] + change) / (1 + change), abs=1e-3)


def test_a_worksheet_reckoned_by_hand():
    """Strategies of 48, 42 and 9: 6 more on the second goal, or 1.5 less on the first, make two equal."""
    one = stability([5, 3, 1], [[9, 3, 0], [1, 9, 0], [0, 0, 9]])
    assert one.first_rise.tolist() == [inf, 0.75, pytest.approx(39 / 9)]
    assert one.first_fall.tolist() == [1.0, inf, inf]
    assert one.first_upper.tolist() == [
        1,
        pytest.approx(3.75 / 9.75),
        pytest.approx((1 + 39 / 9) / (9 + 39 / 9)),
    ]
    assert one.first_lower.tolist() == [4 / 8, 0, 0]
    assert (one.above.tolist(), one.below.tolist()) == ([-1, 1, 2], [1, -1, -1])
    assert one.smallest == (1, 1, 3 / 9, pytest.approx(3.75 / 9.75), 3, 3.75, 0.25)


def test_who_shares_the_first_place_stands_on_the_edge():
    one = stability([1, 1], [[9, 3], [3, 9]])
    assert (one.leader, one.is_tied) == (0, True)
    assert (one.smallest.goal, one.smallest.taker, one.smallest.relative) == (0, 1, 0)
    assert one.order_lower.tolist() == [0, 0]
    twins = stability([1, 1], [[9, 9], [3, 3]])
    assert (twins.is_tied, twins.smallest) == (True, None)


def test_a_single_strategy_or_goal_has_nothing_to_lose():
    for weights, relations in (([2, 1], [[9], [3]]), ([2], [[9, 3]]), ([1, 0], [[9, 3], [0, 0]])):
        one = stability(weights, relations)
        assert one.smallest is None
        assert (one.first_lower == 0).all()
        assert (one.first_upper == 1).all()


@pytest.mark.parametrize("method", [stability, shake])
@pytest.mark.parametrize(
    ("weights", "relations", "sentence"),
    [
        ([], [], "at least one goal"),
        ([[1]], [[9]], "single list"),
        ([1, 2], [[9]], "a row for each of the 2 goals"),
        ([1], [9], "a row for each of the 1 goals"),
        ([1], [[]], "no strategy to rank"),
        ([1, nan], [[9], [3]], "missing or infinite"),
        ([1, 2], [[9], [inf]], "missing or infinite"),
        ([1, -2], [[9], [3]], "weights cannot be negative"),
        ([1, 2], [[9], [-3]], "relations cannot be negative"),
        ([0, 0], [[9], [3]], "weight above zero"),
        (["much"], [[9]], "must be numbers"),
    ],
)
def test_nonsense_is_refused_in_words(method, weights, relations, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(weights, relations)


def test_what_cannot_be_shaken_is_refused_in_words():
    with pytest.raises(ValueError, match="No strategy serves a goal"):
        stability([1, 0], [[0, 0], [9, 3]])
    for share in (0, -0.1, 1.1, nan):
        with pytest.raises(ValueError, match="above 0 and is at most 1"):
            shake([1], [[9]], share)
    for draws in (0, 100_001):
        with pytest.raises(ValueError, match="between 1 and 100,000"):
            shake([1], [[9]], draws=draws)


def leaders(weights, relations) -> set[int]:
    reached = [
        sum(Fraction(w) * int(r) for w, r in zip(weights, column, strict=True)) for column in relations.T
    ]
    return {place for place, value in enumerate(reached) if value == max(reached)}


@given(worksheets(), st.data())
def test_the_lead_changes_at_the_crossing_and_not_before(worksheet, data):
    weights, relations = worksheet
    one = stability(weights, relations)
    exact = [Fraction(int(weight)) for weight in weights]
    goal = data.draw(st.integers(0, len(weights) - 1))
    assert one.leader in leaders(exact, relations)
    for change, taker, limit in (
        (one.first_rise[goal], one.above[goal], None),
        (-one.first_fall[goal], one.below[goal], weights[goal]),
    ):
        if np.isinf(change):
            # A long way in this direction nobody else has taken the lead.
            step = Fraction(10_000) if limit is None else -exact[goal] * Fraction(9_999, 10_000)
            moved = [*exact]
            moved[goal] += step
            assert one.leader in leaders(moved, relations)
            continue
        crossing = Fraction(float(change)).limit_denominator(10_000)
        for shift, holder in ((Fraction(999, 1000), one.leader), (Fraction(1001, 1000), int(taker))):
            moved = [*exact]
            moved[goal] += crossing * shift
            if crossing and moved[goal] > 0:
                assert holder in leaders(moved, relations)


@given(worksheets(), st.randoms(use_true_random=False))
def test_moving_goals_and_strategies_moves_the_intervals(worksheet, random):
    weights, relations = worksheet
    rows = random.sample(range(len(weights)), len(weights))
    columns = random.sample(range(relations.shape[1]), relations.shape[1])
    one, other = stability(weights, relations), stability(weights[rows] * 7, relations[rows][:, columns])
    if not one.is_tied:
        assert columns[other.leader] == one.leader
        for name in ("first_lower", "first_upper"):
            assert getattr(other, name) == pytest.approx(getattr(one, name)[rows], abs=1e-12)
    for name in ("weights", "order_lower", "order_upper"):
        assert getattr(other, name) == pytest.approx(getattr(one, name)[rows], abs=1e-12)
    assert (one.order_lower <= one.weights + 1e-12).all()
    assert (one.order_upper >= one.weights - 1e-12).all()
    assert one.contributions == pytest.approx(alignment.score(weights, relations).contributions, abs=1e-12)


def test_weights_of_which_nothing_is_known_have_the_centroid_of_their_ranking():
    """Barron and Barrett (1996): sorted, uniform weights average .6111, .2778, .1111."""
    drawn = np.sort(np.random.default_rng(0).dirichlet(np.ones(3), 200_000))[:, ::-1].mean(axis=0)
    assert drawn == pytest.approx(ranking([1, 2, 3]).weights, abs=2e-3)
    one = shake([5, 1], [[9, 0], [0, 3]], share=None, draws=50_000)
    # The first leads where 9 w > 3 (1 - w), which is for three quarters of all weights.
    assert one.first == pytest.approx([0.75, 0.25], abs=5e-3)


def test_a_share_that_reaches_the_crossing_shows_who_takes_over():
    # The crossing lies at a ratio of the weights of 1.25; with 0.1 they reach 11/9 at most.
    relations = [[9, 0], [0, 9]]
    assert shake([5, 4], relations, 0.1).first.tolist() == [1, 0]
    one = shake([5, 4], relations, 0.5, draws=5_000)
    assert 0.6 < one.first[0] < 0.9
    assert one.acceptability.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (one.best.tolist(), one.worst.tolist()) == ([1, 1], [2, 2])
    assert one.mean_ranks == pytest.approx(1 + one.acceptability[:, 1])


def test_equals_share_the_better_rank():
    one = shake([0.1, 0.2, 0.3], [[9, 9, 1], [3, 3, 0], [1, 1, 1]])
    assert one.first.tolist() == [1, 1, 0]
    assert one.acceptability[2].tolist() == [0, 0, 1]
    assert shake([1], [[0, 0]]).first.tolist() == [1, 1]


@given(worksheets(), st.integers(0, 5))
def test_the_same_seed_gives_the_same_ranking(worksheet, seed):
    weights, relations = worksheet
    one, other = (shake(weights * times, relations, 0.3, 50, seed) for times in (1, 4))
    assert np.array_equal(one.acceptability, other.acceptability)
    assert one.acceptability.sum(axis=1) == pytest.approx(1)
    held = stability(weights, relations)
    if held.smallest is None and not held.is_tied:
        assert one.first[held.leader] == 1


def test_a_large_worksheet_is_quick():
    """Some 10 ms each on one core; the limit leaves room for a busy machine."""
    random = np.random.default_rng(3)
    weights, relations = random.integers(1, 10, 40), random.choice([0, 1, 3, 9], size=(40, 60))
    for method in (stability, shake):
        taken = []
        for _ in range(3):
            begun = time.perf_counter()
            method(weights, relations)
            taken.append(time.perf_counter() - begun)
        assert min(taken) < 0.2
