"""What strangers see and send: without a name, without a script, once from each browser."""

import logging
import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import TestConfig
from crm import create_app
from crm.audit.models import audit_entry
from crm.engagements.models import Stage
from crm.extensions import db, limiter
from crm.surveys.models import SurveyAnswer, SurveyVisit, SurveyWave, WaveState
from tests import factories as make
from tests.naughty import LINES, kept


def browser_of(app) -> FlaskClient:
    """A browser of somebody whom nobody knows."""
    return FlaskClient(app, app.response_class)


@pytest.fixture
def stranger(client, room):
    """A browser that has begun."""
    client.get(f"/s/{room.wave.token}")
    assert client.post(f"/s/{room.wave.token}").status_code == 302
    return client


def form(room, *values) -> dict:
    said = {f"q{one.id}": value for one, value in zip(room.questions, values, strict=False)}
    return {name: value for name, value in said.items() if value is not None}


def counts(session, wave) -> tuple:
    session.expire_all()
    w = SurveyWave
    return tuple(
        session.execute(sa.select(w.views, w.visitors, w.started, w.finished).where(w.id == wave.id)).one()
    )


def answers(session) -> list[tuple]:
    rows = session.execute(sa.select(SurveyAnswer.question_id, SurveyAnswer.number, SurveyAnswer.words))
    return sorted(map(tuple, rows), key=str)


def test_welcome_shows_what_it_is_and_what_becomes_of_the_answers(client, room):
    page = client.get(f"/s/{room.wave.token}")
    assert page.status_code == 200
    for words in ("How we talk with you", "Nobody learns who answered.", "4 questions", "I agree, begin"):
        assert words in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_the_page_runs_nothing_and_leads_nowhere(stranger, room):
    for path in ("", "/questions"):
        page = (
            browser_of(stranger.application).get(f"/s/{room.wave.token}")
            if not path
            else stranger.get(f"/s/{room.wave.token}{path}")
        )
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "/login" not in page.text


def test_answering_saves_numbers_and_words(stranger, room, session):
    agree, ten, choice, text = room.questions
    sent = stranger.post(f"/s/{room.wave.token}/questions", data=form(room, "5", "0", "2", " Say when. "))
    assert sent.location.endswith("/thanks")
    assert "Thank you" in stranger.get(sent.location).text
    assert answers(session) == sorted(
        [(agree.id, 5, None), (ten.id, 0, None), (choice.id, 2, None), (text.id, None, "Say when.")], key=str
    )
    assert counts(session, room.wave) == (1, 1, 1, 1)


def test_what_is_left_out_has_no_row(stranger, room, session):
    stranger.post(f"/s/{room.wave.token}/questions", data=form(room, "3", None, None, "  "))
    assert answers(session) == [(room.questions[0].id, 3, None)]


@pytest.mark.parametrize("value", [None, "", "6", "0", "x", "١", "-1", "99999999999", "1.0"])
def test_a_bad_answer_is_refused_and_the_others_stand(stranger, room, session, value):
    path = f"/s/{room.wave.token}/questions"
    page = stranger.post(path, data=form(room, value, "7", "1", "Still here"))
    assert page.status_code == 422
    assert re.search(rf'checked[^>]*name="q{room.questions[1].id}"[^>]*value="7"', page.text)
    assert "Still here" in page.text
    assert "Everything that you answered is still here" in page.text
    assert f'href="#question-{room.questions[0].id}"' in page.text
    assert answers(session) == []
    assert counts(session, room.wave)[3] == 0


def test_words_that_are_too_long_are_refused_and_stand(stranger, room):
    page = stranger.post(f"/s/{room.wave.token}/questions", data=form(room, "3", None, None, "w" * 2_001))
    assert page.status_code == 422
    assert "2,000 characters" in page.text
    assert "w" * 2_001 in page.text


def test_a_browser_answers_once(stranger, room, session):
    path = f"/s/{room.wave.token}/questions"
    for _ in range(3):
        assert stranger.post(path, data=form(room, "3")).location.endswith("/thanks")
    assert stranger.get(f"/s/{room.wave.token}").location.endswith("/thanks")
    assert stranger.get(path).location.endswith("/thanks")
    assert len(answers(session)) == 1
    assert counts(session, room.wave) == (1, 1, 1, 1)


def test_visitors_are_counted_once_and_views_each_time(app, room, session):
    for _ in range(2):
        one = browser_of(app)
        for _ in range(3):
            one.get(f"/s/{room.wave.token}")
        one.post(f"/s/{room.wave.token}")
        one.post(f"/s/{room.wave.token}")
    browser_of(app).head(f"/s/{room.wave.token}")
    assert counts(session, room.wave) == (6, 2, 2, 0)


def test_whoever_has_not_begun_is_led_to_the_first_page(client, room):
    for path in ("/questions", "/thanks"):
        assert client.get(f"/s/{room.wave.token}{path}").location.endswith(f"/s/{room.wave.token}")


def test_a_link_that_is_nobodys_or_a_drafts_is_a_404(client, room, session):
    draft = make.SurveyWaveFactory(survey=room.survey, state=WaveState.DRAFT)
    for token in ("none", "x" * 5_000, "%00", draft.token):
        assert client.get(f"/s/{token}").status_code == 404
        assert client.post(f"/s/{token}").status_code == 404
        assert client.post(f"/s/{token}/questions").status_code == 404


