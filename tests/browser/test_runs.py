"""A file that is made in the background: the bar goes on by itself, with a script and without one."""

import re
from threading import Event, Thread

import pytest
from playwright.sync_api import expect

from crm.jobs.running import work_off
from crm.runs import making
from tests.browser.test_every_page import faults


@pytest.fixture
def worker(served, monkeypatch):
    """`worker()`: one that stops before it reads; gives the event that lets it go on."""
    app, plain = served[0], making.made
    go, threads = Event(), []

    def made(*asked):
        assert go.wait(30)
        return plain(*asked)

    def work() -> None:
        with app.app_context():
            work_off()

    def worker() -> Event:
        threads.append(Thread(target=work, daemon=True))
        threads[-1].start()
        return go

    monkeypatch.setattr(making, "made", made)
    yield worker
    go.set()
    for thread in threads:
        thread.join(timeout=30)


def ask(page) -> None:
    page.goto("/reports/milestones")
    page.get_by_text("Make a file in the background").click()
    page.get_by_label("Format").select_option("xlsx")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile(r"/runs/\d+$"))


def test_the_bar_goes_on_by_itself_and_the_file_is_fetched(open_as, worker):
    page = open_as("manager")
    ask(page)
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 0)
    go_on = worker()
    expect(bar).to_have_js_property("value", 50)
    expect(page.get_by_text("Reading the rows and reckoning")).to_be_visible()
    assert faults(page) == []
    go_on.set()
    expect(page.get_by_role("link", name="Download XLSX")).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download XLSX").click()
    assert re.fullmatch(r"plumbline-milestones-[\d-]+\.xlsx", download.value.suggested_filename)
    assert download.value.path().read_bytes().startswith(b"PK")


def test_without_a_script_the_page_loads_itself_again(open_as, worker):
    page = open_as("manager", java_script_enabled=False, width=390)
    ask(page)
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    worker().set()
    expect(page.get_by_role("link", name="Download XLSX")).to_be_visible()
