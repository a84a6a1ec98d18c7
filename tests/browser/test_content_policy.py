"""A real browser holds a page to the policy of its headers; test_every_page asks it for all of them."""

from tests.browser.policy import COLLECT, violations


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
