import csv
import json
import re
from hashlib import sha256
from io import BytesIO, StringIO

import pypdf
import pytest
import sqlalchemy as sa

from crm.audit.models import audit_entry
from crm.plans import osf, redcap
from crm.plans.content import Rows, compose
from tests import factories as make

QUESTIONS = {f"q{number}" for number in range(2, 24)}


@pytest.fixture
def power(engagement, hypothesis):
    return make.PowerPlanFactory(engagement=engagement, hypothesis_id=hypothesis.id)


def test_osf_answers_every_question(content, power):
    answers = osf.responses(content(), has_data=False)
    assert {key.partition(".")[0] for key in answers} == QUESTIONS
    assert all(answers.values())
    assert set(osf.REQUIRED) <= answers.keys()
    assert "64 people in each group" in answers["q11"]
    assert answers["q8"] == "Registration prior to creation of data"
    assert answers["q17.question"] == "Interrupted series"


def test_osf_of_an_empty_plan_says_not_applicable(engagement):
    answers = osf.responses(compose(engagement.id, "Nothing", Rows()), has_data=True)
    assert all(answers.values())
    assert answers["q2"].startswith("not applicable: ")
    assert answers["q8"] == "Registration prior to analysis of the data"


def test_files_are_exported_and_audited(sign_in, session, me, engagement, power):
    client = sign_in(me)
    for format_ in ("osf", "md", "csv", "json", "pdf"):
        answer = client.get(f"/engagements/{engagement.id}/plan.{format_}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"/engagements/{engagement.id}/plan.exe").status_code == 404
    said = session.scalars(sa.select(audit_entry.c.name).where(audit_entry.c.verb == "exported")).all()
    assert f"Outcomes plan of {engagement.title} (not registered) as REDCap data dictionary" in said


def test_the_pdf_is_tagged_and_says_the_plan(sign_in, me, engagement, power):
    body = sign_in(me).get(f"/engagements/{engagement.id}/plan.pdf").data
    read = pypdf.PdfReader(BytesIO(body))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "Outcomes plan: Fewer no-shows" in text
    assert "64 people in each group" in text


def test_the_markdown_marks_nothing_that_was_typed(sign_in, session, me, engagement, plan, power):
    plan.setting = "A|B <b>*not bold*</b>"
    session.flush()
    text = sign_in(me).get(f"/engagements/{engagement.id}/plan.md").text
    assert "# Outcomes plan: Fewer no-shows" in text
    assert r"A\|B \<b\>\*not bold\*\</b\>" in text


def test_the_json_is_the_very_text_of_the_digest(sign_in, me, registered):
    made = registered
    answer = sign_in(me).get(f"/registrations/{made.id}.json")
    assert sha256(answer.data).hexdigest() == made.digest
    again = json.loads(sign_in(me).get(f"/registrations/{made.id}.osf").data)
    assert (again["schema"], again["schema_version"]) == ("OSF Preregistration", 3)


def dictionary(content) -> list[dict[str, str]]:
    text = redcap.dictionary(content)
    assert text.count("\r\n") == len(text.splitlines())
    return list(csv.DictReader(StringIO(text, newline="")))


def test_redcap_reads_back(engagement, content):
    make.MeasureFactory(engagement=engagement, name="No-show rate", numerator="=1+1", denominator="-x")
    make.MeasureFactory(engagement=engagement, name="9 λ …", unit="hours", lowest=-1.5, ceiling=24)
    rows = dictionary(content())
    assert list(rows[0]) == list(redcap.COLUMNS)
    assert len(redcap.COLUMNS) == 18
    names = [row["Variable / Field Name"] for row in rows]
    assert names[0] == "record_id"
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", row["Form Name"]) for row in rows)
    by_name = {row["Variable / Field Name"]: row for row in rows}
    share = by_name["no_show_rate_value"]
    assert share["Text Validation Type OR Show Slider Number"] == "number"
    assert (share["Text Validation Min"], share["Text Validation Max"]) == ("0", "100")
    assert by_name["no_show_rate_2_num"]["Field Label"] == " =1+1"
    low = by_name["m_9_value"]
    assert (low["Text Validation Min"], low["Text Validation Max"]) == ("-1.5", "24")


def test_redcap_of_no_measure_is_a_record_alone(engagement):
    rows = dictionary(compose(engagement.id, "", Rows()))
    assert [row["Variable / Field Name"] for row in rows] == ["record_id"]


@pytest.mark.parametrize(("text", "kept"), [("-3", "-3"), ("@x", " @x"), ("a=b", "a=b"), ("+1", " +1")])
def test_formulas_are_texts_and_numbers_stay(text, kept):
    assert redcap.safe(text) == kept
