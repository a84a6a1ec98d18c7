"""The score of a key result: published numbers, band edges, properties, refusals."""

from decimal import Decimal
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.methods.earned_value import Band
from crm.methods.goals import okr_score

pytestmark = pytest.mark.no_database
hundredths = st.integers(-100_000, 100_000).map(lambda number: Decimal(number) / 100)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0.0, "red"), (0.3, "red"), (0.4, "amber"), (0.6, "amber"), (0.7, "green"), (1.0, "green")],
)
def test_the_colours_of_measure_what_matters(score, band):
    """Doerr (2018), Measure What Matters: 0.7 to 1.0 green, 0.4 to 0.6 yellow, 0.0 to 0.3 red."""
    assert okr_score(0, 1, score).band == band


@pytest.mark.parametrize(
    ("start", "target", "actual", "score"),
    [(32, 45, 42, 0.77), (8, 5, 6, 0.67), (0, 500, 400, 0.80)],
)
def test_three_key_results_of_a_scoring_guide(start, target, actual, score):
    """OKR Scoring Guide (ClawHub, okr-consulting): NPS 10/13, churn 2/3 (falling), revenue 400/500."""
    one = okr_score(start, target, actual)
    assert one.score == pytest.approx(score, abs=5e-3)
    assert one.is_falling == (target < start)


@pytest.mark.parametrize(
    ("start", "target", "actual", "band"),
    [
        (0, 10, 7, Band.GREEN),
        (0.1, 0.8, 0.59, Band.GREEN),
        (0.1, 1.1, 0.8, Band.GREEN),
        (0.1, 1.1, 0.5, Band.AMBER),
        (0, 3, 2.1, Band.GREEN),
        (0, 3, 1.2, Band.AMBER),
        (30, 20, 23, Band.GREEN),
        (18.2, 12.2, 15.8, Band.AMBER),
        (18.2, 12.2, 15.81, Band.RED),
        (0, 10, 6.999999, Band.AMBER),
        (np.float64(0.1), np.int64(1), np.float32(0.75), Band.GREEN),
        (Decimal("0.1"), 1, Decimal("0.73"), Band.GREEN),
    ],
)
def test_band_edges_are_exact(start, target, actual, band):
    assert okr_score(start, target, actual).band is band


def test_what_was_surpassed_or_went_wrong_is_clipped_and_kept():
    past, back = okr_score(10, 20, 25), okr_score(20, 10, 25)
    assert (past.score, past.unclipped, past.band) == (1, 1.5, Band.GREEN)
    assert (back.score, back.unclipped, back.band, back.is_falling) == (0, -0.5, Band.RED, True)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((5, 5, 5), "the same"),
        ((0.1 + 0.2, 0.30000000000000004, 1), "the same"),
        ((nan, 1, 1), "The start is not a number"),
        ((0, inf, 1), "The target is not a number"),
        ((0, 1, None), "The actual value is not a number"),
        ((0, 1, "much"), "The actual value is not a number"),
        ((0, Decimal("NaN"), 1), "The target is not a number"),
    ],
)
def test_nonsense_is_refused_in_words(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        okr_score(*values)


@given(hundredths, hundredths, hundredths, hundredths)
def test_scores_do_not_depend_on_unit_and_direction(start, target, actual, move):
    assume(start != target)
    one = okr_score(start, target, actual)
    assert okr_score(start * 10 + move, target * 10 + move, actual * 10 + move).unclipped == one.unclipped
    assert okr_score(-start, -target, -actual).unclipped == one.unclipped
    assert okr_score(target, start, actual).unclipped == pytest.approx(1 - one.unclipped, rel=1e-12, abs=1e-9)
    assert one.score == min(max(one.unclipped, 0), 1)


@given(hundredths, hundredths)
def test_the_way_ends_where_it_was_to_end(start, target):
    assume(start != target)
    assert (okr_score(start, target, start).score, okr_score(start, target, target).score) == (0, 1)
