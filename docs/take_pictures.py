"""Take the README's pictures of a running Plumbline that holds the demo.

Use: python docs/take_pictures.py [ADDRESS] [FOLDER] [--all]

With --all every main page is taken wide and narrow, light and dark, to look at while designing.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "hang it straight"  # noqa: S105 - the demo's, printed by the demo itself
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1280, 900), (390, 844)
LOOKS = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]

#: Who looks at what, and the picture's name.
README = [
    ("consultant", "/engagements/{e}", "engagement"),
    ("consultant", "/my-day", "my-day"),
    ("consultant", "/engagements/{e}/worksheet", "worksheet"),
    ("consultant", "/engagements/{e}/worksheet/house", "house"),
    ("consultant", "/rounds/1", "round"),
    ("consultant", "/measures/{m}", "measure"),
    ("consultant", "/engagements/{e}/plan", "plan"),
    ("consultant", "/analyses/1", "analysis"),
    ("client", "/roadmap", "client-roadmap"),
    ("manager", "/engagements/board", "board"),
    ("consultant", "/engagements/{e}/roadmap", "roadmap"),
    ("consultant", "/time/", "timesheet"),
    ("consultant", "/engagements/{e}/timeline", "timeline"),
    ("manager", "/portfolio", "portfolio"),
    ("manager", "/reports/outcomes", "outcomes"),
    ("manager", "/views/1", "view"),
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
    ("consultant", "/engagements/{e}/sessions", "sessions"),
    ("consultant", "/engagements/{e}/sessions/new", "session-new"),
    ("consultant", "/engagements/{e}/outcomes", "research"),
    ("consultant", "/engagements/{e}/progress", "progress"),
    ("consultant", "/engagements/{e}/people", "people"),
    ("consultant", "/engagements/{e}/stage", "stage"),
    ("consultant", "/engagements/{e}/goals/new", "goal-new"),
    ("consultant", "/actions", "actions"),
    ("consultant", "/account", "account"),
    ("consultant", "/nowhere", "not-found"),
    ("manager", "/reports", "reports"),
    ("manager", "/reports/portfolio", "report-portfolio"),
    ("admin", "/settings", "settings"),
    ("adviser", "/board", "board"),
]


def sign_in(browser: Browser, address: str, who: str) -> dict:
    """The cookies of one of the demo's people."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", f"{who}@plumbline.example")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
    return context.storage_state()


def look(browser: Browser, address: str, cookies: dict, size: tuple[int, int], scheme: str) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(
        viewport=viewport, color_scheme=scheme, base_url=address, storage_state=cookies
    )
    return context.new_page()


def take(page: Page, where: str, target: Path, *, whole: bool = False) -> None:
    page.goto(where)
    page.screenshot(path=target, full_page=whole)


def main(address: str, folder: Path, everything: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        wanted = EVERY if everything else README
        cookies = {who: sign_in(browser, address, who) for who in dict.fromkeys(who for who, *_ in wanted)}
        for size, scheme in LOOKS if everything else LOOKS[:1]:
            pages = {who: look(browser, address, cookies[who], size, scheme) for who in cookies}
            for who, where, name in wanted:
                suffix = f"-{scheme}-{size[0]}" if everything else ""
                take(pages[who], where.format(e=1, m=1), folder / f"{name}{suffix}.png", whole=everything)
        if not everything:
            page = look(browser, address, cookies["consultant"], WIDE, "dark")
            take(page, "/engagements/1", folder / "engagement-dark.png")
            page = look(browser, address, cookies["consultant"], NARROW, "light")
            take(page, "/engagements/1", folder / "engagement-phone.png")
        browser.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    place = Path(words[1]) if len(words) > 1 else Path(__file__).parent / "pictures"
    main(words[0] if words else "http://127.0.0.1:8000", place, "--all" in sys.argv)
