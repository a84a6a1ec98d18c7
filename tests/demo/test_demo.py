from collections import Counter
from datetime import date, timedelta
from itertools import groupby

import pytest
from flask_security import verify_password
from sqlalchemy import func, select

from config import DEMO_PASSWORD
from crm.accounts.models import User
from crm.closing.models import FollowUp
from crm.demo import large
from crm.demo.people import SIGN_INS
from crm.demo.rows import Rows
from crm.demo.small import small
from crm.demo.story_lakeside import NURSES
from crm.demo.story_results import FAMILIES
from crm.engagements.models import Engagement, EngagementGrant, Stage, TeamMember
from crm.engagements.models_work import ChangeOrder, Deliverable
from crm.extensions import db
from crm.jobs.models import JobRun
from crm.judging.models import Judgement
from crm.mail.models import Mail
from crm.methods import spc
from crm.organisations.models import Contact, Organisation
from crm.outcomes.models import Measure, Observation
from crm.outlines.models import Outline
from crm.roadmap.models import MilestoneNeed
from crm.sessions.models import Action, ActionState, CoachingSession, PrivateNote, SessionState, TimeEntry
from crm.sessions.models_record import AgendaTemplate, RecordStep
from crm.thread.findings import loose_ends
from crm.thread.queries import thread_of
from crm.timesheets.models import EngagementRate, PersonRate, Timesheet

AS_OF = date(2026, 3, 3)
RICHEST = "Patient access and voice 2026"
LOOSE_ENDS = {
    "No goal",
    "Orphan goal",
    "Weak goal",
    "Single point",
    "Orphan strategy",
    "Over-claimed",
    "9 without a reason",
    "Effort misfit",
    "No milestone",
    "No measure",
    "No evidence",
    "Late",
    "Loose milestone",
    "Cadence",
}


def demo(app, *options):
    return app.test_cli_runner().invoke(args=["demo", "--as-of", AS_OF.isoformat(), *options])


@pytest.fixture
def filled(app, session):
    result = demo(app)
    assert result.exit_code == 0, result.output
    return session


@pytest.fixture(scope="module")
def rows():
    return small(AS_OF, "a hash")[0]


def user(session, key):
    return session.scalar(select(User).where(User.email == f"{key}@plumbline.example"))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def titles(app, model_key, session):
    someone = user(session, model_key)
    return set(session.scalars(select(Engagement.title).where(Engagement.visible_to(someone))))


def test_demo_fills_an_empty_database(filled):
    assert count(filled, Organisation) == 24
    stages = filled.scalars(select(Engagement.stage)).all()
    assert sorted(stages) == sorted(Stage)


def test_demo_prints_sign_ins_that_work(app, session):
    printed = demo(app).output
    for person in SIGN_INS:
        assert person.email in printed
    assert DEMO_PASSWORD in printed
    with app.app_context():
        assert verify_password(DEMO_PASSWORD, user(session, "consultant").password)


