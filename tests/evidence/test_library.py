"""The library: what a sponsor shares, in words that they confirmed, and never who they are."""

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.evidence.models import Finding, FindingState, SharedFinding
from crm.outcomes.models import MeasureKind
from crm.outcomes.models_plan import Design
from tests import factories as make
from tests.evidence.conftest import NOW
from tests.reading import main, typed

CLEAN = {"statement": "Fewer visits were missed at a hospital.", "not_shown": "Not why.", "is_confirmed": "y"}
SENTINELS = ("Zephyrdale", "Kleinhaus", "Coachwell", "qzplace", "qzhandle")


@pytest.fixture
def finding(engagement, measure, look):
    make.ChannelFactory(organisation=engagement.organisation, handle="@qzhandle")
    engagement.organisation.county = "qzplace"
    return make.FindingFactory(
        engagement=engagement, state=FindingState.AGREED, agreed_at=NOW, measure_id=measure.id,
        look_id=look.id, design=Design.INTERRUPTED_SERIES, numbers={"estimate": -2.1, "n": 20},
        statement="At Zephyrdale General Hospital in qzplace, Rosa Kleinhaus saw fewer missed visits.",
        not_shown="Ada Coachwell asked on qzhandle; it does not show why.",
    )  # fmt: skip


def shared(session) -> list[SharedFinding]:
    session.expire_all()
    return session.scalars(sa.select(SharedFinding)).all()


def test_share_proposes_words_that_name_nobody(sign_in, guest, finding):
    page = sign_in(guest).get(f"/findings/{finding.id}/share").text
    proposed = typed(page, "statement").strip()
    assert proposed == "At the hospital in the area, a colleague saw fewer missed visits."
    assert not any(name in typed(page, "not_shown") for name in SENTINELS)


def test_share_shows_the_preview_until_it_is_confirmed(sign_in, session, guest, finding):
    data = CLEAN | {"statement": "Wholly other words."}
    del data["is_confirmed"]
    answer = sign_in(guest).post(f"/findings/{finding.id}/share", data=data)
    assert answer.status_code == 200
    assert "Wholly other words. Not why." in main(answer.text)
    assert shared(session) == []


def test_a_sponsor_shares_the_words_that_they_confirmed(sign_in, session, guest, finding):
    sign_in(guest).post(f"/findings/{finding.id}/share", data=CLEAN)
    (one,) = shared(session)
    assert (one.statement, one.not_shown, one.size) == (
        CLEAN["statement"], CLEAN["not_shown"], "100 to 499 beds",
    )  # fmt: skip
    assert (one.measure_kind, one.rung, one.shared_on.day) == (MeasureKind.OUTCOME, "C", 1)
    assert session.scalars(sa.select(Finding)).one().state is FindingState.SHARED


@pytest.mark.parametrize("word", [*SENTINELS, "zephyrdale", "KLEINHAUS"])
@pytest.mark.parametrize("field", ["statement", "not_shown"])
def test_share_refuses_words_that_say_who_it_is(sign_in, session, guest, finding, word, field):
    data = CLEAN | {field: f"It was at {word}, they say."}
    answer = sign_in(guest).post(f"/findings/{finding.id}/share", data=data)
    assert answer.status_code == 422
    assert "This tells who you are" in main(answer.text)
    assert shared(session) == []


def test_share_refuses_words_that_claim_a_cause(sign_in, session, guest, finding):
    data = CLEAN | {"statement": "The coaching reduced missed visits."}
    assert sign_in(guest).post(f"/findings/{finding.id}/share", data=data).status_code == 422
    assert shared(session) == []


def test_a_draft_is_not_shared(sign_in, session, guest, engagement):
    draft = make.FindingFactory(engagement=engagement)
    answer = sign_in(guest).post(f"/findings/{draft.id}/share", data=CLEAN, follow_redirects=True)
    assert "Agree on the finding first" in answer.text
    assert shared(session) == []


