"""The week, filled by keyboard alone and seen on a phone."""

import re

from playwright.sync_api import expect


def first_row(page) -> list:
    return page.locator(".sheet tbody tr").first.locator(".cell").all()


def test_a_week_is_filled_by_keyboard(open_as):
    page = open_as("consultant")
    page.goto("/time/")
    page.get_by_role("link", name="Week after").click()
    page.get_by_role("button", name="Add the row").click()
    monday, tuesday = first_row(page)[:2]
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
    assert [cell.input_value() for cell in first_row(page)[:3]] == ["1:30", "1:30", ""]

    first_row(page)[0].focus()
    page.keyboard.type("soon")
    page.keyboard.press("Tab")
    expect(page.locator("[data-status]")).to_have_text("Write hours as 1:30, 1.5, 1,5 or 90m.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    for cell in first_row(page)[:2]:
        cell.fill("")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("The week is saved.")).to_be_visible()


def test_the_phone_shows_one_day_at_a_time(open_as):
    page = open_as("consultant", width=390, height=844)
    page.goto("/time/")
    cells = page.locator(".sheet tbody tr").first.locator(".cell")
    page.get_by_label("Mon", exact=True).check()
    shown = [cell for cell in cells.all() if cell.is_visible()]
    assert len(shown) <= 1
    page.get_by_label("Wed", exact=True).check()
    other = [cell for cell in cells.all() if cell.is_visible()]
    names = [re.sub(r".*\.", "", cell.get_attribute("name")) for cell in (*shown, *other)]
    assert len(set(names)) == len(names)


def test_the_week_works_without_a_script(open_as):
    page = open_as("consultant", java_script_enabled=False)
    page.goto("/time/")
    page.get_by_role("link", name="Week after").click()
    page.get_by_role("button", name="Add the row").click()
    first_row(page)[4].fill("0:45")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The week is saved.")).to_be_visible()
    assert first_row(page)[4].input_value() == "0:45"
    first_row(page)[4].fill("")
    page.get_by_role("button", name="Save the week").click()
