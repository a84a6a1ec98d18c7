"""The tables that the room is made of: designs, guidelines, ready measures, differences."""

from itertools import product

import pytest

from crm.methods.designs import DESIGNS
from crm.outcomes.library import READY, found
from crm.outcomes.models import MeasureKind, ValueKind
from crm.outcomes.models_plan import Design
from crm.plans import designs
from crm.plans.content import NO_PLAN, Rows, compose
from crm.plans.differences import differences
from crm.plans.guidelines import FOLLOWED, guideline, guidelines
from crm.plans.models import GuidelineKey
from crm.plans.progress import filled


@pytest.mark.parametrize(
    ("answers", "design"),
    [
        ({"aim": "opinion", "lot": "yes"}, Design.SURVEY),
        ({"aim": "story"}, Design.CASE_STUDY),
        ({"aim": "cost"}, Design.ECONOMIC),
        ({"lot": "yes"}, Design.RANDOMISED),
        ({"lot": "yes", "groups": "yes"}, Design.CLUSTER),
        ({"lot": "yes", "groups": "yes", "staggered": "yes"}, Design.STEPPED_WEDGE),
        ({"comparison": "yes", "before": "many", "after": "many"}, Design.CONTROLLED_SERIES),
        ({"comparison": "yes", "before": "one", "after": "many"}, Design.DIFFERENCE_IN_DIFFERENCES),
        ({"comparison": "yes", "before": "none", "after": "one"}, Design.MATCHED),
        ({"before": "many", "after": "many"}, Design.INTERRUPTED_SERIES),
        ({"before": "many", "after": "many", "known": "no"}, Design.CONTROL_CHART),
        ({"before": "some", "after": "one"}, Design.CONTROL_CHART),
        ({"before": "one", "after": "one"}, Design.BEFORE_AFTER),
        ({}, Design.CONTROL_CHART),
    ],
)
def test_the_table_suggests(answers, design):
    found = designs.suggest(answers)
    assert found.design is design
    assert found.because


def test_every_answer_leads_to_a_design_whose_least_can_be_had():
    keys = [one.key for one in designs.QUESTIONS]
    every = product(*([value for value, _ in one.answers] for one in designs.QUESTIONS))
    seen = {designs.suggest(dict(zip(keys, answers, strict=True))).design for answers in every}
    assert seen == set(Design)


def test_the_science_knows_every_design_of_the_plan():
    assert set(DESIGNS) == {one.value for one in Design} == {one.value for one in FOLLOWED}


COUNTS = {"squire": 18, "strobe": 22, "stari": 27, "tidier": 12, "cherries": 30, "consort": 25, "cheers": 28}


def test_the_guidelines_have_their_numbers():
    assert {one.key.value for one in guidelines()} == set(COUNTS)
    for one in guidelines():
        heads = [int(item.number.rstrip("ab")) for item in one.items]
        assert sorted(set(heads)) == list(range(1, COUNTS[one.key.value] + 1))
        assert one.link.startswith("https://")
        assert all(item.words.endswith(".") and item.part for item in one.items)
    assert len(guideline(GuidelineKey.CONSORT).items) == 37


def test_every_need_of_a_guideline_can_be_filled():
    known = set(NO_PLAN) | {
        "hypotheses", "primary", "measures", "measure_definitions", "measure_sources", "balancing",
        "process_measure", "cost_measure", "ethics", "ethics_consent", "registration",
    }  # fmt: skip
    needs = {need for one in guidelines() for item in one.items for need in item.needs}
    assert needs <= known


def test_nothing_is_filled_by_an_empty_plan():
    assert filled(compose(1, "", Rows()), is_registered=False) == frozenset()


def test_the_library_is_whole():
    assert len(READY) >= 25
    assert len({one.key for one in READY}) == len({one.name for one in READY}) == len(READY)
    assert {one.kind for one in READY} == set(MeasureKind)
    assert len(found("", MeasureKind.BALANCING)) >= 5
    for one in READY:
        assert one.numerator
        assert one.source
        assert (one.value_kind is ValueKind.PROPORTION) == (one.unit == "%") == bool(one.fields["ceiling"])
        assert one.value_kind not in (ValueKind.PROPORTION, ValueKind.RATE) or one.denominator


def test_differences_name_the_field_and_both_sides():
    def content(**said):
        return {"plan": {"analysis": None, "design": "survey"}, "hypotheses": [], "measures": [], **said}

    row = {"id": 3, "name": "Rate", "ceiling": None}
    before = content(measures=[row, {"id": 4, "name": "Gone"}])
    after = content(
        plan={"analysis": "XmR", "design": "survey"}, measures=[row | {"ceiling": 100.0}],
        ethics={"kind": "exempt"},
    )  # fmt: skip
    assert [tuple(one) for one in differences(before, after)] == [
        ("Plan", "Analysis", "nothing", "XmR"),
        ("Measure “Rate”", "Ceiling", "nothing", "100.0"),
        ("Measure “Gone”", "As a whole", "is there", "nothing"),
        ("Ethics", "Kind", "nothing", "exempt"),
    ]
    assert differences(before, before) == []
