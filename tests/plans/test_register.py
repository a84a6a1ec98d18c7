import json
from datetime import date
from hashlib import sha256

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.canonical import canonical
from crm.errors import DomainError
from crm.extensions import db
from crm.outcomes.models import Measure, Observation
from crm.plans import actions
from crm.plans.models import Amendment, Deviation, Registration
from tests import factories as make
from tests.naughty import LINES, kept
from tests.reading import main, panes, squeezed


def at(engagement, page: str) -> str:
    return f"/engagements/{engagement.id}/plan/{page}"


def test_register_says_what_is_missing_and_refuses(sign_in, session, me, engagement):
    make.OutcomesPlanFactory(engagement=engagement)
    client = sign_in(me)
    said = main(client.get(at(engagement, "register")).text)
    assert "It cannot be registered yet" in said
    assert "No hypothesis is the primary one." in said
    answer = client.post(at(engagement, "register"))
    assert answer.status_code == 422
    assert session.scalars(sa.select(Registration)).all() == []


@pytest.mark.parametrize("field", ["analysis", "missing_data"])
def test_register_refuses_a_plan_without(session, inside, plan, hypothesis, me, field):
    setattr(plan, field, None)
    session.flush()
    with inside() as ours, pytest.raises(DomainError, match="cannot be registered yet"):
        actions.register(ours, by=me)


def test_register_keeps_text_digest_and_time(sign_in, session, me, engagement, hypothesis, plan):
    client = sign_in(me)
    assert "Register it" in client.get(at(engagement, "register")).text
    client.post(at(engagement, "register"))
    kept = session.scalars(sa.select(Registration)).one()
    assert (kept.number, kept.user_id, kept.registered_at) == (1, me.id, clock.now())
    assert kept.digest == sha256(kept.content.encode()).hexdigest()
    content = json.loads(kept.content)
    assert canonical(content) == kept.content
    assert content["authors"] == ["Ines Coach"]
    assert content["hypotheses"][0]["is_primary"] is True
    assert content["measures"][0]["missing_rule"] == "Left out"
    session.expire_all()
    assert plan.registered_at == kept.registered_at
    assert "Text and digest agree" in main(client.get(f"/registrations/{kept.id}").text)


def test_a_registration_that_was_tampered_with_says_so(sign_in, session, me, registered):
    session.execute(sa.text("UPDATE registration SET content = '{}'"))
    session.expire_all()
    said = main(sign_in(me).get(f"/registrations/{registered.id}").text)
    assert "The text is not the one that was registered" in said


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/engagements/{e}/outcomes/plan", {"question": "Another?"}),
        ("/engagements/{e}/plan/edit/analysis", {"analysis": "Another"}),
        ("/engagements/{e}/plan/design", {"design": "survey"}),
        ("/engagements/{e}/hypotheses/new", {"statement": "New", "direction": "", "measure_id": ""}),
        ("/hypotheses/{h}/edit", {"statement": "New", "direction": "", "measure_id": ""}),
        ("/hypotheses/{h}/delete", {}),
        ("/hypotheses/{h}/power?kind=means", {"difference": "5", "sd": "10"}),
        ("/measures/{m}/edit", {"name": "New", "direction": "increase", "kind": "cost", "frequency": "weekly",
                                "goal_id": "", "owner": "", "unit": "%", "numerator": "Other"}),
    ],
)  # fmt: skip
def test_what_is_registered_is_refused_below_every_route(
    sign_in, session, me, engagement, measure, hypothesis, registered, content, address, fields
):
    where = address.format(e=engagement.id, h=hypothesis.id, m=measure.id)
    answer = sign_in(me).post(where, data=fields, follow_redirects=True)
    assert "registered" in answer.text
    session.expire_all()
    assert (hypothesis.statement, measure.name) == ("Reminders lower the no-show rate", "No-show rate")
    assert canonical(content()) == registered.content


def test_observations_and_the_schedule_go_on(sign_in, session, me, inside, measure, registered):
    with inside():
        one = db.session.get(Measure, measure.id)
        one.due_days, one.ends_on = 30, date(2027, 1, 1)
        db.session.flush()
    fields = {"period_on": "2026-02-01", "value": "9.4"}
    sign_in(me).post(f"/measures/{measure.id}/observations", data=fields)
    assert session.scalars(sa.select(Observation)).one().value == 9.4


def test_a_measure_that_came_later_is_free(inside, engagement, registered):
    later = make.MeasureFactory(engagement=engagement)
    with inside():
        db.session.get(Measure, later.id).name = "Exploratory"
        db.session.flush()
        assert db.session.scalar(sa.select(Measure.name).where(Measure.id == later.id)) == "Exploratory"


