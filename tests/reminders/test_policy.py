"""No mail holds what its reader may not see: for every role and every kind of letter there is."""

import pytest

from crm.accounts.models import Rhythm
from crm.jobs.registry import TASKS
from crm.mail.letters import KINDS, Withdrawn, write
from crm.mail.models import Mail
from crm.runs.models import RunState
from tests.factories import RaterFactory, RoundFactory, TurnFactory, VersionFactory
from tests.factories_runs import ReportRunFactory, ReportScheduleFactory
from tests.scene import NOW
from tests.test_sentinel import FEE, NOTE, OURS, THEIRS, people

__all__ = ["people"]
#: The kinds of letter; `about` says what each is told beside its reader. Whoever adds a kind says it there.
TRIED = (
    "reminder", "round", "round_reminder", "catchball", "report_ready", "report_failed", "report_left_out",
)  # fmt: skip


@pytest.fixture
def about(people) -> dict[str, dict]:
    """What each kind is told: a round and a turn are of the first client."""
    on = {"engagement": people["one"].engagement}
    round_ = RoundFactory(request=f"{OURS}request", **on)
    for name in ("client", "coach"):
        RaterFactory(round_id=round_.id, user=people[name], **on)
    version = VersionFactory(name=f"{OURS}version", **on)
    turn = TurnFactory(version_id=version.id, note=f"{OURS}turn", **on)
    asked = {"round": round_.id}
    told = ({"day": str(NOW.date())}, asked, asked, {"turn": turn.id}, *made_for(people["coach"]))
    return dict(zip(TRIED, told, strict=True))


def made_for(coach) -> tuple[dict, dict, dict]:
    """What letters about a regular report of theirs are told: that it is ready, failed, went to fewer."""
    schedule = ReportScheduleFactory(user=coach, name=f"{OURS}schedule", last_said=f"Not for {THEIRS}.")
    run = ReportRunFactory(
        user=coach, title=f"{OURS}report", state=RunState.DONE, file="runs/x", digest="0" * 64,
        schedule_id=schedule.id, finished_at=NOW, kept_until=NOW,
    )  # fmt: skip
    return {"run": run.id}, {"run": run.id}, {"schedule": schedule.id}


@pytest.fixture
def read(app, people, about):
    """`read(name, kind)`: all that such a mail says to somebody; nothing where it is withdrawn."""

    def read(name: str, kind: str) -> str:
        mail = Mail(user_id=people[name].id, kind=kind, about=about[kind], token="0")
        with app.app_context():
            try:
                message = write(mail)
            except Withdrawn:
                return ""
            return message.message().as_string() + message.body + message.alternatives[0][0]

    return read


def test_every_kind_of_letter_is_tried():
    assert set(KINDS) == set(TRIED)


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
def test_a_mail_holds_its_readers_words_and_nobody_elses(read, people, session, kind, rhythm):
    readers = [name for name in people if name not in ("one", "two")]
    for name in readers:
        people[name].reminders = rhythm
    session.flush()
    said = {name: read(name, kind) for name in readers}
    assert not any(NOTE in words or FEE in words for words in said.values())
    ours = {"client", "coach"}
    if kind == "catchball":  # It tells of one version, to whoever of the house may see that.
        ours |= {"colleague", "manager", "administrator"}
    theirs = {"client 2", "coach of client 2"}
    for name, words in said.items():
        assert OURS not in words or name in ours, name
        assert THEIRS not in words.replace(people["client 2"].name, "") or name in theirs, name


def test_what_it_is_about_is_in_it(read):
    """Else the sentinel would find nothing because there is nothing."""
    assert f"{OURS}actiontitle" in read("client", "reminder")
    assert f"{THEIRS}actiontitle" in read("client 2", "reminder")
    assert f"{OURS}request" in read("client", "round")
    assert read("client 2", "round") == read("client 2", "catchball") == ""
    assert "A report that is made regularly is ready" in read("coach", "report_ready")
    assert "Its page says why" in read("coach", "report_failed")
    assert "Its page says who" in read("coach", "report_left_out")
    assert read("colleague", "report_ready") == read("colleague", "report_left_out") == ""


def test_the_outbox_itself_holds_no_words_of_a_client(app, people, session):
    for name in ("client", "client 2", "coach"):
        people[name].reminder_hour = NOW.hour
        people[name].reminder_days = [1, 2, 3, 4, 5, 6, 7]
    session.flush()
    with app.app_context():
        TASKS["reminders.digests"].work()
    mails = session.query(Mail).all()
    assert len(mails) >= 2
    assert not any(word in f"{mail.subject} {mail.about}" for mail in mails for word in (OURS, THEIRS, NOTE))
