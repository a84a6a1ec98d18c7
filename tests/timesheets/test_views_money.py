"""Rates, budgets, earned value and utilisation: who sees what, and that the numbers are right."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.access import Role
from crm.engagements.models import ServiceLine
from crm.roadmap.models import MilestoneState
from crm.sessions.models_time import Override, TimeOverride, TimeState
from crm.timesheets import queries_budget
from crm.timesheets.models import EngagementRate, PersonRate
from crm.timesheets.queries_money import worth
from tests import factories as make
from tests.reading import main
from tests.timesheets.conftest import WEEK

APPROVED = TimeState.APPROVED


def money(client, engagement):
    return main(client.get(f"/engagements/{engagement.id}/money").data)


@pytest.fixture
def agreed(session, me, engagement):
    """METHODS: BAC 100,000, PV 60 %, EV 48 %, AC 55,000, as 25 milestones and 550 h at 100."""
    engagement.fee, engagement.starts_on, engagement.ends_on = (
        Decimal(100_000),
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    make.BudgetFactory(engagement=engagement, hours=1000)
    make.EngagementRateFactory(engagement=engagement, amount=Decimal(100), from_on=date(2025, 1, 1))
    for number in range(25):
        done = number < 12
        make.MilestoneFactory(
            engagement=engagement,
            baseline_on=date(2026, 2, 1) if number < 15 else date(2026, 9, 1),
            state=MilestoneState.DONE if done else MilestoneState.PLANNED,
            actual_on=date(2026, 2, 20) if done else None,
        )
    make.MilestoneFactory(engagement=engagement, state=MilestoneState.DROPPED)
    for number in range(55):
        make.FreeTimeFactory(
            engagement=engagement, user_id=me.id, minutes=600, worked_on=date(2026, 1, 2 + number % 25),
            state=APPROVED if number % 2 else TimeState.OPEN,
        )  # fmt: skip
    return engagement


def test_the_page_reckons_as_the_methods_do(sign_in, manager, agreed):
    page = money(sign_in(manager), agreed)
    for said in (
        "Planned value (PV) what should be done by now 600 h US$60,000.00",
        "Earned value (EV) what is done 480 h US$48,000.00",
        "Actual cost (AC) what it has taken 550 h US$55,000.00",
        "below 0 is late -120 h -US$12,000.00",
        "below 1 is late 0.8 0.8",
        "below 0 costs more than it earns -70 h -US$7,000.00",
        "below 1 costs more than it earns 0.87 0.87",
        "if it goes on like this 1,145.8 h US$114,583.33",
        "below 0 ends over budget -145.8 h -US$14,583.33",
        "needs to end on budget 1.16 1.16",
        "12 of 25",
    ):
        assert said in page, page


def test_the_budget_says_what_is_approved_and_what_is_not(sign_in, manager, agreed):
    page = money(sign_in(manager), agreed)
    assert "Coaching 550 h (55 %) 1,000 h 270 h 280 h 450 h" in page
    assert "Billable time of every kind counts, but for travel; approved or not." in page
    assert "Too fast" in page, "55 % of the hours in 17 % of the time"


def test_a_consultant_sees_hours_and_no_rate_of_others(browser, agreed):
    page = money(browser, agreed)
    assert "Actual cost (AC) what it has taken 550 h" in page
    assert "55,000" not in page
    assert "US$100.00 an hour" in page, "fees and rates of the engagement are for its team"


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADVISER, Role.CONSULTANT])
def test_a_stranger_cannot_see_money(sign_in, agreed, role):
    assert sign_in(make.UserFactory(role=role)).get(f"/engagements/{agreed.id}/money").status_code == 404


def test_a_client_sees_hours_against_the_budget_only(sign_in, agreed):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=agreed, user=guest)
    client = sign_in(guest)
    assert client.get(f"/engagements/{agreed.id}/money").status_code == 403
    page = main(client.get(f"/engagements/{agreed.id}").data)
    assert "550 of 1000 h" in page
    assert "Time and money" not in page


def test_runway_is_at_the_pace_of_the_last_weeks(sign_in, me, manager, engagement):
    make.BudgetFactory(engagement=engagement, hours=40)
    for day in (date(2026, 2, 10), date(2026, 2, 20)):
        make.FreeTimeFactory(engagement=engagement, user_id=me.id, minutes=480, worked_on=day)
    assert "Runway 12 weeks 24 h left at 2 h a week" in money(sign_in(manager), engagement)


def test_without_budget_fee_and_milestones_the_page_says_what_is_missing(sign_in, manager, engagement):
    page = money(sign_in(manager), engagement)
    assert "Earned value needs agreed hours and milestones with a baseline." in page


RATE = {"from_on": "2026-01-01", "amount": "120.50", "currency": "EUR"}


def test_rates_are_set_and_corrected(sign_in, session, me, manager, engagement):
    client = sign_in(manager)
    for amount in ("120.50", "130"):
        client.post("/time/rates", data=RATE | {"user_id": me.id, "amount": amount})
        client.post(f"/engagements/{engagement.id}/rates", data=RATE | {"amount": amount})
    for model in (PersonRate, EngagementRate):
        (rate,) = session.scalars(sa.select(model)).all()
        assert (rate.amount, rate.currency, rate.from_on) == (Decimal(130), "EUR", date(2026, 1, 1))
    assert "€130.00" in main(client.get("/time/rates").data)


@pytest.mark.parametrize(
    "wrong", [{"amount": "-1"}, {"amount": "NaN"}, {"amount": "1.234"}, {"from_on": ""}, {"currency": "XXX"}]
)
def test_rates_refuse(sign_in, session, me, manager, engagement, wrong):
    client = sign_in(manager)
    assert client.post("/time/rates", data=RATE | {"user_id": me.id} | wrong).status_code == 422
    assert client.post(f"/engagements/{engagement.id}/rates", data=RATE | wrong).status_code == 422
    assert session.scalars(sa.select(PersonRate)).all() == []


def test_a_consultant_sees_their_own_rate_and_sets_none(browser, session, me, engagement):
    make.PersonRateFactory(user_id=me.id, amount=Decimal(111))
    make.PersonRateFactory(amount=Decimal("9876.5"))
    page = main(browser.get("/time/rates").data)
    assert "111" in page
    assert "9,876" not in page
    assert browser.post("/time/rates", data=RATE | {"user_id": me.id}).status_code == 403
    assert browser.post(f"/engagements/{engagement.id}/rates", data=RATE).status_code == 403


def test_a_rate_of_one_entry_needs_a_reason_that_is_kept(sign_in, session, me, manager, engagement):
    entry = make.FreeTimeFactory(engagement=engagement, user_id=me.id)
    client, where = sign_in(manager), f"/time/entries/{entry.id}/rate"
    sent = {"rate": "50", "currency": "USD"}
    assert client.post(where, data=sent).status_code == 422
    assert client.post(where, data=sent | {"reason": "As a favour"}).status_code == 302
    assert client.post(where, data=sent | {"rate": "60", "reason": "Half a favour"}).status_code == 302
    (kept,) = session.scalars(sa.select(TimeOverride))
    assert (kept.what, kept.rate, kept.reason, kept.by_id) == (Override.RATE, 60, "Half a favour", manager.id)
    assert "Half a favour" in main(client.get(where).data)


def test_a_colleague_does_not_read_of_a_rate_in_the_history(sign_in, me, manager, engagement):
    colleague = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user=colleague)
    entry = make.FreeTimeFactory(engagement=engagement, user_id=me.id)
    sent = {"rate": "4321", "currency": "USD", "reason": "As a favour"}
    sign_in(manager).post(f"/time/entries/{entry.id}/rate", data=sent)
    history = f"/history/engagement/{engagement.id}"
    assert "As a favour" in sign_in(manager).get(history).text
    assert "As a favour" not in sign_in(colleague).get(history).text


# Utilisation and realisation


def utilisation(client, **asked) -> str:
    return main(client.get("/time/utilisation", query_string=asked).data)


def test_utilisation_is_billable_over_available_hours(sign_in, session, me, manager, engagement):
    """METHODS: 1,450 of 2,000 hours, here fifty weeks at forty."""
    for number in range(145):
        make.FreeTimeFactory(
            engagement=engagement, user_id=me.id, minutes=600, worked_on=date.fromordinal(739_000 + number)
        )
    first = date(2024, 1, 1)
    page = utilisation(sign_in(manager), **{"from": first.isoformat(), "to": date(2024, 12, 15).isoformat()})
    assert f"{me.name} 40 h a week 2,000 h" in page
    assert "1,450 h 0 h 72.5 %" in page
    assert "holidays and leave are not taken off" in page


def test_realisation_is_what_is_charged_over_what_is_standard(sign_in, me, manager, engagement):
    make.PersonRateFactory(user_id=me.id, amount=Decimal(100))
    make.EngagementRateFactory(engagement=engagement, amount=Decimal(80), from_on=date(2026, 2, 1))
    days = {date(2026, 1, 20): None, date(2026, 2, 20): None, date(2026, 2, 21): Decimal(40)}
    for day, own in days.items():
        entry = make.FreeTimeFactory(engagement=engagement, user_id=me.id, worked_on=day, state=APPROVED)
        if own is not None:
            make.TimeOverrideFactory(time=entry, what=Override.RATE, rate=own, currency="USD")
    make.FreeTimeFactory(
        engagement=engagement, user_id=me.id, worked_on=WEEK
    )  # Not approved: it does not count.
    make.FreeTimeFactory(
        engagement=engagement, user_id=me.id, worked_on=WEEK, state=APPROVED, is_billable=False
    )
    page = utilisation(sign_in(manager), **{"from": "2026-01-01", "to": "2026-03-31"})
    assert "73.3 % US$220.00 of US$300.00" in page


def test_a_consultant_sees_their_own_line_only(browser, me, engagement):
    other = make.UserFactory(name="Somebody else")
    make.FreeTimeFactory(engagement=engagement, user_id=other.id, worked_on=date(2026, 2, 20))
    page = utilisation(browser)
    assert me.name in page
    assert "Somebody else" not in page


@pytest.mark.parametrize(
    "asked", [{"from": "soon"}, {"from": "2026-03-01", "to": "2026-01-01"}, {"to": "9999-99-99"}]
)
def test_days_that_are_none_are_passed_over(browser, asked):
    assert "Utilisation" in utilisation(browser, **asked)


@given(
    entries=st.lists(
        st.tuples(st.sampled_from(list(ServiceLine)), st.integers(1, 1440), st.booleans(), st.booleans()),
        max_size=6,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_of_the_budget_are_the_sums_of_what_counts(app, session, entries):
    one = make.EngagementFactory()
    for line, minutes, is_billable, is_approved in entries:
        make.FreeTimeFactory(
            engagement=one, service_line=line, minutes=minutes, is_billable=is_billable,
            state=APPROVED if is_approved else TimeState.OPEN,
        )  # fmt: skip
    for line in {line for line, *_ in entries}:
        make.BudgetFactory(engagement=one, service_line=line)
    with app.app_context():
        lines = queries_budget.lines_of(one, date(2026, 12, 31))
    assert sum(line.used for line in lines) == sum(minutes for _, minutes, billed, _ in entries if billed)
    assert sum(line.approved for line in lines) == sum(m for _, m, billed, done in entries if billed and done)


def test_money_is_rounded_to_cents():
    assert worth(50 * 1_000_000) == Decimal("83.33")
    assert worth(None) == 0
