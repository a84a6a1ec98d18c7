"""The matrix edited in place, without touching the mouse."""

from playwright.sync_api import expect


def nurses(open_as, **options):
    page = open_as("consultant2", **options)
    page.goto("/engagements/")
    page.get_by_role("link", name="Nurses who stay").click()
    page.get_by_role("link", name="Worksheet", exact=True).click()
    page.wait_for_load_state("networkidle")  # Keys pressed before the script is there are the browser's own.
    return page


def values(page) -> list[str]:
    return [cell.input_value() for cell in page.locator("td input").all()]


def press(page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def focused(page) -> int:
    """Which cell has the focus, counted from 0."""
    return page.evaluate("[...document.querySelectorAll('td input')].indexOf(document.activeElement)")


def test_the_matrix_is_filled_by_keyboard_and_saved_as_one_goes(open_as):
    page = nurses(open_as)
    cells = page.locator("td input")
    columns = page.locator("thead th").count() - 2
    before = [cells.nth(k).input_value() for k in range(cells.count())]

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
    wanted[0], wanted[1], wanted[columns + 1], wanted[columns] = "9", "3", "1", ""
    assert after == wanted


def test_a_mark_that_cannot_be_saved_is_taken_back_and_said(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/worksheet")
    cell = page.locator("td input").nth(2)
    before = cell.input_value()
    page.context.set_offline(True)
    cell.focus()
    page.keyboard.press("9" if before != "9" else "1")
    expect(page.locator("[data-status]")).to_contain_text("Not saved")
    expect(cell).to_have_value(before)


def test_a_whole_matrix_is_filled_without_the_mouse(open_as):
    page = nurses(open_as)
    count = page.locator("td input").count()
    wanted = ["9310"[(place + place // 3) % 4] for place in range(count)]
    page.locator("[data-move-on]").focus()
    press(page, "Space Shift+Tab")
    while focused(page) < 0:
        press(page, "Shift+Tab")
    press(page, "Control+Home " + " ".join(wanted))
    expect(page.locator("[data-saving]")).to_have_count(0)
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.reload()
    assert values(page) == [mark.replace("0", "") for mark in wanted]
    assert page.locator("[data-move-on]").is_checked()


def test_keys_move_about_the_matrix(open_as):
    page = nurses(open_as)
    columns, count = page.locator("thead th").count() - 2, page.locator("td input").count()
    page.locator("td input").first.focus()
    places = {
        "End": columns - 1,
        "Home": 0,
        "Control+End": count - 1,
        "Control+Home": 0,
        "PageDown": count - columns,
        "ArrowRight": count - columns + 1,
        "PageUp": 1,
        "ArrowUp": 1,
        "Enter": columns + 1,
    }
    for key, place in places.items():
        page.keyboard.press(key)
        assert focused(page) == place, key
    press(page, "Tab")
    assert focused(page) < 0, "one more Tab leaves the matrix"


def test_a_telephone_types_marks_and_what_is_none_is_taken_back(open_as):
    page = nurses(open_as, width=390, height=844)
    cell = page.locator("td input").first
    cell.focus()
    assert cell.get_attribute("inputmode") == "numeric"
    for typed, stands in (("1", "1"), ("3", "3"), ("7", "3")):
        page.keyboard.insert_text(typed)
        expect(cell).to_have_value(stands)
    expect(page.locator("[data-status]")).to_contain_text("A mark is 0, 1, 3 or 9.")
    press(page, "Delete")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    expect(cell).to_have_value("")


def test_a_cell_says_goal_strategy_and_mark(open_as):
    page = nurses(open_as)
    goal, strategy = page.locator("th.goal a").first, page.locator("thead th a").first
    name = f"{goal.inner_text()} {strategy.inner_text()}"
    cell = page.get_by_role("textbox", name=name, exact=True)
    cell.focus()
    press(page, "9")
    expect(cell).to_have_value("9")


def test_n_opens_the_note(open_as):
    page = nurses(open_as)
    page.locator("td input").first.focus()
    press(page, "n")
    expect(page.get_by_role("heading", name="Why this mark?")).to_be_visible()
