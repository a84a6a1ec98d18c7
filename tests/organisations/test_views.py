from datetime import date

import pytest
from sqlalchemy import select

from crm.access import Role
from crm.organisations.models import Channel, ChannelCount, Contact, Kind, Organisation, Scheme
from tests import factories as make
from tests.naughty import DROPPED, LONG, NAUGHTY
from tests.reading import main, typed

FIELDS = {"name": "Lakeside General", "kind": "hospital", "country": "", "parent_id": ""}


def test_create_saves_and_makes_a_consultant_its_keeper(browser, me, session):
    more = {
        "parent_id": "",
        "tags": "pilot, rural,pilot",
        "identifiers": "CMS number: 010001\nods: RX1RA",
        "beds": "240",
        "country": "US",
    }
    response = browser.post("/organisations/new", data=FIELDS | more)
    made = session.scalars(select(Organisation)).one()
    assert response.location == f"/organisations/{made.id}"
    assert (made.name, made.kind, made.beds, made.country, made.keeper) == (
        "Lakeside General",
        Kind.HOSPITAL,
        240,
        "US",
        me,
    )
    assert [tag.name for tag in made.tags] == ["pilot", "rural"]
    assert [(one.scheme, one.value) for one in made.identifiers] == [
        (Scheme.CMS, "010001"),
        (Scheme.ODS, "RX1RA"),
    ]


REFUSED = [
    ("name", "", "Enter the name of the organisation."),
    ("name", "   ", "Enter the name of the organisation."),
    ("name", LONG, "Keep this to 255 characters or fewer."),
    ("kind", "castle", "Invalid Choice"),
    ("beds", "-1", "Beds cannot be fewer than none."),
    ("beds", "many", "Enter a whole number."),
    ("beds", "9" * 12, "larger than anything it could mean"),
    ("country", "XX", "Not a valid choice"),
    ("email", "nobody", "Enter a whole e-mail address."),
    ("website", "example", "Enter a whole address"),
    ("website", "javascript://example.org/%0aalert(1)", "Enter a whole address"),
    ("identifiers", "010001", "write it as"),
    ("identifiers", "CMS number: 777777", "belongs to another organisation already."),
    ("identifiers", "CMS number: " + "9" * 300, "Keep"),
    ("parent_id", "999999", "Not a valid choice"),
    ("parent_id", "x", "Invalid Choice"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), REFUSED, ids=lambda part: str(part)[:12])
def test_edit_refuses_and_loses_nothing(browser, ours, session, field, value, sentence):
    make.IdentifierFactory(scheme=Scheme.CMS, value="777777")
    fields = FIELDS | {"description": "typed at length", field: value}
    response = browser.post(f"/organisations/{ours.id}/edit", data=fields)
    assert response.status_code == 422
    assert sentence in main(response.text)
    assert typed(response.text, "description").strip() == "typed at length"
    if field not in ("kind", "country", "parent_id"):
        assert typed(response.text, field).strip("\r\n") == (value if value.strip() else "")
    session.expire_all()
    assert (ours.name, ours.description, ours.identifiers) == ("Kept", None, [])


def test_edit_shows_what_it_holds_and_saves(browser, ours, session):
    path = f"/organisations/{ours.id}/edit"
    make.IdentifierFactory(organisation=ours, scheme=Scheme.CMS, value="010001")
    page = browser.get(path).text
    assert typed(page, "name") == "Kept"
    assert typed(page, "identifiers").strip() == "CMS number: 010001"

    same_twice = "CMS number: 010001\nCMS number: 010001\nNPI: 5"
    response = browser.post(path, data=FIELDS | {"identifiers": same_twice, "website": "https://example.org"})

    assert response.status_code == 302
    session.expire_all()
    assert (ours.name, ours.search_name, ours.website) == (
        "Lakeside General",
        "lakeside general",
        "https://example.org",
    )
    assert [one.value for one in ours.identifiers] == ["010001", "5"]


@pytest.mark.parametrize(("text", "kept"), [*((t, t) for t in NAUGHTY.values()), *DROPPED.values()])
def test_text_shows_as_typed(browser, ours, session, text, kept):
    path = f"/organisations/{ours.id}"
    assert (
        browser.post(
            f"{path}/edit", data=FIELDS | {"name": text, "city": text, "description": text}
        ).status_code
        == 302
    )
    session.expire_all()
    assert (ours.name, ours.city, ours.description) == (kept, kept, kept)
    assert main(browser.get(path).text).count(" ".join(kept.split())) >= 3
    assert typed(browser.get(f"{path}/edit").text, "name") == kept


