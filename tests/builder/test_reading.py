"""A view is its document and its address: one says what the other says, and what cannot be meant is told."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from sqlalchemy.dialects import sqlite
from werkzeug.datastructures import MultiDict

from crm.builder import spans
from crm.builder.bases import BASES
from crm.builder.definition import RefusedError
from crm.builder.fields import Sort
from crm.builder.kept import of_arguments, of_what
from crm.builder.reading import of_address, of_document
from crm.demo.kept_views import VIEWS
from tests.naughty import STRINGS

pytestmark = pytest.mark.no_database

VALUES = {
    "has": "ward", "lacks": "a.b,c", "is": "no", "within": "last-45-days", "since": "2026-01-31",
    "until": "2026-12-31", "least": "-2.5", "most": "10", "filled": "yes",
}  # fmt: skip


def read_again(definition):
    return of_address(MultiDict(parse_qsl(definition.address)))


def value_of(one, asks: str) -> str:
    if asks in VALUES:
        return VALUES[asks]
    return next(iter(one.words), None) or ("7" if one.sort is Sort.PERSON else "a & b, c=d")


@pytest.mark.parametrize("base", BASES.values(), ids=lambda base: base.name)
def test_every_filter_and_column_says_the_same_in_an_address(base):
    for name, one in base.asked.items():
        filters = [{"on": name, "asks": asks, "values": [value_of(one, asks)]} for asks in one.asks]
        made = of_document({"base": base.name, "columns": list(base.fields)[-40:], "filters": filters})
        assert read_again(made) == made
        assert of_document(made.document) == made
        assert len(made.filters) == len(one.asks)


@pytest.mark.parametrize("base", BASES.values(), ids=lambda base: base.name)
def test_what_is_not_of_one_row_alone_is_never_added_up(base):
    for name, one in base.fields.items():
        for how in ("sum", "average", "least", "most"):
            try:
                of_document({"base": base.name, "sums": [f"{name}.{how}"]})
            except RefusedError:
                continue
            assert one.adds
            assert one.step.lower() in (base.one, "what hangs below it")


def test_a_grouped_view_says_the_same_in_an_address():
    made = of_document(
        {
            "base": "time",
            "groups": ["time-day.month", "client-kind"],
            "sums": ["count", "time-hours.sum"],
            "pivot": "time-billable",
            "sort": "-time-hours.sum",
            "chart": "line",
        }
    )
    assert read_again(made) == made
    assert made.address == (
        "base=time&groups=time-day.month,client-kind&sums=count,time-hours.sum&pivot=time-billable"
        "&sort=-time-hours.sum&chart=line"
    )


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "This is no view."),
        ({}, "Choose what the view is about"),
        ({"base": ["goals"]}, "Choose what the view is about"),
        ({"base": "goals", "drop": "table"}, "“drop” says nothing here."),
        ({"base": "goals", "columns": ["private-note"]}, "Goals have no column “private-note”."),
        ({"base": "goals", "columns": [{}]}, "What is said of “columns” cannot be read."),
        ({"base": "goals", "groups": ["client-tag"]}, "a goal with two of them would count twice"),
        ({"base": "goals", "groups": ["engagement-team"]}, "Choose one as a filter."),
        ({"base": "goals", "groups": ["goal-horizon"]}, "by day, week, month, quarter or year"),
        ({"base": "goals", "groups": ["goal-weight"]}, "Nothing can be grouped by “goal-weight”."),
        ({"base": "goals", "sums": ["engagement-fee.sum"]}, "so it would count as often"),
        ({"base": "observations", "sums": ["observation-value.sum"]}, "says nothing: take the average"),
        ({"base": "goals", "sums": ["goal-statement.sum"]}, "“Goal” is no number."),
        ({"base": "goals", "groups": ["goal-level"], "chart": "line"}, "A line runs along days"),
        ({"base": "goals", "chart": "bar"}, "A chart needs something to group by."),
        ({"base": "goals", "groups": ["goal-level"], "pivot": "goal-level"}, "by something else"),
        ({"base": "goals", "filters": "x"}, "A filter cannot be read."),
        ({"base": "goals", "filters": [{"on": [], "asks": {}, "values": 1}]}, "Nothing can be asked by"),
        ({"base": "goals", "filters": [{"on": "goal-level", "asks": "any", "values": [3]}]}, "names nothing"),
        ({"base": "goals", "filters": [{"on": "goal-level", "asks": "any", "values": ["x"]}]}, "what is off"),
        ({"base": "goals", "filters": [{"on": "goal-rank", "asks": "least", "values": ["NaN"]}]}, "a number"),
        ({"base": "goals", "filters": [{"on": "goal-horizon", "asks": "since", "values": ["x"]}]}, "a day"),
        ({"base": "goals", "filters": [{"on": "goal-ours", "asks": "any", "values": ["١"]}]}, "what is off"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(document, sentence):
    with pytest.raises(RefusedError) as refused:
        of_document(document)
    assert any(sentence in one for one in refused.value.sentences), refused.value.sentences


def test_no_string_breaks_the_reading():
    for text in STRINGS:
        for part in ("base", "columns", "groups", "sums", "pivot", "chart", text):
            with pytest.raises(RefusedError):
                of_document({"base": "goals", part: [f"{text}?"] if part != "base" else text})
        try:
            kept = {"on": "goal-statement", "asks": "has", "values": [text or "x"]}
            assert read_again(made := of_document({"base": "goals", "filters": [kept]})) == made
        except RefusedError as refused:
            assert "in up to 255 characters that can be written" in refused.sentences[0]  # noqa: PT017 - of some


@pytest.mark.parametrize("name", spans.OFFERED)
def test_a_period_is_told_from_today(name):
    first, last = spans.days(name, date(2026, 2, 28))
    assert first <= last
    assert spans.words(name)


def test_the_periods_of_a_leap_day():
    day = date(2028, 2, 29)
    assert spans.days("last-7-days", day) == (date(2028, 2, 23), day)
    assert spans.days("this-month", day) == (date(2028, 2, 1), day)
    assert spans.days("last-quarter", day) == (date(2027, 10, 1), date(2027, 12, 31))
    assert spans.days("last-year", day) == (date(2027, 1, 1), date(2027, 12, 31))
    assert spans.days("this-week", day) == (date(2028, 2, 28), date(2028, 3, 5))


def test_a_report_is_kept_with_the_period_that_it_was_asked_for():
    today = date(2026, 5, 12)
    kept = of_arguments(MultiDict({"report": "hours", "from": "2026-01-01", "to": "2026-03-31"}), today)
    assert kept.document == {"report": "hours", "asked": {}, "span": "last-quarter"}
    assert kept.query(date(2026, 8, 1)) == "from=2026-04-01&to=2026-06-30"
    kept = of_arguments(MultiDict({"report": "hours", "from": "2026-01-02", "to": "2026-03-31"}), today)
    assert kept.query(date(2026, 8, 1)) == "from=2026-01-02&to=2026-03-31"
    assert of_arguments(MultiDict({"report": "hours"}), today).span == "last-91-days"
    assert of_what(kept.document) == kept
    for wrong in ({"report": "progress"}, {"report": "hours", "span": "x"}, {"report": 1}, {"a": 1}, None):
        with pytest.raises(RefusedError):
            of_what(wrong)


def test_the_views_of_the_demo_can_be_meant():
    assert [of_what(one["what"]).document for one in VIEWS] == [one["what"] for one in VIEWS]


@pytest.mark.parametrize("base", BASES.values(), ids=lambda base: base.name)
def test_no_view_reaches_for_a_note_a_rate_or_an_answer(base):
    for one in base.fields.values():
        said = str(one.value.compile(dialect=sqlite.dialect()))
        assert not any(f"{table}." in said for table in ("private_note", "person_rate", "survey_answer"))
