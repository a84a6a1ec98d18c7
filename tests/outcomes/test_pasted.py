"""A paste is read whole: what is right is right to the digit, and every fault is named at once."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some

from crm.outcomes.models import Frequency, Measure, Observation, ValueKind
from crm.outcomes.pasted import read
from crm.outcomes.values import Line
from tests import factories as make
from tests.reading import typed

TODAY = date(2026, 3, 3)
MARCH = date(2026, 3, 1)


def measured(*, is_percent: bool, kind=ValueKind.NUMBER, frequency=Frequency.MONTHLY) -> Measure:
    return Measure(unit="%" if is_percent else None, per=1, value_kind=kind, frequency=frequency)


def lines(text: str, *, is_percent=False, **kinds) -> list[Line]:
    found, faults = read(text, measured(is_percent=is_percent, **kinds), today=TODAY)
    assert faults == []
    return found


def faults(text: str, *, is_percent=False, **kinds) -> list[str]:
    return read(text, measured(is_percent=is_percent, **kinds), today=TODAY)[1]


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01,9.4",
        "2026-03,9.4",
        "2026-3, 9.4",
        "2026-03\t9.4",
        "2026-03\t9,4",
        "2026-03;9,4",
        "2026-03;9.4 %",
        "Mar 2026;9.4%",
        "March 2026\t9.4",
        "mar. 2026;9.40",
        "Mar-2026;9.4",
        '"2026-03-01","9.4"',
        "2026-03-01T00:00:00;9.4",
        "\ufeffPeriod;Value\n2026-03;9.4",
        "Period\tValue\n\n2026-03\t9.4\n\n",
        "2026-03;9.4\r\n",
        "2026-03;\u00a09.4",
    ],
)
def test_one_value_is_read_however_it_is_written(text):
    assert [(line.period_on, line.value) for line in lines(text)] == [(MARCH, 9.4)]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("43,774.58", 43774.58),
        ("43 774.58", 43774.58),
        ("43\u00a0774,58", 43774.58),
        ("1,234,567", 1234567.0),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("12.", 12.0),
        ("0", 0.0),
        ("0,5", 0.5),
    ],
)
def test_a_number_is_what_its_writer_meant(written, value):
    assert lines(f"2026-03\t{written}")[0].value == value


@pytest.mark.no_database
def test_a_quoted_number_keeps_its_commas():
    assert lines('2026-03,"43,774.58"')[0].value == 43774.58
    assert lines('"2026-03", "9,4"')[0].value == 9.4
    assert lines('"2026-03";"94";"1,000"', is_percent=True)[0].value == pytest.approx(9.4)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1e400", "“1e400” is not a number"),
        ("1e3", "“1e3” is not a number"),
        ("NaN", "“NaN” is not a number"),
        ("inf", "“inf” is not a number"),
        ("-Infinity", "“-Infinity” is not a number"),
        ("n/a", "“n/a” is not a number"),
        ("", "“” is not a number"),
        ("--5", "“--5” is not a number"),
        ("1.2.3", "“1.2.3” is not a number"),
        ("9" * 29, "is not a number"),
        ("9" * 400, "is not a number"),
        ("=1+1", "“=1+1” is not a number"),
        ("0x10", "“0x10” is not a number"),
        ("1_000", "“1_000” is not a number"),
    ],
)
def test_what_is_no_number_is_a_fault(written, said):
    assert len(faults(f"2026-03\t{written}")) == 1
    assert said in faults(f"2026-03\t{written}")[0]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-04;9.4", "Line 1, “2026-04;9.4”: the period lies in the future."),
        ("2026-13;9.4", "the period is not read; write it as 2026-03-01 or 2026-03"),
        ("2026-02-30;9.4", "the period is not read"),
        ("03/01/2026;9.4", "the period is not read"),
        ("Foo 2026;9.4", "the period is not read"),
        ("46082;9.4", "the period is not read"),
        ("2026-03;1;2;3", "it needs a period and a value, or a period, a numerator and a denominator"),
        ("2026-03", "it needs a period and a value"),
        ("2026-03;5;0", "a numerator is not negative and a denominator is above 0"),
        ("2026-03;-5;10", "a numerator is not negative and a denominator is above 0"),
    ],
)
def test_what_makes_no_sense_is_a_fault(text, said):
    assert len(faults(text)) == 1
    assert said in faults(text)[0]


@pytest.mark.no_database
def test_a_numerator_and_a_denominator_make_the_value():
    line = lines("2026-03;94;1,000", is_percent=True)[0]
    assert (line.value, line.numerator, line.denominator) == (pytest.approx(9.4), 94, 1000)
    assert lines("2026-03;94;47")[0].value == 2
    assert "the numerator is above its denominator" in faults("2026-03;11;10", is_percent=True)[0]


@pytest.mark.no_database
def test_a_period_that_comes_twice_is_a_fault_that_names_the_first():
    text = "2026-03;1\n2026-02;2\n2026-03-01;3\nMar 2026;4"
    assert faults(text) == [
        "Line 3, “2026-03-01;3”: the period stands in line 1 already.",
        "Line 4, “Mar 2026;4”: the period stands in line 1 already.",
    ]


@pytest.mark.no_database
def test_a_header_counts_as_one_only_in_the_first_line():
    assert faults("2026-03;1\nPeriod;Value") == [
        "Line 2, “Period;Value”: the period is not read; write it as 2026-03-01 or 2026-03."
    ]


@pytest.mark.no_database
@pytest.mark.parametrize("text", ["", "\n\n", " \t ; , ", "Period;Value"])
def test_nothing_is_neither_a_line_nor_a_fault(text):
    assert read(text, measured(is_percent=False), today=TODAY) == ([], [])


@pytest.mark.no_database
@given(some.text(max_size=200))
def test_whatever_is_pasted_is_read_or_named_and_never_breaks(text):
    found, said = read(text, measured(is_percent=True), today=TODAY)
    assert all(line.period_on <= TODAY and abs(line.value) < 1e15 for line in found)
    assert len({line.period_on for line in found}) == len(found)
    assert len(found) + len(said) <= len(text.splitlines())


HOSTILE = "\n".join(
    [
        "Month;Value", "2026-01;1e400", "2026-02;NaN", "2025-12;43,774.58", "2025-11;9,4", "2026-04;9.4",
        "2025-11;9.5", "2025-10;about ten", "2025-09;11;10", ";", "2025-08",
    ]
)  # fmt: skip


@pytest.fixture
def me():
    return make.UserFactory()


@pytest.fixture
def measure(me, clock_at):
    return make.MeasureFactory(engagement=make.EngagementFactory(team=[me]), unit="%")


def paste(client, measure, rows: str, **fields):
    return client.post(f"/measures/{measure.id}/observations/paste", data={"rows": rows, **fields})


def test_paste_names_every_fault_at_once_keeps_the_text_and_saves_nothing(sign_in, session, me, measure):
    answer = paste(sign_in(me), measure, HOSTILE)
    assert answer.status_code == 422
    for number in (2, 3, 7, 8, 9, 11):
        assert f"Line {number}, " in answer.text
    for number in (1, 4, 5, 10):
        assert f"Line {number}, " not in answer.text
    assert "the numerator is above its denominator" in answer.text
    assert typed(answer.text, "rows").strip().splitlines() == HOSTILE.splitlines()
    assert session.scalars(sa.select(Observation)).all() == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "Paste at least one row."),
        ("Period;Value", "There is no row of numbers in this."),
        ("x" * 100_001, "Keep this to 100,000 characters or fewer."),
    ],
)
def test_paste_refuses_what_holds_no_numbers(sign_in, session, me, measure, rows, sentence):
    answer = paste(sign_in(me), measure, rows)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(sa.select(Observation)).all() == []


def test_paste_saves_adds_what_is_new_and_corrects_what_is_known(sign_in, session, me, measure):
    known = make.ObservationFactory(measure=measure, period_on=date(2026, 1, 1), value=8, provenance="Ledger")
    client = sign_in(me)
    answer = paste(client, measure, "Month\tMissed\tBooked\n2026-01\t94\t1,000\n2026-02\t88\t1,000")
    assert answer.location == f"/measures/{measure.id}"
    assert "1 observation added, 1 corrected." in client.get(answer.location).text
    session.expire_all()
    rows = session.scalars(sa.select(Observation).order_by(Observation.period_on)).all()
    assert [(row.id == known.id, row.value, row.numerator, row.user_id) for row in rows] == [
        (True, pytest.approx(9.4), 94, me.id), (False, pytest.approx(8.8), 88, me.id),
    ]  # fmt: skip
    assert known.provenance == "Ledger", "a blank source does not erase the one that is known"


def test_a_stranger_cannot_paste(sign_in, session, measure):
    assert paste(sign_in(make.UserFactory()), measure, "2026-01;9").status_code == 404
    assert session.scalars(sa.select(Observation)).all() == []


@pytest.mark.parametrize("line", ["2026-03,43,774.58", "2026-03,9,4", "2026-03,113,202"])
def test_commas_that_could_mean_two_things_are_asked_about(line):
    found, faults = read(line, measured(is_percent=False), today=date(2026, 6, 1))
    assert found == []
    assert "one number or two" in faults[0]


def test_a_heading_of_three_settles_what_the_commas_mean():
    found, faults = read(
        "period,missed,booked\n2026-03,113,202", measured(is_percent=False), today=date(2026, 6, 1)
    )
    assert faults == []
    assert (found[0].numerator, found[0].denominator) == (113, 202)
