"""A finished session with two actions: one page, at most twelve steps, at the desk and on the phone."""

import time

import pytest
from playwright.sync_api import expect

MOST_STEPS, MOST_SECONDS = 12, 120


class Hand:
    """Somebody who presses and types; each of it is a step."""

    def __init__(self, page):
        self.page, self.steps = page, 0

    def _step(self, name):
        self.steps += 1
        return self.page.get_by_label(name, exact=True).first

    def tick(self, name):
        self._step(name).check()

    def type(self, name, text):
        self._step(name).fill(text)

    def type_line(self, line, name, text):
        self.steps += 1
        self.page.locator("[data-line]").nth(line).get_by_label(name).fill(text)

    def choose_line(self, line, label):
        self.steps += 1
        self.page.locator("[data-line]").nth(line).get_by_label("Who").select_option(label=label)

    def press(self, name):
        self.steps += 1
        self.page.get_by_role("button", name=name).click()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_finished_session_with_two_actions_is_logged_in_twelve_steps(open_as, width, height):
    page = open_as("consultant", width=width, height=height)
    page.goto("/my-day")
    hand, began = Hand(page), time.monotonic()
    page.get_by_role("link", name="Log a session of Patient access and voice").click()
    hand.steps += 1
    where = page.url
    hand.type("Summary to share", "Wording agreed. **Launch** on Monday.")
    hand.tick("Linda Kowalczyk (Director of Communications)")
    hand.type_line(0, "Action", "Send the final wording")
    hand.choose_line(0, "Linda Kowalczyk (Director of Communications)")
    hand.type_line(0, "By", "2026-12-01")
    hand.type_line(1, "Action", "Check the figures of October")
    hand.choose_line(1, "Daniel Okafor")
    hand.type_line(1, "By", "2026-12-04")
    hand.type("Coaching, minutes", "60")
    hand.tick("Share the summary with the client now")
    assert page.url == where
    hand.press("Save the session")
    expect(page.get_by_role("heading", name="Session", exact=False).first).to_be_visible()
    assert hand.steps <= MOST_STEPS
    assert time.monotonic() - began < MOST_SECONDS
    main = page.locator("main")
    for words in ("Send the final wording", "Check the figures of October", "Coaching 60 min", "Shared"):
        expect(main).to_contain_text(words)


def test_a_card_is_dragged_to_another_stage(open_as):
    page = open_as("consultant")
    page.goto("/engagements/board")
    card = page.locator("[data-card]", has_text="Night shifts that nobody sees")
    card.drag_to(page.locator('[data-stage="proposal"]'))
    expect(page.locator('[data-stage="proposal"]')).to_contain_text("Night shifts that nobody sees")


def test_a_milestone_is_moved_by_arrow_keys(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/roadmap")
    bar = page.get_by_role("link", name="Films on the hold line")
    before = page.locator("[data-milestone]", has_text="Films on the hold line").get_attribute("data-planned")
    bar = page.locator("[data-milestone]", has_text="Films on the hold line")
    bar.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-moving]")).to_contain_text("Films on the hold line")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("is planned for")
    after = page.locator("[data-milestone]", has_text="Films on the hold line").get_attribute("data-planned")
    assert after > before


def test_a_milestone_is_dragged(open_as):
    page = open_as("consultant")
    page.goto("/engagements/1/roadmap")
    bar = page.locator("[data-milestone]", has_text="Weekly answers in the whole hospital")
    before = bar.get_attribute("data-planned")
    box = bar.locator(".mark").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=5)
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("is planned for")
    after = page.locator("[data-milestone]", has_text="Weekly answers in the whole hospital")
    assert after.get_attribute("data-planned") > before


def test_an_action_is_done_by_one_key(open_as):
    page = open_as("consultant")
    page.goto("/actions")
    first = page.locator("[data-actions] > li").first.locator(".what a").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("main")).to_contain_text(f"“{first}” is done.")
    expect(page.locator("[data-actions] > li").first).to_be_focused()
