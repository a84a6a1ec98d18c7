"""The whole main job, as the three people do it: by what they read, without any document."""

import csv
import io
import re

import pypdf
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

SECRET = "Between us: the director resists (sentinel 4711)"
OBSERVATIONS = "\n".join(
    f"2025-{month:02};{value}" for month, value in enumerate((12, 11, 13, 12, 11, 12), 1)
)


def hospitals() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Facility ID", "Facility Name", "City", "State"])
    writer.writerow(["099901", "QUARRY HILL HOSPITAL", "QUARRY", "VT"])
    writer.writerow(["099902", "SALTMARSH HOSPITAL", "SALTMARSH", "ME"])
    return text.getvalue().encode()


def import_hospitals(page):
    page.goto("/")
    page.get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Import a file").click()
    page.set_input_files("input[type=file]", {"name": "h.csv", "mimeType": "text/csv", "buffer": hospitals()})
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name=re.compile("Import 2")).click()
    expect(page.locator("main")).to_contain_text("2")
    page.goto("/organisations/?q=saltmarsh")
    expect(page.get_by_role("link", name="SALTMARSH HOSPITAL")).to_be_visible()


def agree_engagement(page) -> str:
    page.goto("/engagements/")
    page.get_by_role("link", name="New engagement").click()
    page.get_by_label("Search your clients by name").fill("lakeside gen")
    page.get_by_role("link", name="Lakeside General Hospital").click()
    page.get_by_label("Title").fill("Heard on the ward")
    page.get_by_label("Stage").select_option(label="Agreed")
    page.get_by_label("Hours of coaching").fill("40")
    page.get_by_role("button", name="Start the engagement").click()
    expect(page.get_by_role("heading", name="Heard on the ward")).to_be_visible()
    return page.url


def grant_access(page, engagement):
    page.goto(f"{engagement}/people")
    page.get_by_role("group", name="May see it").get_by_label(re.compile("Maria Delgado")).check()
    page.get_by_role("button", name="Save client access").click()


def align(page, engagement):
    page.goto(engagement)
    page.get_by_role("link", name="Add the first goal").click()
    page.get_by_label("Goal").first.fill("Patients are heard")
    page.get_by_label("Weight").fill("60")
    page.get_by_role("button", name="Save and add another").click()
    page.get_by_label("Goal").first.fill("Fewer complaints")
    page.get_by_label("Weight").fill("40")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Add a strategy").first.click()
    page.get_by_label("Strategy").first.fill("Ward stories every week")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("td input").first.focus()
    page.keyboard.press("9")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    expect(page.locator("#reading")).to_contain_text("Weak goal")


def plan_milestone(page, engagement):
    page.goto(engagement)
    page.get_by_role("link", name=re.compile("No milestone delivers it")).first.click()
    page.get_by_label("Milestone").fill("First story is out")
    page.get_by_label("Planned for").fill("2030-03-01")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("group", name=re.compile("Roadmap"))).to_be_visible()


def log_session(page, engagement):
    page.goto(engagement)
    page.get_by_role("link", name="Log a session").first.click()
    page.get_by_label(re.compile("Maria Delgado")).first.check()
    page.get_by_label("Strategy: Ward stories every week").check()
    page.get_by_label("Summary to share").fill("Agreed on the first three stories.")
    page.get_by_label("Share the summary with the client now").check()
    page.get_by_label("Private note").fill(SECRET)
    page.get_by_label("Action", exact=True).first.fill("Name three patients")
    page.get_by_label("Who").first.select_option(label="Maria Delgado (Vice President, Patient Experience)")
    page.get_by_label("Coaching, minutes").fill("90")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept")
    page.reload()
    expect(page.get_by_label("Private note")).to_have_value(SECRET)
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_role("heading", name="Session 1")).to_be_visible()
    expect(page.locator("main")).to_contain_text(SECRET)


def measure(page, engagement):
    page.goto(engagement)
    page.get_by_role("link", name="Outcomes").click()
    page.get_by_role("link", name="Add a measure").first.click()
    page.get_by_label("Measure", exact=True).fill("Complaints per month")
    page.get_by_label("Goal that it gives evidence for").select_option(label="Patients are heard")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Paste rows").click()
    page.get_by_label("Rows").fill(OBSERVATIONS)
    page.get_by_role("button", name="Save the rows").click()
    expect(page.get_by_role("img", name=re.compile("Complaints per month"))).to_be_visible()


def test_the_main_job_from_import_to_the_board(open_as, tmp_path):
    consultant = open_as("consultant")
    import_hospitals(consultant)
    engagement = agree_engagement(consultant)
    grant_access(consultant, engagement)
    align(consultant, engagement)
    plan_milestone(consultant, engagement)
    log_session(consultant, engagement)
    measure(consultant, engagement)
    consultant.goto(f"{engagement}/thread")
    expect(consultant.locator(".thread")).to_contain_text("1 session, 1.5 h")

    client = open_as("client")
    client.goto("/")
    client.get_by_role("navigation", name="Your engagements").get_by_role(
        "link", name="Heard on the ward"
    ).click()
    expect(client.locator("main")).to_contain_text("First story is out")
    expect(client.locator("main")).to_contain_text("Name three patients")
    client.get_by_role("link", name="Session 1").click()
    expect(client.locator("main")).to_contain_text("Agreed on the first three stories.")
    expect(client.locator("main")).not_to_contain_text("sentinel 4711")
    client.goto(f"{engagement}/progress")
    expect(client.locator("main")).to_contain_text("Complaints per month")
    with client.expect_download() as download:
        client.get_by_role("link", name="PDF").click()
    report = pypdf.PdfReader(download.value.path())
    text = "".join(leaf.extract_text() for leaf in report.pages)
    assert "Heard on the ward" in text
    assert "4711" not in text + client.content()

    manager = open_as("manager")
    manager.goto("/")
    expect(manager.get_by_role("heading", name="Portfolio")).to_be_visible()
    expect(manager.locator("main")).to_contain_text("Heard on the ward")
    with manager.expect_download() as download:
        manager.get_by_role("link", name="XLSX").click()
    sheet = tmp_path / "portfolio.xlsx"
    download.value.save_as(sheet)
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_name("Engagements").to_python()
    assert any("Heard on the ward" in row for row in rows)
    with manager.expect_download() as download:
        manager.get_by_role("link", name="PDF").click()
    assert len(pypdf.PdfReader(download.value.path()).pages) >= 1
