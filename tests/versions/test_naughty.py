"""Naughty strings where a thing is said once: names of versions, and the words of the catchball."""

import pytest
from sqlalchemy import select

from crm.versions.models import Version
from tests.naughty import ALL, LINES, kept
from tests.reading import main, squeezed


def shown(text: str) -> str:
    return squeezed(kept(text))


@pytest.mark.parametrize("text", LINES[::6])
def test_a_name_and_a_word_are_shown_as_typed(browser, sheet, session, text):
    where = browser.post(f"/engagements/{sheet.engagement.id}/versions", data={"name": text}).location
    assert shown(text) in squeezed(main(browser.get(where).text))
    answer = browser.post(f"{where}/propose", data={"note": text}, follow_redirects=True)
    assert shown(text) in squeezed(main(answer.text))
    for page in (f"/engagements/{sheet.engagement.id}/versions", f"{where}.csv", f"{where}.xlsx"):
        assert browser.get(page).status_code == 200


@pytest.mark.parametrize("text", ALL)
def test_a_counter_is_shown_as_typed(sign_in, sheet, session, me, guest, text, monkeypatch):
    sign_in(me).post(f"/engagements/{sheet.engagement.id}/versions", data={})
    version = session.scalars(select(Version)).one()
    sign_in(me).post(f"/versions/{version.id}/propose", data={})
    client = sign_in(guest)
    # Some of them are no characters of HTML at all.
    monkeypatch.setattr(type(client), "is_strict", False)
    answer = client.post(f"/versions/{version.id}/counter", data={"note": text}, follow_redirects=True)
    assert shown(text) in squeezed(main(answer.text))


@pytest.mark.parametrize("text", LINES[::6])
def test_a_worksheet_of_naughty_words_is_written_in_every_format(browser, sheet, session, text):
    sheet.goals[0].statement = sheet.strategies[0].statement = kept(text)[:255]
    session.flush()
    for format_ in ("csv", "json", "xlsx", "pdf"):
        assert browser.get(f"/engagements/{sheet.engagement.id}/worksheet.{format_}").status_code == 200
