from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.engagements.models import (
    Budget,
    Engagement,
    ServiceLine,
    Stage,
    StageMove,
    TeamMember,
)
from tests import factories as make
from tests.naughty import DROPPED, LONG, NAUGHTY
from tests.reading import main, typed

FIELDS = {
    "title": "Patient access 2026",
    "stage": "proposal",
    "starts_on": "2026-03-01",
    "ends_on": "2026-12-31",
    "hours_coaching": "60",
    "fee": "12500.50",
    "currency": "EUR",
}


def budgets(session, engagement) -> dict:
    rows = session.scalars(select(Budget).where(Budget.engagement_id == engagement.id))
    return {budget.service_line: budget.hours for budget in rows}


def test_index_shows_what_i_am_on_and_nothing_else(browser, ours):
    make.EngagementFactory(title="Foreign")
    page = main(browser.get("/engagements/").text)
    assert "1 engagement Engagement" in page
    assert "Kept" in page
    assert "Foreign" not in page


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"stage": "live"}, {"Going"}),
        ({"stage": "lost"}, {"Gone"}),
        ({"stage": "nonsense"}, {"Going", "Gone"}),
        ({"q": "going"}, {"Going"}),
        ({"q": "client of g"}, {"Gone"}),
        ({"q": "no such thing"}, set()),
    ],
)
def test_index_narrows(browser, me, question, found):
    make.EngagementFactory(title="Going", team=[me])
    other = make.OrganisationFactory(name="Client of González")
    make.EngagementFactory(title="Gone", team=[me], stage=Stage.LOST, organisation=other)
    page = main(browser.get("/engagements/", query_string=question).text)
    assert {title for title in ("Going", "Gone") if f" {title} " in page} == found
    assert ("No engagement matches" in page) == (not found)


@pytest.mark.parametrize("title", ["100% Café", "Ward_7", "Back\\slash", "It's", "ÉTÉ", "東京の仕事"])
def test_search_finds_a_title_as_it_is_written(browser, me, title):
    make.EngagementFactory(title=title, team=[me])
    make.EngagementFactory(title="1000 Wardx7 Backslash Its", team=[me])
    page = main(browser.get("/engagements/", query_string={"q": title}).text)
    assert "1 engagement Engagement" in page
    assert title in page


def test_create_asks_with_whom_first(browser, me):
    make.OrganisationFactory(name="Served", keeper=me)
    make.OrganisationFactory(name="Foreign")
    page = main(browser.get("/engagements/new").text)
    assert "Served" in page
    assert "Foreign" not in page


def test_create_saves_with_me_as_lead_and_a_first_move(browser, me, session):
    served = make.OrganisationFactory(keeper=me)
    response = browser.post(f"/engagements/new?organisation={served.id}", data=FIELDS)

    made = session.scalars(select(Engagement)).one()
    assert response.location == f"/engagements/{made.id}"
    assert (made.title, made.stage, made.starts_on) == (
        "Patient access 2026",
        Stage.PROPOSAL,
        date(2026, 3, 1),
    )
    assert (made.fee, made.currency, made.lead, made.organisation) == (Decimal("12500.50"), "EUR", me, served)
    assert budgets(session, made) == {ServiceLine.COACHING: 60}
    assert session.scalars(select(TeamMember.user_id)).all() == [me.id]
    move = session.scalars(select(StageMove)).one()
    assert (move.from_stage, move.to_stage, move.user_id) == (None, Stage.PROPOSAL, me.id)


def test_create_by_a_manager_names_the_lead(manager, me, session):
    served = make.OrganisationFactory()
    response = manager().post(f"/engagements/new?organisation={served.id}", data=FIELDS | {"lead_id": me.id})
    assert response.status_code == 302
    assert session.scalars(select(Engagement)).one().lead == me
    assert session.scalars(select(TeamMember.user_id)).all() == [me.id]


