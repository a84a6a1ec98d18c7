"""The outbox: mails wait in the database, are claimed by one sender, and every step is kept by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from crm import clock
from crm.extensions import db
from crm.jobs.runs import nudge
from crm.mail.models import Mail, MailState
from crm.readers import lifted

DELIVER = "mail.deliver"
#: For how long a mail is tried, while no server refuses it for good.
PATIENCE = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=4)
UNSURE = (
    "The worker stopped while the mail server took it. It counts as sent; send it again if it never came."
)
HELD = "Held back after a restore: it may have gone out since the backup was made."
UNDER_WAY = (MailState.SENDING, MailState.HANDING_OVER)


class Lost(Exception):  # noqa: N818 - what happened
    """Somebody else has the mail by now: it is not ours to send."""


def post(user, *, kind: str, occasion: str, subject: str, **about) -> Mail | None:
    """Put a mail to `user` into the outbox, in the transaction that causes it; None if it is there."""
    now = clock.now()
    known = sa.select(Mail.id).where(Mail.user_id == user.id, Mail.occasion == occasion)
    with lifted():  # Whoever causes a mail need not be among those who may look at the outbox.
        if db.session.scalar(known):
            return None
        mail = Mail(
            user_id=user.id, kind=kind, occasion=occasion, subject=subject[:255], about=about, queued_at=now,
            next_try_at=now,
        )  # fmt: skip
        db.session.add(mail)
        db.session.flush()
    nudge(DELIVER)
    return mail


def claim(claimant: str) -> sa.Row | None:
    """Take the mail that has waited longest; nobody else has it then."""
    now = clock.now()
    waiting = (
        sa.select(Mail.id)
        .where(Mail.state == MailState.QUEUED, Mail.next_try_at <= now)
        .order_by(Mail.next_try_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if (key := db.session.scalar(waiting)) is None:
        return None
    taken = (
        sa.update(Mail)
        .where(Mail.id == key, Mail.state == MailState.QUEUED)
        .values(state=MailState.SENDING, tries=Mail.tries + 1, claim=claimant, claimed_until=_lease(now))
        .returning(Mail.id, Mail.user_id, Mail.kind, Mail.about, Mail.token, Mail.tries, Mail.queued_at)
    )
    return db.session.execute(taken.execution_options(synchronize_session=False)).one_or_none()


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=current_app.config["MAIL_LEASE_SECONDS"])


def let_go(key: int, claimant: str) -> None:
    """From here on the server may have it. Whoever has lost the mail meanwhile must not end it."""
    _mark(key, claimant, state=MailState.HANDING_OVER, claimed_until=_lease(clock.now()))


def settle(key: int, claimant: str, state: MailState, **said) -> None:
    _mark(key, claimant, state=state, claim=None, claimed_until=None, **said)


def _mark(key: int, claimant: str, **said) -> None:
    ours = sa.update(Mail).where(Mail.id == key, Mail.claim == claimant, Mail.state.in_(UNDER_WAY))
    if db.session.execute(ours.values(**said).execution_options(synchronize_session=False)).rowcount != 1:
        raise Lost


def after_trouble(mail, error: str, *, is_final: bool) -> dict:
    """Tried again later, or given up."""
    now = clock.now()
    if is_final or now - mail.queued_at > PATIENCE:
        return {"state": MailState.FAILED, "error": error}
    first = current_app.config["MAIL_RETRY_SECONDS"]
    wait = min(timedelta(seconds=first * 2 ** min(mail.tries - 1, 20)), LONGEST_WAIT)
    return {"state": MailState.QUEUED, "error": error, "next_try_at": now + wait}


def take_up_abandoned() -> int:
    """What senders left who were killed: not let go, it waits again; let go, it is taken to be sent."""
    now = clock.now()
    free = {"claim": None, "claimed_until": None}
    found = 0
    for state, values in (
        (MailState.SENDING, {"state": MailState.QUEUED, "next_try_at": now}),
        (MailState.HANDING_OVER, {"state": MailState.UNCONFIRMED, "error": UNSURE}),
    ):
        left = sa.update(Mail).where(Mail.state == state, Mail.claimed_until < now).values(**free, **values)
        found += db.session.execute(left.execution_options(synchronize_session=False)).rowcount
    return found


def hold_all() -> int:
    """Nothing that waits in a restored database goes out unasked. How many mails were held."""
    waiting = sa.update(Mail).where(Mail.state.in_((MailState.QUEUED, *UNDER_WAY)))
    held = waiting.values(state=MailState.FAILED, error=HELD, claim=None, claimed_until=None)
    return db.session.execute(held.execution_options(synchronize_session=False)).rowcount
