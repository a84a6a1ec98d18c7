"""The builder by hand: from the list of reports to a view that is saved, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.policy import COLLECT, violations


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_manager_builds_a_view_and_saves_it(open_as, scripts):
    page = open_as("manager", java_script_enabled=scripts)
    if scripts:
        page.add_init_script(COLLECT)
    page.goto("/reports")
    page.get_by_role("link", name="Build a view").click()
    page.get_by_role("link", name="Milestones").click()
    page.get_by_label("Filter by").select_option("milestone-state")
    if not scripts:
        page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("group", name="State of the milestone").get_by_label("Done").first.check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name="Take away: State of the milestone is Done")).to_be_visible()
    page.get_by_role("button", name="Client further to the left").click()
    expect(page.locator(".result thead th").nth(-2)).to_have_text("Client")

    page.get_by_text("Groups and sums").click()
    page.get_by_label("Group by").select_option("client-name")
    page.get_by_label("Chart").or_(page.locator("#chart")).first.select_option("bar", force=True)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".result .chart svg")).to_be_visible()
    expect(page).to_have_url(re.compile("groups=client-name.*chart=bar"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("groups"))
    page.go_forward()

    name = f"Done, by client {scripts}"
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Consultants").check()
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert not scripts or violations(page) == []
    page.goto("/reports")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
