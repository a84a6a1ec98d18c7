"""A study as a coach runs it who is no statistician: planned, registered, collected, analysed, reported."""

import json
import re
import subprocess
import sys

import pypdf
from playwright.sync_api import expect

from tests.browser.test_main_job import agree_engagement

#: Eighteen months before the reminders and twelve after: missed and booked appointments.
MISSED = [120, 118, 125, 117, 122, 119, 124, 121, 116, 123, 120, 118, 122, 125, 119, 121, 117, 124]
MISSED += [95, 99, 92, 97, 101, 94, 96, 90, 98, 93, 95, 97]
MONTHS = [(2024 + at // 12, at % 12 + 1) for at in range(30)]
VALUES = "Period;Missed;Booked\n" + "\n".join(
    f"{year}-{month:02};{missed};1000" for (year, month), missed in zip(MONTHS, MISSED, strict=True)
)
OSF = {f"q{number}" for number in range(2, 24)}


def ask(page, engagement):
    page.goto(f"{engagement}/plan")
    page.get_by_role("link", name="Write the question").click()
    page.get_by_label("Question").fill("Do reminders lower the no-show rate of the clinic?")
    page.get_by_label("P: population").fill("Adults with a booked appointment")
    page.get_by_label("O: outcome").fill("Appointments that are missed")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", name="Outcomes plan")).to_be_visible()


def choose_design(page, engagement):
    page.goto(f"{engagement}/plan/edit/design")
    page.get_by_label("Design").select_option(label="Interrupted time series")
    page.get_by_label("The change begins").fill("2025-07-01")
    page.get_by_role("button", name="Save").first.click()
    page.goto(f"{engagement}/plan/edit/analysis")
    page.get_by_label("Analysis").fill("Segmented regression of the monthly shares.")
    page.get_by_label("Missing data").fill("A month without a figure stays empty.")
    page.get_by_role("button", name="Save").first.click()


def plan_measure(page, engagement) -> str:
    page.goto(f"{engagement}/plan/library?q=no-show")
    page.get_by_role("link", name=re.compile("^Take")).first.click()
    expect(page.get_by_label("Measure").first).not_to_have_value("")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("No observation yet")
    return page.url


def suppose(page, engagement):
    page.goto(f"{engagement}/hypotheses/new")
    page.get_by_label("Hypothesis").fill("Reminders lower the no-show rate by two points.")
    page.get_by_label("Measure").select_option(index=1)
    page.get_by_label("Smallest difference").fill("2")
    page.get_by_label(re.compile("primary", re.I)).check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#hypotheses")).to_contain_text("Primary")


def register(page, engagement):
    page.goto(f"{engagement}/plan")
    page.get_by_role("link", name="Register", exact=True).first.click()
    page.get_by_role("button", name="Register it").click()
    page.goto(f"{engagement}/plan")
    expect(page.locator("main")).to_contain_text("Registered, number 1")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("OSF")).first.click()
    sent = json.loads(download.value.path().read_text())
    answers = sent.get("responses") or sent.get("registration_responses") or sent
    # Some questions have parts, such as q10.question and q10.uploader.
    assert {key.split(".")[0] for key in answers} >= OSF
    said = {key.split(".")[0] for key, answer in answers.items() if str(answer).strip()}
    assert said >= OSF


def collect(page, measure):
    page.goto(measure)
    page.get_by_text("Paste rows").click()
    page.get_by_label("Rows").fill(VALUES)
    page.get_by_role("button", name="Save the rows").click()
    page.get_by_label("It is right").check()  # It asks about the values after the change.
    page.get_by_role("button", name="Save the rows").click()
    expect(page.locator("main")).to_contain_text("30 observations added")


def analyse(page, engagement, tmp_path) -> str:
    page.goto(f"{engagement}/analyses")
    page.get_by_role("link", name="Analyse", exact=True).click()
    expect(page.locator("main")).to_contain_text("Proposed method")
    page.get_by_role("button", name="Save the question").click()
    page.get_by_role("button", name="Look at the data now").click()
    expect(page.locator("main")).to_contain_text("What it does not show.")
    expect(page.locator(".states")).to_contain_text("Primary")
    answer = page.locator("main p.prose b").first.inner_text()
    page.get_by_text("Recipe in pandas and statsmodels").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Notebook").click()
    cells = json.loads(download.value.path().read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    program = tmp_path / "notebook.py"
    program.write_text(code)
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=120, check=True)
    shown = page.get_by_role("row", name=re.compile("Step at the change")).inner_text().split("\t")[1]
    assert any(shown.strip() == f"{float(one):.4g}" for one in re.findall(r"\d+\.\d+", run.stdout)), (
        run.stdout
    )
    return answer


def report(page, engagement, answer):
    page.goto(f"{engagement}/findings")
    page.get_by_role("link", name="Write the finding").first.click()
    statement = page.get_by_label("Finding").or_(page.locator("#statement")).first
    proposed = statement.input_value()
    statement.fill("The reminders caused fewer missed appointments.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("caused")  # Refused, with the word named.
    page.locator("#statement").fill(proposed)
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_role("button", name="Agree").click()
    page.goto(f"{engagement}/study-report")
    expect(page.locator("main")).to_contain_text(answer[:60])
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    return "".join(leaf.extract_text() for leaf in pypdf.PdfReader(download.value.path()).pages)


def test_a_study_from_nothing_to_its_report(open_as, tmp_path):
    page = open_as("consultant")
    engagement = agree_engagement(page)
    ask(page, engagement)
    choose_design(page, engagement)
    measure = plan_measure(page, engagement)
    suppose(page, engagement)
    register(page, engagement)
    collect(page, measure)
    told = report(page, engagement, analyse(page, engagement, tmp_path))
    assert "Heard on the ward" in told
