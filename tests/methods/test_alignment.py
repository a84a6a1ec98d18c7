from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crm.methods import alignment

WEIGHTS = [5, 3, 2]
RELATIONS = [[9, 3, 0, 0], [1, 9, 0, 0], [0, 0, 0, 0]]


@st.composite
def worksheets(draw):
    goals, strategies = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    weights = draw(hnp.arrays(float, goals, elements=st.integers(0, 20)).filter(np.any))
    relations = draw(hnp.arrays(float, (goals, strategies), elements=st.sampled_from(alignment.SCALE)))
    return weights, relations


def test_score_of_the_first_worked_example():
    """METHODS.md: weights 5, 3, 4 and one strategy with 9, 3, 3 give 66."""
    result = alignment.score([5, 3, 4], [[9], [3], [3]])
    assert result.raw_contributions.tolist() == [66]
    assert result.contributions[0] == pytest.approx(5.5, abs=1e-12)
    assert result.shares.tolist() == [1]
    assert result.single_point_goals == (0, 1, 2)


def test_score_of_the_second_worked_example():
    """METHODS.md: T of 48, 42, 0, 0; shares 53.3 % and 46.7 %; coverage 0.80; density 4/12."""
    result = alignment.score(WEIGHTS, RELATIONS)
    assert result.raw_contributions.tolist() == [48, 42, 0, 0]
    assert result.shares == pytest.approx([48 / 90, 42 / 90, 0, 0], abs=1e-12)
    assert result.shares.round(3).tolist() == [0.533, 0.467, 0, 0]
    assert result.coverage == pytest.approx(0.80, abs=1e-12)
    assert result.density == 4 / 12
    assert not result.is_dense
    assert result.orphan_goals == (2,)
    assert result.orphan_strategies == (2, 3)
    assert result.goal_strengths.tolist() == [12, 10, 0]
    assert result.goal_strength_shares.tolist() == [1, 1, 0]


def test_score_of_the_coffee_maker():
    """Schematex, "Coffee maker House of Quality": technical importances 45, 39 and 51, or 33, 29 and 38 %."""
    result = alignment.score([5, 3, 4], [[9, 0, 3], [0, 9, 0], [0, 3, 9]])
    assert result.raw_contributions.tolist() == [45, 39, 51]
    assert (result.shares * 100).round().tolist() == [33, 29, 38]


def test_score_of_a_service():
    """Design for Six Sigma for Service (McGraw-Hill), page 117: its first column comes to 102."""
    result = alignment.score([2, 4, 4, 4, 5, 5], [[3], [3], [3], [3], [9], [3]])
    assert result.raw_contributions.tolist() == [102]


def test_score_finds_weak_uncovered_and_single_point_goals():
    result = alignment.score([1, 1, 1, 1], [[1, 1], [9, 0], [3, 3], [0, 0]])
    assert result.weak_goals == (0,)
    assert result.single_point_goals == (1,)
    assert result.uncovered_goals == (0, 3)
    assert result.orphan_goals == (3,)
    assert result.coverage == 0.5


def test_score_moves_coverage_with_the_threshold():
    relations = [[1], [3], [9], [0]]
    assert [alignment.score([1] * 4, relations, threshold=t).coverage for t in (1, 3, 9)] == [0.75, 0.5, 0.25]


def test_score_finds_over_claimed_strategies():
    result = alignment.score([1] * 4, [[9, 9], [9, 9], [9, 3], [0, 0]])
    assert result.over_claimed_strategies == (0,)


def test_score_says_when_everything_matters():
    assert not alignment.score([1] * 5, [[1]] * 3 + [[0]] * 2).is_dense
    assert alignment.score([1] * 4, [[1]] * 3 + [[0]]).is_dense


def test_score_sets_effort_against_contribution():
    result = alignment.score(WEIGHTS, RELATIONS, effort=[10, 20, 30, 40])
    assert result.effort_shares == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-12)
    assert result.misfits == pytest.approx([0.1 - 48 / 90, 0.2 - 42 / 90, 0.3, 0.4], abs=1e-12)
    assert result.effort_to_move == pytest.approx(0.7, abs=1e-12)


@pytest.mark.parametrize(("relations", "effort"), [(RELATIONS, [0] * 4), ([[0] * 4] * 3, [1] * 4)])
def test_score_has_no_misfit_while_either_side_is_all_zero(relations, effort):
    result = alignment.score(WEIGHTS, relations, effort=effort)
    assert result.misfits is None
    assert result.effort_to_move is None


@pytest.mark.parametrize("relations", [[], [[], [], []], np.zeros((3, 0))])
def test_score_shows_goals_without_strategies(relations):
    result = alignment.score(WEIGHTS, relations)
    assert result.orphan_goals == result.uncovered_goals == (0, 1, 2)
    assert (result.coverage, result.density, result.is_dense) == (0, 0, False)
    assert result.shares.shape == (0,)
    assert result.effort_shares is None


