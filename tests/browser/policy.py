"""Collects what a browser refuses because of a page's own policy."""

COLLECT = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def violations(page) -> list[str]:
    return [f"{page.url}: {found}" for found in page.evaluate("window.violations")]
