"""A private note is its author's alone: to write, to read, to take away."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.sessions.models import PrivateNote
from tests import factories as make
from tests.reading import main, typed

NOTE = "They are afraid of the board"


@pytest.fixture
def coach():
    return make.UserFactory()


@pytest.fixture
def one(coach):
    """A shared session of `coach`, on whose engagement a colleague and a client are too."""
    engagement = make.EngagementFactory(team=[coach], granted=[make.UserFactory(role=Role.CLIENT)])
    return make.CoachingSessionFactory(
        engagement=engagement, coach=coach, summary="We agreed.", is_shared=True,
        starts_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def edit(one):
    return f"/sessions/{one.id}/edit"


def form(**fields) -> dict:
    plain = {"on": "2026-03-03", "at": "09:00", "mode": "video", "state": "held", "time_zone": "UTC"}
    nobody = {"promised-0-owner": "", "promised-1-owner": ""}
    return {**plain, **nobody, "service_line": "coaching", "summary": "We agreed.", **fields}


def notes(session) -> list[tuple[int, str]]:
    session.expire_all()
    rows = session.execute(sa.select(PrivateNote.user_id, PrivateNote.body).order_by(PrivateNote.id))
    return [tuple(row) for row in rows]


def test_the_form_says_that_only_the_author_will_see_it(sign_in, coach, edit):
    assert "Private: only you will ever see this" in main(sign_in(coach).get(edit).text)


def test_a_note_saves_stays_private_and_comes_back_to_its_author(sign_in, session, coach, one, edit):
    client = sign_in(coach)
    assert client.post(edit, data=form(private_note=f" {NOTE} ")).status_code == 302
    assert notes(session) == [(coach.id, NOTE)]
    assert typed(client.get(edit).text, "private_note").strip() == NOTE
    assert NOTE in main(client.get(f"/sessions/{one.id}").text)


def test_a_note_is_changed_and_an_empty_one_is_taken_away(sign_in, session, coach, one, edit):
    make.PrivateNoteFactory(session=one)
    client = sign_in(coach)
    client.post(edit, data=form(private_note=NOTE))
    assert notes(session) == [(coach.id, NOTE)]
    client.post(edit, data=form(private_note="  "))
    assert notes(session) == []


def test_a_colleague_writes_a_note_of_their_own_beside_it(sign_in, session, coach, one, edit):
    make.PrivateNoteFactory(session=one, body=NOTE)
    colleague = make.UserFactory()
    make.TeamMemberFactory(engagement=one.engagement, user=colleague)
    client = sign_in(colleague)
    assert typed(client.get(edit).text, "private_note").strip() == ""
    client.post(edit, data=form(private_note="Mine"))
    assert notes(session) == [(coach.id, NOTE), (colleague.id, "Mine")]
    page = client.get(f"/sessions/{one.id}").text
    assert "Mine" in page
    assert NOTE not in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.CLIENT, Role.CONSULTANT])
def test_nobody_else_reads_it_on_the_page_in_the_form_or_in_a_report(sign_in, one, edit, role):
    make.PrivateNoteFactory(session=one, body=NOTE)
    reader = make.UserFactory(role=role)
    if role is Role.CLIENT:
        make.EngagementGrantFactory(engagement=one.engagement, user=reader)
    if role is Role.CONSULTANT:
        make.TeamMemberFactory(engagement=one.engagement, user=reader)
    client, engagement = sign_in(reader), f"/engagements/{one.engagement_id}"
    read = {
        address: client.get(address)
        for address in (
            f"/sessions/{one.id}", f"{engagement}/sessions", f"{engagement}/progress",
            f"{engagement}/progress.json", f"{engagement}/progress.csv?table=sessions",
        )
    }  # fmt: skip
    for address, answer in read.items():
        assert answer.status_code == 200, address
        assert NOTE not in answer.text, address
    assert NOTE not in client.get(edit).text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGER, Role.CLIENT])
def test_whoever_may_hold_none_can_write_none_nor_touch_the_authors(sign_in, session, coach, one, edit, role):
    make.PrivateNoteFactory(session=one, body=NOTE)
    writer = make.UserFactory(role=role)
    make.EngagementGrantFactory(engagement=one.engagement, user=writer)
    client = sign_in(writer)
    client.post(edit, data=form(private_note="Overwritten"))
    client.post(edit, data=form(private_note=""))
    assert notes(session) == [(coach.id, NOTE)]
    assert "Private note" not in client.get(edit).text


def test_a_refused_form_keeps_the_note_that_was_typed_and_saves_none(sign_in, session, coach, edit):
    answer = sign_in(coach).post(edit, data=form(on="", private_note=NOTE))
    assert answer.status_code == 422
    assert typed(answer.text, "private_note").strip() == NOTE
    assert notes(session) == []


def test_a_note_in_a_draft_is_the_authors_alone(sign_in, coach, one, edit):
    sign_in(coach).post(f"/drafts/keep/sessions/{one.id}/edit", data=form(private_note=NOTE))
    colleague = make.UserFactory()
    make.TeamMemberFactory(engagement=one.engagement, user=colleague)
    assert NOTE in sign_in(coach).get(edit).text
    assert NOTE not in sign_in(colleague).get(edit).text
    assert NOTE not in sign_in(make.UserFactory(role=Role.ADMINISTRATOR)).get(edit).text
