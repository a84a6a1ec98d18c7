"""`flask mail test ADDRESS` says plainly what is wrong."""

import pytest

from crm.mail.server import read
from tests.drill.server import free_port
from tests.mail.servers import MailServer

pytestmark = pytest.mark.no_database


@pytest.fixture
def mail_test(app):
    def mail_test(address="ruth@example.org"):
        return app.test_cli_runner().invoke(args=["mail", "test", address])

    return mail_test


def test_it_goes(mail_test, mail_url):
    with MailServer() as server:
        mail_url(server.url)
        result = mail_test()
    assert result.exit_code == 0
    assert "took it from Plumbline <plumbline@crm.test> for ruth@example.org: 250 OK" in result.output
    assert server.counts() == {"ruth@example.org": 1}


def test_no_server_is_set(mail_test):
    result = mail_test()
    assert (result.exit_code, "No mail server is set. Set MAIL_URL" in result.output) == (1, True)


def test_no_address(mail_test, mail_url):
    mail_url("smtp://127.0.0.1?tls=off")
    assert "ruth is no e-mail address" in mail_test("ruth").output


@pytest.mark.parametrize(
    ("moment", "rude", "words"),
    [
        ("rcpt", "550 no such mailbox", "The mail server said: 550 no such mailbox"),
        ("data", "451 later", "The mail server said: 451 later"),
        ("mail", "drop", "closed the connection."),
        ("mail", "stall", "did not answer within 0.2 seconds."),
    ],
)
def test_the_server_is_rude(mail_test, mail_url, moment, rude, words):
    with MailServer(lambda where, _to: rude if where == moment else None) as server:
        mail_url(server.url.replace("timeout=1", "timeout=0.2"))
        result = mail_test()
    assert (result.exit_code, words in result.output) == (1, True), result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda url: url.replace("tls=off", "tls=starttls"), "offers less than was asked: STARTTLS"),
        (lambda url: url.replace("tls=off", "tls=on"), "does not speak TLS like this. Try tls=starttls"),
        (lambda url: url.replace("//", "//me:secret@"), "offers less than was asked: SMTP AUTH"),
        (lambda _url: f"smtp://127.0.0.1:{free_port()}?tls=off", "Nobody answers at 127.0.0.1:"),
        (lambda _url: "smtp://mail.invalid?tls=off", "No mail server has the name mail.invalid."),
    ],
)
def test_the_address_of_the_server_is_wrong(mail_test, mail_url, change, words):
    with MailServer() as server:
        mail_url(change(server.url))
        result = mail_test()
    assert (result.exit_code, words in result.output) == (1, True), result.output
    assert "secret" not in result.output


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, None, None, "starttls", 30)),
        ("smtps://me:a%40b@mail.example.org", ("mail.example.org", 465, "me", "a@b", "on", 30)),
        ("smtp://h:25?tls=off&timeout=5", ("h", 25, None, None, "off", 5)),
    ],
)
def test_what_mail_url_says(url, expected):
    server = read(url)
    assert (
        server.host, server.port, server.username, server.password, server.tls, server.timeout,
    ) == expected  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://me:hush@h:port",
        "smtp://me:hush@h?tls=maybe",
        "smtp://h?tsl=on",
        "smtp://h?timeout=soon",
        "smtp://h?timeout=1e9",
        "smtp://h?timeout=nan",
    ],
)
def test_a_mail_url_that_cannot_be_read_is_refused_without_its_password(url):
    with pytest.raises(RuntimeError, match="MAIL_URL cannot be read") as caught:
        read(url)
    assert "hush" not in str(caught.value)
