"""Send what waits, one by one. Each mark is kept in a transaction of its own, as soon as it is true."""

import logging
import secrets
from collections import Counter as Tally
from functools import partial
from threading import Lock

from prometheus_client import Counter

from crm import clock
from crm.extensions import mailman
from crm.jobs.running import stopping
from crm.mail import letters, outbox
from crm.mail.models import MailState
from crm.mail.server import Conversation, Refused, Unreachable, bare, server
from crm.transactions import one

#: After so many troubles with the server, it is left alone until the next run.
MOST_TROUBLES = 3
BROKEN = "It could not be written. The log of the worker says more."
#: One thread of a worker delivers; the others are free for other work.
delivering = Lock()
log = logging.getLogger("plumbline")
outcomes = Counter("plumbline_mails", "Tries to send a mail, by what came of it.", ["outcome"])


def deliver() -> str | None:
    """Everything that is due. Gives what came of it, or None where nothing was."""
    if server() is None or not delivering.acquire(blocking=False):
        return None
    try:
        return _deliver()
    finally:
        delivering.release()


def _deliver() -> str | None:
    with one():
        outbox.take_up_abandoned()
    tally: Tally[str] = Tally()
    conversation = mailman.get_connection()
    try:
        while not stopping.is_set() and tally["troubles"] < MOST_TROUBLES:
            claimant = secrets.token_hex(16)
            with one():
                mail = outbox.claim(claimant)
            if mail is None:
                break
            outcome = _send(mail, claimant, conversation)
            tally[outcome] += 1
            outcomes.labels(outcome).inc()
    finally:
        conversation.close()
    return _told(tally)


def _told(tally: Tally) -> str | None:
    words = {
        "sent": "sent",
        "failed": "failed",
        "refused": "to be tried again",
        "troubles": "waiting: the server could not be used",
        "withdrawn": "withdrawn",
        "lost": "left to another worker",
    }
    said = [f"{tally[name]} {label}" for name, label in words.items() if tally[name]]
    return f"Mail: {', '.join(said)}." if said else None


def _send(mail, claimant: str, conversation: Conversation) -> str:
    """One mail; gives a word for what came of it."""
    settle = partial(_settled, mail.id, claimant)
    try:
        message = letters.write(mail)
        message.message()  # What cannot be put together shows here, and not halfway through sending it.
        said = {"address": bare(message.recipients()[0])[:255], "subject": message.subject[:255]}
    except letters.Withdrawn as reason:
        return settle("withdrawn", state=MailState.WITHDRAWN, error=str(reason))
    except Exception:
        log.exception("mail", extra={"mail": mail.id})
        return settle("failed", state=MailState.FAILED, error=BROKEN)
    try:
        conversation.hand_over(message, partial(_let_go, mail.id, claimant))
    except outbox.Lost:
        return "lost"
    except Refused as error:
        trouble = outbox.after_trouble(mail, str(error), is_final=error.is_final)
        return settle("failed" if error.is_final else "refused", **said, **trouble)
    except Unreachable as error:
        return settle("troubles", **said, **outbox.after_trouble(mail, str(error), is_final=False))
    return settle("sent", **said, state=MailState.SENT, sent_at=clock.now(), error=None)


def _let_go(key: int, claimant: str) -> None:
    with one():
        outbox.let_go(key, claimant)


def _settled(key: int, claimant: str, outcome: str, **said) -> str:
    try:
        with one():
            outbox.settle(key, claimant, **said)
    except outbox.Lost:
        return "lost"
    log.info("mail", extra={"mail": key, "outcome": outcome})
    return outcome
