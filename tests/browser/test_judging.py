"""A rater judges: the whole matrix without touching the mouse, and one goal at a time on a phone."""

import pytest
from playwright.sync_api import expect

ROUND = "/rounds/2/judge"


def values(page) -> list[str]:
    return page.locator("table.judge input").evaluate_all("all => all.map((one) => one.value)")


def explain(page) -> None:
    """Say why, where the page asks for it."""
    if page.locator("dialog").is_visible():
        page.keyboard.type("Seen on the ward")
        page.keyboard.press("Enter")
    expect(page.locator("dialog")).not_to_be_visible()


def test_the_whole_matrix_is_filled_without_touching_the_mouse(open_as):
    page = open_as("consultant")
    page.goto(ROUND)
    page.wait_for_load_state("networkidle")
    cells = page.locator("table.judge input")
    columns = page.locator("table.judge thead [data-strategy]").count()
    rows = cells.count() // columns
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('table.judge input')"):
        page.keyboard.press("Tab")
    for row in range(rows):
        for column in range(columns):
            page.keyboard.press("9" if row == column else "1")
            explain(page)
            if column + 1 < columns:
                page.keyboard.press("ArrowRight")
        if row + 1 < rows:
            page.keyboard.press("ArrowDown")
            for _ in range(columns - 1):
                page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-status]")).not_to_have_text("Saving…")
    page.wait_for_load_state("networkidle")
    wanted = ["9" if row == column else "1" for row in range(rows) for column in range(columns)]
    assert values(page) == wanted
    page.reload()
    assert values(page) == wanted
    assert page.url.endswith(ROUND), "it never left the page"


def test_a_reason_is_written_in_place_and_a_mark_taken_back_by_keyboard(open_as):
    page = open_as("consultant2")
    page.goto(ROUND)
    page.wait_for_load_state("networkidle")
    cell = page.locator("table.judge input").nth(2)
    cell.focus()
    page.keyboard.press("n")
    expect(page.locator("[data-note-said]")).to_contain_text("In the round before:")
    page.locator("[data-note-text]").fill("We counted again")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    expect(cell).to_be_focused()
    page.keyboard.press("Delete")
    expect(cell).to_have_value("")
    page.keyboard.press("x")
    expect(cell).to_have_value("")
    page.keyboard.press("3")
    expect(page.locator("[data-status]")).to_contain_text("it counts once you say why. Press n.")
    page.keyboard.press("n")
    page.keyboard.type("They moved")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.reload()
    expect(cell).to_have_value("3")
    expect(cell).to_have_attribute("data-note", "They moved")


def test_what_no_network_took_is_saved_once_it_is_back(open_as):
    page = open_as("consultant2")
    page.goto(ROUND)
    page.wait_for_load_state("networkidle")
    cell = page.locator("table.judge input").nth(6)
    page.context.set_offline(True)
    cell.focus()
    page.keyboard.press("1" if cell.input_value() != "1" else "0")
    expect(page.locator("[data-status]")).to_contain_text("No connection")
    typed = cell.input_value()
    page.context.set_offline(False)
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.reload()
    assert page.locator("table.judge input").nth(6).input_value() == typed


def test_a_phone_shows_one_goal_at_a_time(open_as):
    page = open_as("client", width=390, height=844)
    page.goto(ROUND)
    expect(page.locator("table.judge")).not_to_be_visible()
    page.locator(".goal-list a").nth(2).click()
    page.wait_for_load_state("networkidle")
    first = page.locator("[data-cell]").first
    for mark in first.locator(".marks label").all():
        box = mark.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    first.locator(".marks label", has_text="3").click()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    second = page.locator("[data-cell]").nth(1)
    second.locator(".marks label", has_text="9").click()
    expect(second.locator("[data-owes]")).to_contain_text("it counts once you say why")
    second.get_by_label("Why").fill("The council asked for it")
    second.get_by_label("Why").blur()
    expect(second.locator("[data-owes]")).to_be_hidden()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.get_by_role("button", name="Next goal").click()
    expect(page.get_by_text("Goal 4 of 4")).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("[data-cell]").first.get_by_label("3", exact=True)).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("mark", ["1", "0"])
def test_one_goal_is_judged_without_javascript(open_as, mark):
    page = open_as("client", java_script_enabled=False)
    page.goto(ROUND)
    page.goto(page.locator("table.judge tbody a").nth(3).get_attribute("href"))
    page.locator(f"input[type=radio][value='{mark}']").first.check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(f"input[type=radio][value='{mark}']").first).to_be_checked()
