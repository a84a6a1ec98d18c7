"""What mails say. A kind of letter is a function that writes it for one reader, out of their rows alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formataddr
from typing import Any

from flask import current_app
from flask_mailman import EmailMultiAlternatives

from crm.accounts.models import User
from crm.extensions import db
from crm.mail.models import Mail
from crm.mail.server import site_host
from crm.readers import become

GONE = "Whoever it was for may not sign in any more."
NOTHING_LEFT = "There is nothing left to say in it."
NO_KIND = "This Plumbline does not know this kind of mail."


@dataclass(frozen=True)
class Letter:
    """What a mail says: a template named ….html, with its twin in plain text beside it."""

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    #: Where its reader ends such mail, with one click.
    unsubscribe: str | None = None


class Withdrawn(Exception):  # noqa: N818 - what becomes of the mail
    """It is not sent, for this reason."""


Compose = Callable[[User, dict[str, Any]], Letter | None]
KINDS: dict[str, Compose] = {}


def letter(kind: str) -> Callable[[Compose], Compose]:
    """Register what writes letters of this kind: called as the reader, it gives None with nothing to say."""

    def register(compose: Compose) -> Compose:
        KINDS[kind] = compose
        return compose

    return register


def absolute(endpoint: str, **values) -> str:
    """The address of a page as mail can hold it."""
    path = current_app.url_map.bind("site").build(endpoint, values)
    return current_app.config["SITE_URL"] + path


def write(mail: Mail | Any) -> EmailMultiAlternatives:
    """The mail as its reader may read it now. In a session of its own, which sees nothing but their rows."""
    with current_app._get_current_object().app_context():
        reader = db.session.get(User, mail.user_id)
        if not reader or not reader.active:
            raise Withdrawn(GONE)
        if mail.kind not in KINDS:
            raise Withdrawn(NO_KIND)
        become(reader)
        found = KINDS[mail.kind](reader, mail.about)
        if found is None:
            raise Withdrawn(NOTHING_LEFT)
        return message(found, f"{reader.name}", reader.email, mail.token)


def message(found: Letter, name: str, address: str, token: str) -> EmailMultiAlternatives:
    host = site_host(current_app.config["SITE_URL"])
    headers = {
        "Message-ID": f"<{token}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if found.unsubscribe:
        headers["List-Unsubscribe"] = f"<{found.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told = {
        **found.context,
        "subject": found.subject,
        "name": name,
        "link": absolute,
        "unsubscribe": found.unsubscribe,
        "site": current_app.config["SITE_URL"],
    }
    made = EmailMultiAlternatives(
        subject=" ".join(found.subject.split()),
        body=_drawn(found.template.removesuffix(".html") + ".txt", told),
        to=[formataddr((" ".join(name.split()), address))],
        headers=headers,
    )
    made.attach_alternative(_drawn(found.template, told), "text/html")
    return made


def _drawn(template: str, told: dict) -> str:
    """Without what pages know: who is signed in, what they asked. A mail knows its reader alone."""
    return current_app.jinja_env.get_template(template).render(told)
