from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.audit.models import audit_entry
from crm.engagements.models import Stage
from crm.health.models import HealthOverride, Judged, SatisfactionScore
from tests import factories as make
from tests.reading import main, tree
from tests.typing_in import Forms

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def me(clock_at):
    clock_at(NOW)
    return make.UserFactory(name="Mara Lind")


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT, name="Rosa Klein")


@pytest.fixture
def ours(me, guest):
    engagement = make.EngagementFactory(
        title="Patient access", team=[me], granted=[guest], lead=me, ends_on=date(2026, 7, 5)
    )
    make.CoachingSessionFactory(engagement=engagement, coach=me, starts_at=NOW - timedelta(2))
    return engagement


@pytest.fixture
def manager():
    return make.UserFactory(role=Role.MANAGER, name="Vera Bloom")


def where(engagement, page="health") -> str:
    return f"/engagements/{engagement.id}/{page}"


def overspent(engagement) -> None:
    make.BudgetFactory(engagement=engagement, hours=1)
    make.FreeTimeFactory(engagement=engagement, minutes=180)


def only(session, model):
    session.expire_all()
    return session.scalars(sa.select(model)).one()


def hand(**fields) -> dict:
    return {"level": "good", "note": "The move is agreed", "expires_on": "2026-03-31", **fields}


def test_show_says_all_six_with_their_reasons(sign_in, me, ours):
    overspent(ours)
    make.MilestoneFactory(engagement=ours, title="Launch in cardiology", planned_on=date(2026, 3, 1))
    said = main(sign_in(me).get(where(ours)).text)
    assert "Launch in cardiology is 2 days late." in said
    assert "300 % of the hours are used: more than was agreed." in said
    assert "The last session was 2 days ago." in said
    assert "Nobody has asked the client how content they are." in said
    assert "No goal weighs anything yet." in said
    assert "No measure has three values after its start yet." in said


def test_the_overview_says_the_worst_and_leads_to_all(sign_in, me, ours):
    overspent(ours)
    page = sign_in(me).get(f"/engagements/{ours.id}").text
    assert "In trouble: 300 % of the hours are used: more than was agreed." in main(page)
    assert f'href="{where(ours)}"' in page


def test_a_client_sees_four_sides_and_never_how_the_hours_burn(sign_in, guest, ours):
    overspent(ours)
    make.HealthOverrideFactory(engagement=ours, level=Judged.BAD, note="Sponsor leaves", expires_on=TODAY)
    client = sign_in(guest)
    said = main(client.get(where(ours)).text)
    page = tree(client.get(where(ours)).text)
    sides = [row.get("id") for row in page.findall(".//tbody/tr")]
    assert sides == ["schedule", "satisfaction", "alignment", "outcome"]
    shown = [said, main(client.get(f"/engagements/{ours.id}").text), main(client.get("/roadmap").text)]
    shown.append(main(client.get("/engagements/board").text))
    shown.append(main(client.get(f"/organisations/{ours.organisation_id}").text))
    for page in shown:
        for internal in ("burn", "more than was agreed", "In trouble", "Sponsor leaves", "y hand"):
            assert internal not in page
    assert "Hours used 3 of 1 h" in shown[1]


def test_a_client_gives_a_number_of_their_own_for_today(sign_in, session, guest, ours):
    client = sign_in(guest)
    assert (
        client.post(where(ours, "satisfaction"), data={"score": "5", "note": "Too slow"}).status_code == 302
    )
    one = only(session, SatisfactionScore)
    assert (one.score, one.note, one.said_by, one.said_on) == (5, "Too slow", "Rosa Klein", TODAY)
    assert (one.is_from_client, one.user_id, one.organisation_id) == (True, guest.id, ours.organisation_id)
    said = "The client last gave 5 of 10, on 3 Mar 2026, the only score so far."
    assert said in main(client.get(where(ours)).text)