REFUSED = [
    ("title", "", "Give the engagement a title."),
    ("title", "  ", "Give the engagement a title."),
    ("title", LONG, "Keep this to 255 characters or fewer."),
    ("starts_on", "", "Enter the day it starts."),
    ("starts_on", "2026-02-30", "Enter a day as year-month-day"),
    ("starts_on", "0026-01-01", "Enter a day between 1990 and 2100."),
    ("ends_on", "2026-02-28", "The end must not come before the start."),
    ("hours_coaching", "-1", "Enter hours between 0 and 100,000."),
    ("hours_coaching", "1.5", "Enter a whole number."),
    ("fee", "10.005", "Enter an amount with at most 2 decimals"),
    ("fee", "NaN", "Enter an amount with at most 2 decimals"),
    ("fee", "-1", "A fee cannot be below nothing."),
    ("fee", "a lot", "Enter an amount, such as 12500.00."),
    ("currency", "XXX", "Not a valid choice"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), REFUSED, ids=lambda part: str(part)[:12])
def test_edit_refuses_and_loses_nothing(browser, ours, session, field, value, sentence):
    fields = FIELDS | {"scope": "typed at length", field: value}
    response = browser.post(f"/engagements/{ours.id}/edit", data=fields)
    assert response.status_code == 422
    assert sentence in main(response.text)
    assert typed(response.text, "scope").strip() == "typed at length"
    if field != "currency":
        assert typed(response.text, field) == (value if value.strip() else "")
    session.expire_all()
    assert (ours.title, ours.scope, ours.fee, ours.currency) == ("Kept", None, Decimal(12500), "USD")
    assert budgets(session, ours) == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"), [*REFUSED, ("stage", "closing", "Not a valid choice")]
)
def test_create_refuses(browser, me, session, field, value, sentence):
    served = make.OrganisationFactory(keeper=me)
    response = browser.post(f"/engagements/new?organisation={served.id}", data=FIELDS | {field: value})
    assert response.status_code == 422
    assert sentence in main(response.text)
    assert session.scalars(select(Engagement)).all() == []


def test_edit_shows_what_it_holds_and_saves(browser, ours, session):
    make.BudgetFactory(engagement=ours, service_line=ServiceLine.TRAINING, hours=8)
    path = f"/engagements/{ours.id}/edit"
    page = browser.get(path).text
    shown = {name: typed(page, name) for name in ("title", "fee", "currency", "hours_training", "starts_on")}
    assert list(shown.values()) == ["Kept", "12500", "USD", "8", "2026-01-05"]

    assert browser.post(path, data=FIELDS | {"hours_training": ""}).location == f"/engagements/{ours.id}"

    session.expire_all()
    assert (ours.title, ours.fee, ours.currency) == ("Patient access 2026", Decimal("12500.50"), "EUR")
    assert budgets(session, ours) == {ServiceLine.COACHING: 60}
    assert ours.stage is Stage.IMPLEMENTATION, "a stage is moved, not edited"


def test_edit_without_a_fee_has_no_currency(browser, ours, session):
    browser.post(f"/engagements/{ours.id}/edit", data=FIELDS | {"fee": ""})
    session.expire_all()
    assert (ours.fee, ours.currency) == (None, None)


@pytest.mark.parametrize(("text", "kept"), [*((t, t) for t in NAUGHTY.values()), *DROPPED.values()])
def test_text_shows_as_typed(browser, ours, session, text, kept):
    response = browser.post(f"/engagements/{ours.id}/edit", data=FIELDS | {"title": text, "scope": text})
    assert response.status_code == 302
    session.expire_all()
    assert (ours.title, ours.scope) == (kept, kept)
    for path in (f"/engagements/{ours.id}", "/engagements/", f"/engagements/{ours.id}/stage"):
        assert " ".join(kept.split()) in main(browser.get(path).text)


def test_a_stranger_cannot_edit_move_assign_or_grant(sign_in, ours, session):
    stranger = sign_in(make.UserFactory())
    for verb in ("edit", "stage", "team", "grants"):
        assert stranger.post(f"/engagements/{ours.id}/{verb}", data=FIELDS).status_code == 404
    session.expire_all()
    assert (ours.title, ours.stage) == ("Kept", Stage.IMPLEMENTATION)


def test_a_stranger_cannot_create_for_a_client_they_do_not_serve(browser, session):
    foreign = make.OrganisationFactory()
    for number in (foreign.id, 999_999, 10**30):
        response = browser.post(f"/engagements/new?organisation={number}", data=FIELDS)
        assert response.status_code in (200, 404)
    assert session.scalars(select(Engagement)).all() == []
