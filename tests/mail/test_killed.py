"""Workers killed with `kill -9` at every moment that is awkward: each mail goes out, and goes out once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.accounts.models import User
from crm.engagements.models import Engagement, Stage, TeamMember
from crm.extensions import db
from crm.jobs.registry import TASKS
from crm.jobs.runs import enqueue, nudge, start_due
from crm.mail.models import Mail, MailState
from crm.mail.outbox import DELIVER
from crm.organisations.models import Organisation
from crm.sessions.models import Action
from tests.jobs.workers import House, kill, wait_for
from tests.mail.servers import MOMENTS, MailServer

PEOPLE = 16
DIGESTS = "reminders.digests"
SETTLED = {MailState.SENT, MailState.UNCONFIRMED}


@pytest.fixture
def mailbox():
    with MailServer() as server:
        yield server


@pytest.fixture
def house(address, database_address, tmp_path, mailbox):
    kind = "sqlite" if database_address.startswith("sqlite") else "postgresql"
    with House(address(kind), tmp_path, MAIL_URL=mailbox.url) as house:
        with house.step():
            fill()
        yield house


def fill() -> None:
    """Everybody has one action due today and wants to hear of it now, at noon where they are: no day ends."""
    now, client = datetime.now(UTC), Organisation(name="North Hospital")
    zone = f"Etc/GMT{now.hour - 12:+d}"  # West of Greenwich is plus in these names.
    today = now.astimezone(ZoneInfo(zone)).date()
    db.session.add(client)
    db.session.flush()
    work = Engagement(
        title="Fewer missed appointments", organisation_id=client.id, stage=Stage.IMPLEMENTATION,
        stage_since=now.date(), starts_on=now.date(),
    )  # fmt: skip
    db.session.add(work)
    db.session.flush()
    on = {"engagement_id": work.id, "organisation_id": client.id}
    for number in range(PEOPLE):
        person = User(
            name=f"Person {number}", email=f"person{number}@example.org", password="unusable",
            role=Role.CONSULTANT, time_zone=zone, reminder_hour=12, reminder_days=[1, 2, 3, 4, 5, 6, 7],
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        db.session.add(TeamMember(user_id=person.id, **on))
        db.session.add(Action(title="Call back", due_on=today, owner_user_id=person.id, **on))


def states(house) -> list[MailState]:
    with house.app.app_context():
        return list(db.session.scalars(sa.select(Mail.state)))


def is_settled(house) -> bool:
    """Asked for in between, all is done again as the schedule would: a run cut off too often was given up."""
    found = states(house)
    if len(found) == PEOPLE and set(found) <= SETTLED:
        return True
    with house.step():
        start_due(TASKS[DIGESTS], clock.now())
        nudge(DELIVER)
    return False


def test_killed_at_every_moment_each_reminder_has_gone_out_once(house, mailbox):
    armed: dict[str, int] = {}
    killed = []

    def kill_at(moment, _recipient):
        if moment in armed:
            kill(armed.pop(moment))
            killed.append(moment)

    mailbox.handler.rudeness = kill_at
    with house.step():
        enqueue(DIGESTS)
    with house.worker() as number:
        wait_for(lambda: states(house))
        kill(number)  # somewhere among the first of those who are to be reminded, or just after them
    for moment in (*MOMENTS, *MOMENTS):
        with house.step():
            nudge(DELIVER)
        with house.worker() as number:
            armed[moment] = number
            wait_for(lambda: not armed or is_settled(house), pause=0.1)
    armed.clear()
    with house.worker():
        wait_for(lambda: is_settled(house), pause=0.1)

    assert killed == [*MOMENTS, *MOMENTS]
    assert mailbox.counts() == {f"person{number}@example.org": 1 for number in range(PEOPLE)}
    assert len({message["Message-ID"] for _, message in mailbox.got}) == PEOPLE
    # Only where the server held its answer, or had just given it, nobody could know.
    assert states(house).count(MailState.UNCONFIRMED) <= killed.count("received") + killed.count("answered")
