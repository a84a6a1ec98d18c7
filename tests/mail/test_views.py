"""The outbox as an administrator sees it: everything about a mail but what it says."""

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.audit.models import audit_entry
from crm.mail.models import Mail, MailState
from tests.factories import UserFactory
from tests.mail.servers import MailServer


@pytest.fixture
def admin(sign_in):
    return sign_in(UserFactory(role=Role.ADMINISTRATOR, name="Ruth"))


@pytest.fixture
def failed(session):
    now = clock.now()
    one = Mail(
        user_id=UserFactory(name="Maria", email="maria@example.org").id, occasion="a", kind="reminder",
        subject="1 overdue", state=MailState.FAILED, queued_at=now, next_try_at=now, tries=2,
        error="The mail server said: 550 no such mailbox",
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


def test_index_says_that_there_is_no_mail_and_no_server(admin):
    page = admin.get("/mail").text
    assert "No mail has been written yet." in page
    assert "No mail server is set, so nothing is sent." in page


def test_index_shows_who_what_and_why_not(admin, failed):
    page = admin.get("/mail?state=failed").text
    for words in ("Maria", "maria@example.org", "1 overdue", "550 no such mailbox", "Send again"):
        assert words in page
    assert "No mail is in this state." in admin.get("/mail?state=sent").text


def test_index_says_of_what_waits_that_no_server_is_set(admin, post):
    post()
    assert "Not sent: no mail server is set." in admin.get("/mail").text


def test_a_failed_mail_is_sent_again_and_it_is_on_the_trail(admin, failed, session, greeting, mail_url, send):
    failed.kind = "greeting"
    session.flush()
    assert admin.post(f"/mail/{failed.id}/send-again").location == "/mail"
    session.expire_all()
    assert (failed.state, failed.tries, failed.error) == (MailState.QUEUED, 0, None)
    entry = session.execute(sa.select(audit_entry)).one()
    assert (entry.verb, entry.who, entry.name) == ("asked_for", "Ruth", "1 overdue")
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 1 sent."
    assert server.counts() == {"maria@example.org": 1}


def test_what_was_sent_is_not_sent_again(admin, failed, session):
    failed.state, failed.sent_at = MailState.SENT, clock.now()
    session.flush()
    page = admin.post(f"/mail/{failed.id}/send-again", follow_redirects=True).text
    assert "Only a mail that failed" in page
    session.expire_all()
    assert failed.state is MailState.SENT


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_a_stranger_cannot_look_or_send(sign_in, failed, role):
    client = sign_in(UserFactory(role=role))
    assert client.get("/mail").status_code == 403
    assert client.post(f"/mail/{failed.id}/send-again").status_code == 404
