"""Workers killed with `kill -9` at every moment that is awkward: each mail goes out, and goes out once."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.accounts.models import User
from crm.engagements.models import Engagement, Stage, TeamMember
from crm.extensions import db
from crm.jobs.runs import enqueue, nudge
from crm.mail.models import Mail, MailState
from crm.mail.outbox import DELIVER
from crm.organisations.models import Organisation
from crm.sessions.models import Action
from tests.jobs.workers import House, kill, wait_for
from tests.mail.servers import MOMENTS, MailServer

PEOPLE = 16
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
    """Everybody has one action due today, where they are, and wants to hear of it now."""
    now, client = datetime.now(UTC), Organisation(name="North Hospital")
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
            role=Role.CONSULTANT, reminder_hour=now.hour, reminder_days=[1, 2, 3, 4, 5, 6, 7],
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        db.session.add(TeamMember(user_id=person.id, **on))
        db.session.add(Action(title="Call back", due_on=clock.today(), owner_user_id=person.id, **on))


def states(house) -> list[MailState]:
    with house.app.app_context():
        return list(db.session.scalars(sa.select(Mail.state)))


def is_settled(house) -> bool:
    """Asked for in between, the mail is sent again: as the next minute's schedule would."""
    found = states(house)
    if len(found) == PEOPLE and set(found) <= SETTLED:
        return True
    with house.step():
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
        enqueue("reminders.digests")
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
