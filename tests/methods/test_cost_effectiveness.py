"""Cost-effectiveness: published tables, properties, refusals."""

from itertools import pairwise
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.economics import icers, nmb, place

pytestmark = pytest.mark.no_database
SCREENING = (
    [26000, 27000, 28020, 28440, 29440],
    np.array([277.25, 277.57, 277.78, 277.83, 277.76]) / 12,
    ["no screening", "once", "every 5 years", "every 3 years", "every year"],
)
options = st.lists(
    st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=12, unique=True
)


def by_name(found) -> dict:
    return {one.name: one for one in found}


def test_screening_for_hiv():
    """METHODS.md; Paltiel and others (2006), Annals of Internal Medicine 145(11), 797-806."""
    found = icers(*SCREENING)
    assert [one.status for one in found] == ["ND", "ND", "ND", "ND", "D"]
    assert [one.icer for one in found[1:4]] == pytest.approx([37_500, 58_285.71, 100_800], abs=5e-3)
    assert (found[0].icer, found[4].icer) == (None, None)
    assert found[0].words == "The cheapest option: the others are compared with it."
    assert found[4].words == "Dominated by every 3 years: it costs more and does less."


def test_six_options_of_the_health_economics_resource_center():
    """HERC, US Department of Veterans Affairs, as in the tests of R's dampack: 5,000, 12,500, 20,000."""
    found = by_name(
        icers(
            [55000, 35000, 25000, 10000, 12000, 5000], [5, 4, 3, 2, 1.5, 1], ["E", "D", "C", "B", "A", "UC"]
        )
    )
    assert {name: one.status for name, one in found.items()} == {
        "UC": "ND", "B": "ND", "A": "D", "C": "ED", "D": "ND", "E": "ND",
    }  # fmt: skip
    assert (found["B"].icer, found["D"].icer, found["E"].icer) == (5000, 12_500, 20_000)
    assert (found["D"].compared_with, found["D"].incremental_cost) == ("B", 25_000)
    assert (found["C"].beaten_by, found["A"].beaten_by) == (("B", "D"), ("B",))
    assert found["C"].words == "Extendedly dominated: a mix of B and D does the same for less."


def test_eleven_treatments_of_clostridioides():
    """Rajasingham and others (2020), Clinical Infectious Diseases 70(5), as in R's dampack, vignettes."""
    table = {
        "s3": (57336.0059896538, 12.9399639202408), "s27": (57541.2526373815, 13.0140640696275),
        "s33": (57642.2587507842, 13.0389116321918), "s31": (57934.0743411241, 13.0966257932217),
        "s43": (58072.1137208494, 13.11285766912), "s44": (58665.7823044647, 13.1283328397025),
        "s39": (57814.6470919581, 13.0462790163185), "s4": (57887.481549326, 12.9970657153765),
        "s13": (58018.6252420203, 13.0650412387992), "s37": (58081.7947984323, 13.1029711156978),
        "s20": (58634.2026441398, 13.1100568867995),
    }  # fmt: skip
    found = by_name(icers(*zip(*table.values(), strict=True), table))
    frontier = {"s27": 2769.8547, "s33": 4065.0311, "s31": 5056.2216, "s43": 8504.2161, "s44": 38362.6520}
    assert {name: one.icer for name, one in found.items() if one.icer is not None} == pytest.approx(
        frontier, abs=5e-4
    )
    assert {name for name, one in found.items() if one.status == "ED"} == {"s39"}
    assert {name for name, one in found.items() if one.status == "D"} == {"s4", "s13", "s37", "s20"}


def test_the_cheapest_option_may_beat_all_others():
    """Three strategies from the tests of R's dampack: "Test & treat" costs less and does no less."""
    found = icers(
        [163771.0, 164848.7, 163765.1], [6.48273, 6.52861, 6.52861], ["No Treat", "Treat all", "Test & treat"]
    )
    assert [(one.name, one.status) for one in found] == [
        ("Test & treat", "ND"), ("No Treat", "D"), ("Treat all", "D"),
    ]  # fmt: skip
    assert found[2].words == "Dominated by Test & treat: it costs more and does the same."
    assert all(one.icer is None for one in found)


