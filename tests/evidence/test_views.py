"""Findings: written from a look, held to their design, agreed on, and settled."""

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.evidence.models import Finding, FindingState
from crm.outcomes.models_plan import Design
from tests import factories as make
from tests.evidence.conftest import NOW, RESULT
from tests.reading import main, panes, typed


def address(engagement) -> str:
    return f"/engagements/{engagement.id}/findings"


def only(session) -> Finding:
    session.expire_all()
    return session.scalars(sa.select(Finding)).one()


def typed_in(**more) -> dict:
    said = {"statement": RESULT["board"], "not_shown": RESULT["not_shown"], "measure_id": ""}
    return said | more


def test_index_shows_what_a_finding_is_before_there_is_one(sign_in, me, engagement):
    assert "how much its design can carry" in main(sign_in(me).get(address(engagement)).text)


@pytest.mark.usefixtures("look")
def test_index_names_the_look_that_is_not_told_yet(sign_in, me, engagement):
    found = panes(sign_in(me).get(address(engagement)).text)
    assert "Fewer no-shows?" in found["Not told yet"]


def test_builder_proposes_the_sentence_of_the_look(sign_in, me, engagement, look, measure):
    page = sign_in(me).get(f"{address(engagement)}/new?look={look.id}").text
    assert typed(page, "statement").strip() == RESULT["board"]
    assert typed(page, "not_shown").strip() == RESULT["not_shown"]
    assert typed(page, "measure_id") == str(measure.id)
    assert "Rung C of A to E" in main(page)
    assert "Plain -2.8" in main(page)


def test_create_copies_design_level_and_numbers(sign_in, session, me, engagement, look, measure):
    client = sign_in(me)
    data = typed_in(measure_id=str(measure.id))
    assert client.post(f"{address(engagement)}/new?look={look.id}", data=data).status_code == 302
    one = only(session)
    assert (one.design, one.rung, one.look_id) == (Design.INTERRUPTED_SERIES, "C", look.id)
    assert (one.numbers["estimate"], one.numbers["naive"], one.numbers["n"]) == (-2.1, -2.8, 20)
    assert one.numbers["data_version"] == look.data_version
    said = panes(client.get(address(engagement)).text)["No-show rate"]
    for words in ("Draft", "Evidence C", "Adjusted -2.1 %, interval -3.3 to -0.9; n = 20", "Plain -2.8"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("The coaching reduced missed visits.", "The coaching reduced"),
     ("Missed visits fell because of the stories.", "because of"),
     ("The stories led to fewer missed visits.", "led to")],
)  # fmt: skip
def test_words_that_claim_a_cause_are_refused_and_nothing_is_lost(
    sign_in, session, me, engagement, look, text, phrase
):
    data = typed_in(statement=text, not_shown="Kept as it was typed")
    answer = sign_in(me).post(f"{address(engagement)}/new?look={look.id}", data=data)
    assert answer.status_code == 422
    assert f"“{phrase}” claims a cause" in main(answer.text)
    assert "Write for instance" in main(answer.text)
    assert typed(answer.text, "statement").strip() == text
    assert typed(answer.text, "not_shown").strip() == "Kept as it was typed"
    assert session.scalars(sa.select(Finding)).all() == []


def test_a_randomised_design_may_say_caused(sign_in, session, me, engagement, look):
    look.result = RESULT | {"design": "randomised"}
    session.flush()
    data = typed_in(statement="The coaching reduced missed visits.")
    assert sign_in(me).post(f"{address(engagement)}/new?look={look.id}", data=data).status_code == 302
    assert only(session).rung == "A"


@pytest.mark.parametrize("field", ["statement", "not_shown"])
def test_create_refuses_a_finding_without(sign_in, me, engagement, look, field):
    answer = sign_in(me).post(f"{address(engagement)}/new?look={look.id}", data=typed_in(**{field: " "}))
    assert answer.status_code == 422


def test_without_a_look_it_is_an_observation_only(sign_in, session, me, engagement):
    client = sign_in(me)
    page = client.get(f"{address(engagement)}/new")
    assert "No analysis stands behind this" in main(page.text)
    client.post(f"{address(engagement)}/new", data=typed_in(statement="Nurses said that fewer call."))
    assert (only(session).look_id, only(session).evaluation_id) == (None, None)
    assert "Observation only" in panes(client.get(address(engagement)).text)["Observation"]


def test_a_look_of_another_engagement_is_not_told(sign_in, session, me, engagement, look):
    other = make.EngagementFactory(team=[me])
    page = sign_in(me).get(f"/engagements/{other.id}/findings/new?look={look.id}")
    assert typed(page.text, "statement").strip() == ""


def test_an_evaluation_is_told_in_its_own_sentence(sign_in, session, me, engagement):
    one = make.EvaluationFactory(engagement=engagement)
    page = sign_in(me).get(f"{address(engagement)}/new?evaluation={one.id}")
    assert "Nothing can be said yet" in typed(page.text, "statement")
    sign_in(me).post(f"{address(engagement)}/new?evaluation={one.id}", data=typed_in())
    assert (only(session).design, only(session).evaluation_id) == (Design.ECONOMIC, one.id)


def test_agreed_stays_as_it_was_said_until_it_is_opened(sign_in, session, me, engagement):
    one = make.FindingFactory(engagement=engagement)
    client = sign_in(me)
    client.post(f"/findings/{one.id}/agree")
    assert (only(session).state, only(session).agreed_by_id) == (FindingState.AGREED, me.id)
    refused = client.post(f"/findings/{one.id}/edit", data=typed_in(statement="Other"), follow_redirects=True)
    assert "it stays as it was said" in refused.text
    assert only(session).statement != "Other"
    client.post(f"/findings/{one.id}/reopen")
    client.post(f"/findings/{one.id}/edit", data=typed_in(statement="Other"))
    assert (only(session).state, only(session).statement) == (FindingState.DRAFT, "Other")


@pytest.mark.parametrize("step", ["agree", "reopen", "withdraw"])
def test_a_step_that_cannot_be_taken_says_why(sign_in, session, engagement, step):
    made = {"state": FindingState.AGREED, "agreed_at": NOW} if step == "agree" else {}
    one = make.FindingFactory(engagement=engagement, **made)
    client = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    answer = client.post(f"/findings/{one.id}/{step}", follow_redirects=True)
    assert "This finding is" in answer.text
    assert only(session).state is one.state


def test_a_sponsor_agrees_and_does_not_edit(sign_in, session, guest, engagement):
    one = make.FindingFactory(engagement=engagement)
    client = sign_in(guest)
    assert client.get(f"/findings/{one.id}/edit").status_code == 403
    assert client.post(f"/findings/{one.id}/agree").status_code == 302
    assert only(session).state is FindingState.AGREED


def test_a_look_that_a_finding_rests_on_is_not_thrown_away(sign_in, session, me, engagement, look):
    make.FindingFactory(engagement=engagement, look_id=look.id)
    sign_in(me).post(f"/bin/throw-away/analysis/{look.analysis_id}")
    assert session.get(type(look), look.id) is not None


def test_a_stranger_cannot_open_findings(sign_in, engagement):
    assert sign_in(make.UserFactory()).get(address(engagement)).status_code == 404
