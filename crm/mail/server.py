"""The mail server that MAIL_URL names, and one conversation with it, cut where it matters.

A mail is the server's once it has answered the end of it. So whoever sends is told just before that end:
whatever breaks earlier, the mail was certainly not accepted.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app
from flask_mailman import EmailMessage
from flask_mailman.backends.smtp import EmailBackend
from flask_mailman.message import sanitize_address

from crm.extensions import mailman

SERVER = "mail_server"
TIMEOUT, LONGEST_TIMEOUT = 30, 300
SHAPE = "smtp://USER:PASSWORD@HOST:PORT?tls=starttls"
LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    username: str | None
    password: str | None
    tls: str
    timeout: float

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


class Refused(Exception):  # noqa: N818 - what it is
    """The server said no to this mail: for good, or for now."""

    def __init__(self, words: str, *, is_final: bool):
        super().__init__(words)
        self.is_final = is_final


class Unreachable(Exception):  # noqa: N818 - what it is
    """The server could not be spoken to, or stopped answering. The mail is not to blame."""


def read(url: str) -> Server:
    """What MAIL_URL says; RuntimeError, without its password, where it cannot be read."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    default = "on" if parts.scheme == "smtps" else "starttls"
    tls = asked.pop("tls", default)
    try:
        port, timeout = parts.port, float(asked.pop("timeout", TIMEOUT))
    except ValueError:
        raise _unreadable("its port and its timeout are numbers") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise _unreadable("it begins with smtp:// and names a host")
    if tls not in ("starttls", "on", "off") or asked:
        raise _unreadable("after the ? stand tls=starttls, tls=on or tls=off, and timeout=SECONDS")
    if not 0 < timeout <= LONGEST_TIMEOUT:
        raise _unreadable(f"its timeout is at most {LONGEST_TIMEOUT} seconds")
    username = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Server(parts.hostname, port or (465 if tls == "on" else 587), username, password, tls, timeout)


def _unreadable(why: str) -> RuntimeError:
    return RuntimeError(f"MAIL_URL cannot be read: {why}. It looks like {SHAPE}")


def init_app(app: Flask) -> None:
    url = app.config["MAIL_URL"]
    server = read(url) if url else None
    app.extensions[SERVER] = server
    app.config.update(MAIL_BACKEND=Conversation, MAIL_DEFAULT_SENDER=_sender(app))
    if server:
        app.config.update(
            MAIL_SERVER=server.host,
            MAIL_PORT=server.port,
            MAIL_USERNAME=server.username,
            MAIL_PASSWORD=server.password,
            MAIL_USE_TLS=server.tls == "starttls",
            MAIL_USE_SSL=server.tls == "on",
            MAIL_TIMEOUT=server.timeout,
        )
    mailman.init_app(app)


def _sender(app: Flask) -> str:
    return app.config["MAIL_FROM"] or f"Plumbline <plumbline@{site_host(app.config['SITE_URL'])}>"


def site_host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"


def server() -> Server | None:
    """The mail server; None where none is set."""
    return current_app.extensions[SERVER]


class Conversation(EmailBackend):
    """Flask-Mailman's connection, which checks certificates and says when it is about to let a mail go."""

    def open(self) -> bool:
        if self.connection:
            return False
        try:
            self._connect()
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise Unreachable(in_words(error, server())) from error
        return True

    def _connect(self) -> None:
        context = ssl.create_default_context()
        told = {"local_hostname": site_host(current_app.config["SITE_URL"]), "timeout": self.timeout}
        if self.use_ssl:
            self.connection = smtplib.SMTP_SSL(self.host, self.port, context=context, **told)
        else:
            self.connection = smtplib.SMTP(self.host, self.port, **told)
        if self.use_tls:
            self.connection.starttls(context=context)
        if self.username:
            self.connection.login(self.username, self.password or "")

    def drop(self) -> None:
        """Hang up, without a word: what was not ended is not accepted."""
        if self.connection:
            with suppress(OSError):
                self.connection.close()
        self.connection = None

    def close(self) -> None:
        """Say goodbye; what has been accepted stays so, however that is answered."""
        if self.connection:
            with suppress(smtplib.SMTPException, OSError):
                self.connection.quit()
        self.drop()

    def hand_over(self, message: EmailMessage, before_end: Callable[[], None]) -> str:
        """Give one mail to the server; gives its answer. `before_end` is called before it can be accepted."""
        self.open()
        try:
            self._begin(message)
            self.connection.send(_quoted(message.message().as_bytes()))
            before_end()
            self.connection.send(b".\r\n")
            return _agreed(*self.connection.getreply())
        except Refused:
            with suppress(smtplib.SMTPException, OSError):
                self.connection.rset()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise Unreachable(in_words(error, server())) from error
        except BaseException:
            self.drop()
            raise

    def _begin(self, message: EmailMessage) -> None:
        smtp = self.connection
        smtp.ehlo_or_helo_if_needed()
        options = ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else []
        (recipient,) = message.recipients()
        _agreed(*smtp.mail(bare(message.from_email), options))
        _agreed(*smtp.rcpt(bare(recipient)))
        _agreed(*smtp.docmd("DATA"), wanted=354)


def bare(address: str) -> str:
    """An address as the line knows it: no name, and a domain in ASCII. ValueError for one that is none."""
    return parseaddr(sanitize_address(address, "utf-8"))[1]


def _agreed(code: int, said: bytes, wanted: int | None = None) -> str:
    words = _plain(said)
    if code == wanted or (wanted is None and 200 <= code < 300):
        return f"{code} {words}"
    if code in (421, -1):
        raise smtplib.SMTPServerDisconnected(words)
    raise Refused(f"The mail server said: {code} {words}", is_final=code >= 500)


def _plain(said: bytes) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:300]


def _quoted(data: bytes) -> bytes:
    """The mail as it goes over the line: its line ends, and dots that would end it doubled."""
    lines = LINE_END.sub(b"\n", data).removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def in_words(error: Exception, server: Server) -> str:  # noqa: C901 - a list
    """What is wrong between us and the server, for whoever has to mend it."""
    name = server.name
    if isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib says of a silent server that it hung up.
    match error:
        case socket.gaierror():
            return f"No mail server has the name {server.host}."
        case ConnectionRefusedError():
            return f"Nobody answers at {name}. Is the port right?"
        case TimeoutError():
            return f"{name} did not answer within {server.timeout:g} seconds."
        case ssl.SSLCertVerificationError():
            return f"The certificate of {name} is not to be trusted: {error.verify_message}."
        case ssl.SSLError():
            return (
                f"{name} does not speak TLS like this. Try tls=starttls instead of tls=on, or the other port."
            )
        case smtplib.SMTPNotSupportedError():
            return f"{name} offers less than was asked: {error}"
        case smtplib.SMTPAuthenticationError():
            return f"{name} refused user name or password: {error.smtp_code} {_plain(error.smtp_error)}"
        case smtplib.SMTPServerDisconnected():
            return f"{name} closed the connection."
        case smtplib.SMTPResponseException():
            return f"{name} said: {error.smtp_code} {_plain(error.smtp_error)}"
        case OSError():
            return f"{name} cannot be reached: {error.strerror or type(error).__name__}."
    return f"{name} said something that is no SMTP ({type(error).__name__})."
