from crm import clock
from crm.audit.models import Verb
from crm.audit.trail import Entry, record
from crm.errors import DomainError
from crm.jobs.runs import nudge
from crm.mail.models import CAN_BE_SENT_AGAIN, Mail, MailState
from crm.mail.outbox import DELIVER


def send_again(mail: Mail) -> None:
    """A mail that failed, or whose sending nobody could confirm."""
    if mail.state not in CAN_BE_SENT_AGAIN:
        raise DomainError("Only a mail that failed, or that nobody could confirm, can be sent again.")
    mail.state, mail.tries, mail.error = MailState.QUEUED, 0, None
    mail.queued_at = mail.next_try_at = clock.now()
    nudge(DELIVER)
    record(Entry(Verb.ASKED_FOR, "mail", mail.id, mail.subject))
