"""Two people, one worksheet, one session: no keystroke of either is lost."""

from playwright.sync_api import expect


def two(open_as):
    return open_as("consultant"), open_as("consultant2")


def test_two_judge_one_worksheet(open_as):
    mine, theirs = two(open_as)
    for page in (mine, theirs):
        page.goto("/engagements/1/worksheet")
    cell, same = (page.locator("td input").nth(3) for page in (mine, theirs))
    other = theirs.locator("td input").nth(4)
    was = cell.input_value()
    first, second = (mark for mark in "139" if mark != was)

    cell.focus()
    mine.keyboard.press(first)
    expect(mine.locator("[data-status]")).to_have_text("Saved")
    same.focus()
    theirs.keyboard.press(second)
    expect(theirs.locator("[data-status]")).to_contain_text(
        f"Somebody else judged {first} here while you judged {second}."
    )
    expect(same).to_have_value(first)

    free = "9" if other.input_value() != "9" else "1"
    other.focus()
    theirs.keyboard.press(free)
    expect(theirs.locator("[data-status]")).to_have_text("Saved")
    same.focus()
    theirs.keyboard.press(second)
    expect(theirs.locator("[data-status]")).to_have_text("Saved")
    mine.reload()
    expect(mine.locator("td input").nth(3)).to_have_value(second)
    expect(mine.locator("td input").nth(4)).to_have_value(free)


def test_two_write_up_one_session(open_as):
    mine, theirs = two(open_as)
    mine.goto("/engagements/1/sessions")
    address = mine.locator("tbody a").nth(5).get_attribute("href") + "/edit"
    for page in (mine, theirs):
        page.goto(address)
    before = mine.locator("#summary").input_value() or "What was said before."

    theirs.fill("#summary", f"{before}\nTheir sentence.")
    theirs.get_by_role("button", name="Save the session").click()
    theirs.wait_for_url(lambda url: not url.endswith("/edit"))
    mine.fill("#summary", f"{before}\nMy sentence.")
    mine.locator("#private_note").fill("My own thought.")
    mine.get_by_role("button", name="Save the session").click()

    alert = mine.get_by_role("alert")
    expect(alert).to_contain_text("Somebody saved this while you wrote")
    expect(alert).to_contain_text("Their sentence.")
    expect(alert).to_contain_text("My sentence.")
    expect(mine.locator("#summary")).to_have_value(f"{before}\nMy sentence.")
    expect(mine.locator("#private_note")).to_have_value("My own thought.")

    mine.fill("#summary", f"{before}\nTheir sentence.\nMy sentence.")
    mine.get_by_role("button", name="Save the session").click()
    mine.wait_for_url(lambda url: not url.endswith("/edit"))
    expect(mine.locator("main")).to_contain_text("Their sentence.")
    expect(mine.locator("main")).to_contain_text("My sentence.")
    theirs.reload()
    expect(theirs.locator("main")).not_to_contain_text("My own thought.")


def test_what_is_typed_outlives_the_page_and_another_machine(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/sessions/new")
    page.fill("#summary", "Half a sentence that nobody has sa")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept at")
    page.context.close()

    elsewhere = open_as("consultant")
    elsewhere.goto("/engagements/1/sessions/new")
    expect(elsewhere.locator("#summary")).to_have_value("Half a sentence that nobody has sa")
    elsewhere.once("dialog", lambda dialog: dialog.accept())
    elsewhere.get_by_role("button", name="Throw it away").click()
    expect(elsewhere.locator("main")).to_contain_text("The draft is gone.")


def test_what_is_typed_outlives_a_dead_network(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/goals/new")
    page.locator("details.more summary").click()
    page.context.set_offline(True)
    page.locator("#smart_text").fill("Typed in the lift")
    expect(page.locator("[data-draft-status]")).to_contain_text("No connection")
    page.context.set_offline(False)
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept at", timeout=10_000)
    page.reload()
    expect(page.locator("#smart_text")).to_have_value("Typed in the lift")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Throw it away").click()
