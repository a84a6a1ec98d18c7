import pytest
from flask_security import verify_password
from sqlalchemy import select

from crm.access import Role
from crm.accounts.models import Rhythm, User
from tests.accounts.trying import PASSWORD, post_sign_in
from tests.factories import UserFactory
from tests.naughty import LONG, NAUGHTY
from tests.reading import main, typed


def test_account_shows_who_i_am(sign_in):
    page = (
        sign_in(UserFactory(name="Ada Ho", email="ada@example.org", role=Role.MANAGER)).get("/account").text
    )
    assert typed(page, "name") == "Ada Ho"
    assert "ada@example.org · Manager" in page


def test_account_saves(sign_in, session):
    me = UserFactory()
    response = sign_in(me).post("/account", data={"name": " New Name ", "time_zone": "Asia/Tokyo"})
    assert response.location == "/account"
    session.expire_all()
    assert (me.name, me.time_zone) == ("New Name", "Asia/Tokyo")


def test_choose_reminders_saves(sign_in, session):
    me = UserFactory()
    chosen = {"reminders": "weekly", "reminder_hour": "16", "reminder_days": ["1", "4"]}
    assert sign_in(me).post("/account/reminders", data=chosen).location == "/account"
    session.expire_all()
    assert (me.reminders, me.reminder_hour, me.reminder_days) == (Rhythm.WEEKLY, 16, [1, 4])


@pytest.mark.parametrize(
    "said",
    [{"reminder_days": []}, {"reminder_days": ["8"]}, {"reminder_hour": "24"}, {"reminders": "hourly"}],
    ids=str,
)
def test_choose_reminders_refuses_what_is_no_choice(sign_in, session, said):
    me = UserFactory()
    chosen = {"reminders": "daily", "reminder_hour": "7", "reminder_days": ["1"], **said}
    answer = sign_in(me).post("/account/reminders", data=chosen)
    assert answer.status_code == 422
    assert "Please mend 1 thing" in answer.text
    session.expire_all()
    assert (me.reminders, me.reminder_hour, me.reminder_days) == (Rhythm.DAILY, 7, [1, 2, 3, 4, 5])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Enter your name."),
        ("name", LONG, "Keep this to 255 characters or fewer."),
        ("time_zone", "Mars/Olympus", "Not a valid choice"),
    ],
)
def test_account_refuses_nonsense(sign_in, session, field, value, sentence):
    me = UserFactory(name="Kept", time_zone="UTC")
    response = sign_in(me).post("/account", data={"name": "Other", "time_zone": "Asia/Tokyo", field: value})
    assert response.status_code == 422
    assert sentence in response.text
    session.expire_all()
    assert (me.name, me.time_zone) == ("Kept", "UTC")


def test_account_cannot_raise_its_own_role(sign_in, session):
    me = UserFactory()
    typed = {"name": "A", "time_zone": "UTC", "role": "administrator", "email": "x@example.org", "active": ""}
    sign_in(me).post("/account", data=typed)
    session.expire_all()
    assert (me.role, me.active, me.email) == (Role.CONSULTANT, True, me.email)
    assert me.email != "x@example.org"


def change(client, now=PASSWORD, new="another plumb line", again=None):
    fields = {"password": now, "new_password": new, "new_password_confirm": again or new}
    return client.post("/password", data=fields)


def test_change_password_saves(client, person, app):
    me = person()
    post_sign_in(client, me.email)

    assert change(client).location == "/account"

    client.post("/logout")
    assert "is not right" in post_sign_in(client, me.email).text
    assert post_sign_in(client, me.email, "another plumb line").location == "/"


@pytest.mark.parametrize(
    "tried",
    [{"now": "wrong"}, {"new": "short"}, {"again": "something else"}, {"new": PASSWORD}],
    ids=["wrong", "short", "unequal", "the same"],
)
def test_change_password_refuses(client, person, session, app, tried):
    me = person()
    post_sign_in(client, me.email)

    response = change(client, **tried)

    assert 'role="alert"' in response.text
    session.expire_all()
    with app.app_context():
        assert verify_password(PASSWORD, me.password)


def test_users_shows_everyone_with_role_and_state(sign_in):
    UserFactory(name="Open", email="open@example.org", role=Role.ADVISER)
    UserFactory(name="Shut", active=False)
    page = main(sign_in(UserFactory(role=Role.ADMINISTRATOR, name="Me")).get("/settings").text)
    assert "Open open@example.org Adviser May sign in" in page
    assert "Closed" in page


