"""The naughty strings as what is asked, as reasons and as notes of agreed marks."""

import pytest
import sqlalchemy as sa

from crm.alignment.models import Relation
from crm.judging.models import Judgement, Rater, Round
from tests.conftest import StrictClient
from tests.judging.test_marks import end
from tests.naughty import LINES, SOME, kept
from tests.reading import squeezed, tree, typed, words


@pytest.fixture(autouse=True)
def lenient(monkeypatch):
    """Code points that HTML frowns on are shown all the same."""
    monkeypatch.setattr(StrictClient, "is_strict", False)


@pytest.mark.parametrize("text", SOME + LINES[::4])
def test_a_reason_shows_what_was_typed(room, post, browser, session, text):
    where = f"/rounds/{room.round.id}/judge"
    assert post(room.me, 0, 0, 9, note=text).status_code == 200
    said = session.scalar(sa.select(Judgement.note))
    page = browser.get(f"{where}?goal={room.goals[0].id}").text
    shown = typed(page, f"note-{room.strategies[0].id}")
    assert shown.removeprefix("\n") == (said or "").replace("\r\n", "\n").replace("\r", "\n")
    assert browser.get(where).status_code == 200
    browser.post(f"/rounds/{room.round.id}/close")
    assert (
        squeezed(said or "")
        in squeezed(
            words(
                tree(
                    browser.get(
                        f"/rounds/{room.round.id}/agree?goal={room.goals[0].id}&strategy={room.strategies[0].id}"
                    ).text
                )
            )
        )
        or not said
    )


@pytest.mark.parametrize("text", SOME + LINES[1::8])
def test_what_is_asked_shows_what_was_typed(room, browser, session, text):
    for model in (Rater, Round):
        session.execute(sa.delete(model))
    session.expire_all()
    fields = {"raters": [room.me.id], "request": text, "closes_on": ""}
    answer = browser.post(f"/engagements/{room.engagement.id}/rounds/new", data=fields)
    assert answer.status_code == 302
    said = session.scalar(sa.select(Round.request))
    assert squeezed(said or "") == squeezed(kept(text))
    assert squeezed(said or "") in squeezed(words(tree(browser.get(answer.location).text)))


@pytest.mark.parametrize("text", SOME + LINES[5::8])
def test_why_they_agreed_is_kept_as_it_was_typed(room, put, browser, session, text):
    put(room.me, 0, 0, 3, is_revealed=True)
    end(room.round)
    where = f"/rounds/{room.round.id}/agree?goal={room.goals[0].id}&strategy={room.strategies[0].id}"
    browser.post(where, data={"mark": "3", "note": text})
    assert squeezed(session.scalar(sa.select(Relation.note)) or "") == squeezed(kept(text))