def test_a_new_drug_for_diabetes():
    """R's ParCC, vignette on economic evaluation: ICER 172,727, net benefit −24,000 at 100,000."""
    assert place(142_000 - 85_000, 4.15 - 3.82).icer == pytest.approx(172_727, abs=0.5)
    assert nmb(57_000, 4.15 - 3.82, 100_000) == pytest.approx(-24_000)
    assert nmb([0, 57_000], [0, 0.33], 100_000) == pytest.approx([0, -24_000])


@pytest.mark.parametrize(
    ("cost", "effect", "quadrant", "icer", "words"),
    [
        (10, 2, "NE", 5, "Each further unit of effect costs 5.00."),
        (-10, 2, "SE", None, "It dominates: it costs less and does more."),
        (10, -2, "NW", None, "It is dominated: it costs more and does less."),
        (-10, -2, "SW", 5, "It saves 5.00 for each unit of effect given up."),
        (0, 2, "axis", None, "It dominates: it costs the same and does more."),
        (-1, 0, "axis", None, "It dominates: it costs less and does the same."),
        (1, 0, "axis", None, "It is dominated: it costs more and does the same."),
        (0, -1, "axis", None, "It is dominated: it costs the same and does less."),
        (0, 0, "origin", None, "It costs and does the same: there is nothing to choose."),
    ],
)
def test_degenerate_quadrants_print_words(cost, effect, quadrant, icer, words):
    assert place(cost, effect) == (quadrant, icer, words)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (icers, ([1], [1], ["a"]), "Too few costs: 1"),
        (icers, ([1, 2], [1], ["a", "b"]), "Too few effects: 1"),
        (icers, ([1, 2], [1, 2, 3], ["a", "b"]), "differ in length"),
        (icers, ([1, 2], [1, 2], ["a", "a"]), "a name of its own"),
        (icers, ([1, 2], [1, 2], ["a", " "]), "a name of its own"),
        (icers, ([1, 1], [2, 2], ["a", "b"]), "enter them as one"),
        (icers, ([1, nan], [2, 2], ["a", "b"]), "missing"),
        (place, (nan, 1), "neither missing"),
        (nmb, (1, 1, -1), "less than nothing"),
        (nmb, (1, nan, 1), "missing or infinite"),
        (nmb, (1, 1e308, 1e308), "missing or infinite"),
        (nmb, ([1, 2], [1, 2, 3], 1), "equal length"),
        (nmb, ("some", 1, 1), "must be numbers"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@settings(deadline=None)
@given(options)
def test_the_frontier_is_the_lower_hull(pairs):
    costs, effects = np.transpose(pairs).astype(float)
    found = icers(costs, effects, range(len(pairs)))
    ratios = [one.icer for one in found if one.icer is not None]
    assert all(ratio > 0 for ratio in ratios)
    assert all(here <= there * (1 + 1e-9) for here, there in pairwise(ratios))
    frontier = {int(one.name) for one in found if one.status == "ND"}
    for worth in (0, 0.1, 1, 10, 1e5):
        benefit = nmb(costs, effects, worth)
        assert max(benefit[list(frontier)]) == pytest.approx(benefit.max(), rel=1e-9, abs=1e-6)


@settings(deadline=None)
@given(options, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(pairs, random):
    named = list(enumerate(pairs))
    shuffled = random.sample(named, len(named))

    def tell(rows):
        return icers([c for _, (c, _) in rows], [e for _, (_, e) in rows], [str(name) for name, _ in rows])

    assert tell(named) == tell(shuffled)


@settings(deadline=None)
@given(st.floats(0.01, 1e5), st.floats(0.001, 1e3))
def test_at_the_icer_the_net_benefit_is_nothing(cost, effect):
    assert nmb(cost, effect, place(cost, effect).icer) == pytest.approx(0, abs=1e-6)
