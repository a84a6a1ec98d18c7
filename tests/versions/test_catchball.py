"""Catchball: propose, counter, take over, agree, withdraw; each side told by mail, once."""

import pytest
from sqlalchemy import delete, select

from crm.alignment.models import Goal, Relation
from crm.engagements.models import EngagementGrant
from crm.mail.letters import Withdrawn, write
from crm.versions.models import Turn, Version, VersionState
from tests import factories as make
from tests.reading import main, typed


@pytest.fixture
def kept(browser, sheet, session):
    """A version that was kept."""
    browser.post(f"/engagements/{sheet.engagement.id}/versions", data={"name": "First"})
    return session.scalars(select(Version)).one()


@pytest.fixture
def press(sign_in, session):
    """`press(who, version, verb, **form)` answers with the words of the page that follows."""

    def press(who, version, verb, **form):
        answer = sign_in(who).post(f"/versions/{version.id}/{verb}", data=form, follow_redirects=True)
        session.expire_all()
        return main(answer.text)

    return press


def asked(goal, what, value) -> dict:
    return {"goal_0": str(goal.id), "what_0": what, "value_0": value}


def test_from_proposal_to_agreement(press, kept, me, guest, session, mails):
    page = press(me, kept, "propose", note="Please look")
    assert "Version 1 is proposed." in page
    assert "Waits for the client" in page
    page = press(guest, kept, "agree", digest=kept.digest)
    assert "Version 1 is agreed." in page
    assert kept.state is VersionState.AGREED
    said = session.execute(select(Turn.say, Turn.is_from_client, Turn.note).order_by(Turn.id)).all()
    assert [tuple(one) for one in said] == [("propose", False, "Please look"), ("agree", True, None)]
    assert [(mail.user_id, mail.subject) for mail in mails()] == [
        (guest.id, "Version 1 of the worksheet is proposed to you"),
        (me.id, "Version 1 of the worksheet is agreed"),
    ]


def test_a_counter_is_taken_over_into_a_new_version(press, kept, sheet, me, guest, session, mails):
    press(me, kept, "propose")
    strategy = sheet.strategies[0]
    form = asked(sheet.goals[1], f"{strategy.id}", "3") | {
        "goal_1": str(sheet.goals[0].id), "what_1": "weight", "value_1": "45",
    }  # fmt: skip
    page = press(guest, kept, "counter", note="Trust counts for more", **form)
    assert "“Stories” for “More trust”: not judged → 3" in page
    assert "“Fewer no-shows” weighs 45 instead of 30." in page
    assert "Waits for the team" in page
    assert sheet.goals[0].weight == 30
    page = press(me, kept, "take-over", change=["0", "1"], **{"seen-0": "0", "seen-1": "30"})
    assert "Version 2 is kept with it, and proposed." in page
    assert (session.get(Goal, sheet.goals[0].id).weight, kept.state) == (45, VersionState.WITHDRAWN)
    mark = session.scalars(select(Relation).where(Relation.strategy_id == strategy.id, Relation.mark == 3))
    assert mark.one().user_id == me.id
    new = session.scalars(select(Version).where(Version.number == 2)).one()
    assert new.state is VersionState.PROPOSED
    assert "After the answer to version 1" in page
    press(guest, new, "agree", digest=new.digest)
    assert new.state is VersionState.AGREED
    assert len(mails()) == 4


def test_one_change_of_several_can_be_taken_over(press, kept, sheet, me, guest, session):
    press(me, kept, "propose")
    form = asked(sheet.goals[1], "weight", "90") | {
        "goal_1": str(sheet.goals[0].id), "what_1": "weight", "value_1": "45",
    }  # fmt: skip
    press(guest, kept, "counter", note="Both", **form)
    press(me, kept, "take-over", change="0", **{"seen-0": "30"})
    weights = session.scalars(select(Goal.weight).order_by(Goal.position)).all()
    assert weights == [45, 20]


def test_what_somebody_changed_meanwhile_is_not_overwritten(press, kept, sheet, me, guest, session):
    press(me, kept, "propose")
    press(guest, kept, "counter", note="More", **asked(sheet.goals[0], "weight", "45"))
    sheet.goals[0].weight = 70
    session.flush()
    page = press(me, kept, "take-over", change="0", **{"seen-0": "30"})
    assert "Somebody else gave “Fewer no-shows” the weight 70 meanwhile." in page
    assert session.get(Goal, sheet.goals[0].id).weight == 70
    assert len(session.scalars(select(Version)).all()) == 1


def test_a_counter_can_be_answered_with_words(press, kept, me, guest):
    press(me, kept, "propose")
    press(guest, kept, "counter", note="Too much")
    assert "Your side spoke last" in press(guest, kept, "agree", digest=kept.digest)
    press(me, kept, "counter", note="It is what the board asked for")
    assert kept.state is VersionState.COUNTERED
    press(guest, kept, "agree", digest=kept.digest)
    assert kept.state is VersionState.AGREED