def test_a_consultant_and_a_client_who_is_no_sponsor_do_not_share(sign_in, session, me, finding):
    assert sign_in(me).post(f"/findings/{finding.id}/share", data=CLEAN).status_code == 403
    other = make.UserFactory(role=Role.CLIENT)
    make.ContactFactory(organisation=finding.engagement.organisation, user=other)
    make.EngagementGrantFactory(engagement=finding.engagement, user=other)
    assert sign_in(other).post(f"/findings/{finding.id}/share", data=CLEAN).status_code == 403
    assert shared(session) == []


@pytest.mark.parametrize("role", Role)
def test_everybody_reads_it_and_nobody_reads_whose_it_is(sign_in, guest, finding, role):
    sign_in(guest).post(f"/findings/{finding.id}/share", data=CLEAN)
    page = sign_in(make.UserFactory(role=role)).get("/findings")
    assert CLEAN["statement"] in page.text
    assert "Hospital · 100 to 499 beds" in main(page.text)
    for name in (*SENTINELS, finding.engagement.title, f"/engagements/{finding.engagement_id}"):
        assert name not in page.text


def test_no_column_of_the_library_leads_back(session, sign_in, guest, finding):
    sign_in(guest).post(f"/findings/{finding.id}/share", data=CLEAN)
    assert not SharedFinding.__table__.foreign_keys
    row = session.execute(sa.select(SharedFinding.__table__)).one()
    assert not any(name.casefold() in str(row).casefold() for name in SENTINELS)


def test_it_is_taken_back_at_any_time_even_after_the_end(sign_in, session, guest, finding):
    client = sign_in(guest)
    client.post(f"/findings/{finding.id}/share", data=CLEAN)
    session.execute(
        sa.text("UPDATE engagement SET stage = 'follow_up', closed_on = '2026-05-01' WHERE id = :id"),
        {"id": finding.engagement_id},
    )
    assert client.post(f"/findings/{finding.id}/withdraw").status_code == 302
    assert shared(session) == []
    assert CLEAN["statement"] not in client.get("/findings").text


def test_what_is_in_the_library_is_not_thrown_away(sign_in, session, guest, me, finding):
    sign_in(guest).post(f"/findings/{finding.id}/share", data=CLEAN)
    sign_in(me).post(f"/bin/throw-away/finding/{finding.id}")
    session.expire_all()
    assert session.scalars(sa.select(Finding)).one().state is FindingState.SHARED


def test_numbers_of_a_few_stay_at_home(sign_in, session, guest, engagement):
    few = make.FindingFactory(
        engagement=engagement, state=FindingState.AGREED, agreed_at=NOW, numbers={"estimate": 7.77, "n": 10}
    )
    client = sign_in(guest)
    client.post(f"/findings/{few.id}/share", data=CLEAN)
    assert shared(session)[0].numbers == {"hidden": "Numbers that rest on fewer than 11 are hidden."}
    assert "7.77" not in client.get("/findings").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=MISSED", True), ("q=lobsters", False), ("q=100%25", False), ("kind=hospital", True),
     ("kind=non_profit", False), ("measure=outcome", False), ("design=control_chart", True),
     ("design=survey", False), ("rung=C", True), ("rung=A", False), ("rung=nonsense", True),
     ("q=missed&kind=hospital&rung=C&design=control_chart", True)],
)  # fmt: skip
def test_library_is_searched_and_narrowed(sign_in, asked, found):
    one = make.SharedFindingFactory()
    page = sign_in(make.UserFactory()).get(f"/findings?{asked}")
    assert (one.statement in page.text) is found


def test_library_pages_through_many(sign_in):
    for number in range(45):
        make.SharedFindingFactory(statement=f"Finding number {number}.")
    client = sign_in(make.UserFactory())
    first = client.get("/findings").text
    assert "Finding number 44." in first
    assert "Finding number 0." not in first
    assert "Older" in first


def test_library_says_what_it_is_while_it_is_empty(sign_in):
    page = sign_in(make.UserFactory(role=Role.ADVISER)).get("/findings")
    assert "What one client found can help the next" in main(page.text)
