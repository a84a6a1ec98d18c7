"""Versions are kept, listed, read and compared on their pages."""

import hashlib

import pytest
from sqlalchemy import select

from crm.alignment.models import Relation
from crm.audit.models import audit_entry
from crm.versions.content import digest_of
from crm.versions.models import Version
from tests import factories as make
from tests.reading import csv_rows, main, panes


@pytest.fixture
def base(ours):
    return f"/engagements/{ours.id}/versions"


def test_index_shows_what_a_version_is_for_before_there_is_one(browser, sheet, base):
    page = main(browser.get(base).text)
    assert "A version is the worksheet on a day, word for word." in page
    assert "The line begins with the second version." in page
    assert "Goals with an owner: 2 of 2" in page


def test_keep_saves_and_leads_to_the_version(browser, sheet, base, session, me):
    answer = browser.post(base, data={"name": "After the workshop"})
    version = session.scalars(select(Version)).one()
    assert answer.location == f"/versions/{version.id}"
    assert (version.number, version.name, version.user_id) == (1, "After the workshop", me.id)
    page = main(browser.get(answer.location).text)
    assert "Version 1: After the workshop" in page
    assert "The content fits its hash." in page
    assert version.digest in page
    assert "Two pilots halved them" in page


def test_keep_says_that_nothing_has_changed(browser, sheet, base, session):
    browser.post(base, data={})
    assert "Nothing has changed since version 1" in browser.post(base, data={}, follow_redirects=True).text
    assert len(session.scalars(select(Version)).all()) == 1


def test_a_version_is_read_from_its_content_and_not_from_todays_rows(browser, sheet, base, session):
    where = browser.post(base, data={}).location
    sheet.goals[0].statement = "Something else"
    session.flush()
    page = main(browser.get(where).text)
    assert "Fewer no-shows" in page
    assert "Something else" not in page


def test_a_version_that_was_tampered_with_says_so(browser, sheet, base, session):
    where = browser.post(base, data={}).location
    tamper = "UPDATE worksheet_version SET content = replace(content, '30', '31')"
    session.connection().exec_driver_sql(tamper)
    page = main(browser.get(where).text)
    assert "does not fit its hash" in page
    assert "The content fits its hash." not in page


def three(browser, sheet, base, session) -> None:
    """Versions 1 and 2, and a worksheet that has moved on."""
    browser.post(base, data={"name": "First"})
    sheet.goals[0].weight = 60
    session.flush()
    browser.post(base, data={"name": "Second"})
    sheet.strategies[0].statement = "Better stories"
    session.flush()


def test_index_draws_the_line_with_its_sentence_and_table(browser, sheet, base, session):
    three(browser, sheet, base, session)
    page = browser.get(base).text
    told = panes(page)["Over time"]
    assert "From version 1 to version 2, coverage stayed at 100 %" in told
    assert 'class="lines-chart"' in page
    head, rows = csv_rows(browser.get(f"{base}.csv").data)
    assert head[:6] == ["version", "name", "state", "kept_at", "by", "coverage"]
    assert [row[:2] for row in rows] == [["1", "First"], ["2", "Second"]]


def test_compare_tells_two_versions_apart_and_a_version_from_today(browser, sheet, base, session):
    three(browser, sheet, base, session)
    page = main(browser.get(f"{base}/compare?before=1&after=2").text)
    assert "“Fewer no-shows” weighs 60 instead of 30." in page
    assert "Better stories" not in page
    page = main(browser.get(f"{base}/compare?before=2&after=0").text)
    assert "Strategy “Stories” now reads “Better stories”." in page
    _, rows = csv_rows(browser.get(f"{base}/compare.csv?before=1&after=2").data)
    assert rows == [["Goals", "Goal “Fewer no-shows” weighs 60 instead of 30.", "30", "60", "", "", ""]]


def test_compare_refuses_a_version_that_is_not_there(browser, sheet, base):
    assert browser.get(f"{base}/compare?before=9").status_code == 404
    assert "Nothing changed" in main(browser.get(f"{base}/compare?before=x").text)


def test_compare_says_who_and_why(browser, sheet, base, session, me):
    browser.post(base, data={})
    other = make.UserFactory(name="Bo Brave")
    for row in session.scalars(select(Relation)):
        if row.mark == 1:
            row.mark, row.note, row.user_id = 9, "It did after all", other.id
    session.flush()
    page = main(browser.get(f"{base}/compare?before=1").text)
    assert "“Open hours” for “Fewer no-shows”: 1 → 9, 2 steps up. By Bo Brave. Why: It did after all" in page


def test_json_is_the_canonical_content_byte_for_byte(browser, sheet, base, session):
    where = browser.post(base, data={}).location
    version = session.scalars(select(Version)).one()
    answer = browser.get(f"{where}.json")
    assert hashlib.sha256(answer.data).hexdigest() == version.digest
    assert answer.data.decode() == version.content
    assert answer.headers["Repr-Digest"].startswith("sha-256=:")
    assert digest_of(browser.get(f"/engagements/{sheet.engagement.id}/worksheet.json").text) == version.digest


@pytest.mark.parametrize("format_", ["csv", "json", "pdf", "xlsx"])
def test_exports_are_told_to_the_audit_trail(browser, sheet, base, session, format_):
    where = browser.post(base, data={}).location
    assert browser.get(f"{where}.{format_}").status_code == 200
    assert browser.get(f"/engagements/{sheet.engagement.id}/worksheet.{format_}").status_code == 200
    told = session.scalars(select(audit_entry.c.name).where(audit_entry.c.verb == "exported")).all()
    assert sorted(told) == [
        f"Worksheet of Access (today) as {format_.upper()}",
        f"Worksheet of Access (version 1) as {format_.upper()}",
    ]


def test_a_format_that_there_is_not_is_a_404(browser, sheet):
    assert browser.get(f"/engagements/{sheet.engagement.id}/worksheet.exe").status_code == 404


def test_csv_has_a_row_for_each_cell(browser, sheet):
    head, rows = csv_rows(browser.get(f"/engagements/{sheet.engagement.id}/worksheet.csv").data)
    assert len(rows) == 4
    first = dict(zip(head, rows[0], strict=True))
    assert (first["goal"], first["weight"], first["strategy"], first["mark"], first["note"]) == (
        "Fewer no-shows", "30", "Stories", "9", "Two pilots halved them",
    )  # fmt: skip
    assert dict(zip(head, rows[2], strict=True))["mark"] == ""


def test_the_client_reads_versions_and_keeps_none(sign_in, sheet, base, guest, me, session):
    where = sign_in(me).post(base, data={}).location
    client = sign_in(guest)
    assert client.get(base).status_code == client.get(where).status_code == 200
    assert "Keep this version" not in client.get(base).text
    assert client.post(base, data={}).status_code == 403
    mine, theirs = client.get(f"{where}.json").data, sign_in(me).get(f"{where}.json").data
    assert mine == theirs


def test_a_stranger_cannot_read_a_version(sign_in, sheet, base, me):
    where = sign_in(me).post(base, data={}).location
    stranger = sign_in(make.UserFactory())
    assert stranger.get(where).status_code == stranger.get(base).status_code == 404
    assert stranger.get(f"{where}.json").status_code == 404
