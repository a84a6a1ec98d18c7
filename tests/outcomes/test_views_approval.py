"""Months of values are approved, settled, and opened again with a reason; follower counts are taken."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.outcomes.models import Correction, Observation, Origin, ValueKind
from tests import factories as make
from tests.reading import csv_rows, main

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory(name="Ana Coach")


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER, name="Mia Manager")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(engagement=engagement, name="No-show rate", starts_on=date(2025, 12, 9))


def value_of(measure, day=FEBRUARY, value=9.4, **said):
    return make.ObservationFactory(measure=measure, period_on=day, value=value, **said)


def every(session, model=Observation):
    session.expire_all()
    return session.scalars(sa.select(model).order_by(model.id)).all()


def approve(client, engagement, *months):
    return client.post(f"/engagements/{engagement.id}/collect/approve", data={"month": list(months)})


def test_approve_settles_the_chosen_months_and_reopen_keeps_why(
    sign_in, session, me, manager, engagement, measure
):
    kept = [value_of(measure, day, user_id=me.id) for day in (JANUARY, FEBRUARY)]
    client, address = sign_in(manager), f"/engagements/{engagement.id}/collect"
    assert "Approve the ticked" in client.get(address).text
    answer = approve(client, engagement, "2026-02", "2026-99", "soon")
    assert "1 value is approved, and stay as they are." in client.get(answer.location).text
    assert [row.approved_by_id for row in every(session)] == [None, manager.id]
    assert "1 Feb 2026 Approved" in main(client.get(f"/measures/{measure.id}").text)
    assert "Approved by Mia Manager" in main(client.get(f"/measures/{measure.id}/observations").text)
    header, rows = csv_rows(client.get(f"/measures/{measure.id}.csv").data)
    assert [row[header.index("approved")] for row in rows] == ["False", "True"]
    assert client.post(f"{address}/reopen", data={"month": "2026-02", "reason": ""}).status_code == 422
    assert client.post(f"{address}/reopen", data={"month": "2026-01", "reason": "Why"}).status_code == 422
    answer = client.post(f"{address}/reopen", data={"month": "2026-02", "reason": "The ward recounted"})
    assert "1 value of February 2026 can be corrected again." in client.get(answer.location).text
    (was,) = every(session, Correction)
    assert (was.observation_id, was.is_reopening, was.reason, was.user_id) == (
        kept[1].id, True, "The ward recounted", manager.id,
    )  # fmt: skip
    assert kept[1].approved_at is None
    said = main(client.get(f"/measures/{measure.id}").text)
    assert "Opened again on 3 Mar 2026 by Mia Manager: The ward recounted" in said


def test_nobody_approves_what_they_entered_themselves(sign_in, session, engagement, measure):
    boss = make.UserFactory(role=Role.ADMINISTRATOR)
    value_of(measure, user_id=boss.id)
    client = sign_in(boss)
    answer = approve(client, engagement, "2026-02")
    assert "1 value of your own is left for somebody else." in client.get(answer.location).text
    assert every(session)[0].approved_at is None


def test_approve_refuses_no_month(sign_in, manager, engagement):
    client = sign_in(manager)
    answer = approve(client, engagement)
    assert "Tick the months to approve first." in client.get(answer.location, follow_redirects=True).text


@pytest.mark.parametrize("who", ["me", "guest", "stranger"])
def test_the_team_and_the_client_cannot_approve_or_reopen(sign_in, session, me, engagement, measure, who):
    one = value_of(measure)
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    people = {"me": (me, 403), "guest": (guest, 403), "stranger": (make.UserFactory(), 404)}
    person, status = people[who]
    client = sign_in(person)
    assert approve(client, engagement, "2026-02").status_code == status
    answer = client.post(
        f"/engagements/{engagement.id}/collect/reopen", data={"month": "2026-02", "reason": "x"}
    )
    assert answer.status_code == status
    for address in ("enter", "counts", "import"):
        if who != "me":
            assert client.post(f"/measures/{measure.id}/{address}").status_code == status
    session.expire_all()
    assert one.approved_at is None


def test_take_counts_saves_the_last_of_each_period_that_is_over(sign_in, session, me, engagement):
    measure = make.MeasureFactory(engagement=engagement, unit="followers", value_kind=ValueKind.COUNT)
    channel = make.ChannelFactory(organisation=engagement.organisation, handle="@lakeside")
    for day, followers in (
        (date(2026, 1, 5), 90),
        (date(2026, 1, 31), 100),
        (FEBRUARY, 110),
        (date(2026, 3, 2), 130),
    ):
        make.ChannelCountFactory(
            organisation=engagement.organisation, channel_id=channel.id, counted_on=day, followers=followers
        )
    client, address = sign_in(me), f"/measures/{measure.id}/counts"
    assert "Take the counts" in client.get(address).text
    assert client.post(address, data={"channel": channel.id}).location == f"/measures/{measure.id}"
    rows = every(session)
    assert [(row.period_on, row.value, row.origin) for row in rows] == [
        (JANUARY, 100, Origin.CHANNEL), (FEBRUARY, 110, Origin.CHANNEL),
    ]  # fmt: skip
    assert rows[0].provenance == "Instagram @lakeside"
    answer = client.post(address, data={"channel": channel.id})
    assert "0 observations added, 2 as before." in client.get(answer.location).text
    assert every(session, Correction) == []


def test_take_counts_refuses_a_channel_of_somebody_else_and_one_without_counts(sign_in, session, me, measure):
    foreign = make.ChannelFactory()
    ours = make.ChannelFactory(organisation=measure.engagement.organisation)
    client, address = sign_in(me), f"/measures/{measure.id}/counts"
    assert client.post(address, data={"channel": foreign.id}).status_code == 422
    answer = client.post(address, data={"channel": ours.id}, follow_redirects=True)
    assert "has no count in a period that is over and open." in answer.text
    assert every(session) == []