NEW = {
    "name": "Sam Lee",
    "email": "Sam.Lee@Example.org",
    "role": "client",
    "time_zone": "Europe/Berlin",
    "active": "y",
    "new_password": "a first password",
}


@pytest.fixture
def administrator(sign_in):
    return sign_in(UserFactory(role=Role.ADMINISTRATOR))


def test_create_saves_somebody_who_can_sign_in(administrator, session):
    assert administrator.post("/settings/users/new", data=NEW).location == "/settings"
    user = session.scalars(select(User).where(User.name == "Sam Lee")).one()
    assert (user.email, user.role, user.time_zone) == ("sam.lee@example.org", Role.CLIENT, "Europe/Berlin")
    administrator.post("/logout")
    assert post_sign_in(administrator, user.email, "a first password").location == "/"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter the person&#39;s name."),
        ("email", "", "Enter their e-mail address."),
        ("email", "   ", "Enter their e-mail address."),
        ("email", "not an address", "Enter a whole e-mail address."),
        ("email", "a@b@c.org", "Enter a whole e-mail address."),
        ("email", "TAKEN@example.org", "Somebody already signs in with this address."),
        ("role", "king", "Invalid Choice"),
        ("new_password", "short", "Use at least 12 characters, and at most 128."),
        ("new_password", "", "Give them a first password."),
        ("new_password", "   ", "Give them a first password."),
    ],
)
def test_create_refuses(administrator, session, field, value, sentence):
    UserFactory(email="taken@example.org")
    response = administrator.post("/settings/users/new", data=NEW | {field: value})
    assert response.status_code == 422
    assert sentence in response.text
    assert typed(response.text, "name") == (value if field == "name" else "Sam Lee")
    assert session.scalars(select(User).where(User.name == "Sam Lee")).all() == []


def test_edit_shows_and_saves(administrator, session):
    user = UserFactory(name="Before", password="kept")
    assert typed(administrator.get(f"/settings/users/{user.id}").text, "name") == "Before"

    changes = NEW | {"new_password": "", "active": ""}
    assert administrator.post(f"/settings/users/{user.id}", data=changes).location == "/settings"

    session.expire_all()
    assert (user.name, user.role, user.active, user.password) == ("Sam Lee", Role.CLIENT, False, "kept")


def test_edit_lets_somebody_keep_their_own_address(administrator):
    user = UserFactory(email="sam.lee@example.org")
    response = administrator.post(f"/settings/users/{user.id}", data=NEW)
    assert response.status_code == 302


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_a_name_shows_as_typed(administrator, session, text):
    user = UserFactory()
    assert administrator.post(f"/settings/users/{user.id}", data=NEW | {"name": text}).status_code == 302
    session.expire_all()
    assert user.name == text
    page = administrator.get(f"/settings/users/{user.id}").text
    assert typed(page, "name") == text
    assert text in main(page) or " ".join(text.split()) in main(page)


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_a_stranger_cannot_manage_users(sign_in, session, role):
    me = UserFactory(role=role, name="Kept")
    client = sign_in(me)
    for path in ("/settings/users/new", f"/settings/users/{me.id}"):
        assert client.post(path, data=NEW).status_code == 403
    session.expire_all()
    assert me.name == "Kept"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"role": "client"}, "own role"), ({"active": None}, "own sign-in")],
)
def test_edit_refuses_an_administrator_who_shuts_themselves_out(sign_in, session, change, said):
    me = UserFactory(role=Role.ADMINISTRATOR)
    sent = {"name": me.name, "email": me.email, "role": "administrator", "time_zone": "UTC", "active": "y"}
    sent = {name: value for name, value in (sent | change).items() if value is not None}
    answer = sign_in(me).post(f"/settings/users/{me.id}", data=sent)
    assert (answer.status_code, said in answer.text) == (422, True)
    session.expire_all()
    assert (me.role, me.active) == (Role.ADMINISTRATOR, True)


def test_who_signed_in_long_ago_shows_the_password_again(client, person):
    me = person()
    post_sign_in(client, me.email)
    page = client.get("/verify?next=/account")
    assert "<h1>Your password once more</h1>" in page.text

    refused = client.post("/verify?next=/account", data={"password": "a guess"})
    assert "The password is not right." in refused.text
    assert "a guess" not in refused.text
    assert client.post("/verify?next=/account", data={"password": PASSWORD}).location == "/account"
