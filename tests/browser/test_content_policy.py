"""A real browser holds every page to the policy of its headers, and finds nothing to refuse."""

import pytest

from tests.browser.pages import PAGES

COLLECT = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def violations(page) -> list[str]:
    return [f"{page.url}: {found}" for found in page.evaluate("window.violations")]


@pytest.mark.parametrize("who", PAGES)
def test_no_page_asks_for_what_is_forbidden(open_as, who):
    page = open_as(who)
    page.add_init_script(COLLECT)
    found = []
    for where in PAGES[who]:
        page.goto(where, wait_until="networkidle")
        found += violations(page)
    assert found == []


def test_the_sign_in_asks_for_nothing_forbidden(chromium, address):
    page = chromium.new_page(base_url=address)
    page.add_init_script(COLLECT)
    page.goto("/login")
    assert violations(page) == []
    page.close()


def test_a_script_that_somebody_smuggled_in_does_not_run(chromium, address):
    page = chromium.new_page(base_url=address)
    page.add_init_script(COLLECT)
    page.goto("/login")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<p style='color: red' onclick='1'>x</p>");
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert {found.split()[0] for found in page.evaluate("window.violations")} >= {
        "script-src-elem",
        "style-src-attr",
    }
    page.close()
