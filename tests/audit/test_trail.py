"""Every write leaves an entry: who, when, from where, what was there before and after."""

from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.audit.models import audit_entry
from tests import factories as make
from tests.accounts.trying import post_sign_in

SECRET = "They are afraid of the board"


@pytest.fixture
def trail(session):
    """The entries so far, oldest first."""

    def trail(**where):
        session.expire_all()
        found = session.execute(sa.select(audit_entry).order_by(audit_entry.c.position)).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in where.items())]

    return trail


def told(entry) -> dict:
    return orjson.loads(entry.changes)


def goal(**fields) -> dict:
    return {"statement": "Fewer missed appointments", "weight": "30", "owner": "", **fields}


def test_what_is_created_is_told_with_who_and_from_where(sign_in, coach, engagement, trail):
    sign_in(coach).post(f"/engagements/{engagement.id}/goals/new", data=goal())

    entry = trail(thing="goal")[0]
    assert (entry.verb, entry.who, entry.role, entry.user_id) == (
        "created",
        "Ada Coach",
        "consultant",
        coach.id,
    )
    assert (entry.address, entry.name) == ("127.0.0.1", "Fewer missed appointments")
    assert (entry.engagement_id, entry.organisation_id) == (engagement.id, engagement.organisation_id)
    assert told(entry)["weight"] == [None, 30]


def test_what_is_changed_is_told_before_and_after(sign_in, coach, engagement, trail):
    one = make.GoalFactory(engagement=engagement, statement="Fewer", weight=30)
    sign_in(coach).post(f"/goals/{one.id}/edit", data=goal(statement="Fewer", weight="45"))

    entry = trail(thing="goal", verb="changed")[0]
    assert entry.thing_id == one.id
    assert told(entry) == {"weight": [30, 45]}


def test_what_is_deleted_is_told_with_what_it_held(sign_in, coach, engagement, trail):
    one = make.GoalFactory(engagement=engagement, statement="Fewer", weight=30)
    sign_in(coach).post(f"/goals/{one.id}/delete")

    entry = trail(thing="goal", verb="deleted")[0]
    assert told(entry)["statement"] == ["Fewer", None]


def test_saving_what_is_the_same_tells_nothing(sign_in, coach, engagement, trail):
    one = make.GoalFactory(engagement=engagement, statement="Fewer", weight=30)
    sign_in(coach).post(f"/goals/{one.id}/edit", data=goal(statement="Fewer", weight="30"))
    assert trail(thing="goal") == []


def test_what_is_refused_tells_nothing(sign_in, coach, engagement, trail):
    answer = sign_in(coach).post(f"/engagements/{engagement.id}/goals/new", data=goal(weight="1000"))
    assert answer.status_code == 422
    assert trail(thing="goal") == []


def test_a_password_is_never_repeated(sign_in, trail):
    fields = {"name": "New", "email": "new@example.org", "role": "consultant", "time_zone": "UTC"}
    chief = sign_in(make.UserFactory(role=Role.ADMINISTRATOR))
    chief.post("/settings/users/new", data={**fields, "active": "y", "new_password": "a first password"})

    entry = trail(thing="user_account", verb="created")[0]
    assert told(entry)["password"] == [None, "not shown"]
    assert told(entry)["email"] == [None, "new@example.org"]


def note_form(**fields) -> dict:
    plain = {"on": "2026-03-03", "at": "09:00", "mode": "video", "state": "held", "time_zone": "UTC"}
    nobody = {"promised-0-owner": "", "promised-1-owner": ""}
    return {**plain, **nobody, "service_line": "coaching", "summary": "We agreed.", **fields}


def test_a_private_note_is_never_repeated(sign_in, coach, engagement, trail):
    sign_in(coach).post(f"/engagements/{engagement.id}/sessions/new", data=note_form(private_note=SECRET))

    assert told(trail(thing="private_note")[0]) == {
        "session_id": [None, trail(thing="coaching_session")[0].thing_id],
        "user_id": [None, coach.id],
        "body": [None, "not shown"],
    }
    assert SECRET not in str(trail())