@pytest.mark.parametrize("page", ["/roadmap", "/engagements/{}"])
def test_a_client_finds_the_form_where_they_look_anyway(sign_in, session, guest, ours, page):
    client = sign_in(guest)
    [form] = [one for one in Forms(client.get(page.format(ours.id)).text).forms if "score" in one.controls]
    assert form.action == where(ours, "satisfaction")
    client.post(form.action, data={"score": "0", "note": ""})
    assert only(session, SatisfactionScore).score == 0
    assert "0 of 10 on 3 Mar 2026" in main(client.get(page.format(ours.id)).text)


def test_the_team_writes_down_what_was_said_with_who_and_when(sign_in, session, me, guest, ours):
    data = {"score": "4", "note": "The films are late", "said_by": "Otto Weiss", "said_on": "2026-02-27"}
    client = sign_in(me)
    assert client.post(where(ours, "satisfaction"), data=data).status_code == 302
    one = only(session, SatisfactionScore)
    assert (one.said_by, one.said_on, one.is_from_client) == ("Otto Weiss", date(2026, 2, 27), False)
    assert "Otto Weiss, 27 Feb 2026, written down by Mara Lind" in main(client.get(where(ours)).text)
    seen = main(sign_in(guest).get(where(ours)).text)
    assert "Otto Weiss" not in seen
    assert "4 of 10" not in seen


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"score": ""}, "Choose a number from 0 to 10."),
        ({"score": "11"}, "Not a valid choice."),
        ({"score": "five"}, "Invalid Choice"),
        ({"said_by": " "}, "Name who of the client said so."),
        ({"said_on": "2026-03-04"}, "Nobody can have said it on a day that has not come."),
        ({"said_on": ""}, "Enter the day."),
    ],
)
def test_give_refuses_what_says_nothing(sign_in, session, me, ours, changed, said):
    data = {"score": "4", "said_by": "Otto Weiss", "said_on": "2026-02-27", **changed}
    answer = sign_in(me).post(where(ours, "satisfaction"), data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(sa.select(SatisfactionScore)).all() == []


def test_who_may_not_give_or_set(sign_in, session, guest, manager, ours):
    stranger = make.UserFactory(role=Role.CLIENT)
    make.ContactFactory(organisation=ours.organisation, user=stranger)
    assert sign_in(stranger).post(where(ours, "satisfaction"), data={"score": "9"}).status_code == 404
    assert sign_in(manager).post(where(ours, "satisfaction"), data={"score": "9"}).status_code == 403
    assert sign_in(guest).post(where(ours, "health/override"), data=hand()).status_code == 403
    assert sign_in(guest).post(where(ours, "health/lift")).status_code == 403
    assert sign_in(make.UserFactory(role=Role.ADVISER)).get(where(ours)).status_code == 404
    assert session.scalars(sa.select(SatisfactionScore)).all() == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.CONSULTANT])
def test_override_is_shown_beside_what_is_reckoned_and_lifted(sign_in, session, me, ours, role):
    who = me if role is Role.CONSULTANT else make.UserFactory(role=role, name="Vera Bloom")
    overspent(ours)
    client = sign_in(who)
    assert client.post(where(ours, "health/override"), data=hand()).status_code == 302
    said = main(client.get(where(ours)).text)
    assert "Set by hand On course" in said
    assert f"The move is agreed By {who.name} on 3 Mar 2026. It ends by itself after 31 Mar 2026." in said
    assert "300 % of the hours are used: more than was agreed." in said
    client.post(where(ours, "health/lift"))
    one = only(session, HealthOverride)
    assert (one.lifted_on, one.user_id) == (TODAY, who.id)
    said = main(client.get(where(ours)).text)
    assert "Set by hand On course" not in said
    assert f"{who.name}, 3 Mar 2026 to 3 Mar 2026, lifted" in said


