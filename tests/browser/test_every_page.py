"""Every page: accessible in both themes, fit for a phone, true to its policy, usable without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.pages import PAGES
from tests.browser.policy import COLLECT, violations

#: Only what is at fault is told in full, and our own style sheets need not be fetched once more.
QUICK = {"resultTypes": ["violations"], "preload": False}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], **QUICK}
#: What a theme can break: the page is the same in both but for its colours.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **QUICK}
#: The rows of a long list are alike: of each some are looked at, in the dark fewer.
SOME_ROWS = {"exclude": [["tbody tr:nth-child(n + 21)"]]}
FEW_ROWS = {"exclude": [["tbody tr:nth-child(n + 7)"]]}
LOOK = "([where, rules]) => axe.run(where, rules).then((found) => found.violations)"
#: A browser looks at so many pages in one test, so that two can look at once.
AT_ONCE = 10
SOME = [
    (who, pages[start : start + AT_ONCE])
    for who, pages in PAGES.items()
    for start in range(0, len(pages), AT_ONCE)
]


def faults(page, rules=RULES, where=SOME_ROWS) -> list[str]:
    if page.evaluate("typeof axe") == "undefined":  # Once for each page, however often it is looked at.
        page.evaluate(Axe().axe_script)
    found = page.evaluate(LOOK, [where, rules])
    return [
        f"{page.url}: {fault['id']} ({fault['help']}) at {fault['nodes'][0]['target']} "
        f"{fault['nodes'][0].get('failureSummary', '')[:300]}"
        for fault in found
    ]


def too_wide(page) -> list[str]:
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{page.url}: {width} px on a phone"] if width > 390 else []


@pytest.mark.parametrize(("who", "pages"), SOME, ids=lambda value: value if isinstance(value, str) else "")
def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(open_as, who, pages):
    page = open_as(who, reduced_motion="reduce")  # Or colours would be measured on their way.
    page.add_init_script(COLLECT)
    found = []
    for where in pages:
        page.emulate_media(color_scheme="light")
        page.goto(where)
        found += faults(page) + too_wide(page)
        page.emulate_media(color_scheme="dark")
        found += faults(page, COLOURS, FEW_ROWS) + violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_at_the_sign_in(chromium, address):
    page = chromium.new_page(base_url=address)
    page.goto("/login")
    assert not faults(page)
    page.close()


def test_every_page_works_without_javascript(open_as):
    page = open_as("consultant", java_script_enabled=False)
    page.goto("/engagements/1/worksheet")
    cell = page.locator("td input").first
    before = cell.input_value()
    mark = "1" if before != "1" else "3"
    cell.fill(mark)
    page.get_by_role("button", name="Save the worksheet").click()
    expect(page.get_by_text("The worksheet is saved.")).to_be_visible()
    expect(cell).to_have_value(mark)
    cell.fill(before)
    page.get_by_role("button", name="Save the worksheet").click()

    page.goto("/organisations/")
    page.get_by_label("Search by name").fill("lakeside")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Lakeside General Hospital")).to_be_visible()
