"""What is told: nothing of fewer than five people or of a wave that grows, and never a cause."""

import csv
import io

import pytest
import sqlalchemy as sa

from crm.audit.models import audit_entry
from crm.extensions import db
from crm.outcomes.models import Observation, Origin
from crm.readers import become
from crm.surveys import queries_results
from crm.surveys.models import SurveyAnswer, Told, WaveState
from tests import factories as make

WORDS = ["=cmd()", "I waited", "Nobody asked", "Say it plainly", "Too long"]


def page(client, room) -> str:
    return client.get(f"/surveys/{room.survey.id}/results").text


def rows(client, room) -> list[dict]:
    answer = client.get(f"/surveys/{room.survey.id}/results.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_four_answers_are_told_nowhere(browser, room, answered, closed):
    answered(room.wave, room.questions[0], [5, 5, 5, 5])
    answered(room.wave, room.questions[3], WORDS[:4])
    closed(room.wave)
    text = page(browser, room)
    assert "Fewer than five people answered: nothing is shown" in text
    assert "I waited" not in text
    assert "<svg" not in text.split("<main")[1]
    assert rows(browser, room) == []


def test_five_answers_are_told_and_four_beside_them_are_not(browser, room, answered, closed):
    answered(room.wave, room.questions[0], [5, 5, 4, 3, 1])
    answered(room.wave, room.questions[1], [10, 10, 10, 10])
    answered(room.wave, room.questions[3], WORDS[:4])
    closed(room.wave)
    text = page(browser, room)
    assert "60 % agree (23 % to 88 %)" in text
    assert "I waited" not in text
    assert "Net promoter score" not in text
    assert {row["question"] for row in rows(browser, room)} == {"Asked no. 1"}


def test_own_words_are_told_from_five_on_and_in_the_order_of_dice(browser, room, answered, closed, session):
    answered(room.wave, room.questions[3], WORDS)
    closed(room.wave)
    text = page(browser, room)
    assert all(word in text for word in WORDS)
    found = [row["answer"] for row in rows(browser, room)]
    order = session.scalars(sa.select(SurveyAnswer.words).order_by(SurveyAnswer.id)).all()
    assert [one.removeprefix("'") for one in found] == order
    assert "'=cmd()" in found, "no spreadsheet takes it for a formula"


@pytest.mark.parametrize("state", ["open", "draft"])
def test_nothing_of_a_wave_that_may_still_grow_is_told(browser, room, answered, session, state):
    answered(room.wave, room.questions[0], [5] * 40)
    room.wave.state = WaveState(state)
    session.flush()
    text = page(browser, room)
    assert "Answers are shown once the wave is closed" in text
    assert "agree (" not in text
    assert rows(browser, room) == []


def test_the_statements_themselves_leave_out_what_is_too_few(app, room, answered, closed):
    answered(room.wave, room.questions[0], [1, 2, 3, 4])
    answered(room.wave, room.questions[1], [1, 2, 3, 4, 5, 6])
    closed(room.wave)
    with app.app_context():
        become(room.me)
        numbers, texts = queries_results._answers([room.wave.id])
    assert list(numbers) == [(room.wave.id, room.questions[1].id)]
    assert texts == {}


@pytest.mark.parametrize("who", ["me", "guest", "manager"])
def test_nobody_reads_a_single_answer(app, room, answered, closed, who):
    answered(room.wave, room.questions[0], [5] * 9)
    closed(room.wave)
    with app.app_context():
        become(getattr(room, who))
        assert db.session.scalars(sa.select(SurveyAnswer)).all() == []
        assert db.session.execute(sa.select(SurveyAnswer.__table__)).all() == []


def test_rates_are_those_of_cherries(browser, room, session):
    wave = room.wave
    wave.invited, wave.views, wave.visitors, wave.started, wave.finished = 200, 90, 80, 60, 45
    session.flush()
    text = page(browser, room)
    for rate in ("View rate", "Participation rate", "Completion rate", "40 %", "75 %"):
        assert rate in text
    wave.invited = 50
    session.flush()
    text = page(browser, room)
    assert "There is no view rate" in text


def test_promoters_choices_and_means_come_with_their_intervals(browser, room, answered, closed):
    answered(room.wave, room.questions[1], [10] * 6 + [9] * 4 + [8] * 5 + [3] * 5)
    answered(room.wave, room.questions[2], [1] * 8 + [2] * 2)
    closed(room.wave)
    text = page(browser, room)
    assert "Net promoter score 25" in text
    assert "standard error 18.5" in text
    assert "By post" in text
    told = {row["what"]: row for row in rows(browser, room)}
    assert float(told["net promoter score"]["value"]) == pytest.approx(25)
    assert float(told["mean"]["value"]) == pytest.approx(7.55)


def test_all_alike_have_no_interval_and_break_nothing(browser, room, answered, closed):
    answered(room.wave, room.questions[0], [4] * 6)
    answered(room.wave, room.questions[1], [10] * 6)
    other = make.SurveyWaveFactory(survey=room.survey, name="After")
    answered(other, room.questions[0], [4] * 6)
    answered(other, room.questions[1], [10] * 6)
    closed(room.wave)
    closed(other)
    text = page(browser, room)
    assert "all answered the same" in text
    assert "without a spread there is no interval" in text


def test_two_waves_are_compared_and_no_cause_is_claimed(browser, room, answered, closed):
    after = make.SurveyWaveFactory(survey=room.survey, name="After")
    answered(room.wave, room.questions[0], [1, 2, 2, 3, 3, 3, 4, 2, 2, 1] * 4)
    answered(after, room.questions[0], [4, 5, 5, 4, 3, 4, 4, 5, 2, 4] * 4)
    closed(room.wave)
    closed(after)
    text = page(browser, room)
    assert "Before and After compared" in text
    assert "From 10 % to 80 %: 70 points more (95 % interval 50 to 81)." in text
    assert "The interval leaves out zero" in text
    assert "does not show that the work brought it about" in text
    assert "2 differences are looked at here" in text
    assert "caused" not in text


def test_a_wave_too_small_to_show_is_not_compared(browser, room, answered, closed):
    after = make.SurveyWaveFactory(survey=room.survey, name="After")
    answered(room.wave, room.questions[0], [4] * 9)
    answered(after, room.questions[0], [5] * 4)
    closed(room.wave)
    closed(after)
    assert "compared" not in page(browser, room).split("<main")[1]


def test_three_waves_are_compared_as_asked(browser, room, answered, closed):
    waves = [room.wave, *(make.SurveyWaveFactory(survey=room.survey, name=name) for name in ("May", "July"))]
    for wave in waves:
        answered(wave, room.questions[0], [3, 4, 5, 4, 2])
        closed(wave)
    base = f"/surveys/{room.survey.id}/results"
    assert "Before and July compared" in browser.get(base).text
    asked = browser.get(f"{base}?before={waves[1].id}&after={waves[2].id}").text
    assert "May and July compared" in asked
    assert browser.get(f"{base}?before=x&after={10**30}").status_code == 200


@pytest.mark.parametrize("who", ["guest", "manager"])
def test_the_client_and_a_manager_read_the_results(sign_in, room, answered, closed, who):
    answered(room.wave, room.questions[0], [5, 5, 4, 3, 1])
    closed(room.wave)
    text = page(sign_in(getattr(room, who)), room)
    assert "60 % agree" in text
    assert "into the measures" not in text


def test_an_export_is_told(browser, room, answered, closed, session):
    answered(room.wave, room.questions[0], [5, 5, 4, 3, 1])
    closed(room.wave)
    assert len(rows(browser, room)) == 7
    entry = session.execute(sa.select(audit_entry)).one()
    assert (entry.verb, entry.thing, entry.thing_id) == ("exported", "survey", room.survey.id)
    assert "7 rows" in entry.name


@pytest.mark.parametrize(("told", "value"), [(Told.TOP_TWO, 60.0), (Told.MEAN, 3.6)])
def test_a_wave_goes_into_its_measure(browser, room, answered, closed, session, told, value):
    measure = make.MeasureFactory(engagement=room.engagement)
    room.questions[0].measure_id, room.questions[0].told_as = measure.id, told
    answered(room.wave, room.questions[0], [5, 5, 4, 3, 1])
    closed(room.wave)
    assert browser.post(f"/survey-waves/{room.wave.id}/measure").status_code == 302
    kept = session.scalars(sa.select(Observation)).one()
    assert kept.value == pytest.approx(value)
    assert kept.period_on.isoformat() == "2026-03-01", "the month in which it was opened"
    assert (kept.n, kept.origin) == (5, Origin.SURVEY)
    assert "Before, 5 answers" in kept.provenance


def test_too_few_go_into_no_measure(browser, room, answered, closed, session):
    measure = make.MeasureFactory(engagement=room.engagement)
    room.questions[0].measure_id, room.questions[0].told_as = measure.id, Told.MEAN
    answered(room.wave, room.questions[0], [5, 5, 4, 3])
    closed(room.wave)
    answer = browser.post(f"/survey-waves/{room.wave.id}/measure", follow_redirects=True)
    assert "nothing was written" in answer.text
    assert session.scalars(sa.select(Observation)).all() == []
