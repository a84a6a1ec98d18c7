"""Mail against real servers: kind ones, and some that refuse, stall and hang up. Nothing is lost."""

from datetime import timedelta
from email.headerregistry import Address

import pytest

from crm import clock
from crm.extensions import db
from crm.mail import actions, letters, outbox
from crm.mail.models import Mail, MailState
from crm.transactions import one
from tests.drill.server import free_port
from tests.mail.servers import MailServer


def test_what_waits_goes_out_once_with_both_bodies_and_its_headers(post, send, mails, mail_url):
    people = post(3)
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 3 sent."
        assert send() is None
    assert server.counts() == {person.email: 1 for person in people}
    address, message = server.got[0]
    (mail, *_) = mails()
    assert (address, message["Subject"]) == (people[0].email, f"Hello {people[0].name}")
    assert message["Message-ID"] == f"<{mail.token}@crm.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses == (Address("Plumbline", "plumbline", "crm.test"),)
    parts = [part.get_content_type() for part in message.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert (mail.state, mail.address, mail.tries) == (MailState.SENT, people[0].email, 1)


def test_without_a_mail_server_it_is_kept(post, send, mails):
    post(2)
    assert send() is None
    assert [(mail.state, mail.tries) for mail in mails()] == [(MailState.QUEUED, 0)] * 2


def test_no_occasion_mails_anybody_twice(app, post, mails):
    (person,) = post()
    with app.app_context(), one():
        assert outbox.post(person, kind="greeting", occasion="meeting", subject="Hello") is None
    assert len(mails()) == 1


def test_whoever_lost_their_sign_in_gets_nothing(session, post, send, mails, mail_url):
    gone, _ = post(2)
    gone.active = False
    session.flush()
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 1 sent, 1 withdrawn."
    assert server.counts()[gone.email] == 0
    assert (mails()[0].state, mails()[0].error) == (
        MailState.WITHDRAWN,
        "Whoever it was for may not sign in any more.",
    )


@pytest.mark.parametrize("moment", ["mail", "rcpt", "data", "received"])
@pytest.mark.parametrize("said", ["451 later", "550 never"])
def test_a_refusal_loses_nothing(app, post, send, mails, mail_url, make_due, moment, said):
    people, refusing = post(3), True

    def refuse(where, _recipient):
        return said if refusing and where == moment else None

    with MailServer(refuse) as server:
        mail_url(server.url)
        send()
        assert server.got == []
        expected = MailState.FAILED if said.startswith("5") else MailState.QUEUED
        assert {(mail.state, mail.error) for mail in mails()} == {(expected, f"The mail server said: {said}")}
        refusing = False
        if expected is MailState.FAILED:
            for mail in mails():
                with app.app_context(), one():
                    actions.send_again(db.session.get(Mail, mail.id))
        make_due()
        assert send() == "Mail: 3 sent."
    assert server.counts() == {person.email: 1 for person in people}


def test_one_refusal_does_not_keep_the_others_waiting(post, send, mails, mail_url):
    refused, *others = post(3)
    with MailServer(
        lambda moment, to: "550 no" if moment == "rcpt" and to == refused.email else None
    ) as server:
        mail_url(server.url)
        assert send() == "Mail: 2 sent, 1 failed."
    assert server.counts() == {person.email: 1 for person in others}


@pytest.mark.parametrize("moment", ["mail", "data"])
def test_a_server_that_stalls_or_hangs_up_loses_nothing(post, send, mails, mail_url, make_due, moment):
    people = post(2)
    for rude, words in (("stall", "did not answer within 0.2 seconds"), ("drop", "closed the connection")):
        with MailServer(lambda where, _to, rude=rude: rude if where == moment else None) as server:
            mail_url(server.url.replace("timeout=1", "timeout=0.2"))
            assert "waiting" in send()
        assert server.got == []
        assert all(mail.state is MailState.QUEUED and words in mail.error for mail in mails())
        make_due()
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 2 sent."
    assert server.counts() == {person.email: 1 for person in people}


def test_a_server_that_never_answers_for_a_mail_is_asked_again_with_the_same_id(
    post, send, mails, mail_url, make_due
):
    post()
    with MailServer(lambda moment, _to: "stall" if moment == "received" else None) as slow:
        mail_url(slow.url.replace("timeout=1", "timeout=0.2"))
        send()
    assert mails()[0].state is MailState.QUEUED
    make_due()
    with MailServer() as server:
        mail_url(server.url)
        send()
    assert [one["Message-ID"] for _, one in (*slow.got, *server.got)] == [
        f"<{mails()[0].token}@crm.test>"
    ] * 2


def test_a_server_that_is_not_there_is_left_alone_and_loses_nothing(post, send, mails, mail_url):
    post(5)
    mail_url(f"smtp://127.0.0.1:{(port := free_port())}?tls=off&timeout=1")
    assert send() == "Mail: 3 waiting: the server could not be used."
    tried = [mail for mail in mails() if mail.tries]
    assert {mail.error for mail in tried} == {f"Nobody answers at 127.0.0.1:{port}. Is the port right?"}
    waits = [mail.next_try_at - clock.now() for mail in tried]
    assert all(timedelta(seconds=50) < wait < timedelta(seconds=61) for wait in waits)


def test_it_waits_twice_as_long_each_time_and_is_given_up_after_days(app, post, mails):
    post()
    with app.app_context():
        waits = []
        for tries in (1, 2, 5, 30):
            mail = mails()[0]
            mail.tries = tries
            said = outbox.after_trouble(mail, "no", is_final=False)
            waits.append(round((said["next_try_at"] - clock.now()).total_seconds() / 60))
        assert waits == [1, 2, 16, 240]
        mail.queued_at = clock.now() - timedelta(days=4)
        assert outbox.after_trouble(mail, "no", is_final=False)["state"] is MailState.FAILED


def test_whoever_has_lost_a_mail_does_not_end_it(post, mails, mail_url, send, monkeypatch):
    """A sender slept for longer than its lease: another one has the mail by then."""
    post()
    let_go = outbox.let_go
    monkeypatch.setattr(outbox, "let_go", lambda key, _claimant: let_go(key, "somebody else's"))
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 1 left to another worker."
    assert server.got == []
    assert mails()[0].state is MailState.SENDING


def test_what_a_killed_sender_left_is_sent_unless_the_server_may_have_it(app, post, send, mails, mail_url):
    people = post(2)
    for claimant in ("a", "b"):
        with app.app_context(), one():
            key = outbox.claim(claimant).id
    with app.app_context(), one():
        outbox.let_go(key, "b")
        db.session.execute(Mail.__table__.update().values(claimed_until=clock.now() - timedelta(seconds=1)))
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 1 sent."
    assert server.counts() == {people[0].email: 1}
    assert [mail.state for mail in mails()] == [MailState.SENT, MailState.UNCONFIRMED]


@pytest.mark.parametrize(
    "email", ["a@b..c", "two words@example.org", "a@" + "x" * 70 + ".org", "zoë@example.org"]
)
def test_an_address_that_no_server_takes_keeps_nobody_waiting(session, post, send, mails, mail_url, email):
    people = post(2)
    people[0].email = email
    session.flush()
    with MailServer() as server:
        mail_url(server.url)
        send()
    assert server.counts()[people[1].email] == 1
    assert mails()[0].state in (MailState.FAILED, MailState.SENT)


def test_a_letter_that_cannot_be_written_fails_and_keeps_nobody_waiting(
    post, send, mails, mail_url, monkeypatch
):
    post(2)
    first = mails()[0]

    def write(mail):
        if mail.id == first.id:
            raise KeyError("a template broke")
        return real(mail)

    real = letters.write
    monkeypatch.setattr(letters, "write", write)
    with MailServer() as server:
        mail_url(server.url)
        assert send() == "Mail: 1 sent, 1 failed."
    assert mails()[0].error == "It could not be written. The log of the worker says more."
