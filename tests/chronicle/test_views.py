"""Everything that happened, by day, as far as its reader may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.access import Role
from crm.chronicle.queries import SOURCES, Kind
from crm.closing.models import Lasting
from crm.engagements.models import Stage, StageMove
from crm.engagements.models_work import ChangeState, DeliverableState
from crm.roadmap.models import MilestoneState
from crm.sessions.models import ActionState
from crm.sessions.models_record import Step
from tests import factories as make
from tests.reading import main


@pytest.fixture
def ours(me):
    return make.EngagementFactory(team=[me], title="Kept")


def everything(engagement, me) -> list[str]:
    """One of each event, and the words by which each is told."""
    on = {"engagement": engagement}
    make.session.add(
        StageMove(
            engagement_id=engagement.id,
            organisation_id=engagement.organisation_id,
            to_stage=Stage.DISCOVERY,
            moved_on=date(2026, 1, 5),
            user_id=me.id,
            reason="They signed",
        )
    )
    held = make.CoachingSessionFactory(
        **on, coach=me, summary="We agreed.", starts_at=datetime(2026, 1, 6, 9, tzinfo=UTC), is_shared=True
    )
    make.RecordStepFactory(session=held, step=Step.ACKNOWLEDGED, taken_at=datetime(2026, 1, 7, tzinfo=UTC))
    make.ActionFactory(**on, title="Read", state=ActionState.DONE, done_on=date(2026, 1, 8), evidence="There")
    make.MilestoneFactory(**on, title="Live", state=MilestoneState.DONE, actual_on=date(2026, 1, 9))
    days: dict = {"delivered_on": date(2026, 1, 10), "accepted_on": date(2026, 1, 11)}
    make.DeliverableFactory(
        **on, title="Report", state=DeliverableState.ACCEPTED, accepted_by="Dr Ada", **days
    )
    make.ChangeOrderFactory(**on, title="More wards", state=ChangeState.AGREED, decided_on=date(2026, 2, 2))
    make.ChangeOrderFactory(
        **on, title="Fewer wards", state=ChangeState.DECLINED, decided_on=date(2026, 2, 3)
    )
    make.ObservationFactory(measure=make.MeasureFactory(**on, name="Missed"), period_on=date(2026, 1, 1))
    make.FollowUpFactory(**on, months=6, held_on=date(2026, 2, 4), lasting=Lasting.PARTLY)
    make.session.flush()
    return [
        "Moved to discovery", "They signed", f"Session {held.number} held", "We agreed.",
        f"Session {held.number} acknowledged", "Action promised: Read", "Action done: Read", "There",
        "Milestone reached: Live", "Deliverable delivered: Report", "Deliverable accepted: Report", "Dr Ada",
        "Change proposed: More wards", "Change agreed: More wards", "Change declined: Fewer wards",
        "Value entered: Missed", "Follow-up after 6 months", "partly",
    ]  # fmt: skip


def test_the_timeline_tells_of_everything(browser, me, ours):
    told = everything(ours, me)
    for path in (f"/engagements/{ours.id}/timeline", f"/organisations/{ours.organisation_id}/timeline"):
        page = main(browser.get(path).text)
        for words in told:
            assert words in page, (path, words)
        assert page.index("Session") < page.index("Moved to discovery")


def test_the_timeline_is_filtered(browser, me, ours):
    everything(ours, me)
    for kind in Kind:
        page = main(browser.get(f"/engagements/{ours.id}/timeline?kind={kind.value}").text)
        assert ("Milestone reached" in page) == (kind is Kind.MILESTONE)
        assert ("held" in page) == (kind is Kind.SESSION)
    assert {kind for kind, _ in SOURCES} == set(Kind)


def test_a_client_sees_what_is_theirs_and_shared(sign_in, me, ours):
    everything(ours, me)
    make.CoachingSessionFactory(engagement=ours, coach=me, summary="For the team alone")
    other = make.EngagementFactory(organisation=ours.organisation, title="Not granted")
    make.MilestoneFactory(
        engagement=other, title="Foreign", state=MilestoneState.DONE, actual_on=date(2026, 1, 9)
    )
    guest = make.UserFactory(role=Role.CLIENT)
    make.EngagementGrantFactory(engagement=ours, user=guest)
    client = sign_in(guest)
    for path in (f"/engagements/{ours.id}/timeline", f"/organisations/{ours.organisation_id}/timeline"):
        page = main(client.get(path).text)
        assert "We agreed." in page
        assert "For the team alone" not in page
        assert "Foreign" not in page


def test_the_timeline_turns_pages_and_leaves_none_out(browser, ours):
    for number in range(95):
        day = date(2026, 1, 1) + timedelta(number // 7)
        kind = {"state": MilestoneState.DONE, "actual_on": day}
        if number % 2:
            make.MilestoneFactory(engagement=ours, title=f"No {number}.", **kind)
        else:
            make.ActionFactory(
                engagement=ours, title=f"No {number}.", state=ActionState.DONE, done_on=day,
                created_at=datetime(2020, 1, 1, tzinfo=UTC),
            )  # fmt: skip
    path, found = f"/engagements/{ours.id}/timeline", []
    for _turn in range(6):
        page = browser.get(path).text
        words = main(page)
        found += [n for n in range(95) if f"done: No {n}." in words or f"reached: No {n}." in words]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert sorted(found) == list(range(95))


@pytest.mark.parametrize("at", ["x", "WzFd", "WyIyMDI2LTAxLTAxIiwieCIsInkiXQ", "bnVsbA"])
def test_a_mangled_place_is_the_first_page(browser, me, ours, at):
    everything(ours, me)
    assert "Milestone reached" in main(browser.get(f"/engagements/{ours.id}/timeline?at={at}").text)


def test_nothing_has_happened_yet(browser, ours):
    assert "Everything that happens stands here" in main(browser.get(f"/engagements/{ours.id}/timeline").text)
