"""Real mail servers on loopback: a kind one, and some that refuse, stall or hang up."""

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.drill.server import free_port

#: The moments at which a server can do something else than it should, in the order of a conversation.
MOMENTS = ("connected", "mail", "rcpt", "data", "received", "answered")
Rudeness = Callable[[str, str | None], str | None]


class _Smtp(SMTP):
    """Tells its server when a mail is about to come, and when it has answered one."""

    def connection_made(self, transport):
        super().connection_made(transport)
        self.event_handler.meet("connected", None)

    async def smtp_DATA(self, arg):  # noqa: N802 - the name that aiosmtpd calls
        recipient = (self.envelope.rcpt_tos or [None])[0]
        if said := self.event_handler.meet("data", recipient):
            if said == "drop":
                await self.push("354 go on")
                self.transport.abort()
                return
            if await self.event_handler.obey(said, self) is not None:
                await self.push(said)
                return
        await super().smtp_DATA(arg)
        self.event_handler.meet("answered", recipient)


class Handler:
    def __init__(self, rudeness: Rudeness):
        self.rudeness = rudeness
        self.got: list[tuple[str, EmailMessage]] = []

    def meet(self, moment: str, recipient: str | None) -> str | None:
        return self.rudeness(moment, recipient)

    async def obey(self, said: str | None, server) -> str | None:
        """What to answer in place of the usual; None for the usual."""
        if said == "stall":
            await asyncio.sleep(30)
        if said == "drop":
            server.transport.abort()
        return said

    async def handle_MAIL(self, server, _session, envelope, address, options):  # noqa: N802
        if said := await self.obey(self.meet("mail", None), server):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, options):  # noqa: N802
        if said := await self.obey(self.meet("rcpt", address), server):
            return said
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        said = self.meet("received", recipient)
        if said and said[0] in "45":
            return said
        self.got.append((recipient, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return await self.obey(said, server) or "250 OK, it is on its way"


class MailServer:
    """`rudeness(moment, recipient)` gives a refusal, "stall", "drop" or None; it may do things of its own."""

    def __init__(self, rudeness: Rudeness = lambda _moment, _recipient: None):
        self.handler = Handler(rudeness)

        class Here(Controller):
            def factory(self):
                return _Smtp(self.handler, **self.SMTP_kwargs)

        self.controller = Here(self.handler, hostname="127.0.0.1", port=free_port())

    def __enter__(self) -> "MailServer":
        self.controller.start()
        # Starting, the controller has connected once itself to see whether it answers.
        return self

    def __exit__(self, *_) -> None:
        self.controller.stop(no_assert=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}?tls=off&timeout=1"

    @property
    def got(self) -> list[tuple[str, EmailMessage]]:
        return self.handler.got

    def counts(self) -> Counter:
        """How many mails each address got."""
        return Counter(address for address, _ in self.got)