def test_score_gives_no_shares_when_nothing_contributes():
    assert alignment.score([1, 1], [[0, 0], [0, 0]]).shares.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("weights", "relations", "effort", "threshold", "sentence"),
    [
        ([], [], None, 3, "at least one goal"),
        ([[1, 2]], [[9]], None, 3, "one weight per goal"),
        ([0, 0], [[9], [3]], None, 3, "weight above zero"),
        ([1, -1], [[9], [3]], None, 3, "cannot be negative"),
        ([1, float("nan")], [[9], [3]], None, 3, "missing or infinite"),
        ([1, float("inf")], [[9], [3]], None, 3, "missing or infinite"),
        ([1, "much"], [[9], [3]], None, 3, "must be numbers"),
        ([1, 2], [[9, 3], [3]], None, 3, "rows of equal length"),
        ([1, 2], [[9]], None, 3, "a row for each of the 2 goals"),
        ([1, 2], [9, 3], None, 3, "a row for each of the 2 goals"),
        ([1, 2], [[9], [None]], None, 3, "missing or infinite"),
        ([1, 2], [[9], [5]], None, 3, "0, 1, 3 or 9"),
        ([1, 2], [[9], [-1]], None, 3, "0, 1, 3 or 9"),
        ([1, 2], [[9], [3]], [-1], 3, "Effort cannot be negative"),
        ([1, 2], [[9], [3]], [1, 2], 3, "one effort for each of the 1 strategies"),
        ([1, 2], [[9], [3]], None, 2, "threshold must be 1, 3 or 9"),
    ],
)
def test_score_refuses_what_cannot_be_scored(weights, relations, effort, threshold, sentence):
    with pytest.raises(ValueError, match=sentence):
        alignment.score(weights, relations, effort, threshold)


@given(worksheets())
def test_score_agrees_with_an_independent_reckoning(worksheet):
    weights, relations = worksheet
    result = alignment.score(weights, relations)
    total = sum(weights)
    expected = [
        sum(w * row[s] for w, row in zip(weights, relations, strict=True)) for s in range(relations.shape[1])
    ]
    covered = sum(w for w, row in zip(weights, relations, strict=True) if max(row) >= 3)
    assert result.raw_contributions == pytest.approx(expected, abs=1e-12)
    assert result.contributions == pytest.approx([t / total for t in expected], abs=1e-12)
    assert result.shares.sum() == pytest.approx(1 if any(expected) else 0, abs=1e-12)
    assert result.coverage == pytest.approx(covered / total, abs=1e-12)
    assert set(result.weak_goals).isdisjoint(result.orphan_goals)


@given(worksheets())
def test_score_is_exact_where_fractions_are(worksheet):
    weights, relations = worksheet
    exact = [Fraction(int(weight)) for weight in weights]
    reached = [
        sum(weight * int(cell) for weight, cell in zip(exact, column, strict=True)) / sum(exact)
        for column in relations.T
    ]
    result = alignment.score(weights, relations)
    assert result.contributions == pytest.approx([float(one) for one in reached], rel=1e-12, abs=1e-12)
    if any(reached):
        shares = [float(one / sum(reached)) for one in reached]
        assert result.shares == pytest.approx(shares, rel=1e-12, abs=1e-12)


@given(worksheets(), st.randoms(use_true_random=False))
def test_score_follows_the_order_of_goals_and_strategies(worksheet, random):
    weights, relations = worksheet
    rows = random.sample(range(len(weights)), len(weights))
    columns = random.sample(range(relations.shape[1]), relations.shape[1])
    before = alignment.score(weights, relations)
    after = alignment.score(weights[rows], relations[rows][:, columns])
    assert after.contributions == pytest.approx(before.contributions[columns], abs=1e-12)
    assert after.goal_strengths.tolist() == before.goal_strengths[rows].tolist()
    assert after.coverage == pytest.approx(before.coverage, abs=1e-12)
    assert {rows[goal] for goal in after.orphan_goals} == set(before.orphan_goals)
    assert {columns[s] for s in after.over_claimed_strategies} == set(before.over_claimed_strategies)


@given(worksheets(), st.floats(1e-6, 1e6))
def test_score_does_not_change_with_the_scale_of_the_weights(worksheet, factor):
    weights, relations = worksheet
    before, after = alignment.score(weights, relations), alignment.score(weights * factor, relations)
    assert after.weights == pytest.approx(before.weights, abs=1e-12)
    assert after.contributions == pytest.approx(before.contributions, abs=1e-12)
    assert after.coverage == pytest.approx(before.coverage, abs=1e-12)


def met(text) -> str:
    return "".join(hint.letter for hint in alignment.smart_hints(text) if hint.is_met)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (
            "Reduce missed appointments in the eye clinic from 18 % to 12 % by September 2026, "
            "led by the clinic manager, so that waiting falls",
            "SMART",
        ),
        ("Be better at social media", ""),
        ("Be better in 2026", "T"),
        ("Increase followers on our patient channel by 20 percent", "SM"),
        ("Answer every patient comment because trust depends on it", "SR"),
        ("Train forty nurses within 6 weeks", "SAT"),
        ("Publish", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_smart_hints_reads_the_wording(text, letters):
    assert met(text) == letters


def test_smart_hints_says_why_for_every_letter():
    hints = alignment.smart_hints("Improve things")
    assert [hint.letter for hint in hints] == list("SMART")
    assert [hint.name for hint in hints] == ["Specific", "Measurable", "Achievable", "Relevant", "Time-bound"]
    assert all(hint.why.endswith(".") for hint in hints)


def test_smart_hints_quotes_its_evidence():
    hints = alignment.smart_hints("Cut complaints to 5 a month by Q3")
    assert [hint.why for hint in hints if hint.is_met][-1] == "It says 'Q3'."


@given(st.text())
def test_smart_hints_reads_any_text(text):
    assert len(alignment.smart_hints(text)) == 5
