"""The builder by hand: from the list of reports to a view that is saved, with scripts and without."""

import pytest

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
    assert page.get_by_role("link", name="Take away: State of the milestone is Done").is_visible()
    page.get_by_role("button", name="Client further to the left").click()
    heads = page.locator(".result thead th").all_inner_texts()
    assert heads.index("Client") == len(heads) - 2

    page.get_by_text("Groups and sums").click()
    page.get_by_label("Group by").select_option("client-name")
    page.get_by_label("Chart").or_(page.locator("#chart")).first.select_option("bar", force=True)
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator(".result .chart svg").is_visible()
    assert "groups=client-name" in page.url
    assert "chart=bar" in page.url
    page.go_back()
    assert "groups" not in page.url
    page.go_forward()

    name = f"Done, by client {scripts}"
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Consultants").check()
    page.get_by_role("button", name="Save it").click()
    assert page.get_by_role("heading", level=1).inner_text() == name
    assert not scripts or violations(page) == []
    page.goto("/reports")
    assert page.get_by_role("link", name=name, exact=True).is_visible()
