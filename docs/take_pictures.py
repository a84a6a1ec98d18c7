"""Take the README's pictures of a running Plumbline with the demo in it: python docs/take_pictures.py ADDRESS [FOLDER]

With --all every main page is taken wide and narrow, light and dark, to look at while designing.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "hang it straight"  # noqa: S105 - the demo's, printed by the demo itself
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE, NARROW = (1280, 900), (390, 844)

#: Who looks at what, and the picture's name.
README = [
    ("consultant", "/engagements/{e}", "engagement"),
    ("consultant", "/my-day", "my-day"),
    ("consultant", "/engagements/{e}/worksheet", "worksheet"),
    ("consultant", "/measures/{m}", "measure"),
    ("client", "/roadmap", "client-roadmap"),
    ("manager", "/portfolio", "portfolio"),
]
EVERY = [
    *README,
    ("consultant", "/organisations/", "clients"),
    ("consultant", "/organisations/1", "client"),
    ("consultant", "/organisations/import/", "import"),
    ("consultant", "/organisations/new", "client-new"),
    ("consultant", "/engagements/", "engagements"),
    ("consultant", "/engagements/new", "engagement-new"),
    ("consultant", "/engagements/{e}/thread", "thread"),
    ("consultant", "/engagements/{e}/roadmap", "roadmap"),
    ("consultant", "/engagements/{e}/sessions", "sessions"),
    ("consultant", "/engagements/{e}/sessions/new", "session-new"),
    ("consultant", "/engagements/{e}/outcomes", "outcomes"),
    ("consultant", "/engagements/{e}/progress", "progress"),
    ("consultant", "/engagements/{e}/people", "people"),
    ("consultant", "/engagements/{e}/stage", "stage"),
    ("consultant", "/engagements/{e}/goals/new", "goal-new"),
    ("consultant", "/actions", "actions"),
    ("consultant", "/account", "account"),
    ("consultant", "/nowhere", "not-found"),
    ("manager", "/reports", "reports"),
    ("manager", "/reports/portfolio", "report-portfolio"),
    ("administrator", "/settings", "settings"),
    ("adviser", "/board", "board"),
]


def sign_in(browser: Browser, address: str, who: str, size: tuple[int, int], scheme: str) -> Page:
    """A page signed in as one of the demo's people; `nobody` stays outside."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address)
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", f"{'admin' if who == 'administrator' else who}@plumbline.example")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_load_state()
    return page


def take(page: Page, where: str, target: Path) -> None:
    page.goto(where)
    page.screenshot(path=target, full_page=True)


def main(address: str, folder: Path, everything: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    looks = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for size, scheme in looks if everything else [(WIDE, "light")]:
            people: dict[str, Page] = {}
            for who, where, name in EVERY if everything else README:
                page = people.get(who) or people.setdefault(who, sign_in(browser, address, who, size, scheme))
                suffix = f"-{scheme}-{size[0]}" if everything else ""
                take(page, where.format(e=1, m=1), folder / f"{name}{suffix}.png")
        if not everything:
            page = sign_in(browser, address, "consultant", WIDE, "dark")
            take(page, "/engagements/1", folder / "engagement-dark.png")
            page = sign_in(browser, address, "consultant", NARROW, "light")
            page.goto("/engagements/1")
            page.screenshot(path=folder / "engagement-phone.png")
        browser.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    place = Path(words[1]) if len(words) > 1 else Path(__file__).parent / "pictures"
    main(words[0] if words else "http://127.0.0.1:8000", place, "--all" in sys.argv)
