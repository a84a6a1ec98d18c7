"""Surveys as the team makes them."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.audit.models import audit_entry
from crm.bin.models import BinItem
from crm.surveys.jobs import close_due
from crm.surveys.models import Survey, SurveyAnswer, SurveyQuestion, SurveyVisit, SurveyWave, WaveState
from crm.surveys.questionnaires import READY
from tests import factories as make


def question(**said) -> dict:
    return {"words": "I am heard.", "kind": "agreement", "measure_id": "", "told_as": "", **said}


def test_index_shows_the_surveys_to_everybody_on_the_engagement(sign_in, room):
    for who in (room.me, room.guest, room.manager):
        page = sign_in(who).get(f"/engagements/{room.engagement.id}/surveys")
        assert "How we talk with you" in page.text
    assert "New survey" not in page.text
    assert "/surveys" in sign_in(room.me).get(f"/engagements/{room.engagement.id}/outcomes").text


def test_create_begins_with_a_questionnaire(browser, room, session):
    path = f"/engagements/{room.engagement.id}/surveys/new"
    for name in READY:
        sent = browser.post(path, data={"questionnaire": name, "waves": "two"})
        made = session.get(Survey, int(sent.location.rpartition("/")[2]))
        assert made.title == READY[name].title
        asked = session.scalars(
            sa.select(SurveyQuestion).where(SurveyQuestion.survey_id == made.id).order_by("position")
        ).all()
        assert [one.words for one in asked] == [one.words for one in READY[name].questions]
        waves = session.scalars(sa.select(SurveyWave).where(SurveyWave.survey_id == made.id).order_by("id"))
        assert [wave.name for wave in waves] == ["Before", "After"]
        assert browser.get(sent.location).status_code == 200
        assert browser.get(f"/surveys/{made.id}/preview").status_code == 200


def test_create_refuses_a_survey_without_a_name(browser, room):
    answer = browser.post(
        f"/engagements/{room.engagement.id}/surveys/new", data={"waves": "one", "questionnaire": ""}
    )
    assert answer.status_code == 422
    assert "give the survey a title" in answer.text


def test_links_are_long_dice(session, room):
    tokens = [make.SurveyWaveFactory(survey=room.survey).token for _ in range(5)]
    assert len(set(tokens)) == 5
    assert all(len(token) == 22 for token in tokens)


def test_edit_saves(browser, room, session):
    said = {"title": "New", "audience": "Nurses", "introduction": "Short.", "privacy": "None is told."}
    assert browser.post(f"/surveys/{room.survey.id}/edit", data=said).status_code == 302
    session.expire_all()
    assert (room.survey.title, room.survey.audience) == ("New", "Nurses")


def test_a_question_is_added_changed_moved_and_thrown_away(browser, room, session):
    base = f"/surveys/{room.survey.id}"
    assert browser.post(f"{base}/questions/new", data=question()).status_code == 302
    new = session.scalars(sa.select(SurveyQuestion).order_by(SurveyQuestion.id.desc())).first()
    assert new.position == 5
    browser.post(f"/survey-questions/{new.id}/edit", data=question(words="I am asked."))
    for _ in range(5):
        browser.post(f"/survey-questions/{new.id}/move", data={"to": "up"})
    session.expire_all()
    assert (new.words, new.position) == ("I am asked.", 1)
    browser.post(f"/survey-questions/{new.id}/move", data={"to": "down"})
    session.expire_all()
    assert new.position == 2
    assert browser.post(f"/survey-questions/{new.id}/delete").status_code == 302
    assert session.scalars(sa.select(BinItem)).one().thing == "survey_question"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"words": " "}, "Write the question"),
        ({"kind": "choice"}, "between 2 and 20 answers"),
        ({"kind": "choice", "choices": "A\n A \nB"}, "are the same"),
        ({"told_as": "mean"}, "or neither"),
        ({"kind": "text", "told_as": "mean", "measure_id": "of ours"}, "no such number"),
        ({"measure_id": "of others"}, "Not a valid choice"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(browser, room, said, why):
    places = {"of ours": room.engagement, "of others": make.EngagementFactory()}
    if said.get("measure_id"):
        measure = make.MeasureFactory(engagement=places[said["measure_id"]])
        said = {**said, "measure_id": str(measure.id)}
    answer = browser.post(f"/surveys/{room.survey.id}/questions/new", data=question(**said))
    assert answer.status_code == 422
    assert why in answer.text


def test_answered_questions_stay_as_they_were_asked(browser, room, answered, session):
    answered(room.wave, room.questions[0], [3])
    first = room.questions[0]
    changes = {
        f"/survey-questions/{first.id}/edit": question(words="Something else"),
        f"/survey-questions/{first.id}/delete": {},
        f"/survey-questions/{first.id}/move": {"to": "down"},
        f"/surveys/{room.survey.id}/questions/new": question(),
        f"/surveys/{room.survey.id}/edit": {"title": "A", "privacy": "Told to all"},
    }
    for path, said in changes.items():
        answer = browser.post(path, data=said, follow_redirects=True)
        assert "its questions stay as they were asked" in answer.text, path
    session.expire_all()
    assert [one.words for one in room.questions] == [f"Asked no. {at}" for at in range(1, 5)]
    assert room.survey.privacy == "Nobody learns who answered."
    said = {"title": "Renamed", "privacy": "Nobody learns who answered."}
    assert browser.post(f"/surveys/{room.survey.id}/edit", data=said).status_code == 302


def test_a_question_does_not_come_back_among_answered_ones(browser, room, answered, session):
    browser.post(f"/survey-questions/{room.questions[1].id}/delete")
    answered(room.wave, room.questions[0], [3])
    item = session.scalars(sa.select(BinItem)).one()
    answer = browser.post(f"/bin/{item.id}/put-back", follow_redirects=True)
    assert "stay as they were asked" in answer.text


def test_where_an_answered_question_is_told_to_may_change(browser, room, answered, session):
    measure = make.MeasureFactory(engagement=room.engagement)
    answered(room.wave, room.questions[0], [3])
    said = question(words="Asked no. 1", is_required="y", measure_id=str(measure.id), told_as="mean")
    assert browser.post(f"/survey-questions/{room.questions[0].id}/edit", data=said).status_code == 302
    session.expire_all()
    assert room.questions[0].measure_id == measure.id


def test_a_copy_asks_the_same_and_has_no_answers(browser, room, answered, session):
    answered(room.wave, room.questions[0], [3])
    sent = browser.post(f"/surveys/{room.survey.id}/copy")
    new = session.get(Survey, int(sent.location.rpartition("/")[2]))
    asked = session.scalars(sa.select(SurveyQuestion).where(SurveyQuestion.survey_id == new.id)).all()
    assert [one.words for one in asked] == [one.words for one in room.questions]
    (wave,) = session.scalars(sa.select(SurveyWave).where(SurveyWave.survey_id == new.id))
    assert (wave.state, wave.finished) == (WaveState.DRAFT, 0)
    assert wave.token != room.wave.token


def test_a_wave_is_opened_shown_with_its_link_and_closed_for_good(browser, room, session):
    base = f"/surveys/{room.survey.id}"
    said = {"name": "After", "invited": "80", "opens_on": "", "closes_on": ""}
    assert browser.post(f"{base}/waves/new", data=said).status_code == 302
    wave = session.scalars(sa.select(SurveyWave).where(SurveyWave.name == "After")).one()
    assert f"/s/{wave.token}" not in browser.get(base).text
    assert browser.get(f"/survey-waves/{wave.id}/code.svg").status_code == 404
    browser.post(f"/survey-waves/{wave.id}/open")
    assert f"https://crm.test/s/{wave.token}" in browser.get(base).text
    code = browser.get(f"/survey-waves/{wave.id}/code.svg")
    assert code.mimetype == "image/svg+xml"
    assert code.text.startswith("<svg")
    make.SurveyVisitFactory(wave=wave)
    browser.post(f"/survey-waves/{wave.id}/close")
    session.expire_all()
    assert wave.state is WaveState.CLOSED
    assert session.scalars(sa.select(SurveyVisit).where(SurveyVisit.wave_id == wave.id)).all() == []
    for path in ("open", "close"):
        browser.post(f"/survey-waves/{wave.id}/{path}")
    session.expire_all()
    assert wave.state is WaveState.CLOSED
    browser.post(f"/survey-waves/{wave.id}/edit", data={"invited": "90", "name": "Never", "closes_on": ""})
    session.expire_all()
    assert (wave.invited, wave.name) == (90, "After")


def test_a_wave_without_questions_does_not_open(browser, room, session):
    empty = make.SurveyFactory(engagement=room.engagement)
    wave = make.SurveyWaveFactory(survey=empty, state=WaveState.DRAFT)
    answer = browser.post(f"/survey-waves/{wave.id}/open", follow_redirects=True)
    assert "There is no question yet" in answer.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "Before"}, "has this name"),
        ({"opens_on": "2026-03-02", "closes_on": "2026-03-01"}, "cannot close before it opens"),
        ({"invited": "0"}, "1 or more"),
    ],
)
def test_a_wave_that_cannot_be_is_refused(browser, room, said, why):
    plain = {"name": "After", "invited": "", "opens_on": "", "closes_on": "", **said}
    answer = browser.post(f"/surveys/{room.survey.id}/waves/new", data=plain)
    assert answer.status_code == 422
    assert why in answer.text


def test_waves_close_by_themselves(app, room, session):
    room.wave.closes_on = date(2026, 3, 1)
    later = make.SurveyWaveFactory(survey=room.survey, closes_on=date(2090, 1, 1))
    session.flush()
    with app.app_context():
        assert close_due() == "1 survey closed."
    session.expire_all()
    assert (room.wave.state, later.state) == (WaveState.CLOSED, WaveState.OPEN)


def test_a_survey_goes_into_the_bin_and_comes_back_with_its_answers(browser, room, answered, closed, session):
    answered(room.wave, room.questions[0], [5, 5, 4, 3, 1])
    closed(room.wave)
    assert browser.post(f"/bin/throw-away/survey/{room.survey.id}").status_code == 302
    assert session.scalars(sa.select(SurveyAnswer)).all() == []
    item = session.scalars(sa.select(BinItem)).one()
    browser.post(f"/bin/{item.id}/put-back")
    assert "60 % agree" in browser.get(f"/surveys/{room.survey.id}/results").text


def test_a_copy_of_the_bin_holds_no_answer(sign_in, room, answered, session):
    answered(room.wave, room.questions[3], ["Quite a secret"])
    chief = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    chief.post(f"/bin/throw-away/survey/{room.survey.id}")
    item = session.scalars(sa.select(BinItem)).one()
    told = chief.post(f"/bin/{item.id}.json").text
    assert "How we talk with you" in told
    assert "Quite a secret" not in told


def test_no_answer_is_in_the_parcel_or_in_the_trail(browser, room, answered, session):
    browser.post(f"/survey-waves/{room.wave.id}/close")
    told = session.execute(sa.select(audit_entry.c.thing, audit_entry.c.changes)).all()
    assert {row.thing for row in told} == {"survey_wave"}
    browser.post(f"/surveys/{room.survey.id}/copy")
    changes = "".join(row for row in session.scalars(sa.select(audit_entry.c.changes)) if row)
    assert re.search(r'"token":\[null,"not shown"\]', changes)


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.CLIENT, Role.ADVISER])
def test_a_stranger_cannot_see_or_change(sign_in, room, role):
    client = sign_in(make.UserFactory(role=role))
    for path in ("", "/results", "/results.csv", "/preview", "/edit"):
        assert client.get(f"/surveys/{room.survey.id}{path}").status_code == 404
    assert client.post(f"/survey-waves/{room.wave.id}/close").status_code == 404


@pytest.mark.parametrize("who", ["guest", "manager"])
def test_who_reads_cannot_change(sign_in, room, who):
    client = sign_in(getattr(room, who))
    assert client.get(f"/surveys/{room.survey.id}").status_code == 200
    for path in (f"/surveys/{room.survey.id}/edit", f"/survey-waves/{room.wave.id}/close"):
        assert client.post(path).status_code == 403


def test_the_preview_is_what_people_see(browser, client, room):
    page = browser.get(f"/surveys/{room.survey.id}/preview").text
    assert "Asked no. 1" in page
    assert "nothing of it is kept" in page
