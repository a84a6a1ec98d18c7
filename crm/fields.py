"""The fields that our domain needs."""

from datetime import date
from decimal import Decimal

from babel.core import get_global
from wtforms import (
    DateField,
    DecimalField,
    FloatField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    widgets,
)
from wtforms.validators import InputRequired, StopValidation, ValidationError

from crm.clock import zone_names

#: ISO 4217 codes in use, with the number of decimals of each where it is not two.
CURRENCIES = (
    "USD",
    "EUR",
    "GBP",
    "CAD",
    "AUD",
    "CHF",
    "JPY",
    "SEK",
    "NOK",
    "DKK",
    "NZD",
    "SGD",
    "KWD",
    "INR",
)
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


class Filled(InputRequired):
    """Something was typed, and something is left of it: blanks alone are nothing."""

    def __call__(self, form, field):
        super().__call__(form, field)
        if field.data is None and not field.errors:
            raise StopValidation(self.message)


def required(what: str) -> Filled:
    """The field must be filled; `what` is the sentence for who left it empty."""
    return Filled(what)


class EnumField(SelectField):
    """A choice among the members of an enum, shown by their labels; with `blank`, also none of them."""

    def __init__(self, label, enum, validators=None, *, blank: str | None = None, **kwargs):
        choices = [SelectChoice(member.value, member.label) for member in enum]
        if blank is not None:
            choices.insert(0, SelectChoice("", blank))

        def coerce(value):
            return enum(value) if value else None

        super().__init__(label, validators, coerce=coerce, choices=choices, **kwargs)


class DayField(DateField):
    """A calendar day of a century that a person could mean."""

    def pre_validate(self, form):
        if self.data and not EARLIEST <= self.data <= LATEST:
            raise ValidationError("Enter a day between 1990 and 2100.")

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a day as year-month-day, such as 2026-03-31.") from None


class WholeField(IntegerField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a whole number.") from None

    def pre_validate(self, form):
        if self.data is not None and abs(self.data) > 2_000_000_000:
            raise ValidationError("This number is larger than anything it could mean.")


class NumberField(FloatField):
    """A measured number; refuses NaN and infinity."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a number, such as 12.5.") from None

    def pre_validate(self, form):
        if self.data is not None and not abs(self.data) < 1e15:
            raise ValidationError("Enter a number, such as 12.5.")


class MoneyField(DecimalField):
    """An exact amount, of a size that a person could mean, with the decimals that its currency has."""

    def __init__(self, *args, currency_from="currency", **kwargs):
        super().__init__(*args, places=None, **kwargs)
        self.currency_from = currency_from

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter an amount, such as 12500.00.") from None

    def _value(self):
        if self.raw_data:
            return super()._value()
        return "" if self.data is None else f"{self.data.normalize():f}"

    @staticmethod
    def decimals(currency: str | None) -> int:
        fractions = get_global("currency_fractions")
        return fractions.get(currency, fractions["DEFAULT"])[0]

    def pre_validate(self, form):
        amount = self.data
        if amount is None:
            return
        field = getattr(form, self.currency_from, None)
        places = self.decimals(field.data if field else None)
        if not amount.is_finite() or abs(amount) >= 10**12 or amount != round(amount, places):
            raise ValidationError(f"Enter an amount with at most {places} decimals, such as 12500.")
        self.data = Decimal(amount)


class ChoicesField(SelectMultipleField):
    """Several of a list, as tick boxes. None ticked is an empty list."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def process_data(self, value):
        super().process_data(value or [])


class ZoneField(SelectField):
    def __init__(self, label="Time zone", **kwargs):
        super().__init__(
            label, choices=[SelectChoice(name, name.replace("_", " ")) for name in zone_names()], **kwargs
        )
