"""A coach's hours as bodies that give credentials ask for them, and a letter that confirms them."""

from __future__ import annotations

import math
from itertools import product

import lazy_loader as lazy

from reports import text
from reports.figures import compared, records, table
from reports.model import Column, Fact, Report
from reports.period import Period

pd = lazy.load("pandas")

PAYS, FORMS = ("Paid", "Pro bono"), ("Individual", "Group", "Not said")
_LOG = (
    Column("coach", "Coach", "text"),
    Column("held_on", "Day", "date"),
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("number", "Session", "integer"),
    Column("people", "People coached", "integer"),
    Column("form", "Form", "text"),
    Column("pay", "Pay", "text"),
    Column("hours", "Hours", "hours", total=True),
)
_SUMS = (
    Column("form", "Form", "text"),
    Column("paid", "Paid", "hours", total=True),
    Column("pro_bono", "Pro bono", "hours", total=True),
    Column("hours", "Hours", "hours", total=True),
    Column("before", "Before", "hours", total=True),
    Column("sessions", "Sessions", "integer", total=True),
)
_CLIENTS = (
    Column("client", "Client", "text"),
    Column("sessions", "Sessions", "integer", total=True),
    Column("first_on", "First", "date"),
    Column("last_on", "Last", "date"),
    Column("hours", "Hours", "hours", total=True),
)
_NOTES = (
    "Counted are the coaching minutes that the coach logged for sessions that were held, on the day worked. "
    "Preparation, travel and follow-up do not count, nor does time without a session.",
    "Paid hours are billable ones, pro bono those that are not. A session with one person of the client is "
    "individual, with more a group; where nobody is named the form is not said, and many bodies will not "
    "count it.",
    "Ask the body that gives your credential which of these hours it takes; it may ask the client too.",
)


def coaching(frame: pd.DataFrame, period: Period, coach: str | None) -> Report:
    """The log. `frame`: one row a session and coach in either period, by day: coach, held_on, client,
    engagement, session_key, number, people (named at the session), is_paid, hours. `coach` is None for
    those of all.
    """
    rows = [_told(row) for row in records(frame)]
    now = [row for row in rows if period.holds(row["held_on"])]
    before = [row for row in rows if period.held_before(row["held_on"])]
    empty = "No coaching hours were logged in this period."
    return Report(
        name="coaching-log",
        title=f"Coaching log of {coach}" if coach else "Coaching log",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        facts=_facts(now, before),
        findings=tuple(_findings(now)),
        tables=(
            table("sums", "Hours by form and pay", _SUMS, _sums(now, before), empty),
            table("clients", "Clients", _CLIENTS, _clients(now), empty),
            table("log", "Log", _LOG, now, empty, keys=2),
        ),
        notes=(*_NOTES, period.note),
    )


def letter(frame: pd.DataFrame, period: Period, coach: str | None, signer: str | None) -> Report:
    """A letter that confirms the hours of one coach, to be signed by whoever draws it up."""
    now = [row for row in map(_told, records(frame)) if period.holds(row["held_on"])] if coach else []
    return Report(
        name="coaching-letter",
        title=f"Confirmation of coaching hours: {coach}" if coach else "Confirmation of coaching hours",
        subtitle=period.subtitle,
        as_of=period.last,
        made_at=period.made_at,
        opening=_letter(now, period, coach, signer)
        if coach
        else "Choose the coach whom the letter is about.",
        opening_title="Letter",
        tables=(table("sums", "Hours by form and pay", _SUMS[:4] + _SUMS[5:], _sums(now, []), "No hours."),),
        notes=_NOTES[:2],
    )


def _letter(now: list[dict], period: Period, coach: str, signer: str | None) -> str:
    total, paid = _hours(now), _hours(now, pay="Paid")
    clients = len({row["client"] for row in now})
    sessions = text.count(_sessions(now), "session")
    by = f"Drawn up by {signer}" if signer else "Drawn up"
    return "\n\n".join(
        (
            "To whom it may concern",
            f"This confirms that {coach} coached for {text.hours(total)} hours from {text.day(period.first)} "
            f"to {text.day(period.last)}: {sessions} with {text.count(clients, 'client organisation')}.",
            f"Of these, {text.hours(paid)} hours were paid and {text.hours(total - paid)} hours pro bono; "
            f"{text.hours(_hours(now, form='Individual'))} hours were with one person and "
            f"{text.hours(_hours(now, form='Group'))} hours with a group.",
            "The hours are taken from the coach's own log, kept session by session; they are listed without "
            "the names of those who were coached.",
            f"{by} on {text.day(period.made_at.date())}.",
            "Signature: ______________________________        Day: ______________",
        )
    )


def _told(row: dict) -> dict:
    people = row["people"] or 0
    form = FORMS[2] if not people else FORMS[0] if people == 1 else FORMS[1]
    return row | {"people": people or None, "form": form, "pay": PAYS[0] if row["is_paid"] else PAYS[1]}


def _hours(rows: list[dict], **wanted: str) -> float:
    return math.fsum(
        row["hours"] for row in rows if all(row[name] == value for name, value in wanted.items())
    )


def _sessions(rows: list[dict]) -> int:
    """A session that two coaches held has two rows, and is one session."""
    return len({row["session_key"] for row in rows})


def _sums(now: list[dict], before: list[dict]) -> list[dict]:
    return [
        {
            "form": form,
            "paid": _hours(now, form=form, pay="Paid"),
            "pro_bono": _hours(now, form=form, pay="Pro bono"),
            "hours": _hours(now, form=form),
            "before": _hours(before, form=form),
            "sessions": _sessions([row for row in now if row["form"] == form]),
        }
        for form in FORMS
        if any(row["form"] == form for row in (*now, *before))
    ]


def _clients(now: list[dict]) -> list[dict]:
    groups: dict[str, list[dict]] = {}
    for row in now:
        groups.setdefault(row["client"], []).append(row)
    return [
        {
            "client": name,
            "sessions": _sessions(rows),
            "first_on": min(row["held_on"] for row in rows),
            "last_on": max(row["held_on"] for row in rows),
            "hours": _hours(rows),
        }
        for name, rows in sorted(groups.items())
    ]


def _facts(now: list[dict], before: list[dict]) -> tuple[Fact, ...]:
    whole = compared("Coaching hours", _hours(now), _hours(before), "hours")
    parts = [("pay", name) for name in PAYS] + [("form", name) for name in FORMS[:2]]
    return whole, *(
        compared(value, _hours(now, **{name: value}), _hours(before, **{name: value}), "hours")
        for name, value in parts
    )


def _findings(now: list[dict]):
    for pay, form in product(PAYS, FORMS[2:]):
        if hours := _hours(now, pay=pay, form=form):
            yield f"{text.hours(hours)} h ({pay.lower()}) are of sessions where nobody is named."
