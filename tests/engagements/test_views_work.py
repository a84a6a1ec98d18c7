"""The statement of work: deliverables and change orders."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm import clock
from crm.access import Role
from crm.engagements.models import Budget, FeeBasis, ServiceLine
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable, DeliverableState
from tests import factories as make
from tests.reading import main


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda whose=None: date(2026, 5, 1))


@pytest.fixture
def sponsor(ours):
    user = make.UserFactory(role=Role.CLIENT, name="Ada Sponsor")
    make.EngagementGrantFactory(engagement=ours, user=user, is_sponsor=True)
    return user


def test_work_shows_what_is_agreed_and_to_the_client_no_fee(browser, sign_in, ours, sponsor):
    ours.out_of_scope, ours.fee_basis = "The web site", FeeBasis.RETAINER
    make.BudgetFactory(engagement=ours, service_line=ServiceLine.TRAINING, hours=12)
    make.DeliverableFactory(engagement=ours, title="Guideline", acceptance="The board has read it")
    make.ChangeOrderFactory(engagement=ours, fee=Decimal("777.00"), title="More wards")
    page = main(browser.get(f"/engagements/{ours.id}/work").text)
    for words in (
        "The web site",
        "Retainer",
        "Training 12 h",
        "Guideline",
        "Accepted when: The board has read",
    ):
        assert words in page
    assert "777" in page
    assert "12,500" in page
    guests = main(sign_in(sponsor).get(f"/engagements/{ours.id}/work").text)
    assert "More wards" in guests
    assert "Coaching +10 h" in guests
    for words in ("777", "12,500", "Retainer"):
        assert words not in guests


def test_a_deliverable_is_promised_delivered_and_accepted_by_the_sponsor(
    browser, sign_in, me, ours, sponsor, session
):
    data = {"title": "Guideline", "acceptance": "Read", "due_on": "2026-06-01", "owner": f"user:{me.id}"}
    assert browser.post(f"/engagements/{ours.id}/deliverables/new", data=data).status_code == 302
    made = session.scalars(select(Deliverable)).one()
    assert (made.title, made.due_on, made.owner_user_id) == ("Guideline", date(2026, 6, 1), me.id)
    guest = sign_in(sponsor)
    guest.post(f"/deliverables/{made.id}/accept")
    session.expire_all()
    assert made.state is DeliverableState.PLANNED
    sign_in(me).post(f"/deliverables/{made.id}/deliver", data={"evidence": "https://example.org/g"})
    sign_in(sponsor).post(f"/deliverables/{made.id}/accept", data={"name": "Somebody else"})
    session.expire_all()
    assert (made.state, made.delivered_on, made.accepted_on) == (
        DeliverableState.ACCEPTED, date(2026, 5, 1), date(2026, 5, 1),
    )  # fmt: skip
    assert made.accepted_by == "Ada Sponsor"
    sign_in(me).post(f"/deliverables/{made.id}/take-back")
    session.expire_all()
    assert (made.state, made.delivered_on, made.accepted_by) == (DeliverableState.PLANNED, None, None)


def test_the_team_names_who_accepted(browser, ours, session):
    one = make.DeliverableFactory(
        engagement=ours, state=DeliverableState.DELIVERED, delivered_on=date(2026, 4, 1)
    )
    browser.post(f"/deliverables/{one.id}/accept", data={"name": " "})
    session.expire_all()
    assert one.state is DeliverableState.DELIVERED
    browser.post(f"/deliverables/{one.id}/accept", data={"name": "Dr Ada"})
    session.expire_all()
    assert (one.state, one.accepted_by) == (DeliverableState.ACCEPTED, "Dr Ada")


def test_a_client_who_signs_not_accepts_nothing(sign_in, ours, session):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=ours, user=guest)
    one = make.DeliverableFactory(
        engagement=ours, state=DeliverableState.DELIVERED, delivered_on=date(2026, 4, 1)
    )
    assert sign_in(guest).post(f"/deliverables/{one.id}/accept").status_code == 403


CHANGE = {
    "title": "Two more wards", "reason": "The pilot works", "scope": "Wards 3 and 4", "hours_coaching": "10",
    "hours_training": "-2", "fee": "1500.50", "ends_on": "2027-01-31",
}  # fmt: skip


def test_an_agreed_change_is_what_is_agreed_from_then_on(browser, ours, session):
    make.BudgetFactory(engagement=ours, service_line=ServiceLine.TRAINING, hours=5)
    ours.scope = "Wards 1 and 2"
    browser.post(f"/engagements/{ours.id}/changes/new", data=CHANGE)
    order = session.scalars(select(ChangeOrder)).one()
    assert (order.number, order.hours, order.proposed_on) == (
        1,
        {"coaching": 10, "training": -2},
        date(2026, 5, 1),
    )
    session.expire_all()
    assert ours.fee == Decimal("12500.00")
    answer = browser.post(f"/changes/{order.id}/agree", data={"name": "Dr Ada", "on": "2026-05-02"})
    assert answer.status_code == 302
    session.expire_all()
    assert (ours.fee, ours.ends_on) == (Decimal("14000.50"), date(2027, 1, 31))
    assert ours.scope == "Wards 1 and 2\n\nChange order 1: Wards 3 and 4"
    hours = {row.service_line: row.hours for row in session.scalars(select(Budget))}
    assert hours == {ServiceLine.COACHING: 10, ServiceLine.TRAINING: 3}
    assert (order.state, order.decided_with, order.decided_on) == (
        ChangeState.AGREED,
        "Dr Ada",
        date(2026, 5, 2),
    )


def test_a_change_that_cannot_be_is_refused_whole(browser, ours, session):
    order = make.ChangeOrderFactory(engagement=ours, hours={"coaching": -5}, ends_on=date(2027, 1, 1))
    browser.post(f"/changes/{order.id}/agree", data={"name": "Dr Ada", "on": "2026-05-02"})
    session.expire_all()
    assert (order.state, ours.ends_on) == (ChangeState.PROPOSED, None)
    assert "Only 0 h of coaching are agreed" in browser.get(f"/engagements/{ours.id}/work").text


def test_a_declined_change_changes_nothing_and_stays(browser, ours, session):
    order = make.ChangeOrderFactory(engagement=ours)
    browser.post(f"/changes/{order.id}/decline", data={"name": "Dr Ada", "on": "2026-05-02"})
    session.expire_all()
    assert order.state is ChangeState.DECLINED
    assert session.scalars(select(Budget)).all() == []
    browser.post(f"/changes/{order.id}/edit", data=CHANGE)
    browser.post(f"/changes/{order.id}/agree", data={"name": "Dr Ada", "on": "2026-05-02"})
    session.expire_all()
    assert (order.state, order.title != CHANGE["title"]) == (ChangeState.DECLINED, True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Say in a line what changes."),
        ("reason", " ", "Say why"),
        ("ends_on", "2020-01-01", "The end must not come before the start."),
        ("hours_coaching", "1.5", "Enter a whole number."),
        ("fee", "NaN", "Enter an amount"),
    ],
)
def test_propose_refuses(browser, ours, session, field, value, words):
    answer = browser.post(f"/engagements/{ours.id}/changes/new", data=CHANGE | {field: value})
    assert answer.status_code == 422
    assert words in main(answer.text)
    assert session.scalars(select(ChangeOrder)).all() == []


def test_propose_refuses_what_changes_nothing(browser, ours):
    data = {"title": "Nothing", "reason": "None"}
    answer = browser.post(f"/engagements/{ours.id}/changes/new", data=data)
    assert "It changes nothing yet" in main(answer.text)


def test_work_pro_bono_has_no_fee(browser, ours):
    answer = browser.post(
        f"/engagements/{ours.id}/edit",
        data={
            "title": "T",
            "starts_on": "2026-01-01",
            "fee_basis": "pro_bono",
            "fee": "5",
            "currency": "EUR",
        },
    )
    assert answer.status_code == 422
    assert "Work pro bono has no fee" in main(answer.text)
