"""Answers against published numbers, and the sentences where there are none."""

from pathlib import Path

import pandas as pd
import pytest

from crm.analyses.answers import answer
from crm.analyses.looks import counted
from crm.analyses.models import Method
from crm.analyses.result import plain
from crm.analyses.series import version_of
from tests.analyses.series import counts, data, group, measured, months, of, shares

pytestmark = pytest.mark.no_database
SICILY = Path(__file__).parents[1] / "methods" / "data" / "its_sicily.csv"


@pytest.fixture(scope="module")
def sicily() -> dict:
    frame = pd.read_csv(SICILY)
    rows = [
        [f"{row.year}-{row.month:02d}-01", row.aces / row.stdpop, float(row.aces), row.stdpop]
        for row in frame.itertuples()
    ]
    return data(group(rows))


#: Lopez Bernal, Cummins and Gasparrini (2017), acute coronary events in Sicily and the smoking ban of 2005.
BAN = {**of("rate", per=100_000.0), "intervention_on": "2005-01-01"}
PUBLISHED = [
    ({"overdispersed": False}, (0.894, 0.864, 0.925)),
    ({"overdispersed": True, "harmonics": 2}, (0.885, 0.839, 0.933)),
]


@pytest.mark.parametrize(("chosen", "published"), PUBLISHED)
def test_the_smoking_ban_of_sicily(sicily, chosen, published):
    found = answer(Method.INTERRUPTED, sicily, {**BAN, **chosen})
    assert (found["estimate"], found["low"], found["high"]) == pytest.approx(published, abs=2e-3)
    assert found["n"] == 59
    assert found["design"] == "interrupted_series"
    assert found["naive"]["estimate"] > found["estimate"]


FLAT = data(group([[day, 5.0, None, None] for day in months(30)]))
NOTHING = data(group([[day, 0.0, 0, 900] for day in months(36)]))
UNSAID = {**of(), "intervention_on": None}
NONE = [
    (Method.CONTROL_CHART, data(group([])), of(), "There is no value to reckon with"),
    (Method.CONTROL_CHART, data(group(measured()[:1])), of(), "at least two points"),
    (Method.RUN_CHART, data(group([[day, 5.0, None, None] for day in months(20)])), of(), "no variation"),
    (Method.INDEPENDENT, FLAT, of(), "Neither group varies"),
    (Method.INDEPENDENT, data(group(measured()[18:])), of(), "has no value before the change"),
    (Method.INDEPENDENT, data(group(measured())), UNSAID, "Say first on which day"),
    (Method.PAIRED, data(group(measured(20))), of(), None),
    (Method.PAIRED, data(group(measured()[12:20])), of(), "there are no pairs"),
    (Method.PROPORTIONS, data(group(measured())), of(), "no numerator and denominator"),
    (Method.RATES, data(group([[d, v * (i >= 18), None, None] for i, (d, v, *_) in enumerate(counts())])),
     of("count"), "The second side has no events"),
    (Method.INTERRUPTED, data(group(measured()[16:])), of(), "Too few points before"),
    (Method.INTERRUPTED, NOTHING, of("proportion"), "All values are the same"),
    (Method.CONTROLLED, data(group(measured())), of(), "no comparison group"),
    (Method.DIFFERENCE, data(group(measured())), of(), "no comparison group"),
    (Method.DIFFERENCE, data(group(measured()), group(measured()[18:], "B", True)), of(), "controls before"),
    (Method.RUN_CHART, data(group([*measured(), ["2024-01-15", 3.0, None, None]])), of(), "Two values stand"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "found", "settings", "sentence"), NONE, ids=range(len(NONE)))
def test_what_has_no_answer_says_so(method, found, settings, sentence):
    if sentence is None:
        assert answer(method, found, settings)["estimate"] is not None
        return
    with pytest.raises(ValueError, match=sentence):
        answer(method, found, settings)


def test_a_design_without_a_comparison_never_claims_a_cause():
    for method, found, settings in (
        (Method.INTERRUPTED, data(group(shares())), of("proportion", "%")),
        (Method.INDEPENDENT, data(group(measured())), of()),
        (Method.CONTROL_CHART, data(group(measured())), of()),
    ):
        told = answer(method, found, settings)
        assert "caused" not in told["board"]
        assert told["not_shown"].startswith("It does not show") or "does not rule out" in told["not_shown"]


def test_equal_data_have_equal_versions_whatever_the_order_of_their_keys():
    one = data(group(measured()))
    other = {"phases": one["phases"], "groups": [dict(reversed(one["groups"][0].items()))]}
    assert version_of(one) == version_of(other)
    assert version_of(one) != version_of(data(group(measured(seed=2))))


def test_looks_within_the_plan_are_paid_for_and_others_told():
    assert counted(1, 1, 0.05).threshold == 0.05
    first, last = counted(1, 2, 0.05), counted(2, 2, 0.05)
    assert first.threshold == pytest.approx(0.003, abs=2e-4)
    assert last.threshold == pytest.approx(0.049, abs=1e-3)
    beyond = counted(3, 2, 0.05)
    assert "no longer 5 % but 10.7 %" in beyond.sentence
    assert beyond.threshold is None
    assert "at least" in counted(40, 2, 0.05).sentence
    assert "looked at each period" in counted(9, 2, 0.05, is_tested=False).sentence


def test_what_is_no_number_is_kept_as_nothing():
    assert plain({"a": (float("nan"), float("inf"), 1.5, True, None)}) == {"a": [None, None, 1.5, True, None]}