def test_reading_a_private_note_is_told(sign_in, coach, engagement, trail):
    one = make.CoachingSessionFactory(engagement=engagement, coach=coach)
    make.PrivateNoteFactory(session=one)
    assert sign_in(coach).get(f"/sessions/{one.id}").status_code == 200
    assert [(entry.verb, entry.who) for entry in trail(thing="private_note")] == [("read", "Ada Coach")]


def test_reading_what_is_not_private_is_not_told(sign_in, coach, engagement, trail):
    sign_in(coach).get(f"/engagements/{engagement.id}")
    assert trail() == []


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_an_export_is_told(sign_in, coach, engagement, trail, format_):
    sign_in(coach).get(f"/engagements/{engagement.id}/progress.{format_}")
    assert [entry.verb for entry in trail()] == ["exported"]
    assert trail()[0].name.endswith(f"as {format_.upper()}")


def test_an_export_of_what_has_the_longest_name_is_told(sign_in, coach, engagement, trail):
    goal = make.GoalFactory(engagement=engagement, statement="W" * 255)
    assert sign_in(coach).get(f"/goals/{goal.id}/check-ins.csv").status_code == 200
    (entry,) = (one for one in trail() if one.verb == "exported")
    assert (len(entry.name), entry.thing, entry.thing_id) == (255, "goal", goal.id)
    assert entry.engagement_id == engagement.id


def test_signing_in_and_out_is_told(client, person, trail):
    somebody = person(name="Grace")
    post_sign_in(client, somebody.email)
    client.post("/logout")
    assert [(entry.verb, entry.who) for entry in trail(thing="user_account")] == [
        ("signed_in", "Grace"),
        ("signed_out", "Grace"),
    ]


def test_a_failed_sign_in_is_told_without_the_password(client, person, trail):
    person(email="grace@example.org")
    post_sign_in(client, "grace@example.org", "wrong horse battery")
    (entry,) = trail()
    assert (entry.verb, entry.who, entry.user_id) == ("sign_in_failed", "grace@example.org", None)
    assert "wrong horse" not in str(entry)


def test_an_import_is_told_row_by_row(app, trail, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("name,city,cms\nNorth,Here,000001\nSouth,There,000002\n")
    for _ in range(2):
        app.test_cli_runner().invoke(args=["organisations", "import", str(path), "--match", "cms"])
    path.write_text("name,city,cms\nNorth,Elsewhere,000001\n")
    app.test_cli_runner().invoke(args=["organisations", "import", str(path), "--match", "cms"])

    assert [(entry.verb, entry.name) for entry in trail(thing="organisation") if entry.name] == [
        ("created", "North"),
        ("created", "South"),
        ("changed", "North"),
    ]
    assert told(trail(verb="changed")[0]) == {"city": ["Here", "Elsewhere"]}
    assert [told(entry)["created"][1] for entry in trail(verb="imported")] == [2, 0, 0]
    assert {entry.who for entry in trail()} == {"Command line"}


def test_a_dry_run_tells_nothing(app, trail, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("name,cms\nNorth,000001\n")
    app.test_cli_runner().invoke(args=["organisations", "import", str(path), "--dry-run"])
    assert trail() == []


def test_statements_in_bulk_are_few_and_known():
    """What a flush does not see has to be recorded by whoever sends it: these do."""
    sends = ("sa.insert(", "sa.update(", "sa.delete(")
    files = {path for path in Path("crm").rglob("*.py") if any(word in path.read_text() for word in sends)}
    assert {str(path) for path in files} == {
        "crm/audit/trail.py",
        "crm/backup/restoring.py",
        "crm/bin/actions.py",
        "crm/demo/rows.py",
        "crm/jobs/runs.py",
        "crm/judging/actions.py",
        "crm/judging/actions_mark.py",
        "crm/mail/outbox.py",
        "crm/organisations/importing.py",
        "crm/organisations/uploads.py",
        "crm/outcomes/actions_collect.py",
        "crm/reminders/actions.py",
        "crm/surveys/actions.py",
        "crm/surveys/actions_answer.py",
    }