def test_no_side_agrees_to_its_own_proposal(press, kept, me, guest):
    page = press(guest, kept, "agree", digest=kept.digest)
    assert "Version 1 is kept: this cannot be said to it now." in page
    press(me, kept, "propose")
    assert "the other side does" in press(me, kept, "agree", digest=kept.digest)
    chief = make.UserFactory(role="administrator")
    assert "the other side does" in press(chief, kept, "agree", digest=kept.digest)
    assert kept.state is VersionState.PROPOSED


@pytest.mark.parametrize("digest", ["", "0" * 64, "x"])
def test_agreeing_to_other_words_is_refused(press, kept, me, guest, digest):
    press(me, kept, "propose")
    assert "What you saw is not what version 1 says." in press(guest, kept, "agree", digest=digest)
    assert kept.state is VersionState.PROPOSED


def test_agreeing_to_a_content_that_was_tampered_with_is_refused(press, kept, me, guest, session):
    press(me, kept, "propose")
    digest = kept.digest
    session.connection().exec_driver_sql("UPDATE worksheet_version SET content = content || ' '")
    assert "What you saw is not what version 1 says." in press(guest, kept, "agree", digest=digest)


def test_what_is_agreed_or_withdrawn_is_settled(press, kept, me, guest):
    press(me, kept, "propose")
    press(me, kept, "withdraw", note="Too early")
    assert kept.state is VersionState.WITHDRAWN
    for who, verb in ((me, "propose"), (guest, "agree"), (me, "withdraw")):
        assert "is withdrawn: this cannot be said to it now" in press(who, kept, verb, digest=kept.digest)


def test_a_new_proposal_takes_the_place_of_the_old(press, kept, sheet, me, session, mails):
    press(me, kept, "propose")
    sheet.goals[0].weight = 33
    session.flush()
    new = make.VersionFactory(engagement=sheet.engagement, number=2)
    press(me, new, "propose")
    assert (kept.state, new.state) == (VersionState.WITHDRAWN, VersionState.PROPOSED)
    assert len(mails()) == 2


REFUSED = {
    "a counter without words": ({"note": ""}, "Say why."),
    "a mark off the scale": ({"note": "x", "what_0": "s", "value_0": "5"}, "A mark is 0, 1, 3 or 9."),
    "a weight too large": ({"note": "x", "what_0": "weight", "value_0": "101"}, "between 0 and 100"),
    "a goal without a value": ({"note": "x", "what_0": "weight", "value_0": ""}, "enter what it should be"),
    "a value that is none": ({"note": "x", "what_0": "weight", "value_0": "much"}, "Enter a whole number."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_counter_refuses(sign_in, press, kept, sheet, me, guest, session, name):
    form, words = REFUSED[name]
    press(me, kept, "propose")
    form = {"goal_0": str(sheet.goals[0].id), **form}
    if form.get("what_0") == "s":
        form["what_0"] = str(sheet.strategies[0].id)
    answer = sign_in(guest).post(f"/versions/{kept.id}/counter", data=form)
    assert answer.status_code == 422
    assert words in main(answer.text)
    assert len(session.scalars(select(Turn)).all()) == 1
    assert typed(answer.text, "goal_0") == str(sheet.goals[0].id)


def test_a_closed_engagement_is_answered_no_more(press, kept, sheet, me, guest, session):
    press(me, kept, "propose")
    sheet.engagement.stage, sheet.engagement.closed_on = "follow_up", sheet.engagement.stage_since
    session.flush()
    assert "closed" in press(guest, kept, "agree", digest=kept.digest)
    assert kept.state is VersionState.PROPOSED


def test_the_mail_says_what_was_said(app, press, kept, me, guest, mails):
    press(me, kept, "propose", note="Please look")
    (mail,) = mails()
    with app.app_context():
        message = write(mail)
    assert message.subject == "Version 1 of the worksheet is proposed to you"
    assert "proposes version 1 (“First”)" in message.body
    assert "Please look" in message.body
    assert f"/versions/{kept.id}" in message.body


def test_the_mail_is_not_sent_to_who_lost_the_grant(app, press, kept, me, guest, session, mails):
    press(me, kept, "propose")
    session.execute(delete(EngagementGrant).where(EngagementGrant.user_id == guest.id))
    (mail,) = mails()
    with app.app_context(), pytest.raises(Withdrawn):
        write(mail)


def test_a_client_cannot_propose_withdraw_or_take_over(sign_in, kept, guest):
    client = sign_in(guest)
    for verb in ("propose", "withdraw", "take-over"):
        assert client.post(f"/versions/{kept.id}/{verb}", data={}).status_code == 403


def test_a_stranger_cannot_answer(sign_in, kept):
    stranger = sign_in(make.UserFactory(role="client"))
    for verb in ("agree", "counter", "propose", "withdraw", "take-over"):
        assert stranger.post(f"/versions/{kept.id}/{verb}", data={}).status_code == 404
