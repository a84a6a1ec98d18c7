"""Many answer at once, each on a connection of their own; one sends twice; and the wave closes meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.rounds import fill, plumbline
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.readers import lifted
from crm.surveys import actions, queries
from crm.surveys.models import (
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyWave,
    WaveState,
)
from crm.transactions import one
from tests.backup.conftest import address as address

pytestmark = pytest.mark.no_database
CROWD = 6


@pytest.fixture
def house(address, database_address):
    app = plumbline(address("sqlite" if database_address.startswith("sqlite") else "postgresql"))
    fill(app, goals=1, strategies=1, raters=1, has_first=False)
    with app.app_context(), one():
        work = db.session.scalars(sa.select(Engagement)).one()
        on = {"engagement_id": work.id, "organisation_id": work.organisation_id}
        survey = Survey(title="Working here", privacy="Nobody learns who answered.", **on)
        db.session.add(survey)
        db.session.flush()
        asked = SurveyQuestion(
            survey_id=survey.id, position=1, kind=QuestionKind.AGREEMENT, words="I am heard.", **on
        )
        wave = SurveyWave(survey_id=survey.id, name="Before", state=WaveState.OPEN, **on)
        db.session.add_all([asked, wave])
        db.session.flush()
        found = SimpleNamespace(app=app, question=asked.id, wave=wave.id, path=f"/s/{wave.token}")
    yield found
    with app.app_context():
        db.engine.dispose()


def begun(house) -> FlaskClient:
    client = FlaskClient(house.app, house.app.response_class)
    client.get(house.path)
    assert client.post(house.path).status_code == 302
    return client


def send(house, client) -> int:
    return client.post(f"{house.path}/questions", data={f"q{house.question}": "4"}).status_code


def counted(house) -> tuple[tuple, int]:
    """Views, visitors, started and finished; and how many answers are kept."""
    w = SurveyWave
    with house.app.app_context(), lifted():
        counts = db.session.execute(sa.select(w.views, w.visitors, w.started, w.finished)).one()
        kept = db.session.scalar(sa.select(sa.func.count()).select_from(SurveyAnswer))
    return tuple(counts), kept


def test_many_at_once_are_all_counted(house):
    with ThreadPoolExecutor(CROWD) as people:
        answers = list(people.map(lambda _: send(house, begun(house)), range(3 * CROWD)))
    assert set(answers) == {302}
    assert counted(house) == ((18, 18, 18, 18), 18)


def test_a_double_click_is_one_answer(house):
    client, start = begun(house), threading.Barrier(CROWD)
    cookies = [(cookie.key, cookie.value, cookie.path) for cookie in client._cookies.values()]

    def click(_) -> int:
        twin = FlaskClient(house.app, house.app.response_class)
        for key, value, path in cookies:
            twin.set_cookie(key, value, path=path, domain="crm.test")
        start.wait()
        return send(house, twin)

    with ThreadPoolExecutor(CROWD) as tabs:
        assert set(tabs.map(click, range(CROWD))) == {302}
    assert counted(house) == ((1, 1, 1, 1), 1)


def test_what_is_closed_meanwhile_is_kept_or_refused_and_counted_right(house):
    clients, start = [begun(house) for _ in range(CROWD)], threading.Barrier(CROWD + 1)

    def answers(client) -> int:
        start.wait()
        return send(house, client)

    def close(_) -> None:
        start.wait()
        with house.app.app_context(), one():
            actions.close_wave(queries.taken_up(house.wave))

    with ThreadPoolExecutor(CROWD + 1) as people:
        ending = people.submit(close, None)
        codes = list(people.map(answers, clients))
        ending.result()
    assert set(codes) <= {302, 409}
    counts, kept = counted(house)
    assert kept == counts[3] == codes.count(302)
