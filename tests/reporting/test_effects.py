"""Effects across clients: of the same measure only, one a client, by what was kept."""

from datetime import UTC, datetime
from math import exp, log

import pytest

from crm.access import Role
from crm.methods.pooled import pooled
from crm.outcomes.models import Direction
from crm.readers import become
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.queries_effects import effects_frames
from tests import factories as make
from tests.factories_analyses import RESULT, AnalysisFactory, LookFactory
from tests.reading import main
from tests.scene import NOW, TODAY

EFFECT = {"scale": "difference", "design": "before_after", "confidence": 0.95, "unit": "hours"}


def kept(
    client,
    estimate,
    *,
    team=(),
    name="Time to an answer",
    n=40,
    number=1,
    analysis=None,
    is_primary=False,
    **said,
):
    """An effect of half-width 1.96 that was kept of a measure in hours."""
    unit, half = said.pop("unit_of_measure", "hours"), said.pop("half", 1.96)
    direction = said.pop("direction", Direction.DECREASE)
    if analysis is None:
        one = make.EngagementFactory(organisation=client, team=team)
        measure = make.MeasureFactory(engagement=one, name=name, unit=unit, direction=direction)
        more = {}
        if is_primary:
            more = {
                "is_primary": True,
                "hypothesis_id": make.HypothesisFactory(
                    engagement=one, plan_id=make.OutcomesPlanFactory(engagement=one).id
                ).id,
            }
        analysis = AnalysisFactory(engagement=one, measure_id=measure.id, **more)
    ends = {"estimate": estimate, "low": estimate - half, "high": estimate + half}
    LookFactory(
        engagement=analysis.engagement, analysis_id=analysis.id, number=number, n=n,
        looked_at=said.pop("looked_at", datetime(2026, 2, number, tzinfo=UTC)),
        result=RESULT | EFFECT | ends | said,
    )  # fmt: skip
    return analysis


@pytest.fixture
def manager(session, clock_at):
    clock_at(NOW)
    return make.UserFactory(role=Role.MANAGER)


@pytest.fixture
def clients(manager):
    return [make.OrganisationFactory(name=name) for name in ("Alder", "Birch", "Cedar", "Doune")]


@pytest.fixture
def frames(app, manager):
    def frames(who=None, **more):
        make.session.flush()
        with app.app_context():
            become(who or manager)
            return effects_frames(who or manager, Asked.of(more, TODAY))

    return frames


def test_effects_of_one_measure_are_taken_together_by_their_weights(clients, frames):
    for client, estimate, half in zip(clients, (-2.0, -4.0, -3.0), (1.96, 3.92, 1.96), strict=False):
        kept(client, estimate, half=half)
    effects, together, hidden = frames()
    expected = pooled([-2.0, -4.0, -3.0], [1.0, 2.0, 1.0])
    assert list(effects["client"]) == ["Alder", "Birch", "Cedar"]
    assert list(effects["weight"]) == pytest.approx(expected.weights.tolist(), abs=1e-5)
    row = together.iloc[0]
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx(
        (expected.estimate, expected.lower, expected.upper), abs=1e-4
    )
    assert (row["clients"], hidden) == (3, 0)


def test_ratios_are_taken_together_by_their_logarithms(clients, frames):
    for client, ratio in zip(clients, (0.5, 0.7, 0.9), strict=False):
        kept(client, ratio, scale="ratio", unit="rate ratio", low=ratio / 1.2, high=ratio * 1.2)
    row = frames()[1].iloc[0]
    errors = [log(1.2**2) / (2 * 1.959964)] * 3
    assert row["estimate"] == pytest.approx(exp(pooled([log(r) for r in (0.5, 0.7, 0.9)], errors).estimate))
    assert row["low"] < row["estimate"] < row["high"]


@pytest.mark.parametrize(
    "other",
    [
        {"unit_of_measure": "days", "unit": "days"},
        {"name": "Time to a bed"},
        {"direction": Direction.INCREASE},
        {"scale": "share", "unit": "percentage points"},
    ],
)
def test_what_is_not_the_same_is_not_taken_together(clients, frames, other):
    kept(clients[0], -2.0)
    kept(clients[1], -3.0, name=" time to an ANSWER ")
    kept(clients[2], -4.0, **other)
    effects, together, _ = frames()
    assert len(together) == 0
    assert sorted(effects.groupby("key").size()) == [1, 2]


def test_each_client_counts_once_by_its_primary_analysis_else_the_last_look(clients, frames):
    kept(clients[0], -9.0, looked_at=datetime(2026, 2, 27, tzinfo=UTC))
    kept(clients[0], -1.0, is_primary=True)
    twice = kept(clients[1], -8.0)
    kept(clients[1], -2.0, number=2, analysis=twice)
    kept(clients[1], -7.0, number=3, analysis=twice, looked_at=datetime(2026, 9, 1, tzinfo=UTC))
    effects, _, _ = frames()
    assert list(effects["estimate"]) == [-1.0, -2.0]


def test_charts_and_effects_of_few_people_tell_nothing_outside(clients, frames):
    kept(clients[0], -2.0, scale="level")
    kept(clients[1], -2.0, n=10)
    kept(clients[2], -2.0, half=0.0)
    effects, together, hidden = frames()
    assert (len(effects), len(together), hidden) == (0, 0, 1)


def test_a_consultant_reads_the_effects_of_their_own_clients(clients, frames):
    coach = make.UserFactory()
    kept(clients[0], -2.0, team=[coach])
    kept(clients[1], -3.0)
    assert list(frames(coach)[0]["client"]) == ["Alder"]


def test_the_page_draws_a_forest_with_words_and_a_table(clients, manager, app, sign_in):
    for client, estimate in zip(clients, (-2.0, -4.0, -3.0), strict=False):
        kept(client, estimate)
    page = sign_in(manager).get("/reports/outcomes")
    assert "Forest plot of Time to an answer at 3 clients." in page.text
    assert "Together -3 (" in main(page.text)
    assert "before and after" in main(page.text)
    with app.app_context():
        become(manager)
        report = CATALOGUE["outcomes"].make(Request(manager, TODAY))
    assert [chart.shape for chart in report.charts] == ["forest"]
    assert len(report.charts[0].table) == 4