def test_before_its_day_it_says_when(client, room, session):
    room.wave.opens_on = date(2090, 3, 1)
    session.flush()
    page = client.get(f"/s/{room.wave.token}")
    assert "opens on 1 Mar 2090" in page.text
    assert "Asked no. 1" not in page.text
    assert client.post(f"/s/{room.wave.token}").status_code == 409
    assert counts(session, room.wave) == (0, 0, 0, 0)


@pytest.mark.parametrize("way", ["closed", "past", "engagement"])
def test_what_comes_after_the_end_is_not_kept(stranger, room, session, closed, way):
    if way == "closed":
        closed(room.wave)
    elif way == "past":
        room.wave.closes_on = date(2026, 1, 1)
    else:
        room.engagement.stage, room.engagement.closed_on = Stage.FOLLOW_UP, date(2026, 5, 1)
    session.flush()
    page = stranger.post(f"/s/{room.wave.token}/questions", data=form(room, "3"))
    assert page.status_code == 409
    assert "is closed" in page.text
    assert "was not kept" in page.text
    assert answers(session) == []
    assert "is closed" in stranger.get(f"/s/{room.wave.token}").text


def test_a_survey_in_the_bin_is_gone(stranger, room, sign_in):
    token = room.wave.token
    assert sign_in(room.me).post(f"/bin/throw-away/survey/{room.survey.id}").status_code == 302
    assert stranger.get(f"/s/{token}").status_code == 404


def test_nothing_that_is_kept_says_who_or_when(stranger, room, session):
    stranger.post(f"/s/{room.wave.token}/questions", data=form(room, "4", "9", "1", "Words"))
    assert set(SurveyAnswer.__table__.columns.keys()) == {
        "id", "wave_id", "question_id", "number", "words", "engagement_id", "organisation_id",
    }  # fmt: skip
    cookie = stranger.get_cookie("survey", domain="crm.test", path=f"/s/{room.wave.token}")
    visit = session.execute(sa.select(SurveyVisit)).scalar_one()
    assert cookie.value not in visit.digest
    ids = session.scalars(sa.select(SurveyAnswer.id)).all()
    assert len(set(ids)) == 4
    assert max(ids) > 2**31, "dice, not a count"


def test_the_trail_the_log_and_the_wave_do_not_tell_that_somebody_answered(
    sign_in, room, session, caplog, connection
):
    """Not even of one who is signed in."""
    stamp = session.execute(sa.select(SurveyWave.updated_at)).scalar_one()
    client = sign_in(room.me)
    with caplog.at_level(logging.INFO, "plumbline"):
        client.get(f"/s/{room.wave.token}")
        client.post(f"/s/{room.wave.token}")
        client.post(f"/s/{room.wave.token}/questions", data=form(room, "4"))
    assert counts(session, room.wave)[3] == 1
    assert session.execute(sa.select(audit_entry)).all() == []
    assert session.execute(sa.select(SurveyWave.updated_at, SurveyWave.version_id)).one() == (stamp, 1)
    lines = [record for record in caplog.records if getattr(record, "route", "").startswith("/s/")]
    assert [record.user for record in lines] == [None, None, None]


def test_a_stranger_reads_nothing_else(stranger, room):
    for path in (f"/surveys/{room.survey.id}", f"/surveys/{room.survey.id}/results", "/engagements/"):
        assert "/login" in stranger.get(path).location


def test_without_cookies_nothing_is_lost_and_it_says_why(app, room, session, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    without = app.test_client(use_cookies=False)
    page = without.post(f"/s/{room.wave.token}/questions", data=form(room, "4", "9", "1", "Long thought"))
    assert page.status_code == 422
    assert "Allow cookies for this page" in page.text
    assert "Long thought" in page.text
    assert without.post(f"/s/{room.wave.token}").status_code == 422
    assert counts(session, room.wave)[2:] == (0, 0)


def test_the_token_of_the_form_works_for_strangers(app, room, session, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    one = app.test_client()
    for path, said in (("", {}), ("/questions", form(room, "4"))):
        page = one.get(f"/s/{room.wave.token}{path}").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        assert one.post(f"/s/{room.wave.token}{path}", data={**said, "csrf_token": token}).status_code == 302
    assert counts(session, room.wave) == (1, 1, 1, 1)


def test_who_asks_too_often_waits(app, room, monkeypatch, connection):
    class Counting(TestConfig):
        RATELIMIT_ENABLED = True
        SURVEY_LIMIT = "3 per minute"
        SQLALCHEMY_DATABASE_URI = app.config["SQLALCHEMY_DATABASE_URI"]

    monkeypatch.setattr(limiter, "enabled", True)
    counting = create_app(Counting)
    with counting.app_context():
        monkeypatch.setitem(db.engines, None, connection)
    limiter.reset()
    one = counting.test_client()
    assert [one.get(f"/s/{room.wave.token}").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("text", LINES[::7])
def test_every_string_is_kept_as_it_was_written(app, room, session, text):
    one = browser_of(app)
    one.get(f"/s/{room.wave.token}")
    one.post(f"/s/{room.wave.token}")
    path = f"/s/{room.wave.token}/questions"
    assert one.post(path, data=form(room, text, text, text, text)).status_code == 422
    assert one.post(path, data=form(room, "1", None, None, text)).status_code == 302
    words = session.scalar(sa.select(SurveyAnswer.words).where(SurveyAnswer.words.is_not(None)))
    assert (words or "") == kept(text)
