"""A stranger on a phone answers a survey: with the keyboard, without a script, in both themes."""

import pytest
from playwright.sync_api import expect

from crm.demo.surveys import OPEN_LINK
from tests.browser.policy import COLLECT, violations
from tests.browser.test_every_page import COLOURS, faults


@pytest.fixture
def phone(chromium, address):
    """`phone(**options)`: a page of somebody whom nobody knows."""
    contexts = []

    def phone(**options):
        contexts.append(
            chromium.new_context(
                base_url=address, viewport={"width": 390, "height": 844}, reduced_motion="reduce", **options
            )
        )
        contexts[-1].set_default_timeout(10_000)
        return contexts[-1].new_page()

    yield phone
    for context in contexts:
        context.close()


def look(page) -> list[str]:
    page.wait_for_load_state()  # A page that is half there has half its faults.
    page.emulate_media(color_scheme="light")
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    wide = page.evaluate("document.documentElement.scrollWidth")
    return (
        found + faults(page, COLOURS) + violations(page) + ([f"{page.url}: {wide} px"] if wide > 390 else [])
    )


def test_every_page_of_it_is_accessible_and_fits_a_phone(phone):
    page = phone()
    page.add_init_script(COLLECT)
    page.goto(f"/s/{OPEN_LINK}")
    found = look(page)
    page.get_by_role("button", name="I agree, begin").click()
    found += look(page)
    page.get_by_role("button", name="Send my answers").click()
    found += look(page)
    for at in range(2):
        page.locator("fieldset").nth(at).get_by_label("Agree", exact=True).check()
    page.get_by_role("button", name="Send my answers").click()
    found += look(page)
    page.context.clear_cookies()
    page.goto("/s/demo-before")
    found += look(page)
    assert not found, "\n".join(found)


def test_it_is_answered_by_keys_and_without_a_script(phone):
    page = phone(java_script_enabled=False)
    page.goto(f"/s/{OPEN_LINK}")
    page.get_by_role("button", name="I agree, begin").press("Enter")
    first = page.locator("fieldset").nth(0)
    first.get_by_label("Strongly disagree").focus()
    page.keyboard.press("ArrowDown")
    expect(first.get_by_label("Disagree", exact=True)).to_be_checked()
    page.get_by_role("textbox").fill("The way to the door")
    page.get_by_role("button", name="Send my answers").press("Enter")
    expect(page.get_by_role("link", name="Question 2 is required.")).to_be_visible()
    expect(first.get_by_label("Disagree", exact=True)).to_be_checked()
    expect(page.get_by_role("textbox")).to_have_value("The way to the door")
    page.locator("fieldset").nth(1).get_by_label("Agree", exact=True).press("Space")
    page.get_by_role("button", name="Send my answers").press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto(f"/s/{OPEN_LINK}")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
