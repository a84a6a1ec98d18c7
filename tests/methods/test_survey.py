"""Questionnaires: published numbers, suppression, refusals."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.survey import five_point, masked, net_promoter, net_promoter_of, response_rates

pytestmark = pytest.mark.no_database


def test_net_promoter_score_of_a_hundred():
    """METHODS.md: 60 promoters and 15 detractors of 100: 45, standard error 7.40."""
    one = net_promoter(60, 15, 100)
    assert (one.score, one.se) == (pytest.approx(45), pytest.approx(7.40, abs=5e-3))
    assert (one.promoters, one.passives, one.detractors) == (60, 25, 15)
    assert (one.lower, one.upper) == pytest.approx((45 - 1.959964 * one.se, 45 + 1.959964 * one.se), abs=1e-4)


def test_net_promoter_score_of_a_hat_of_tickets():
    """Huber, Cross Validated 18603: shares of 1/2, 1/3, 1/6 have a variance of 5/9; 324 an error of 4.1."""
    one = net_promoter(162, 54, 324)
    assert (one.score, one.se) == (pytest.approx(100 / 3), pytest.approx(4.1, abs=0.05))
    assert (one.se / 100) ** 2 * 324 == pytest.approx(5 / 9)


def test_net_promoter_score_from_answers():
    one = net_promoter_of([10, 9, 8, 7, 6, 0, 9, nan, 10, 9])
    assert (one.n, one.promoters, one.passives, one.detractors) == (9, 5, 2, 2)
    assert one.score == pytest.approx(100 / 3)


def test_where_all_answer_alike_no_certainty_is_claimed():
    one = net_promoter(20, 0, 20)
    assert (one.score, one.se, one.lower, one.upper) == (100, None, None, None)


def test_five_answers():
    """4 and 5 by 8 of 10, whose Wilson interval by hand is (8 + z²/2 ± z √(1.6 + z²/4)) / (10 + z²)."""
    one = five_point([5, 5, 5, 4, 4, 4, 4, 4, 2, 3, nan])
    assert (one.asked, one.answered, one.counts) == (11, 10, (0, 1, 1, 5, 3))
    assert (one.median, one.mean, one.top_two) == (4, 4, 0.8)
    z = 1.959963984540054
    reach = z * (1.6 + z**2 / 4) ** 0.5
    ends = [(8 + z**2 / 2 + side * reach) / (10 + z**2) for side in (-1, 1)]
    assert [one.lower, one.upper] == pytest.approx(ends)
    assert one.shares == pytest.approx((0, 0.1, 0.1, 0.5, 0.3))


def test_below_five_answers_nothing_is_shown():
    one, other = five_point([5, 4, 4, 2, nan, nan]), net_promoter_of([9, 9, 9, 3])
    assert (one.asked, one.answered) == (6, 4)
    assert {one.counts, one.shares, one.median, one.mean, one.top_two, one.lower, one.upper} == {None}
    assert one.why_not == "Answers: 4. Below 5 nothing is shown, so that nobody can be recognised."
    assert {other.score, other.se, other.lower, other.promoters, other.passives, other.detractors} == {None}
    assert other.why_not == one.why_not
    assert five_point([5, 4, 4, 2], minimum=4).why_not is None


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([40, 10, 30, 5], (40, None, 30, None)),
        ([40, 10, 30], (40, None, None)),
        ([40, 10, 0], (None, None, 0)),
        ([10, 0], (None, None)),
        ([40, 11, 0], (40, 11, 0)),
        ([10], (None,)),
        ([], ()),
    ],
)
def test_small_cells_are_masked_and_cannot_be_worked_out(counts, shown):
    assert masked(counts) == shown


def test_response_rates_of_cherries():
    assert response_rates(2000, 500, 400, 300) == (0.25, 0.8, 0.75)
    assert response_rates(100, 0, 0, 0) == (0, None, None)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (net_promoter, (60, 50, 100), "more promoters and detractors than answers"),
        (net_promoter, (-1, 0, 10), "none below 0"),
        (net_promoter, (11, 0, 10), "above its denominator"),
        (net_promoter, (0, 0, 0), "nobody was counted"),
        (net_promoter_of, ([],), "Nobody answered"),
        (net_promoter_of, ([nan, nan],), "Nobody answered"),
        (net_promoter_of, ([11],), "from 0 to 10"),
        (net_promoter_of, ([4.5],), "from 0 to 10"),
        (five_point, ([0, 1, 2],), "from 1 to 5"),
        (five_point, (["agree"],), "list of numbers"),
        (five_point, ([nan],), "Nobody answered"),
        (masked, ([1, -1],), "none below 0"),
        (masked, ([1, 2], 0), "minimum must be 1"),
        (response_rates, (10, 20, 5, 1), "order of the counts"),
        (response_rates, (10, nan, 5, 1), "neither missing"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10), min_size=5, max_size=200))
def test_the_score_is_the_mean_of_its_tickets(scores):
    one = net_promoter_of(scores)
    tickets = np.select([np.array(scores) >= 9, np.array(scores) <= 6], [1, -1], 0)
    assert one.score == pytest.approx(100 * tickets.mean())
    if one.se is not None:
        assert one.se == pytest.approx(100 * tickets.std() / len(scores) ** 0.5, abs=1e-9)
        assert -100 <= one.lower <= one.score <= one.upper <= 100


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=12))
def test_no_small_cell_is_shown_nor_left_alone(counts):
    shown = masked(counts)
    assert not any(people is not None and 0 < people < 11 for people in shown)
    assert shown.count(None) != 1
