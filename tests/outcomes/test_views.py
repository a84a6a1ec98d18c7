from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.outcomes.models import Direction, Measure, Observation
from crm.outcomes.models_plan import Design, OutcomesPlan
from tests import factories as make
from tests.reading import csv_rows, main, panes, typed


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(engagement=engagement, name="No-show rate")


def observe(measure, values) -> None:
    for place, value in enumerate(values):
        make.ObservationFactory(
            measure=measure, period_on=date(2024 + place // 12, place % 12 + 1, 1), value=value
        )


def test_index_shows_examples_before_there_is_a_plan_or_a_measure(sign_in, me, engagement):
    said = main(sign_in(me).get(f"/engagements/{engagement.id}/outcomes").text)
    assert "PICO(T)" in said
    assert "Write the plan" in said
    assert "Add the first measure" in said


def test_index_shows_where_each_measure_began_and_stands(sign_in, me, engagement):
    make.OutcomesPlanFactory(engagement=engagement, population="Out-patients", design=Design.BEFORE_AFTER)
    goal = make.GoalFactory(engagement=engagement, statement="Fewer no-shows")
    one = make.MeasureFactory(engagement=engagement, name="Rate", goal_id=goal.id, baseline=11.8, target=9)
    observe(one, [11.5, 9.4])
    make.MeasureFactory(engagement=engagement, name="Loose")
    found = panes(sign_in(me).get(f"/engagements/{engagement.id}/outcomes").text)
    assert "Rate Lower is better, % Fewer no-shows 11.8 9 9.4 1 Feb 2024" in found["Measures"]
    assert "Loose Lower is better, % No goal: hangs loose – – – No observation yet" in found["Measures"]
    assert "Out-patients" in found["Plan"]
    assert "Not said yet" in found["Plan"]
    assert "does not show that the coaching caused the change" in found["Plan"]


def test_plan_saves_once_and_is_edited_after_that(sign_in, session, me, engagement):
    client, address = sign_in(me), f"/engagements/{engagement.id}/outcomes/plan"
    assert client.post(address, data={"question": "Does it?"}).status_code == 302
    assert typed(client.get(address).text, "question").strip() == "Does it?"
    client.post(address, data={"question": "Does it help?"})
    session.expire_all()
    plan = session.scalars(sa.select(OutcomesPlan)).one()
    assert (plan.question, plan.design) == ("Does it help?", Design.CONTROL_CHART)
    assert plan.organisation_id == engagement.organisation_id


def test_plan_refuses_an_empty_question(sign_in, session, me, engagement):
    fields = {"question": " ", "population": "Out-patients"}
    answer = sign_in(me).post(f"/engagements/{engagement.id}/outcomes/plan", data=fields | {"question": ""})
    assert answer.status_code == 422
    assert "Write the question that the study answers." in answer.text
    assert typed(answer.text, "population").strip() == "Out-patients"
    assert session.scalars(sa.select(OutcomesPlan)).all() == []


def form(**fields) -> dict:
    plain = {"name": "Followers", "direction": "increase", "kind": "process", "frequency": "weekly"}
    return {**plain, "owner": "", "goal_id": "", "unit": "followers", **fields}


def test_create_saves(sign_in, session, me, engagement):
    goal = make.GoalFactory(engagement=engagement)
    answer = sign_in(me).post(
        f"/engagements/{engagement.id}/measures/new",
        data=form(goal_id=goal.id, baseline="1200", target="1500.5", owner=f"user:{me.id}"),
    )
    one = session.scalars(sa.select(Measure)).one()
    assert answer.location == f"/measures/{one.id}"
    assert (one.goal_id, one.direction, one.baseline, one.target) == (
        goal.id,
        Direction.INCREASE,
        1200,
        1500.5,
    )
    assert one.owner_user_id == me.id


REFUSED = [
    ({"name": ""}, "Name the measure."),
    ({"baseline": "1e400"}, "Enter a number, such as 12.5."),
    ({"baseline": "NaN"}, "Enter a number, such as 12.5."),
    ({"target": "about ten"}, "Enter a number, such as 12.5."),
    ({"baseline_points": "1"}, "Give between 2 and 500 points."),
    ({"baseline_points": "2.5"}, "Enter a whole number."),
    ({"goal_id": "999999"}, "Not a valid choice"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_create_and_edit_refuse_what_makes_no_sense(
    sign_in, session, me, engagement, measure, fields, sentence
):
    client = sign_in(me)
    for address in (f"/engagements/{engagement.id}/measures/new", f"/measures/{measure.id}/edit"):
        answer = client.post(address, data=form(source="The ledger", **fields))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert typed(answer.text, "source") == "The ledger"
    session.expire_all()
    assert session.scalars(sa.select(Measure.name)).all() == ["No-show rate"]


def test_edit_saves(sign_in, session, me, measure):
    assert sign_in(me).post(f"/measures/{measure.id}/edit", data=form()).status_code == 302
    session.expire_all()
    assert (measure.name, measure.unit) == ("Followers", "followers")


def test_show_says_what_it_waits_for(sign_in, me, measure):
    client = sign_in(me)
    assert "No observation yet." in main(client.get(f"/measures/{measure.id}").text)
    observe(measure, [10.0])
    found = panes(client.get(f"/measures/{measure.id}").text)
    assert "1 Jan 2024 10 – – Correct Delete" in found["Observations"]
    assert "<svg" not in found["Control chart"]


def test_show_draws_the_chart_and_says_the_same_in_its_table(sign_in, me, measure):
    measure.baseline_points = 13
    observe(measure, [10, 10.4, 9.8, 10.2, 9.9, 10.1, 10.3, 9.7, 10, 10.2, 9.8, 10.1, 10, 20])
    client = sign_in(me)
    page = client.get(f"/measures/{measure.id}").text
    found = panes(page)
    assert 'role="img"' in page
    assert "Signal" in found["Observations"].split("1 Jan 2025")[0]
    assert found["Observations"].count("Signal") == 2, "the header and the one point"
    header, rows = csv_rows(client.get(f"/measures/{measure.id}.csv").data)
    drawn = ["period_on", "value", "centre", "lower", "upper", "is_signal"]
    assert header == [*drawn, "n", "numerator", "denominator", "provenance", "approved"]
    assert [row[0] for row in rows] == [f"{2024 + n // 12}-{n % 12 + 1:02}-01" for n in range(14)]
    assert [row[5] for row in rows] == ["False"] * 13 + ["True"]
    assert [float(row[1]) for row in rows][-2:] == [10, 20]


def test_observe_saves_divides_and_corrects(sign_in, session, me, measure):
    client, address = sign_in(me), f"/measures/{measure.id}/observations"
    fields = {"period_on": "2026-03-01", "numerator": "94", "denominator": "1000", "provenance": "Ledger"}
    assert client.post(address, data=fields).location == f"/measures/{measure.id}"
    one = session.scalars(sa.select(Observation)).one()
    assert (one.value, one.numerator, one.user_id) == (pytest.approx(9.4), 94, me.id)
    assert client.post(address, data={"period_on": "2026-03-01", "value": "9.5"}).status_code == 422
    client.post(address, data={"period_on": "2026-03-01", "value": "9.5", "reason": "Counted again"})
    session.expire_all()
    one = session.scalars(sa.select(Observation)).one()
    assert (one.value, one.numerator, one.provenance) == (9.5, None, "Ledger")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"period_on": "2026-03-04", "value": "1"}, "The period lies in the future."),
        ({"period_on": "", "value": "1"}, "Enter the first day of the period."),
        ({"value": "1e400"}, "Enter a number, such as 12.5."),
        ({"value": "nan"}, "Enter a number, such as 12.5."),
        ({}, "Enter a value, or a numerator and a denominator."),
        ({"numerator": "5"}, "Give numerator and denominator, or neither."),
        ({"denominator": "5"}, "Give numerator and denominator, or neither."),
        ({"numerator": "5", "denominator": "0"}, "A numerator is not negative and a denominator is above 0."),
        ({"numerator": "11", "denominator": "10"}, "The numerator is above its denominator."),
    ],
)
def test_observe_refuses_what_makes_no_sense(sign_in, session, me, measure, fields, sentence):
    answer = sign_in(me).post(
        f"/measures/{measure.id}/observations",
        data={"period_on": "2026-03-01", "provenance": "The ledger", **fields},
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed(answer.text, "provenance") == "The ledger"
    assert session.scalars(sa.select(Observation)).all() == []


def test_delete_observation_takes_away_one_and_no_more(sign_in, session, me, measure):
    observe(measure, [1, 2])
    first, second = session.scalars(sa.select(Observation).order_by(Observation.id))
    answer = sign_in(me).post(f"/observations/{first.id}/delete")
    assert answer.location == f"/measures/{measure.id}"
    assert session.scalars(sa.select(Observation.id)).all() == [second.id]


def test_a_client_reads_a_measure_and_can_enter_nothing(sign_in, session, engagement, measure):
    observe(measure, [10])
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    client = sign_in(guest)
    page = client.get(f"/measures/{measure.id}").text
    assert "Enter a value" not in page
    assert "Delete" not in page
    key = session.scalars(sa.select(Observation.id)).one()
    for address in (f"/measures/{measure.id}/observations", f"/observations/{key}/delete"):
        assert client.post(address, data={"period_on": "2026-03-01", "value": "1"}).status_code == 403
    assert session.scalars(sa.select(Observation.value)).all() == [10]


def test_a_stranger_cannot_see_or_change_a_measure(sign_in, session, engagement, measure):
    observe(measure, [10])
    key = session.scalars(sa.select(Observation.id)).one()
    client, here = sign_in(make.UserFactory()), f"/engagements/{engagement.id}"
    for address in (f"{here}/outcomes", f"/measures/{measure.id}", f"/measures/{measure.id}.csv"):
        assert client.get(address).status_code == 404
    forms = (f"{here}/outcomes/plan", f"{here}/measures/new", f"/measures/{measure.id}/edit")
    for address in (*forms, f"/measures/{measure.id}/observations", f"/observations/{key}/delete"):
        assert client.post(address, data=form(period_on="2026-03-01", value="1")).status_code == 404
    session.expire_all()
    assert (measure.name, session.scalars(sa.select(Observation.value)).all()) == ("No-show rate", [10])