def test_setting_anew_lifts_what_was_set_before(sign_in, session, me, ours):
    client = sign_in(me)
    client.post(where(ours, "health/override"), data=hand())
    client.post(where(ours, "health/override"), data=hand(level="bad", note="It is not"))
    session.expire_all()
    found = session.scalars(sa.select(HealthOverride).order_by(HealthOverride.id)).all()
    assert [(one.level, one.lifted_on) for one in found] == [(Judged.GOOD, TODAY), (Judged.BAD, None)]
    assert "In trouble: By hand: It is not" in main(client.get(f"/engagements/{ours.id}").text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"note": ""}, "Say why: it stands beside what is reckoned."),
        ({"expires_on": ""}, "Enter the day on which it ends."),
        ({"expires_on": "2026-03-02"}, "Enter a day from today to at most 90 days ahead."),
        ({"expires_on": "2026-06-02"}, "Enter a day from today to at most 90 days ahead."),
        ({"level": "unknown"}, "Invalid Choice"),
    ],
)
def test_override_refuses_what_does_not_end_or_says_no_why(sign_in, session, me, ours, changed, said):
    answer = sign_in(me).post(where(ours, "health/override"), data=hand(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(sa.select(HealthOverride)).all() == []


def test_the_ninetieth_day_is_the_last(sign_in, session, me, ours):
    sign_in(me).post(where(ours, "health/override"), data=hand(expires_on="2026-06-01"))
    assert only(session, HealthOverride).expires_on == date(2026, 6, 1)


def test_lift_refuses_where_nothing_is_set(sign_in, me, ours):
    answer = sign_in(me).post(where(ours, "health/lift"), follow_redirects=True)
    assert "Nothing is set by hand" in answer.text


def test_both_are_on_the_audit_trail(sign_in, session, me, ours):
    client = sign_in(me)
    client.post(where(ours, "health/override"), data=hand())
    client.post(where(ours, "health/lift"))
    score = {"score": "4", "said_by": "Otto Weiss", "said_on": "2026-02-27"}
    client.post(where(ours, "satisfaction"), data=score)
    found = session.execute(sa.select(audit_entry).order_by(audit_entry.c.position)).all()
    told = [(one.verb, one.thing, orjson.loads(one.changes)) for one in found if one.who == me.name]
    by_thing = [
        (verb, thing) for verb, thing, _ in told if thing in ("health_override", "satisfaction_score")
    ]
    assert by_thing == [
        ("created", "health_override"), ("changed", "health_override"), ("created", "satisfaction_score"),
    ]  # fmt: skip
    assert ("changed", "health_override", {"lifted_on": [None, "2026-03-03"]}) in told


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.FOLLOW_UP, "It is closed: nothing more is reckoned."),
        (Stage.PROPOSAL, "It is not agreed yet: there is nothing to hold it against."),
        (Stage.ON_HOLD, "It is on hold: nothing is reckoned while no work goes on."),
    ],
)
def test_without_work_there_is_no_health(sign_in, session, me, ours, stage, said):
    overspent(ours)
    ours.stage = stage
    ours.closed_on = TODAY if stage is Stage.FOLLOW_UP else None
    session.flush()
    client = sign_in(me)
    assert said in main(client.get(where(ours)).text)
    assert "In trouble" not in main(client.get(f"/engagements/{ours.id}").text)
    client.post(where(ours, "health/override"), data=hand())
    assert session.scalars(sa.select(HealthOverride)).all() == []


def test_a_closed_engagement_takes_no_number(sign_in, session, guest, ours):
    ours.stage, ours.closed_on = Stage.FOLLOW_UP, TODAY
    session.flush()
    client = sign_in(guest)
    assert 'name="score"' not in client.get(f"/engagements/{ours.id}").text
    assert 'name="score"' not in client.get("/roadmap").text
    client.post(where(ours, "satisfaction"), data={"score": "9"})
    assert session.scalars(sa.select(SatisfactionScore)).all() == []


def test_the_clients_page_says_how_each_engagement_stands(sign_in, me, ours):
    overspent(ours)
    said = main(sign_in(me).get(f"/organisations/{ours.organisation_id}").text)
    assert "In trouble Implementation" in said