def test_demo_refuses_production(app, session, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    result = demo(app, "--if-empty")
    assert result.exit_code == 1
    assert "production" in result.output
    assert count(session, User) == 0


def test_demo_refuses_a_database_that_holds_something(app, filled):
    result = demo(app)
    assert result.exit_code == 1
    assert "already holds" in result.output
    assert count(filled, Organisation) == 24


def test_demo_if_empty_passes_over_a_database_that_holds_something(app, filled):
    result = demo(app, "--if-empty")
    assert result.exit_code == 0


def test_the_same_day_gives_the_same_rows(rows):
    again = small(AS_OF, "a hash")[0]
    assert rows.tables == again.tables


def test_another_day_moves_the_story_along():
    a_year_on = AS_OF + timedelta(days=364)
    now, later = (small(day, "a hash")[0] for day in (AS_OF, a_year_on))
    starts = [row["starts_on"] for row in now.of(Engagement)]
    assert [row["starts_on"] for row in later.of(Engagement)] == [day + timedelta(days=364) for day in starts]


def test_sessions_reach_from_eighteen_months_ago_to_the_coming_weeks(rows):
    sessions = rows.of(CoachingSession)
    held = [row["starts_at"].date() for row in sessions if row["state"] is SessionState.HELD]
    planned = [row["starts_at"].date() for row in sessions if row["state"] is SessionState.PLANNED]
    assert AS_OF - timedelta(days=550) < min(held) < AS_OF - timedelta(days=540)
    assert max(held) == AS_OF - timedelta(days=1)
    assert min(planned) == AS_OF
    assert max(planned) <= AS_OF + timedelta(days=21)


@pytest.mark.parametrize("later", range(7))
def test_sessions_are_numbered_from_one_in_their_order_on_every_weekday(later):
    rows = small(AS_OF + timedelta(days=later), "a hash")[0]
    for _, group in groupby(rows.of(CoachingSession), key=lambda row: row["engagement_id"]):
        sessions = list(group)
        assert [row["number"] for row in sessions] == list(range(1, len(sessions) + 1))
        assert sessions == sorted(sessions, key=lambda row: row["starts_at"])


def test_something_is_left_to_do(rows):
    held = [row for row in rows.of(CoachingSession) if row["state"] is SessionState.HELD]
    assert any(row["summary"] is None for row in held)
    assert any(row["summary"] and not row["is_shared"] for row in held)
    assert rows.of(PrivateNote)
    due = [row["due_on"] for row in rows.of(Action) if row["state"] is ActionState.OPEN]
    assert min(due) < AS_OF
    assert AS_OF in due


def test_every_kind_of_loose_end_shows_somewhere(app, filled):
    found = Counter()
    with app.app_context():
        manager = user(db.session, "manager")
        for engagement in db.session.scalars(select(Engagement)):
            found.update(end.label for end in loose_ends(engagement, thread_of(engagement, manager), AS_OF))
    assert found.keys() >= LOOSE_ENDS


def test_one_thread_has_no_loose_end(app, filled):
    with app.app_context():
        engagement = db.session.scalar(select(Engagement).where(Engagement.title == FAMILIES.title))
        thread = thread_of(engagement, user(db.session, "manager"))
        assert loose_ends(engagement, thread, AS_OF) == []
        assert thread.completeness == 1


def _signals(rows, measure):
    seen = [row for row in rows.of(Observation) if row["measure_id"] == measure["id"]]
    values = [row["numerator"] if measure["denominator"] else row["value"] for row in seen]
    sizes = [row["denominator"] for row in seen] if measure["denominator"] else None
    kind = "p" if sizes else "i"
    freeze = measure["baseline_points"]
    return spc.chart(kind, values, sizes, freeze=freeze, direction=measure["direction"]).signals


def test_some_measures_signal_and_some_do_not(rows):
    observed = {row["measure_id"] for row in rows.of(Observation)}
    long = [row for row in rows.of(Measure) if row["id"] in observed and row["baseline_points"]]
    shifted = {row["name"] for row in long if any(s.rule == "shift" for s in _signals(rows, row))}
    assert {
        "No-show rate, cardiology",
        "Did not attend, dermatology",
        "Avoidable calls per 100 discharges",
    } <= shifted
    assert "Renewal rate" not in {row["name"] for row in long if _signals(rows, row)}


def test_shares_agree_with_their_counts(rows):
    for row in rows.of(Observation):
        if row["denominator"]:
            assert row["value"] == pytest.approx(100 * row["numerator"] / row["denominator"], abs=0.01)


def test_a_client_sees_one_engagement_and_not_the_other_department(app, filled):
    assert titles(app, "client", filled) == {RICHEST}
    lakeside = filled.scalar(
        select(Contact.organisation_id).where(Contact.user_id == user(filled, "client").id)
    )
    others = filled.scalars(select(Engagement.title).where(Engagement.organisation_id == lakeside)).all()
    assert sorted(others) == sorted([RICHEST, NURSES.title])
    assert titles(app, "client2", filled) == {"Fewer missed clinics"}


def test_consultants_share_the_work(app, filled):
    assert len(titles(app, "consultant", filled)) == 8
    assert len(titles(app, "consultant2", filled)) == 8
    assert RICHEST in titles(app, "consultant", filled)


SIZES = {
    "LARGE": large.Size(organisations=90, engagements=160, sessions=900, systems=10, of_consultant=20),
    "BATCH": 50,
    "LONGEST": 20,
}
GATHERED = (
    AgendaTemplate, ChangeOrder, Deliverable, EngagementRate, FollowUp, JobRun, Judgement, Mail,
    MilestoneNeed, Outline, PersonRate, PrivateNote, RecordStep, TimeEntry, Timesheet,
)  # fmt: skip


@pytest.fixture
def shrunk(monkeypatch):
    """The large demo, small enough for a test."""
    for name, size in SIZES.items():
        monkeypatch.setattr(large, name, size)


def test_large_holds_more_of_everything_than_small(app, session, shrunk, rows):
    assert demo(app, "--size", "large").exit_code == 0
    for model in GATHERED:
        assert count(session, model) > rows.counts[model.__table__], model
    of_each = select(func.count(CoachingSession.id)).group_by(CoachingSession.engagement_id)
    assert max(session.scalars(of_each)) > 40
    stages = session.scalars(select(Engagement.stage).distinct()).all()
    assert sorted(stages) == sorted(Stage)


def test_the_same_day_gives_the_same_bulk(app, session, shrunk, monkeypatch):
    monkeypatch.setattr(Rows, "send", lambda rows: None)

    def bulk():
        rows, users, clients = small(AS_OF, "a hash")
        for _ in large.add_bulk(rows, users, clients, "a hash", large.LARGE):
            pass
        return rows

    with app.app_context():
        first, again = (
            {
                table: [{**row, "fs_uniquifier": None} for row in found]
                for table, found in bulk().tables.items()
            }
            for _ in range(2)
        )
    assert first == again


def test_large_reaches_its_numbers(app, session, shrunk):
    result = demo(app, "--size", "large")
    assert result.exit_code == 0, result.output
    assert count(session, Organisation) == 90
    assert count(session, Engagement) == 160
    assert count(session, CoachingSession) == 900
    on_team = select(func.count()).where(TeamMember.user_id == user(session, "consultant").id)
    assert session.scalar(on_team) == 20
    granted = select(func.count()).where(EngagementGrant.user_id == user(session, "client").id)
    assert session.scalar(granted) == 2
