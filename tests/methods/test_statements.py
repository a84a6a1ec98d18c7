"""What findings may say: sentences by design, refused words, hidden numbers."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.designs import DESIGNS
from crm.methods.statements import refusals, statement, suppress

pytestmark = pytest.mark.no_database
INFECTIONS = {
    "design": "interrupted_series", "measure": "Infections", "estimate": 0.452, "lower": 0.324,
    "upper": 0.629, "n": 36, "scale": "ratio", "direction": "decrease", "of": "months",
}  # fmt: skip


def test_the_infections_naive_beside_adjusted():
    """cdi.csv of METHODS.md: naive 0.385 (0.305 to 0.485), adjusted 0.452 (0.324 to 0.629)."""
    one = statement(**INFECTIONS, naive=(0.385, 0.305, 0.485))
    assert one.board == (
        "Infections: 54.8 % lower after the start than the trend before had led one to expect "
        "(95 % interval 67.6 % lower to 37.1 % lower; n = 36 months)."
    )
    assert one.naive == (
        "The plain comparison of after with before gives 61.5 % lower; adjusted it is 54.8 % lower. "
        "The plain number overstates: quote the adjusted one."
    )
    assert one.does_not_show == "It does not rule out anything else that happened at the same time."
    assert (one.is_clear, one.is_wanted, one.may_say_caused, one.evidence.rung) == (True, True, False, "C")


def test_an_interval_with_no_change_in_it_is_not_called_a_change():
    one = statement(
        design="before_after", measure="Wait", estimate=-3.14, lower=-6, upper=0.2, n=80, unit="days"
    )
    assert one.board == (
        "Wait: no clear change. The best estimate is 3.1 days lower, but the data fit anything from 6 days "
        "lower to 0.2 days higher (n = 80 points)."
    )
    assert one.does_not_show.startswith("It does not show that nothing changed either.")
    assert (one.is_clear, one.is_wanted, one.naive) == (False, None, None)


@pytest.mark.parametrize(
    ("design", "is_told"),
    [(name, design.may_say_caused) for name, design in DESIGNS.items() if design.rung != "E"],
)
def test_only_the_lot_tells_of_a_cause(design, is_told):
    one = statement(**INFECTIONS | {"design": design})
    assert ("caused" in one.board) is is_told
    assert refusals(one.board, design) == ()


def test_other_scales_and_ways():
    share = statement(
        design="matched", measure="Uptake", estimate=0.05, lower=0.01, upper=0.09, n=200, scale="share",
        direction="decrease", naive=-0.02,
    )  # fmt: skip
    assert "5 percentage points higher than in the matched group" in share.board
    assert share.is_wanted is False
    assert share.naive.endswith("They point opposite ways: quote the adjusted number.")
    assert statement(**INFECTIONS, naive=0.9).naive.endswith("Quote the adjusted number.")
    level = statement(design="matched", measure="X", estimate=0, lower=-1234.5, upper=1, n=5)
    assert "The best estimate is no different" in level.board
    assert "1,234 lower" in level.board


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"design": "survey"}, "A survey measures no effect"),
        ({"design": "economic"}, "measures no effect"),
        ({"design": "guess"}, "no design called"),
        ({"scale": "odds"}, "The scale is one of"),
        ({"direction": "up"}, "the direction one of"),
        ({"measure": " "}, "needs the name"),
        ({"n": 0}, "how many were observed"),
        ({"n": -1}, "none below 0"),
        ({"estimate": nan}, "neither missing"),
        ({"lower": 0.5}, "must hold its estimate"),
        ({"lower": 0}, "ratio must be above 0"),
        ({"scale": "share", "upper": 5}, "difference of shares"),
        ({"naive": (1, 2)}, "as one number"),
        ({"naive": -1}, "ratio must be above 0"),
    ],
)
def test_a_statement_without_sense_is_refused(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        statement(**INFECTIONS | changed)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("The coaching caused the fall.", ["caused"]),
        ("Falls fell because of our coaching.", ["because of"]),
        ("This led to fewer falls, resulting in savings.", ["led to", "resulting in"]),
        ("Fewer falls, thanks to the team.", ["Thanks to"]),
        ("Waits were reduced by our programme.", ["reduced by our programme"]),
        ("Morale was improved by the coaching.", ["improved by the coaching"]),
        ("Our coaching improved morale.", ["Our coaching improved"]),
        ("As a direct result of the work waits fell.", ["As a direct result of"]),
        ("The drop is due to new rotas; it is attributable to us.", ["due to", "attributable to"]),
        ("This proves that it works.", ["proves that"]),
        ("The impact of our visits was large.", ["The impact of our"]),
        ("It not only helped, it caused joy.", ["caused"]),
        ("We did not stop, but the visits brought about calm.", ["brought about"]),
        ("The report is due to be finished.", []),
        ("The chart does not show that the coaching caused it.", []),
        ("We asked whether the change was due to the season.", []),
        ("Waits were lower after the coaching began.", []),
        ("", []),
    ],
)
def test_causal_words_are_found(text, phrases):
    found = refusals(text, "before_after")
    assert [one.phrase.lower() for one in found] == [phrase.lower() for phrase in phrases]
    for one in found:
        assert text[one.start : one.end] == one.phrase
        assert "claims a cause" in one.why
        assert one.rewording.startswith("Write for instance “")


def test_designs_by_lot_may_use_causal_words():
    assert refusals("The coaching caused it.", "randomised") == ()
    assert len(refusals("The coaching caused it.", "controlled_series")) == 1
    with pytest.raises(ValueError, match="as text"):
        refusals(None, "survey")
    with pytest.raises(ValueError, match="no design called"):
        refusals("caused", "guess")


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([40, 10, 30], (40, None, None), 80),
        ([40, 1, 30, 1], (40, None, None, None), 72),
        ([40, 10, 0], (None, None, 0), 50),
        ([40, 11, 0], (40, 11, 0), 51),
        ([5], (None,), None),
        ([5, 0], (None, 0), None),
        ([0, 0], (0, 0), 0),
    ],
)
def test_lists_hide_their_small_numbers(counts, cells, total):
    found = suppress(counts)
    assert (found.cells, found.total) == (cells, total)


def test_a_table_hides_a_second_number_in_each_line():
    found = suppress([[20, 3], [4, 50]])
    assert found.cells == ((None, None), (None, None))
    assert (found.row_totals, found.column_totals, found.total) == ((23, 54), (24, 53), 77)
    assert (found.small, found.further) == (2, 2)
    assert found.words == "Numbers below 11 are hidden, and others that would give them away."
    assert suppress([[20, 30], [40, 50]]).words == "No number had to be hidden."


def possible(shown, row_totals, column_totals, most):
    """Every table of a reader who knows what is shown, by trial: nothing of ours."""
    ways = [np.arange(1, most + 1) if cell is None else [cell] for row in shown for cell in row]
    tables = np.stack([one.ravel() for one in np.meshgrid(*ways)], axis=1).reshape(-1, 2, 2)
    for axis, totals in ((2, row_totals), (1, column_totals)):
        for at, total in enumerate(totals):
            if total is not None:
                tables = tables[tables.sum(axis=axis)[:, at] == total]
    return tables


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_hidden_number_can_be_reckoned_back(counts):
    """With a rule of 4: three values or more stay possible for each small cell, by trying all tables."""
    found = suppress(counts, smallest=4)
    tables = possible(found.cells, found.row_totals, found.column_totals, 24)
    for (i, j), value in np.ndenumerate(np.array(counts)):
        if 0 < value < 4:
            assert found.cells[i][j] is None
            assert len(np.unique(tables[:, i, j])) >= 3
        elif found.cells[i][j] is not None:
            assert found.cells[i][j] == value


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([], "as a list, or as rows"),
        (5, "as a list, or as rows"),
        ([[1, 2], [3]], "rows of equal length"),
        ([[1, 2], 3], "rows of equal length"),
        ([-1, 2], "none below 0"),
        ([1.5, 2], "whole number"),
        ([nan, 2], "neither missing"),
        ([20] * 401, "at most 400"),
    ],
)
def test_what_is_no_table_of_people_is_refused(counts, sentence):
    with pytest.raises(ValueError, match=sentence):
        suppress(counts)
    with pytest.raises(ValueError, match="2 or more"):
        suppress([1, 2], smallest=1)
