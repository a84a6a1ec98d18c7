"""The matrix edited in place, without touching the mouse."""

from playwright.sync_api import expect


def test_the_matrix_is_filled_by_keyboard_and_saved_as_one_goes(open_as):
    page = open_as("consultant2")
    page.goto("/engagements/")
    page.get_by_role("link", name="Nurses who stay").click()
    page.get_by_role("link", name="Worksheet", exact=True).click()
    cells = page.locator("select[data-goal]")
    columns = page.locator("thead th").count() - 2
    before = [cells.nth(k).input_value() for k in range(cells.count())]

    page.wait_for_load_state("networkidle")  # Keys pressed before the script is there are the browser's own.
    cells.first.focus()
    page.keyboard.press("9")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")
    page.keyboard.press("x")
    expect(page.locator("[data-status]")).to_have_text("Saved")

    expect(cells.first).to_have_value("9")
    page.reload()
    after = [cells.nth(k).input_value() for k in range(cells.count())]
    wanted = list(before)
    wanted[0], wanted[1], wanted[columns + 1], wanted[columns] = "9", "3", "1", "0"
    assert after == wanted


def test_a_mark_that_cannot_be_saved_is_taken_back_and_said(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/worksheet")
    cell = page.locator("select[data-goal]").nth(2)
    before = cell.input_value()
    page.context.set_offline(True)
    cell.focus()
    page.keyboard.press("9" if before != "9" else "1")
    expect(page.locator("[data-status]")).to_contain_text("Not saved")
    expect(cell).to_have_value(before)