def test_contact_saves(browser, ours, session):
    path = f"/organisations/{ours.id}/contacts/new"
    assert (
        browser.post(path, data={"name": "Dr Ñandú", "job_title": "Chief"}).location
        == f"/organisations/{ours.id}"
    )
    contact = session.scalars(select(Contact)).one()
    assert (contact.name, contact.job_title, contact.organisation_id, contact.user_id) == (
        "Dr Ñandú",
        "Chief",
        ours.id,
        None,
    )
    edited = browser.post(
        f"/organisations/contacts/{contact.id}/edit",
        data={"name": "New", "job_title": "", "email": "a@b.org"},
    )
    assert edited.status_code == 302
    session.expire_all()
    assert (contact.name, contact.job_title, contact.email) == ("New", None, "a@b.org")


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("email", "no"), ("phone", LONG)])
def test_contact_refuses(browser, ours, session, field, value):
    fields = {"name": "Kept", "job_title": "typed", field: value}
    response = browser.post(f"/organisations/{ours.id}/contacts/new", data=fields)
    assert response.status_code == 422
    assert typed(response.text, "job_title") == "typed"
    assert session.scalars(select(Contact)).all() == []


def test_only_who_assigns_gives_a_contact_a_sign_in(browser, sign_in, ours, session):
    guest, colleague = make.UserFactory(role=Role.CLIENT), make.UserFactory()
    contact = make.ContactFactory(organisation=ours)
    path = f"/organisations/contacts/{contact.id}/edit"

    browser.post(path, data={"name": "A", "user_id": guest.id})
    session.expire_all()
    assert contact.user_id is None

    manager = sign_in(make.UserFactory(role=Role.MANAGER))
    assert manager.post(path, data={"name": "A", "user_id": colleague.id}).status_code == 422
    assert manager.post(path, data={"name": "A", "user_id": guest.id}).status_code == 302
    session.expire_all()
    assert contact.user_id == guest.id


def test_channel_saves_with_its_counts(browser, ours, session):
    made = browser.post(
        f"/organisations/{ours.id}/channels/new", data={"platform": "youtube", "handle": "@lake"}
    )
    channel = session.scalars(select(Channel)).one()
    assert made.location == f"/organisations/channels/{channel.id}"
    for followers in ("100", "120"):
        browser.post(made.location, data={"counted_on": "2026-03-01", "followers": followers})
    count = session.scalars(select(ChannelCount)).one()
    assert (count.counted_on, count.followers, count.organisation_id) == (date(2026, 3, 1), 120, ours.id)
    assert "1 Mar 2026 120" in main(browser.get(made.location).text)


def test_channel_refuses_one_that_is_there(browser, ours, session):
    make.ChannelFactory(organisation=ours, handle="@lake")
    fields = {"platform": "instagram", "handle": "@lake", "url": "https://example.org"}
    response = browser.post(f"/organisations/{ours.id}/channels/new", data=fields)
    assert response.status_code == 422
    assert "is there already" in response.text
    assert typed(response.text, "url") == "https://example.org"
    assert len(session.scalars(select(Channel)).all()) == 1


@pytest.mark.parametrize(
    "typed_in",
    [
        {"followers": "-1"},
        {"followers": ""},
        {"followers": "NaN"},
        {"counted_on": "1066-10-14"},
        {"counted_on": ""},
    ],
)
def test_channel_refuses_a_count_that_is_none(browser, ours, session, typed_in):
    channel = make.ChannelFactory(organisation=ours)
    fields = {"counted_on": "2026-03-01", "followers": "5"} | typed_in
    assert browser.post(f"/organisations/channels/{channel.id}", data=fields).status_code == 422
    assert session.scalars(select(ChannelCount)).all() == []


def test_a_stranger_cannot_edit_or_add(sign_in, ours, session):
    channel, contact = make.ChannelFactory(organisation=ours), make.ContactFactory(organisation=ours)
    stranger = sign_in(make.UserFactory())
    for path in (
        f"{ours.id}/edit",
        f"{ours.id}/contacts/new",
        f"{ours.id}/channels/new",
        f"channels/{channel.id}",
        f"contacts/{contact.id}/edit",
    ):
        data = FIELDS | {"handle": "x", "platform": "x", "counted_on": "2026-03-01", "followers": "5"}
        assert stranger.post(f"/organisations/{path}", data=data).status_code == 404
    session.expire_all()
    assert ours.name == "Kept"
    assert session.scalars(select(ChannelCount)).all() == []
