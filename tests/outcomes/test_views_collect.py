"""What is owed, entered by the phone, asked about, corrected, approved and opened again."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.errors import DomainError
from crm.extensions import db
from crm.organisations.models import Platform
from crm.outcomes.models import Correction, Frequency, Observation, Origin, ValueKind
from tests import factories as make
from tests.reading import main, panes, typed

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


def test_collect_shows_what_is_owed_late_unlikely_and_not_approved(sign_in, me, engagement, measure):
    value_of(measure, JANUARY)
    make.MeasureFactory(engagement=engagement, name="Without")
    other = make.MeasureFactory(engagement=engagement, name="Waits", frequency=Frequency.QUARTERLY)
    for month, value in enumerate((4, 5, 6, 60), 1):
        value_of(other, date(2025, month, 1), value)
    found = panes(sign_in(me).get(f"/engagements/{engagement.id}/collect").text)
    owed = found["What is owed"]
    assert "No-show rate 1 late 1 owed now 1 not approved" in owed
    assert "Monthly since 9 Dec 2025; due 14 days after each period." in owed
    assert "Enter Dec 2025 Late due 14 Jan 2026" in owed
    assert "Enter Feb 2026 Owed now due 14 Mar 2026" in owed
    assert "Without No schedule: say on the measure when its first period begins." in owed
    assert "Waits 1 unlikely 4 not approved" in owed
    assert "60 for 1 Apr 2025 is 10 times the median of the earlier values, 5, or more." in owed
    assert "April 2025 1 1 0" in found["To approve"]
    assert "Approve the ticked" not in found["To approve"], "the team does not approve"


def test_a_measure_says_what_is_missing(sign_in, me, measure):
    value_of(measure, JANUARY)
    missing = panes(sign_in(me).get(f"/measures/{measure.id}").text)["Missing"]
    assert missing == "Missing 2 Enter Dec 2025 Late due 14 Jan 2026 Enter Feb 2026 Owed now due 14 Mar 2026"


def test_enter_shows_the_period_saves_and_leads_back(sign_in, session, me, engagement, measure):
    client, address = sign_in(me), f"/measures/{measure.id}/enter?period=2026-02-01"
    page = client.get(address).text
    assert typed(page, "period_on") == "2026-02-01"
    assert 'name="reason"' not in page
    fields = {"period_on": "2026-02-17", "numerator": "94", "denominator": "1000", "n": "1000"}
    answer = client.post(address, data=fields)
    assert answer.location == f"/engagements/{engagement.id}/collect"
    said = client.get(answer.location).text
    assert "1 observation added. 1 day lies within a month and is read as the month" in said
    (one,) = every(session)
    assert (one.period_on, one.value, one.n, one.origin) == (FEBRUARY, pytest.approx(9.4), 1000, Origin.TYPED)
    client.post(f"{address}&to=measure", data=fields | {"numerator": "95", "reason": "Late entries"})
    (was,) = every(session, Correction)
    assert (was.value, was.numerator, was.reason, was.user_id) == (
        pytest.approx(9.4),
        94,
        "Late entries",
        me.id,
    )
    page = main(client.get(f"/measures/{measure.id}").text)
    assert "Was 9.4 (94 of 1,000), n = 1,000, corrected on 3 Mar 2026 by Ana Coach: Late entries" in page


@pytest.mark.parametrize("period", ["", "soon", "0001-01-01", "2026-13-01"])
def test_enter_opens_without_a_period_that_can_be_read(sign_in, me, measure, period):
    page = sign_in(me).get(f"/measures/{measure.id}/enter?period={period}").text
    assert not typed(page, "period_on")


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        (ValueKind.COUNT, {"value": "-1"}, "A count is not negative."),
        (ValueKind.COUNT, {"value": "1.5"}, "A count is a whole number."),
        (ValueKind.COUNT, {"value": "many"}, "Enter a number, such as 12.5."),
        (
            ValueKind.PROPORTION,
            {"numerator": "11", "denominator": "10"},
            "The numerator is above its denominator.",
        ),
        (ValueKind.NUMBER, {"value": "1e400"}, "Enter a number, such as 12.5."),
        (ValueKind.NUMBER, {"value": "NaN"}, "Enter a number, such as 12.5."),
        (ValueKind.NUMBER, {"value": "inf"}, "Enter a number, such as 12.5."),
        (ValueKind.NUMBER, {"value": ""}, "Enter a value, or a numerator and a denominator."),
        (ValueKind.NUMBER, {"value": "1", "n": "1.5"}, "N is a whole number, 0 or more."),
        (ValueKind.NUMBER, {"value": "1", "period_on": "2026-04-01"}, "The period lies in the future."),
        (ValueKind.NUMBER, {"value": "101"}, "No value of this measure is above 100."),
    ],
)
def test_enter_refuses_what_can_be_no_value(sign_in, session, me, measure, kind, fields, sentence):
    measure.value_kind, measure.ceiling = kind, 100
    session.flush()
    for address in (f"/measures/{measure.id}/enter", f"/measures/{measure.id}/observations"):
        said = {"period_on": "2026-02-01", "provenance": "The ledger", **fields}
        answer = sign_in(me).post(address, data=said)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert typed(answer.text, "provenance") == "The ledger"
    assert every(session) == []


def test_an_unlikely_value_is_asked_about_and_nothing_is_lost(sign_in, session, me, measure):
    for month in range(1, 9):
        value_of(measure, date(2025, month, 1), 10 + month % 2)
    client, address = sign_in(me), f"/measures/{measure.id}/enter"
    fields = {"period_on": "2026-02-01", "value": "25", "provenance": "The ledger"}
    answer = client.post(address, data=fields)
    assert answer.status_code == 422
    assert "25 for 1 Feb 2026 lies outside 7.84 to 13.16" in main(answer.text)
    assert "It is right" in main(answer.text)
    assert (typed(answer.text, "value"), typed(answer.text, "provenance")) == ("25", "The ledger")
    assert len(every(session)) == 8
    assert client.post(address, data=fields | {"is_right": "y"}).status_code == 302
    assert len(every(session)) == 9


def test_an_unlikely_row_of_a_paste_is_asked_about(sign_in, session, me, measure):
    client, address = sign_in(me), f"/measures/{measure.id}/observations/paste"
    rows = {"rows": "2025-10;4\n2025-11;5\n2025-12;6\n2026-01;60"}
    answer = client.post(address, data=rows)
    assert answer.status_code == 422
    assert "60 for 1 Jan 2026 is 10 times the median" in main(answer.text)
    assert every(session) == []
    assert client.post(address, data=rows | {"is_right": "y"}).status_code == 302
    assert len(every(session)) == 4


def _by_form(client, measure):
    fields = {"period_on": "2026-02-01", "value": "9.5", "reason": "Counted again"}
    return client.post(f"/measures/{measure.id}/observations", data=fields)


def _by_phone(client, measure):
    fields = {"period_on": "2026-02-01", "value": "9.5", "reason": "Counted again"}
    return client.post(f"/measures/{measure.id}/enter", data=fields)


def _by_paste(client, measure):
    rows = {"rows": "2026-02;9.5", "source": "Counted again"}
    return client.post(f"/measures/{measure.id}/observations/paste", data=rows)


def _by_import(client, measure):
    answer = client.post(f"/measures/{measure.id}/import", data={"text": "month;value\n2026-02;9.5"})
    plan = {"combine": "each", "from_period": "0", "from_value": "1", "do": "import"}
    return client.post(answer.location, data=plan)


def _by_counts(client, measure):
    channel = make.ChannelFactory(organisation=measure.engagement.organisation, platform=Platform.INSTAGRAM)
    for day, followers in ((3, 7), (28, 10)):
        make.ChannelCountFactory(
            organisation=channel.organisation, channel_id=channel.id, counted_on=date(2026, 2, day),
            followers=followers,
        )  # fmt: skip
    return client.post(f"/measures/{measure.id}/counts", data={"channel": channel.id})


PATHS = {
    _by_form: "Counted again",
    _by_phone: "Counted again",
    _by_paste: "Counted again",
    _by_import: "Imported from Pasted rows",
    _by_counts: "Follower counts of Instagram @client",
}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__.strip("_"))
def test_every_path_keeps_what_a_value_said_before_it(sign_in, session, me, measure, path):
    one = value_of(measure, provenance="Ledger", numerator=94, denominator=1000)
    assert path(sign_in(me), measure).status_code == 302
    (was,) = every(session, Correction)
    assert (was.observation_id, was.value, was.numerator, was.denominator) == (one.id, 9.4, 94, 1000)
    assert (was.provenance, was.user_id, was.is_reopening) == ("Ledger", me.id, False)
    assert was.reason.startswith(PATHS[path])
    assert one.value in (9.5, 10)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__.strip("_"))
def test_no_path_changes_what_is_approved(sign_in, session, me, manager, measure, path):
    one = value_of(measure, user_id=me.id)
    assert approve(sign_in(manager), measure.engagement, "2026-02").status_code == 302
    client = sign_in(me)
    answer = path(client, measure)
    assert answer.status_code == 422 or path is _by_counts
    assert every(session, Correction) == []
    assert (one.value, one.approved_by_id) == (9.4, manager.id)
    answer = client.post(f"/observations/{one.id}/delete", follow_redirects=True)
    assert "The value of 1 Feb 2026 is approved: it stays as it is." in answer.text
    assert len(every(session)) == 1


def test_a_change_past_every_route_is_a_correction_too(app, measure):
    key = value_of(measure, n=40).id
    with app.app_context():
        one = db.session.get(Observation, key)
        db.session.expire(one)
        one.n = 41
        db.session.flush()
        one.provenance = "The ledger"  # where it comes from is no value
        db.session.flush()
        (was,) = db.session.scalars(sa.select(Correction))
        assert (was.value, was.n, was.reason, was.user_id) == (9.4, 40, None, None)


SETTLED = [{"value": 1.0}, {"provenance": "Elsewhere"}, {"approved_at": None, "approved_by_id": None}]


@pytest.mark.parametrize("change", [*SETTLED, None])
def test_what_is_approved_is_settled_below_every_route(app, session, manager, measure, change):
    key = value_of(measure, approved_at=datetime(2026, 3, 1, tzinfo=UTC), approved_by_id=manager.id).id
    with app.app_context():
        one = db.session.get(Observation, key)
        for name, value in (change or {}).items():
            setattr(one, name, value)
        if change is None:
            db.session.delete(one)
        with pytest.raises(DomainError, match="The value of 1 Feb 2026 is approved: it stays as it is"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("is_deleted", [True, False])
def test_what_a_value_said_before_stays_as_it_was_written(app, measure, is_deleted):
    key = make.CorrectionFactory(observation_id=value_of(measure).id, engagement=measure.engagement).id
    with app.app_context():
        was = db.session.get(Correction, key)
        if is_deleted:
            db.session.delete(was)
        else:
            was.reason = "Something else"
        with pytest.raises(DomainError, match="stays as it was written"):
            db.session.flush()
        db.session.rollback()


def test_a_corrected_value_goes_into_the_bin_and_comes_back_with_its_corrections(
    sign_in, session, me, measure
):
    one = value_of(measure)
    client = sign_in(me)
    _by_form(client, measure)
    assert client.post(f"/observations/{one.id}/delete").status_code == 302
    assert (every(session), every(session, Correction)) == ([], [])
    item = session.execute(sa.text("SELECT id FROM bin_item")).scalar()
    assert client.post(f"/bin/{item}/put-back").status_code == 302
    assert [was.reason for was in every(session, Correction)] == ["Counted again"]


def test_a_client_reads_what_is_owed_and_enters_nothing(sign_in, engagement, measure):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    said = main(sign_in(guest).get(f"/engagements/{engagement.id}/collect").text)
    assert "Dec 2025 Late" in said
    assert "Enter Dec 2025" not in said


def test_two_thousand_values_are_told_sixty_at_a_time(sign_in, session, me, measure, queries):
    session.execute(
        sa.insert(Observation),
        [
            {"measure_id": measure.id, "engagement_id": measure.engagement_id, "value": 10 + at % 3,
             "organisation_id": measure.organisation_id, "period_on": date.fromordinal(737_000 + at)}
            for at in range(2_000)
        ],
    )  # fmt: skip
    client = sign_in(me)
    page = client.get(f"/measures/{measure.id}").text
    assert panes(page)["Observations"].count("Correct Delete") == 60
    assert "All 2,000 observations, with where they come from" in main(page)
    first = client.get(f"/measures/{measure.id}/observations").text
    assert first.count("Not approved") == 40
    older = next(one for one in first.split('"') if one.startswith("?page="))
    queries.clear()
    assert client.get(f"/measures/{measure.id}/observations{older}").text.count("Not approved") == 40
    assert len(queries) <= 10
