"""The benchmark: from five clients on, rounded, and never which of them is which."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.evidence.benchmark import quarter_of, rounded
from crm.evidence.models import BenchmarkConsent
from crm.evidence.numbers import shown_part
from tests import factories as make
from tests.reading import main

VALUES = (4.111, 6.222, 8.333, 10.444, 12.555)


def client_with(value: float, **more) -> object:
    engagement = make.EngagementFactory()
    measure = make.MeasureFactory(engagement=engagement, name="No-show rate", unit="%")
    make.ObservationFactory(measure=measure, value=99.0, period_on=date(2025, 1, 1))
    make.ObservationFactory(measure=measure, value=value, period_on=date(2026, 2, 1))
    if more.get("takes_part", True):
        given_on = more.get("given_on", date(2026, 1, 5))
        make.BenchmarkConsentFactory(organisation=engagement.organisation, given_on=given_on)
    return engagement.organisation


@pytest.fixture
def five(me):
    return [client_with(value) for value in VALUES]


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER)


def table(client, address="/benchmark") -> str:
    return main(client.get(address).text)


def test_shows_rounded_quartiles_of_five(sign_in, five):
    said = table(sign_in(make.UserFactory()))
    assert "No-show rate % 5 6.2 8.3 10 –" in said
    for organisation, value in zip(five, VALUES, strict=True):
        assert organisation.name not in said
        assert str(value) not in said


@pytest.mark.parametrize("left", range(5))
def test_four_clients_are_not_shown(sign_in, session, five, left):
    session.execute(sa.delete(BenchmarkConsent).where(BenchmarkConsent.organisation_id == five[left].id))
    assert "No measure has 5 clients yet" in table(sign_in(make.UserFactory()))


@pytest.mark.usefixtures("five")
def test_a_sixth_is_not_told_from_the_count_and_does_not_count_before_the_next_quarter(sign_in, clock_at, me):
    client = sign_in(make.UserFactory())
    before = table(client)
    client_with(1000.0, given_on=date(2026, 4, 20))
    assert table(client) == before
    clock_at(me.created_at.replace(year=2026, month=7, day=2))
    after = table(client)
    assert "No-show rate % 5 6.7 9.4 12 –" in after


@pytest.mark.usefixtures("five")
def test_values_of_the_running_quarter_do_not_count_yet(sign_in, session):
    client = sign_in(make.UserFactory())
    before = table(client)
    measures = sa.text("SELECT id FROM measure WHERE name = 'No-show rate' ORDER BY id LIMIT 1")
    first = session.get(make.MeasureFactory._meta.model, session.scalar(measures))
    make.ObservationFactory(measure=first, value=500, period_on=date(2026, 4, 15))
    assert table(client) == before


def test_other_names_units_and_comparison_series_do_not_meet(sign_in, session, five):
    for organisation in five[:4]:
        engagement = make.EngagementFactory(organisation=organisation)
        make.ObservationFactory(measure=make.MeasureFactory(engagement=engagement, name="Odd", unit="%"))
    engagement = make.EngagementFactory(organisation=five[4])
    make.ObservationFactory(measure=make.MeasureFactory(engagement=engagement, name="Odd", unit="days"))
    assert "Odd" not in table(sign_in(make.UserFactory()))


def test_several_measures_of_one_client_count_once(sign_in, five):
    engagement = make.EngagementFactory(organisation=five[0])
    again = make.MeasureFactory(engagement=engagement, name=" no-show RATE ", unit="%")
    make.ObservationFactory(measure=again, value=4.2, period_on=date(2026, 1, 1))
    assert "% 5 6.2 8.3 10" in table(sign_in(make.UserFactory()))


def test_a_client_sees_their_own_place_and_no_other_name(sign_in, five):
    guest = make.UserFactory(role=Role.CLIENT)
    make.ContactFactory(organisation=five[4], user=guest)
    engagement = make.EngagementFactory(organisation=five[4], granted=[guest])
    own = make.MeasureFactory(engagement=engagement, name="No-show rate", unit="%")
    make.ObservationFactory(measure=own, value=12.6, period_on=date(2026, 3, 1))
    page = table(sign_in(guest))
    assert "12.6 in the highest quarter" in page
    assert five[4].name in page
    assert not any(other.name in page for other in five[:4])


def test_a_consultant_cannot_ask_for_the_place_of_a_stranger(sign_in, five):
    said = table(sign_in(make.UserFactory()), f"/benchmark?organisation={five[0].id}")
    assert "4.11" not in said
    assert "in the lowest quarter" not in said


def test_a_manager_sees_the_place_of_the_client_they_chose(sign_in, manager, five):
    assert "4.11 in the lowest quarter" in table(sign_in(manager), f"/benchmark?organisation={five[0].id}")


def test_a_client_joins_and_leaves_for_themselves_alone(sign_in, session, guest, engagement, five):
    client, own = sign_in(guest), engagement.organisation_id
    make.MeasureFactory(engagement=engagement)
    assert client.post(f"/organisations/{own}/benchmark/join").status_code == 302
    assert (
        "takes part already"
        in client.post(f"/organisations/{own}/benchmark/join", follow_redirects=True).text
    )
    assert client.post(f"/organisations/{own}/benchmark/leave").status_code == 302
    assert client.post(f"/organisations/{five[0].id}/benchmark/leave").status_code == 404
    taking_part = set(session.scalars(sa.select(BenchmarkConsent.organisation_id)))
    assert taking_part == {one.id for one in five}


def test_a_consultant_does_not_agree_for_a_client(sign_in, me, engagement):
    assert sign_in(me).post(f"/organisations/{engagement.organisation_id}/benchmark/join").status_code == 403


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, 0.0), (12.555, 13.0), (-0.0456, -0.046), (98_765.0, 99_000.0), (5.0, 5.0)]
)
def test_rounding_leaves_two_digits(value, said):
    assert rounded(value) == said


@pytest.mark.parametrize(
    ("today", "first"), [(date(2026, 5, 4), date(2026, 4, 1)), (date(2026, 1, 1), date(2026, 1, 1)),
                         (date(2026, 12, 31), date(2026, 10, 1))],
)  # fmt: skip
def test_a_quarter_begins_on_its_first_day(today, first):
    assert quarter_of(today) == first


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [(120, 1000, ("120", "1,000", True)), (0, 1000, ("0", "1,000", True)), (None, None, ("", "", True)),
     (12.5, 100, ("12.5", "100", True))],
)  # fmt: skip
def test_a_part_of_many_is_shown(numerator, denominator, said):
    assert shown_part(numerator, denominator) == said


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 200), (195, 200), (4, 9), (10, 21)])
def test_a_small_part_cannot_be_reckoned_back(numerator, denominator):
    part, whole, is_shown = shown_part(numerator, denominator)
    assert not is_shown
    shown = [one for one in (part, whole) if one != "hidden"]
    assert len(shown) <= 1
