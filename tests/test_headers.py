"""What every answer tells the browser."""

import pytest
from flask import request

from config import TestConfig
from crm import create_app
from crm.access import Role
from crm.headers import headers_of
from tests.factories import UserFactory

OURS = dict(headers_of(tls=False))


@pytest.mark.parametrize(
    "path", ["/login", "/", "/no/such/page", "/healthz", "/metrics", "/static/css/theme.css", "/reports"]
)
@pytest.mark.parametrize("role", [None, Role.MANAGER], ids=["anonymous", "signed in"])
def test_every_answer_has_them_once(client, sign_in, path, role):
    reader = sign_in(UserFactory(role=role)) if role else client
    with reader.get(path) as response:
        sent = {name: response.headers.getlist(name) for name in OURS}
    assert sent == {name: [value] for name, value in OURS.items()}


def test_a_crash_has_them_too(app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "accounts.choose_theme", lambda: 1 / 0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    response = client.post("/theme")
    assert response.status_code == 500
    assert OURS.items() <= dict(response.headers).items()


def test_a_page_runs_nothing_that_stands_in_it():
    policy = OURS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_what_a_page_says_is_not_kept_and_a_file_of_ours_is(sign_in):
    client = sign_in(UserFactory(role=Role.MANAGER))
    for path in ("/portfolio", "/reports/portfolio.csv", "/no/such/page", "/static/none.css"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    with client.get("/static/css/theme.css?v=1") as response:
        assert "no-store" not in response.headers["Cache-Control"]


class OverTls(TestConfig):
    """As production sets it: config.py reads TLS from the environment."""

    TLS = True
    SESSION_COOKIE_NAME = "__Host-session"
    SESSION_COOKIE_SECURE = True
    TRUSTED_HOSTS = ["crm.test"]  # noqa: RUF012
    SERVER_NAME = None
    PROXIES = 1
    WTF_CSRF_ENABLED = True


@pytest.fixture(scope="module")
def over_tls():
    return create_app(OverTls)


@pytest.mark.no_database
def test_over_tls_the_browser_is_told_to_stay_there(over_tls):
    response = over_tls.test_client().get("/login", base_url="https://crm.test")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert response.headers["Content-Security-Policy"].endswith("; upgrade-insecure-requests")
    assert "Strict-Transport-Security" not in OURS


@pytest.mark.no_database
def test_over_tls_cookies_are_the_hosts_own(over_tls):
    client = over_tls.test_client()
    page = client.get("/login", base_url="https://crm.test")
    client.post("/theme", base_url="https://crm.test")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.no_database
def test_the_theme_goes_over_tls_too(over_tls, monkeypatch):
    monkeypatch.setitem(over_tls.config, "WTF_CSRF_ENABLED", False)
    response = over_tls.test_client().post("/theme", data={"theme": "dark"}, base_url="https://crm.test")
    assert {"Secure", "HttpOnly"} <= set(response.headers["Set-Cookie"].split("; "))


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/login", "/healthz", "/nowhere", "/static/css/theme.css"])
@pytest.mark.parametrize(
    "host", ["evil.example", "crm.test.evil.example", "crm.test@evil.example", "127.0.0.1"]
)
def test_a_host_that_is_not_ours_is_refused_in_words(over_tls, host, path):
    response = over_tls.test_client().get(path, headers={"Host": host})
    assert response.status_code == 400
    assert response.text == "Plumbline is not reached by this name.\n"
    assert host not in str(response.headers)


@pytest.mark.no_database
def test_a_host_named_by_the_proxy_is_checked_too(over_tls):
    client = over_tls.test_client()
    assert client.get("/login", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400
    assert client.get("/login", headers={"X-Forwarded-Host": "crm.test"}).status_code == 200


@pytest.mark.no_database
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_is_believed_only_where_there_is_one(proxies):
    app = create_app(type("Behind", (OverTls,), {"PROXIES": proxies}))
    app.view_functions["monitoring.alive"] = lambda: {"secure": request.is_secure}
    answer = app.test_client().get("/healthz", headers={"Host": "crm.test", "X-Forwarded-Proto": "https"})
    assert answer.json == {"secure": bool(proxies)}


@pytest.mark.no_database
def test_a_form_over_tls_from_another_site_is_refused(over_tls):
    client = over_tls.test_client()
    page = client.get("/login", base_url="https://crm.test").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    typed = {"csrf_token": token, "theme": "dark"}
    ours = client.post(
        "/theme", data=typed, base_url="https://crm.test", headers={"Referer": "https://crm.test/login"}
    )
    theirs = client.post(
        "/theme", data=typed, base_url="https://crm.test", headers={"Referer": "https://evil.example/"}
    )
    assert (ours.status_code, theirs.status_code) == (302, 400)


@pytest.mark.no_database
@pytest.mark.parametrize("hosts", [None, ["crm.test"]])
def test_a_production_that_believes_every_host_says_so(hosts, caplog):
    settings = {"PRODUCTION": True, "SECRET_KEY": "q" * 48, "SECURITY_PASSWORD_SALT": "q" * 48}
    create_app(type("Production", (OverTls,), settings | {"TRUSTED_HOSTS": hosts}))
    assert ("TRUSTED_HOSTS is not set" in caplog.text) == (hosts is None)
