"""The report of a study: in order, from what is there, with what is missing in brackets."""

import io
from datetime import date

import docx
import pytest

from crm.audit.models import audit_entry
from crm.evidence.models import FindingState
from tests import factories as make
from tests.evidence.conftest import NOW
from tests.reading import docx_words, main, pdf_words, squeezed

ORDER = (
    "Abstract", "Introduction", "Problem description", "Available knowledge", "Rationale", "Specific aims",
    "Methods", "Context", "Intervention", "Study of the intervention", "Measures", "Analysis",
    "Ethical considerations", "Results", "Findings", "Discussion", "Summary", "Interpretation", "Limitations",
    "Conclusions", "Other information", "Funding",
)  # fmt: skip


@pytest.fixture
def written(engagement, measure):
    plan = make.OutcomesPlanFactory(
        engagement=engagement, question="Do stories help?", intervention="Weekly stories",
        setting="Three clinics", analysis="Segmented regression", intervention_on=date(2026, 1, 5),
    )  # fmt: skip
    make.HypothesisFactory(engagement=engagement, plan_id=plan.id, is_primary=True)
    make.EthicsDeterminationFactory(engagement=engagement, reference="QI-77")
    for month, numerator in ((1, 120), (2, 3)):
        make.ObservationFactory(
            measure=measure, period_on=date(2026, month, 1), value=numerator / 10, numerator=numerator,
            denominator=1000,
        )  # fmt: skip
    make.FindingFactory(
        engagement=engagement, measure_id=measure.id, state=FindingState.AGREED, agreed_at=NOW,
        statement="Fewer were missed.", numbers={"estimate": -2.1, "low": -3.3, "high": -0.9, "naive": -2.8,
                                                 "n": 20, "method": "Interrupted time series"},
    )  # fmt: skip
    make.FindingFactory(engagement=engagement, statement="Only a draft.")
    return engagement


def address(engagement, ending="") -> str:
    return f"/engagements/{engagement.id}/study-report{ending}"


def as_docx(client, engagement):
    return docx.Document(io.BytesIO(client.get(address(engagement, ".docx")).data))


def as_words(client, engagement) -> str:
    return docx_words(client.get(address(engagement, ".docx")).data)


def headings_of(document) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]


def test_an_empty_report_says_in_brackets_what_is_missing(sign_in, me, engagement):
    said = main(sign_in(me).get(address(engagement)).text)
    assert "parts to write" in said
    assert "[Not said yet: the question; write it in the plan.]" in said
    assert "[Not said yet: whether it is research" in said


def test_word_holds_the_headings_in_the_order_of_squire(sign_in, me, engagement):
    document = as_docx(sign_in(me), engagement)
    assert tuple(headings_of(document)) == ORDER
    assert document.core_properties.title == "Missed visits"
    assert document.core_properties.language == "en-GB"


def test_word_is_filled_from_plan_measures_and_findings(sign_in, me, written):
    document = as_docx(sign_in(me), written)
    said = as_words(sign_in(me), written)
    for words in (
        "Do stories help?", "Weekly stories", "Three clinics", "Segmented regression", "5 Jan 2026", "QI-77",
        "Primary: Reminders lower the no-show rate", "Fewer were missed.", "Evidence C",
        "Interrupted time series: -2.1 (interval -3.3 to -0.9); the plain comparison gives -2.8; n = 20.",
        "1 finding not agreed yet: left out.",
    ):  # fmt: skip
        assert words in said
    assert "Only a draft." not in said
    assert len(document.tables) == 2


def test_small_counts_and_what_gives_them_away_are_hidden(sign_in, me, written):
    client = sign_in(me)
    said = as_words(client, written)
    assert "hidden of" in said
    assert "0.3" not in said
    assert "12 %" in said
    assert "0.3" not in main(client.get(address(written)).text)


def test_pdf_says_the_same_and_is_tagged(sign_in, me, written):
    client = sign_in(me)
    content = client.get(address(written, ".pdf")).data
    said, whole = squeezed(pdf_words(content)), as_words(client, written)
    assert b"/StructTreeRoot" in content or b"/MarkInfo" in content
    for heading in ("Ethical considerations", "Fewer were missed.", "QI-77", "Segmented regression"):
        assert squeezed(heading) in said
        assert heading in whole


@pytest.mark.parametrize("ending", [".docx", ".pdf"])
def test_a_download_is_told_in_the_trail(sign_in, session, me, engagement, ending):
    sign_in(me).get(address(engagement, ending))
    names = session.scalars(audit_entry.select().with_only_columns(audit_entry.c.name)).all()
    assert f"Study report as {ending[1:].upper()}" in names


def test_a_sponsor_reads_the_report_and_a_stranger_does_not(sign_in, guest, engagement):
    assert sign_in(guest).get(address(engagement)).status_code == 200
    assert sign_in(make.UserFactory()).get(address(engagement, ".docx")).status_code == 404
