"""What work is worth across clients: as plain sums say, each currency apart."""

from collections import defaultdict
from decimal import Decimal

import pytest

from crm.economics.models import Evaluation, EvaluationLine, LineKind
from tests import factories as make
from tests.reporting.random_practice import every


def cents(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def worth(one, lines) -> dict:
    """Each kind of money of an evaluation at its start, added up line by line and year by year."""
    found = defaultdict(float)
    for line in lines:
        for year in range(line.first_year, min(line.last_year, one.horizon_years) + 1):
            found[line.kind] += float(line.amount) * line.quantity / (1 + one.discount_rate) ** year
    return found


def test_each_evaluation_and_each_sum_is_what_its_lines_come_to(practice, made):
    report, rows = made("economics")
    lines = defaultdict(list)
    for line in every(EvaluationLine, practice.engagements):
        lines[line.evaluation_id].append(line)
    told, last = {row["evaluation"]: row for row in rows["evaluations"]}, {}
    for one in sorted(every(Evaluation, practice.engagements), key=lambda one: one.id):
        sums, row = worth(one, lines[one.id]), told[one.name]
        last[one.engagement_id] = one, row
        assert {kind: float(row[kind.value]) for kind in LineKind} == pytest.approx(
            {kind: sums[kind] for kind in LineKind}, abs=0.01
        )
        gain = sum(sums[kind] for kind in LineKind if kind is not LineKind.COST) - sums[LineKind.COST]
        assert float(row["npv"]) == pytest.approx(gain, abs=0.01)
        if sums[LineKind.COST]:
            assert row["roi"] == pytest.approx(gain / sums[LineKind.COST])
    assert {row["evaluation"] for row in rows["evaluations"] if row["counted"] == "yes"} == {
        one.name for one, _ in last.values()
    }
    for total in rows["currencies"]:
        mine = [row for one, row in last.values() if one.currency == total["currency"]]
        assert total["engagements"] == len(mine)
        for name in ("cost", "cash_released", "time_freed", "cost_avoided", "npv"):
            assert total[name] == sum(row[name] for row in mine)
    assert report.facts[0].note == f"of {len(practice.engagements)} engagements"


def test_a_currency_that_is_asked_for_is_that_of_the_evaluation(practice, made):
    for currency in ("USD", "EUR"):
        _, rows = made("economics", currency=currency)
        own = [one.name for one in every(Evaluation, practice.engagements) if one.currency == currency]
        assert sorted(row["evaluation"] for row in rows["evaluations"]) == sorted(own)


def test_an_evaluation_without_a_line_says_so_and_has_no_return(session, clock_at, made):
    coach = make.UserFactory()
    one = make.EngagementFactory(fee=Decimal(900), currency="USD", team=[coach])
    make.EvaluationFactory(engagement=one, currency="EUR")
    make.session.flush()
    report, rows = made("economics", coach)
    assert rows["evaluations"][0]["roi"] is None
    assert rows["evaluations"][0]["coaching"] is None
    assert "There is no assumption yet" in report.findings[0]
    assert report.charts == ()
