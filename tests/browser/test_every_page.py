"""Every page: accessible in either theme, no wider than a phone, usable without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import PAGES

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {fault['id']} ({fault['help']}) at {fault['nodes'][0]['target']} "
        f"{fault['nodes'][0].get('failureSummary', '')[:300]}"
        for fault in found
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing(open_as, who, scheme):
    page = open_as(who, color_scheme=scheme)
    found = []
    for where in PAGES[who]:
        page.goto(where)
        found += faults(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_at_the_sign_in(chromium, address):
    page = chromium.new_page(base_url=address)
    page.goto("/login")
    assert not faults(page)
    page.close()


@pytest.mark.parametrize("who", PAGES)
def test_no_page_is_wider_than_a_phone(open_as, who):
    page = open_as(who, width=390, height=844)
    wide = []
    for where in PAGES[who]:
        page.goto(where)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide.append(f"{where}: {width} px")
    assert not wide, wide


def test_every_page_works_without_javascript(open_as):
    page = open_as("consultant", java_script_enabled=False)
    page.goto("/engagements/1/worksheet")
    cell = page.locator("select[data-goal]").first
    before = cell.input_value()
    cell.select_option("1" if before != "1" else "3")
    page.get_by_role("button", name="Save the worksheet").click()
    assert page.locator("select[data-goal]").first.input_value() == ("1" if before != "1" else "3")
    page.locator("select[data-goal]").first.select_option(before)
    page.get_by_role("button", name="Save the worksheet").click()

    page.goto("/organisations/")
    page.get_by_label("Search by name").fill("lakeside")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("link", name="Lakeside General Hospital").is_visible()
