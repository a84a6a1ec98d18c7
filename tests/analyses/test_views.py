import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.analyses.models import Analysis, Look, Method
from crm.audit.models import audit_entry
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes.models import Observation, ValueKind
from crm.outcomes.models_plan import Design
from crm.readers import become
from tests import factories as make
from tests.analyses.series import measured, shares
from tests.factories_analyses import AnalysisFactory, LookFactory
from tests.reading import main, panes


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def plan(engagement):
    return make.OutcomesPlanFactory(
        engagement=engagement,
        design=Design.INTERRUPTED_SERIES,
        intervention_on=date(2024, 7, 1),
        looks=2,
        registered_at=datetime(2023, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(engagement=engagement, name="No-show rate", value_kind=ValueKind.PROPORTION)


@pytest.fixture
def question(engagement, plan, measure):
    return make.HypothesisFactory(
        engagement=engagement, plan_id=plan.id, measure_id=measure.id, is_primary=True
    )


def observe(measure, rows) -> None:
    for day, value, top, bottom in rows:
        make.ObservationFactory(
            measure=measure, period_on=date.fromisoformat(day), value=value, numerator=top, denominator=bottom
        )


@pytest.fixture
def analysis(sign_in, session, me, engagement, question, measure):
    observe(measure, shares())
    asked = {"title": "Did it fall?", "hypothesis_id": question.id, "measure_id": measure.id, "method": ""}
    answer = sign_in(me).post(f"/engagements/{engagement.id}/analyses/new", data=asked)
    assert answer.status_code == 302
    return session.scalars(sa.select(Analysis)).one()


def look(client, analysis):
    return client.post(f"/analyses/{analysis.id}/look", follow_redirects=True)


def test_index_lists_the_questions_of_the_plan_before_anybody_analyses_them(
    sign_in, me, engagement, question
):
    page = sign_in(me).get(f"/engagements/{engagement.id}/analyses").text
    found = panes(page)
    assert "Reminders lower the no-show rate No-show rate Primary Analyse" in found["Questions of the plan"]
    assert f"analyses/new?hypothesis={question.id}" in page
    assert "Nothing explored" in found["Exploratory"]


def test_new_proposes_a_method_with_its_reasons(sign_in, me, engagement, question, measure):
    observe(measure, shares())
    page = sign_in(me).get(f"/engagements/{engagement.id}/analyses/new?hypothesis={question.id}").text
    said = panes(page)["Proposed method"]
    assert "Interrupted time series is proposed. Counts over denominators are modelled as rates" in said
    assert 'value="Reminders lower the no-show rate"' in page


def test_new_takes_what_is_proposed_and_is_primary_under_a_registered_plan(analysis):
    assert (analysis.method, analysis.is_primary) == (Method.INTERRUPTED, True)


def test_another_method_or_measure_is_exploratory(sign_in, session, me, engagement, analysis, measure):
    client = sign_in(me)
    asked = {"title": "And a chart?", "hypothesis_id": analysis.hypothesis_id, "measure_id": measure.id}
    client.post(f"/engagements/{engagement.id}/analyses/new", data=asked | {"method": "control_chart"})
    client.post(f"/engagements/{engagement.id}/analyses/new", data=asked | {"method": "interrupted"})
    made = session.scalars(sa.select(Analysis).order_by(Analysis.id)).all()
    assert [one.is_primary for one in made] == [True, False, False]
    found = panes(client.get(f"/engagements/{engagement.id}/analyses").text)
    assert "And a chart?" in found["Exploratory"]
    assert "And a chart?" not in found["Questions of the plan"]


def test_nothing_is_primary_before_the_plan_is_registered(sign_in, session, me, engagement, plan, analysis):
    plan.registered_at = None
    session.flush()
    look(sign_in(me), analysis)
    session.expire_all()
    assert not session.get_one(Analysis, analysis.id).is_primary


def test_new_refuses_no_question_and_a_measure_of_others(sign_in, session, me, engagement, measure):
    stranger = make.MeasureFactory()
    client, address = sign_in(me), f"/engagements/{engagement.id}/analyses/new"
    for fields, sentence in (
        ({"title": "", "measure_id": measure.id}, "Write the question."),
        ({"title": "Did it?", "measure_id": stranger.id}, "Not a valid choice"),
    ):
        answer = client.post(address, data=fields)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert session.scalars(sa.select(Analysis)).all() == []


def test_new_says_where_the_design_has_no_method(sign_in, session, me, engagement, plan, measure):
    plan.design = Design.CASE_STUDY
    session.flush()
    asked = {"title": "Why?", "measure_id": measure.id, "method": ""}
    answer = sign_in(me).post(f"/engagements/{engagement.id}/analyses/new", data=asked, follow_redirects=True)
    assert "names no method for this measure: choose one" in answer.text
    assert session.scalars(sa.select(Analysis)).all() == []


def test_a_look_is_kept_and_counted_with_its_data(sign_in, session, me, analysis):
    client = sign_in(me)
    page = look(client, analysis)
    found = session.scalars(sa.select(Look)).one()
    assert (found.number, found.n, found.user_id, len(found.data_version)) == (1, 36, me.id, 64)
    assert len(found.data["groups"][0]["rows"]) == 36
    assert {"method", "estimate", "low", "high", "p", "unit", "design", "naive", "n", "board"} <= set(
        found.result
    )
    assert {"not_shown", "assumptions"} <= set(found.result)
    said = main(page.text)
    assert found.result["board"] in said
    assert "It does not rule out anything else that happened at the same time." in said
    assert "This is look 1 of 2 that the plan names: to keep the chance of a false alarm at 5 %" in said
    assert "Durbin-Watson" in said
    assert "without the dispersion of the counts" in said.lower()
    assert "Rung C" in said


def test_more_looks_than_planned_are_told(sign_in, me, analysis):
    client = sign_in(me)
    for _ in range(3):
        said = main(look(client, analysis).text)
    assert (
        "This is look 3 of 2 that the plan names: the chance of a false alarm is no longer 5 % but 10.7 %."
        in said
    )
    assert "3 of 2 planned" in said


def test_a_look_says_when_the_data_have_changed_since(sign_in, session, me, analysis, measure):
    client = sign_in(me)
    assert "have changed since" not in look(client, analysis).text
    one = session.scalars(sa.select(Observation)).first()
    one.numerator, one.value = one.numerator + 1, one.value + 0.1
    session.flush()
    assert "The data have changed since this look." in client.get(f"/analyses/{analysis.id}").text
    first = session.scalars(sa.select(Look)).one()
    before = first.result["estimate"]
    said = look(client, analysis).text
    assert "have changed since" not in said
    earlier = client.get(f"/looks/{first.id}").text
    assert "An earlier look" in earlier
    session.expire_all()
    assert session.get_one(Look, first.id).result["estimate"] == before


@pytest.mark.parametrize("deed", ["change", "delete"])
def test_a_look_never_changes_and_stays(app, me, analysis, sign_in, deed):
    look(sign_in(me), analysis)
    with app.app_context():
        become(me)
        found = db.session.scalars(sa.select(Look)).one()
        if deed == "change":
            found.result = {}
        else:
            db.session.delete(found)
        with pytest.raises(DomainError, match="Look 1 is kept as it was"):
            db.session.flush()
        db.session.rollback()


def test_an_analysis_that_was_looked_at_is_not_thrown_away(sign_in, session, me, analysis):
    client = sign_in(me)
    look(client, analysis)
    said = client.post(f"/bin/throw-away/analysis/{analysis.id}", follow_redirects=True).text
    assert "Look 1 is kept as it was" in said
    assert session.scalars(sa.select(Look)).one()


NO_ANSWER = [
    ([], "all periods are missing"),
    (shares()[:2], "has no value after the change"),
    (shares()[20:], "No point lies before the intervention"),
    ([[day, 10.0, 90, 900] for day, *_ in shares()], "All values are the same"),
    ([[day, 0.0, 0, 900] if at < 18 else row for at, row in enumerate(shares()) for day in row[:1]],
     "There is not one event before"),
    ([[day, 100.0 * (at >= 18), 900 * (at >= 18), 900] for at, (day, *_) in enumerate(shares())],
     "There is not one event before"),
    (shares()[17:22], "Too few points before"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "sentence"), NO_ANSWER, ids=range(len(NO_ANSWER)))
def test_what_has_no_answer_gives_a_sentence_and_no_look(
    sign_in, session, me, engagement, plan, measure, rows, sentence
):
    observe(measure, rows)
    analysis = AnalysisFactory(engagement=engagement, measure_id=measure.id, method=Method.INTERRUPTED)
    said = look(sign_in(me), analysis).text
    if sentence == "has no value after the change":
        sentence = "No point lies after the intervention"
    assert sentence in said
    assert "This is not counted as a look." in said
    assert session.scalars(sa.select(Look)).all() == []


def test_edit_keeps_the_settings_and_another_method_explores(sign_in, session, me, analysis):
    client, address = sign_in(me), f"/analyses/{analysis.id}/edit"
    fields = {
        "title": "Did it fall at once?", "method": "interrupted", "harmonics": "1", "neighbours": "hac",
        "slope_change": "y", "from_on": "2023-03-01", "sides": "", "chart": "", "rules": "",
    }  # fmt: skip
    assert client.post(address, data=fields).status_code == 302
    session.expire_all()
    found = session.get_one(Analysis, analysis.id)
    assert found.settings == {
        "from_on": "2023-03-01", "slope_change": True, "harmonics": 1, "errors": "hac",
        "overdispersed": False,
    }  # fmt: skip
    assert found.is_primary
    assert 'value="2023-03-01"' in client.get(address).text
    said = main(look(client, analysis).text)
    assert "Newey-West" in said
    assert "Change of the trend" in said
    client.post(address, data=fields | {"method": "run_chart"})
    session.expire_all()
    assert not session.get_one(Analysis, analysis.id).is_primary


def test_edit_refuses_an_end_before_the_beginning(sign_in, me, analysis):
    fields = {"title": "Did it?", "method": "run_chart", "harmonics": "0", "neighbours": "plain", "sides": ""}
    answer = sign_in(me).post(
        f"/analyses/{analysis.id}/edit", data=fields | {"from_on": "2024-01-01", "to_on": "2023-01-01"}
    )
    assert answer.status_code == 422
    assert "The last period lies before the first." in answer.text


def test_a_look_is_downloaded_as_table_and_notebook_and_that_is_heard(sign_in, session, me, analysis):
    client = sign_in(me)
    look(client, analysis)
    found = session.scalars(sa.select(Look)).one()
    rows = list(csv.reader(io.StringIO(client.get(f"/looks/{found.id}.csv").text)))
    assert rows[0] == ["period_on", "observed", "fitted", "counterfactual"]
    assert len(rows) == 37
    made = json.loads(client.get(f"/looks/{found.id}.ipynb").text)
    assert made["nbformat"] == 4
    heard = session.scalars(sa.select(audit_entry.c.name).where(audit_entry.c.verb == "exported")).all()
    assert {"Look 1 as CSV", "Look 1 as notebook"} <= set(heard)


def test_the_list_is_downloaded_as_csv(sign_in, me, engagement, analysis):
    client = sign_in(me)
    look(client, analysis)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/engagements/{engagement.id}/analyses.csv").text)))
    assert [(one["kind"], one["look"]) for one in rows] == [("primary", "1")]


@pytest.mark.parametrize("method", Method)
def test_every_method_has_a_page_at_both_widths_of_data(sign_in, session, me, engagement, plan, method):
    is_counted = method in (Method.PROPORTIONS, Method.RATES)
    kind = {Method.PROPORTIONS: ValueKind.PROPORTION, Method.RATES: ValueKind.RATE}.get(
        method, ValueKind.NUMBER
    )
    one = make.MeasureFactory(engagement=engagement, value_kind=kind)
    observe(one, shares() if is_counted else measured())
    for seed in (2, 3):
        other = make.MeasureFactory(
            engagement=engagement, series_of_id=one.id, group_name=f"Ward {seed}", is_comparison=True
        )
        observe(other, shares(seed=seed) if is_counted else measured(seed=seed, drop=0))
    make.PhaseFactory(engagement=engagement, measure_id=one.id, starts_on=date(2024, 7, 1))
    analysis = AnalysisFactory(engagement=engagement, measure_id=one.id, method=method)
    page = look(sign_in(me), analysis)
    assert page.status_code == 200
    assert "Look 1 is kept" in page.text
    assert "<svg" in page.text
    found = session.scalars(sa.select(Look)).one()
    assert found.result["board"]
    assert found.result["not_shown"]
    assert "caused" not in found.result["board"]


def test_a_client_reads_and_does_not_look(sign_in, session, me, engagement, analysis):
    look(sign_in(me), analysis)
    guest = make.UserFactory(role=Role.CLIENT)
    make.ContactFactory(organisation=engagement.organisation, user=guest)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    client = sign_in(guest)
    page = client.get(f"/analyses/{analysis.id}")
    assert page.status_code == 200
    assert "Look at the data now" not in page.text
    assert client.post(f"/analyses/{analysis.id}/look").status_code == 403


def test_a_stranger_cannot_see_or_look(sign_in, analysis):
    client = sign_in(make.UserFactory())
    assert client.get(f"/analyses/{analysis.id}").status_code == 404
    assert client.post(f"/analyses/{analysis.id}/look").status_code == 404


def test_what_hangs_on_a_whole_engagement_goes_and_comes_back_with_it(session, engagement, analysis):
    LookFactory(engagement=engagement, analysis_id=analysis.id)
    session.delete(engagement)
    session.flush()
    assert session.scalars(sa.select(Look)).all() == []
