"""Whatever somebody writes into a link, a browser that follows us stays here."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask_security import hash_password

from tests.factories import UserFactory

PASSWORD = "hang it straight"
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x01//evil.example",
    "\N{NO-BREAK SPACE}//evil.example",
    "/\r\nLocation: https://evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "http://crm.test@evil.example/",
    "http://crm.test:80@evil.example/",
    "http://crm.test\\@evil.example/",
    "http://crm.test.evil.example/",
    "http://evil.example#@crm.test/",
    "http://evil.example?crm.test",
    "//crm.test@evil.example",
    "//evil.example\\crm.test",
    "//evil\N{FULLWIDTH FULL STOP}example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:///evil.example",
    "/..//evil.example",
    "/.//evil.example",
    ".//evil.example",
    "evil.example",
    "@evil.example",
    "x" * 9000,
]


def landing(location: str) -> str:
    """The host that a browser goes to: it drops white space and takes backslashes for slashes."""
    seen = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    scheme, _, rest = seen.partition(":")
    if scheme.lower() in ("http", "https") and rest:
        seen = f"http://{rest.lstrip('/')}"
    elif seen.startswith("//"):
        seen = "http://" + seen.lstrip("/")
    return urlsplit(urljoin("http://crm.test/login", seen)).netloc


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("/a", "crm.test"),
        ("//evil", "evil"),
        ("/\\evil", "evil"),
        ("https:evil", "evil"),
        ("\t//evil", "evil"),
    ],
)
def test_the_browser_of_these_tests_is_as_gullible_as_real_ones(location, host):
    assert landing(location) == host


@pytest.fixture
def person(app):
    with app.app_context():
        return UserFactory(email="me@example.org", password=hash_password(PASSWORD))


@pytest.mark.parametrize("next_", ELSEWHERE, ids=lambda text: repr(text)[:30])
@pytest.mark.parametrize("place", ["query", "form", "both"])
def test_sign_in_leads_nowhere_else(client, person, next_, place):
    typed = {"email": person.email, "password": PASSWORD} | ({"next": next_} if place != "query" else {})
    asked = f"?next={quote(next_)}" if place != "form" else ""
    response = client.post(f"/login{asked}", data=typed)
    assert response.status_code in (200, 302, 400)
    if response.status_code == 302:
        assert landing(response.location) == "crm.test"


@pytest.mark.parametrize("next_", ELSEWHERE, ids=lambda text: repr(text)[:30])
@pytest.mark.parametrize("path", ["/login", "/verify", "/logout", "/password"])
def test_who_is_signed_in_is_led_nowhere_else(sign_in, person, path, next_):
    client = sign_in(person)
    for method in ("GET", "POST"):
        response = client.open(f"{path}?next={quote(next_)}", method=method, data={"password": PASSWORD})
        assert response.status_code < 500
        assert landing(response.location or "/") == "crm.test"


@pytest.mark.parametrize(
    "referer", [text for text in ELSEWHERE if not re.search(r"[\r\n]", text)], ids=lambda r: repr(r)[:30]
)
@pytest.mark.parametrize("path", ["/theme", "/drafts/discard/x"])
def test_a_button_leads_nowhere_else(sign_in, person, path, referer):
    response = sign_in(person).post(path, headers={"Referer": referer.encode().decode("latin-1")})
    assert response.status_code == 302
    assert landing(response.location) == "crm.test"


def test_a_page_that_was_asked_for_is_reached_after_sign_in(client, person):
    asked = client.get("/organisations/?q=a")
    signed_in = client.post(asked.location, data={"email": person.email, "password": PASSWORD})
    assert signed_in.location == "/organisations/?q=a"
