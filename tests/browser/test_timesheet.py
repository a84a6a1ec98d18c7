"""The week, filled by keyboard alone and seen on a phone."""

from playwright.sync_api import expect


def row_of_next_week(page):
    """The cells of a row that is there on whatever day this is read: this week has none on a Monday."""
    page.goto("/time/")
    page.get_by_role("link", name="Week after").click()
    page.get_by_role("button", name="Add the row").click()
    return page.locator(".sheet tbody tr").first.locator(".cell")


def test_a_week_is_filled_by_keyboard(open_as):
    page = open_as("consultant")
    cells = row_of_next_week(page)
    monday, tuesday, wednesday = (cells.nth(day) for day in range(3))
    expect(monday).to_be_visible()
    page.wait_for_load_state()  # Keys pressed before the script is there are the browser's own.
    monday.focus()
    page.keyboard.type("1,5")
    page.keyboard.press("ArrowRight")
    expect(tuesday).to_be_focused()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    expect(monday).to_have_value("1:30")
    page.keyboard.type("90m")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sum]")).to_have_text("3:00")
    expect(page.locator("[data-week]")).to_have_text("3:00 h")
    page.reload()
    expect(monday).to_have_value("1:30")
    expect(tuesday).to_have_value("1:30")
    expect(wednesday).to_have_value("")

    monday.focus()
    page.keyboard.type("soon")
    page.keyboard.press("Tab")
    expect(page.locator("[data-status]")).to_have_text("Write hours as 1:30, 1.5, 1,5 or 90m.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    for cell in (monday, tuesday):
        cell.fill("")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("The week is saved.")).to_be_visible()


def test_the_phone_shows_one_day_at_a_time(open_as):
    page = open_as("consultant", width=390, height=844)
    cells = row_of_next_week(page)
    for day, label in enumerate(("Mon", "Tue", "Wed")):
        page.get_by_label(label, exact=True).check()
        expect(cells.nth(day)).to_be_visible()
        expect(cells.filter(visible=True)).to_have_count(1)


def test_the_week_works_without_a_script(open_as):
    page = open_as("consultant", java_script_enabled=False)
    friday = row_of_next_week(page).nth(4)
    friday.fill("0:45")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The week is saved.")).to_be_visible()
    expect(friday).to_have_value("0:45")
    friday.fill("")
    page.get_by_role("button", name="Save the week").click()
