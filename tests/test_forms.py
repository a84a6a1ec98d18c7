"""The fields that our domain needs, and what they refuse, in words."""

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from crm.engagements.models import Stage
from crm.forms import (
    DayField,
    EnumField,
    Form,
    MoneyField,
    NumberField,
    Optional,
    StringField,
    TextAreaField,
    WholeField,
    ZoneField,
    required,
)


class Example(Form):
    name = StringField("Name", [required("Enter a name.")])
    story = TextAreaField("Story")
    stage = EnumField("Stage", Stage, blank="Not said")
    on = DayField("Day", [Optional()])
    count = WholeField("Count", [Optional()])
    value = NumberField("Value", [Optional()])
    fee = MoneyField("Fee", [Optional()])
    currency = StringField("Currency", default="USD")
    zone = ZoneField(default="UTC")


@pytest.fixture
def fill(app):
    """`fill(on="…")` gives the form as sent in, validated."""

    def fill(**typed):
        with app.test_request_context(method="POST"):
            form = Example(MultiDict({"name": "A", "stage": "", "currency": "USD", "zone": "UTC"} | typed))
            form.validate()
            return form

    return fill


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Kept  ", "Kept"),
        ("a\0b", "ab"),
        ("東京大学病院", "東京大学病院"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}x 🏥", "\N{RIGHT-TO-LEFT OVERRIDE}x 🏥"),
        ("<b>&amp;", "<b>&amp;"),
        ("NaN", "NaN"),
    ],
)
def test_text_is_trimmed_and_otherwise_kept(fill, typed, kept):
    form = fill(name=typed)
    assert form.errors == {}
    assert form.name.data == kept


@pytest.mark.parametrize("nothing", ["", "   ", "\0", "\t\n", "\N{NO-BREAK SPACE}"])
def test_blank_is_not_enough_where_something_is_required(fill, nothing):
    assert fill(name=nothing).errors == {"name": ["Enter a name."]}


def test_empty_optional_text_is_none_and_not_empty(fill):
    assert fill(story="  ").story.data is None


def test_control_characters_that_no_file_format_holds_are_dropped(fill):
    assert fill(story="one\x01\x1b\r\n\ttwo\x07").story.data == "one\r\n\ttwo"


@pytest.mark.parametrize(("length", "is_kept"), [(255, True), (256, False)])
def test_text_fits_its_column(fill, length, is_kept):
    form = fill(name="é" * length)
    assert form.errors == ({} if is_kept else {"name": ["Keep this to 255 characters or fewer."]})


def test_long_text_is_bounded_too(fill):
    assert fill(story="x" * 100_001).errors == {"story": ["Keep this to 100,000 characters or fewer."]}


def test_an_enum_reads_back_as_its_member(fill):
    assert fill(stage="follow_up").stage.data is Stage.FOLLOW_UP
    assert fill(stage="").stage.data is None


@pytest.mark.parametrize("stage", ["forgotten", "FOLLOW_UP", "\0"])
def test_an_unknown_choice_is_refused(fill, stage):
    assert "stage" in fill(stage=stage).errors


@pytest.mark.parametrize("typed", ["1990-01-01", "2026-02-28", "2100-12-31"])
def test_days_read_back_as_days(fill, typed):
    assert fill(on=typed).on.data == date.fromisoformat(typed)


@pytest.mark.parametrize("typed", ["2026-02-29", "31.12.2026", "12/31/2026", "tomorrow", "2026-13-01", "NaN"])
def test_what_is_no_day_is_refused_with_an_example(fill, typed):
    assert fill(on=typed).errors == {"on": ["Enter a day as year-month-day, such as 2026-03-31."]}


@pytest.mark.parametrize("typed", ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"])
def test_days_of_another_century_are_refused(fill, typed):
    assert fill(on=typed).errors == {"on": ["Enter a day between 1990 and 2100."]}


@pytest.mark.parametrize("typed", ["1.5", "1e3", "one", "NaN", "9" * 5000])
def test_what_is_no_whole_number_is_refused(fill, typed):
    assert fill(count=typed).errors == {"count": ["Enter a whole number."]}


@pytest.mark.parametrize("typed", ["2000000001", "-2000000001", "9" * 30])
def test_whole_numbers_stay_within_what_the_column_holds(fill, typed):
    assert fill(count=typed).errors == {"count": ["This number is larger than anything it could mean."]}


@pytest.mark.parametrize("typed", ["NaN", "nan", "inf", "-Infinity", "1e400", "twelve", "1,5", "1e15"])
def test_what_is_no_measured_number_is_refused(fill, typed):
    assert fill(value=typed).errors == {"value": ["Enter a number, such as 12.5."]}


@pytest.mark.parametrize(("typed", "kept"), [("12.5", 12.5), ("-3", -3.0), ("1e-3", 0.001), ("0", 0.0)])
def test_measured_numbers_are_kept(fill, typed, kept):
    assert fill(value=typed).value.data == kept


@pytest.mark.parametrize(
    ("typed", "currency", "kept"),
    [
        ("12500", "USD", "12500"),
        ("0.10", "EUR", "0.10"),
        ("12500", "JPY", "12500"),
        ("1.005", "KWD", "1.005"),
        ("999999999999.99", "USD", "999999999999.99"),
    ],
)
def test_money_is_exact(fill, typed, currency, kept):
    form = fill(fee=typed, currency=currency)
    assert form.errors == {}
    assert form.fee.data == Decimal(kept)


@pytest.mark.parametrize(
    ("typed", "currency", "places"),
    [
        ("10.005", "USD", 2),
        ("12500.5", "JPY", 0),
        ("1.0005", "KWD", 3),
        ("NaN", "USD", 2),
        ("sNaN", "USD", 2),
        ("Infinity", "USD", 2),
        ("1e400", "USD", 2),
        ("1e-400", "USD", 2),
        ("1000000000000", "USD", 2),
    ],
)
def test_money_that_the_currency_does_not_have_is_refused(fill, typed, currency, places):
    form = fill(fee=typed, currency=currency)
    assert form.errors == {"fee": [f"Enter an amount with at most {places} decimals, such as 12500."]}
    assert form.fee._value() == typed


@pytest.mark.parametrize("typed", ["twelve", "12,500.00", "$5"])
def test_what_is_no_amount_is_refused_with_an_example(fill, typed):
    assert fill(fee=typed).errors == {"fee": ["Enter an amount, such as 12500.00."]}


@pytest.mark.parametrize(
    ("kept", "shown"), [("12500.0000", "12500"), ("0.5000", "0.5"), ("100", "100"), ("0.0000", "0")]
)
def test_money_is_shown_as_a_person_would_type_it(app, kept, shown):
    with app.test_request_context():
        assert Example(data={"fee": Decimal(kept)}).fee._value() == shown


@pytest.mark.parametrize("typed", ["", "Mars/Olympus", "../../etc/passwd", "US/Pacific"])
def test_an_unknown_zone_is_refused(fill, typed):
    assert "zone" in fill(zone=typed).errors