def test_a_registered_measure_is_not_thrown_away(inside, measure, registered):
    with inside():
        db.session.delete(db.session.get(Measure, measure.id))
        with pytest.raises(DomainError, match="part of the registered plan"):
            db.session.flush()


@pytest.mark.parametrize("change", ["rewrite", "delete"])
def test_a_registration_is_never_rewritten(inside, registered, change):
    with inside():
        one = db.session.get(Registration, registered.id)
        if change == "rewrite":
            one.content = "{}"
        else:
            db.session.delete(one)
        with pytest.raises(DomainError, match="stays as it was registered"):
            db.session.flush()


def test_amend_opens_with_a_reason_and_the_next_says_what_moved(
    sign_in, session, me, engagement, plan, registered
):
    client = sign_in(me)
    assert client.post(at(engagement, "amend"), data={"reason": " "}).status_code == 422
    client.post(at(engagement, "amend"), data={"reason": "A ward joins"})
    session.expire_all()
    assert plan.registered_at is None
    assert session.scalars(sa.select(Amendment)).one().number == 1
    client.post(at(engagement, "edit/analysis"), data={"analysis": "Two series", "missing_data": "As before"})
    client.post(at(engagement, "register"))
    second = session.scalars(sa.select(Registration).order_by(Registration.number.desc())).first()
    assert (second.number, second.reason) == (2, "A ward joins")
    said = panes(client.get(f"/registrations/{second.id}").text)["What changed since registration 1"]
    assert "Plan Analysis Interrupted series Two series" in said
    assert "Plan Missing data Left out and counted As before" in said


@pytest.mark.parametrize("place", range(0, len(LINES), 7))
def test_the_reason_of_an_amendment_is_shown_as_it_was_typed(sign_in, me, engagement, registered, place):
    client, reason = sign_in(me), LINES[place]
    if client.post(at(engagement, "amend"), data={"reason": reason}).status_code == 302:
        assert squeezed(kept(reason)) in squeezed(main(client.get(at(engagement, "registrations")).text))


def test_amend_refuses_what_is_not_registered(sign_in, me, engagement, plan):
    answer = sign_in(me).post(at(engagement, "amend"), data={"reason": "Why"}, follow_redirects=True)
    assert "The plan is not registered" in answer.text


def deviation(**fields) -> dict:
    plain = {"happened_on": "2026-02-01", "what": "Late", "why": "Ill", "effect": "Less data"}
    return {**plain, "corrects_id": "", **fields}


def test_deviations_are_logged_and_only_corrected_by_another(
    sign_in, session, me, inside, engagement, registered
):
    client, address = sign_in(me), at(engagement, "deviations/new")
    client.post(address, data=deviation())
    first = session.scalars(sa.select(Deviation)).one()
    client.post(address, data=deviation(what="Later still", corrects_id=str(first.id)))
    said = panes(client.get(at(engagement, "registrations")).text)["Deviations"]
    assert "Later still Corrects an earlier one" in said
    with inside():
        db.session.get(Deviation, first.id).what = "Never"
        with pytest.raises(DomainError, match="stays as it was logged"):
            db.session.flush()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"happened_on": "2026-03-04"}, "What has not happened yet"),
        ({"effect": " "}, "Say what it does to the findings."),
        ({"corrects_id": "999"}, "Not a valid choice"),
    ],
)
def test_deviate_refuses(sign_in, session, me, engagement, registered, fields, said):
    answer = sign_in(me).post(at(engagement, "deviations/new"), data=deviation(**fields))
    assert answer.status_code == 422
    assert said in answer.text


def test_nothing_deviates_from_what_is_not_registered(sign_in, me, engagement, plan):
    answer = sign_in(me).post(at(engagement, "deviations/new"), data=deviation(), follow_redirects=True)
    assert "There is no registration yet" in answer.text


def test_a_client_and_a_manager_read_and_do_not_write(sign_in, engagement, registered):
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=engagement, user=guest)
    for reader in (guest, make.UserFactory(role=Role.MANAGER)):
        client = sign_in(reader)
        assert client.get(at(engagement, "registrations")).status_code == 200
        assert client.get(f"/registrations/{registered.id}.osf").status_code == 200
        assert client.post(at(engagement, "amend"), data={"reason": "Mine"}).status_code == 403
    stranger = sign_in(make.UserFactory())
    assert stranger.get(f"/registrations/{registered.id}").status_code == 404
