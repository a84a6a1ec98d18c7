"""A running Plumbline with the demo in it, and Debian's Chromium to walk through it."""

import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from config import DEMO_PASSWORD, TestConfig
from crm import create_app
from crm.extensions import db

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_database)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A Plumbline with its own database, CSRF on, and the demo loaded; and where it listens."""
    if not CHROMIUM:
        pytest.skip("there is no chromium on this machine")

    class Settings(TestConfig):
        TESTING = False
        WTF_CSRF_ENABLED = True
        SERVER_NAME = None
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{tmp_path_factory.mktemp('browser') / 'plumbline.db'}"

    app = create_app(Settings)
    with app.app_context():
        db.create_all()
    assert app.test_cli_runner().invoke(args=["demo"]).exit_code == 0
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def address(served):
    """Where Plumbline listens."""
    return served[1]


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cookies(chromium, address):
    """`cookies(who)`: of one of the demo's people, who signs in once for all tests."""
    known = {}

    def cookies(who):
        if who not in known:
            context = chromium.new_context(base_url=address)
            page = context.new_page()
            page.goto("/login")
            page.fill("#email", f"{who}@plumbline.example")
            page.fill("#password", DEMO_PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/login" not in url)
            known[who] = context.storage_state()
            context.close()
        return known[who]

    return cookies


def refuse_violation(message) -> None:
    """Whatever a test is about, no page of it may ask for what our own headers forbid."""
    if "Content Security Policy" in message.text or "Permissions policy" in message.text:
        pytest.fail(message.text)


@pytest.fixture
def open_as(chromium, address, cookies):
    """`open_as(who, **options)`: a page of its own, signed in as one of the demo's people."""
    contexts = []

    def open_as(who, *, width=1280, height=900, **options):
        context = chromium.new_context(
            base_url=address,
            storage_state=cookies(who),
            viewport={"width": width, "height": height},
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script broke: {error}"))
        page.on("console", refuse_violation)
        return page

    yield open_as
    for context in contexts:
        context.close()
