"""What gathers beside the work of a large practice: rates, templates, runs, mail and the trail."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from crm.audit.models import Verb
from crm.audit.trail import Entry
from crm.demo import words_bulk as words
from crm.demo.rows import Rows
from crm.jobs.models import JobRun, RunState
from crm.mail.models import Mail, MailState
from crm.organisations.models import Organisation
from crm.outlines.models import Outline
from crm.sessions.models_record import AgendaTemplate
from crm.timesheets.models import PersonRate

#: For so many days back runs and mails are kept; the small demo tells of the last two.
KEPT = 30
TASKS = (
    ("jobs.tidy", 160, "4 runs forgotten."),
    ("reminders.digests", 420, "Reminders written."),
    ("mail.deliver", 421, "Mail sent."),
)
CURRENCIES = ("USD", "GBP", "EUR")


def add_bulk_office(rows: Rows, team: list[int], rng: Random) -> None:
    for user in team:
        _rates(rows, user, rng)
    for number, (subject, way) in enumerate(zip(words.SUBJECTS, words.WAYS * 3, strict=False)):
        _outline(rows, f"{subject}, {way}", team[number % len(team)], rng)
    for number, body in enumerate(words.AGENDAS):
        said = {"name": f"Agenda {number + 1}", "body": body, "is_shared": number % 2 == 0}
        rows.add(AgendaTemplate, user_id=team[number], **said)
    for back in range(KEPT, 2, -1):
        _day(rows, team, back)


def _rates(rows: Rows, user: int, rng: Random) -> None:
    currency = rng.choice(CURRENCIES)
    for years, amount in ((2, rng.randrange(260, 360)), (0, rng.randrange(360, 460))):
        from_on = date(rows.as_of.year - years - 1, 1, 1)
        rows.add(PersonRate, user_id=user, from_on=from_on, amount=Decimal(amount), currency=currency)


def _outline(rows: Rows, name: str, user: int, rng: Random) -> None:
    rows.add(
        Outline,
        name=name,
        is_shared=True,
        user_id=user,
        content={
            "days": 360,
            "scope": "Coaching on the client's own goals, with a roadmap and a measure for each.",
            "out_of_scope": None,
            "assumptions": None,
            "client_duties": None,
            "fee_basis": None,
            "hours": {"coaching": rng.randrange(20, 90), "training": rng.randrange(6, 30)},
            "deliverables": [
                {"title": title, "acceptance": acceptance, "after": 90 + 60 * place}
                for place, (title, acceptance) in enumerate(words.PROMISES)
            ],
            "goals": [],
            "strategies": [],
            "milestones": [
                {"title": title, "description": None, "after": 60 + 50 * place, "strategy": None}
                for place, title in enumerate(words.STEPS)
            ],
        },
    )


def _day(rows: Rows, team: list[int], back: int) -> None:
    """The runs of one day, and a reminder to everybody of the team."""
    day = rows.made_at - timedelta(days=back)
    for task, minute, outcome in TASKS:
        at = day + timedelta(minutes=minute)
        rows.add(
            JobRun,
            task=task,
            state=RunState.DONE,
            arguments={},
            tries=1,
            seconds=0.4,
            enqueued_at=at,
            started_at=at,
            finished_at=at + timedelta(seconds=1),
            outcome=outcome,
        )
    at = day + timedelta(minutes=421)
    for place, user in enumerate(team):
        rows.add(
            Mail,
            token=f"{back:016x}{user:016x}",
            user_id=user,
            occasion=f"reminder/{at.date()}",
            kind="reminder",
            about={"day": str(at.date())},
            subject=f"{1 + (place + back) % 4} due today, 1 session to write up",
            address=f"person{place}@plumbline.example",
            state=MailState.SENT,
            queued_at=at - timedelta(minutes=1),
            next_try_at=at,
            tries=1,
            sent_at=at,
        )


def entries_of(rows: Rows) -> Iterator[Entry]:
    """What the trail tells of the organisations that wait to be sent."""
    for row in rows.of(Organisation):
        key, name = row["id"], row["name"]
        yield Entry(
            Verb.IMPORTED, "organisation", key, name, organisation_id=key, changes={"name": [None, name]}
        )
