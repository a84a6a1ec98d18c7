"""The readings of a worksheet as a reader uses them."""

from playwright.sync_api import expect


def test_the_ranking_follows_what_is_tried_and_nothing_is_saved(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/worksheet/what-if")
    page.wait_for_load_state("networkidle")
    first = page.locator("#ranking tbody th").first
    before = first.inner_text()
    page.get_by_label("Weight of Fewer missed appointments").fill("0")
    page.get_by_label("Weight of Staff who would recommend us").fill("0")
    expect(page.locator("#ranking h2")).to_have_text("The ranking as it would be")
    expect(first).not_to_have_text(before)
    page.reload()  # The address keeps the question, the worksheet its weights.
    expect(first).not_to_have_text(before)
    page.get_by_role("link", name="As it is").click()
    expect(page.locator("#ranking tbody th").first).to_have_text(before)


def test_points_are_added_up_as_they_are_typed(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/worksheet/weights")
    page.wait_for_load_state("networkidle")
    page.locator("input[name^=points-]").first.fill("31")
    expect(page.locator("[data-sum]")).to_have_text("101")
    page.get_by_role("button", name="Weigh the goals").click()
    expect(page.get_by_role("alert")).to_contain_text("The points come to 101, not 100: 1 too many.")
    expect(page.locator("input[name^=points-]").first).to_have_value("31")
