"""Methods proposed from design and data, and what each design may claim."""

from importlib import import_module

import pytest

from crm.methods.designs import DESIGNS, LADDER, OCEBM_LINK, evidence
from crm.methods.proposal import KINDS, RULES, propose

pytestmark = pytest.mark.no_database
AMPLE = {"points_before": 24, "points_after": 24, "each_group": 60}


@pytest.mark.parametrize(
    ("design", "kind", "given", "method", "options"),
    [
        ("randomised", "measured", {}, "comparison.independent", {}),
        ("randomised", "measured", {"is_paired": True}, "comparison.paired", {}),
        ("before_after", "proportion", {}, "comparison.proportions", {}),
        ("before_after", "proportion", {"is_paired": True}, "comparison.paired", {}),
        ("before_after", "count", {}, "comparison.rates", {}),
        ("matched", "money", {}, "comparison.independent", {}),
        ("cluster", "proportion", {}, "comparison.independent", {}),
        ("stepped_wedge", "count", {}, "comparison.independent", {}),
        ("controlled_series", "measured", {}, "time_series.interrupted", {"family": "gaussian"}),
        ("difference_in_differences", "measured", {}, "difference.did", {}),
        ("interrupted_series", "count", {}, "time_series.interrupted", {"family": "poisson"}),
        (
            "interrupted_series",
            "count",
            {"has_denominators": True},
            "time_series.interrupted",
            {"family": "poisson", "offset": "denominators"},
        ),
        ("interrupted_series", "measured", {}, "time_series.interrupted", {"family": "gaussian"}),
        ("control_chart", "proportion", {"has_denominators": True}, "spc.chart", {"kind": "p"}),
        ("control_chart", "count", {"has_denominators": True}, "spc.chart", {"kind": "u"}),
        ("control_chart", "count", {}, "spc.chart", {"kind": "c"}),
        ("control_chart", "measured", {}, "spc.chart", {"kind": "i"}),
        ("survey", "five_point", {}, "survey.five_point", {}),
        ("survey", "zero_to_ten", {}, "survey.net_promoter_of", {}),
        ("survey", "proportion", {"has_groups": True}, "comparison.proportions", {}),
        ("survey", "proportion", {}, "comparison.proportion", {}),
        ("economic", "money", {}, "economics.roi", {}),
        ("economic", "measured", {}, "cost_effectiveness.icers", {}),
        ("case_study", "text", {}, None, {}),
        ("randomised", "text", {}, None, {}),
    ],
)
def test_the_table_proposes(design, kind, given, method, options):
    found = propose(design, kind, **AMPLE, **given)
    assert (found.method, found.options) == (method, options)
    assert found.enough is (method is not None)
    assert found.claim in found.reasons
    assert found.cannot_show.startswith("It does not")


def test_every_method_that_is_proposed_is_there():
    for rule in RULES:
        module, name = rule.method.split(".")
        assert callable(getattr(import_module(f"crm.methods.{module}"), name))
        assert rule.check
        assert rule.designs <= set(DESIGNS)
        assert rule.kinds <= set(KINDS)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_has_an_answer(design, kind):
    found = propose(design, kind, has_denominators=True, **AMPLE)
    assert found.reasons[0].endswith((".", "none."))
    assert found.can_run is (found.method is not None)


def test_too_few_points_are_counted_in_words():
    few = propose("interrupted_series", "count", points_before=2, points_after=12)
    assert (few.can_run, few.enough) == (False, False)
    assert few.needs == ("Points before: 2; 1 more is needed to say anything.",)
    some = propose("interrupted_series", "count", points_before=5, points_after=12)
    assert (some.can_run, some.enough) == (True, False)
    assert some.needs == ("Points before: 5; 3 more are needed to rely on it.",)
    chart = propose("control_chart", "measured", points_before=6, points_after=5)
    assert (chart.method, chart.options, chart.enough) == ("spc.chart", {"kind": "run"}, False)
    assert propose("control_chart", "measured", points_before=6, points_after=6).enough


def test_only_designs_by_lot_may_say_caused():
    may = {name for name, design in DESIGNS.items() if design.may_say_caused}
    assert may == {"randomised", "cluster", "stepped_wedge"}
    for name in may:
        assert evidence(name).rung == "A"
    for name in set(DESIGNS) - may - {"economic"}:
        assert DESIGNS[name].must_not.startswith("Must not say that the work caused")


@pytest.mark.parametrize(
    ("design", "rung", "level"),
    [("randomised", "A", 2), ("matched", "B", 3), ("interrupted_series", "C", 4), ("survey", "E", None)],
)
def test_levels_of_evidence(design, rung, level):
    """OCEBM (2011): a randomised trial is level 2, a cohort with controls 3, one controlled by history 4."""
    found = evidence(design)
    assert (found.rung, found.ocebm, found.link) == (rung, level, OCEBM_LINK)
    assert LADDER[rung] in found.sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("guess", "count"), "no design called 'guess'"),
        ((None, "count"), "no design called 'None'"),
        (("survey", "mood"), "no kind of measure called 'mood'"),
    ],
)
def test_unknown_names_are_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        propose(*given)
    with pytest.raises(ValueError, match="none below 0"):
        propose("survey", "text", points_before=-1)
