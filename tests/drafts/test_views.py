import pytest
from sqlalchemy import select

from crm.access import Role
from crm.drafts.models import Draft
from tests.factories import CoachingSessionFactory, EngagementFactory, UserFactory
from tests.naughty import NAUGHTY
from tests.reading import typed


def kept(session, user) -> dict[str, list]:
    session.expire_all()
    drafts = session.scalars(select(Draft).where(Draft.user_id == user.id))
    return {draft.form: draft.fields for draft in drafts}


def test_keep_saves_what_is_typed_but_not_the_token(browser, me, session):
    fields = {"summary": "Half a sen", "csrf_token": "secret", "user_ids": ["1", "2"]}
    response = browser.post("/drafts/keep/engagements/7/sessions/new", data=fields)

    assert (response.status_code, response.text) == (204, "")
    assert kept(session, me) == {
        "engagements/7/sessions/new": [["summary", "Half a sen"], ["user_ids", "1"], ["user_ids", "2"]]
    }


def test_keep_replaces_what_was_kept_before(browser, me, session):
    browser.post("/drafts/keep/a", data={"summary": "first", "place": "here"})
    browser.post("/drafts/keep/a", data={"summary": "second"})
    browser.post("/drafts/keep/b", data={"summary": "other form"})
    assert kept(session, me) == {"a": [["summary", "second"]], "b": [["summary", "other form"]]}


@pytest.mark.parametrize("text", [*NAUGHTY.values(), "a\0b"])
def test_keep_takes_any_text_under_any_name(browser, me, session, text):
    assert browser.post("/drafts/keep/a", data={"summary": text, text: "x"}).status_code == 204
    assert ["summary", text] in kept(session, me)["a"]


@pytest.mark.parametrize("form", ["%00", "x" * 3000, "%F0%9F%8F%A5", "a b", "..%5C.."])
def test_keep_takes_any_name_of_a_form(browser, me, session, form):
    assert browser.post(f"/drafts/keep/{form}", data={"summary": "x"}).status_code == 204
    assert len(kept(session, me)) == 1


def test_keep_refuses_what_is_too_long(browser, me, session):
    browser.post("/drafts/keep/a", data={"summary": "kept"})
    response = browser.post(
        "/drafts/keep/a", data={"summary": "x" * 400_001}, headers={"Accept": "application/json"}
    )
    assert response.status_code == 422
    assert response.json == {"error": "This is too long to be kept as a draft. Save it now."}
    assert kept(session, me) == {"a": [["summary", "kept"]]}


def test_the_form_comes_back_as_it_was_typed(browser, me):
    engagement = EngagementFactory(team=[me])
    page = f"/engagements/{engagement.id}/sessions/new"
    draft = {"summary": "Half a <b>sentence", "agenda": "東京", "on": "2026-02-31", "minutes_coaching": "abc"}
    browser.post(f"/drafts/keep/engagements/{engagement.id}/sessions/new", data=draft)

    restored = browser.get(page).text

    assert {name: typed(restored, name).strip() for name in draft} == draft


def test_discard_deletes_the_draft_and_leads_back(browser, me, session):
    browser.post("/drafts/keep/a", data={"summary": "x"})
    browser.post("/drafts/keep/b", data={"summary": "y"})
    here = "http://crm.test/engagements/"

    response = browser.post("/drafts/discard/a", headers={"Referer": here})

    assert response.location == here
    assert list(kept(session, me)) == ["b"]
    assert "The draft is gone." in browser.get("/account").text


def test_discard_of_nothing_is_no_harm(browser, me, session):
    assert browser.post("/drafts/discard/never").status_code == 302
    assert kept(session, me) == {}


def test_saving_the_form_discards_its_draft(browser, me, session):
    held = CoachingSessionFactory(engagement=EngagementFactory(team=[me]), coach=me)
    key = f"sessions/{held.id}/edit"
    browser.post(f"/drafts/keep/{key}", data={"summary": "x"})
    fields = {
        "on": "2026-02-03", "at": "10:00", "mode": "video", "state": "held", "time_zone": "UTC",
        "service_line": "coaching", "summary": "done", "promised-0-owner": "", "promised-1-owner": "",
    }  # fmt: skip
    response = browser.post(f"/sessions/{held.id}/edit", data=fields)
    assert response.status_code == 302
    assert kept(session, me) == {}


@pytest.mark.parametrize("role", Role)
def test_a_stranger_cannot_see_replace_or_discard_it(browser, me, session, sign_in, role):
    other = UserFactory(role=role)
    engagement = EngagementFactory(team=[me, other])
    form = f"engagements/{engagement.id}/sessions/new"
    browser.post(f"/drafts/keep/{form}", data={"summary": "my own words"})

    stranger = sign_in(other)
    assert "my own words" not in stranger.get(f"/engagements/{engagement.id}/sessions/new").text
    assert stranger.post(f"/drafts/keep/{form}", data={"summary": "theirs"}).status_code == 204
    assert stranger.post(f"/drafts/discard/{form}").status_code == 302

    assert kept(session, me) == {form: [["summary", "my own words"]]}
    assert kept(session, other) == {}
