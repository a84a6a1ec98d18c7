"""The base form, the fields our domain needs, and the page that shows a form."""

from datetime import date
from decimal import Decimal
from functools import cache

from babel.core import get_global
from flask import flash, render_template, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FloatField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
    ValidationError,
)

from crm import clock, merging
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


#: What no page, sheet or PDF can hold: control characters, but for tab and the ends of lines.
CONTROLS = dict.fromkeys({*range(32), 127} - {ord(c) for c in "\t\n\r"})


def strip(value):
    return value.translate(CONTROLS).strip() or None if isinstance(value, str) else value


class Form(FlaskForm):
    """Trims text, drops control characters (PostgreSQL refuses NULs) and turns an empty text field into None.

    A text field without a length of its own holds what its column holds: 255 characters. A form over a thing
    with a version knows what the thing said when it was opened, and merges what others saved meanwhile. A
    form with a long text comes back as it was last typed: see `crm.drafts`.
    """

    edited_version = HiddenField()
    edited_base = HiddenField()

    class Meta(FlaskForm.Meta):
        def bind_field(self, form, unbound_field, options):
            if issubclass(unbound_field.field_class, StringField):
                options["filters"] = [strip, *unbound_field.kwargs.get("filters", ())]
            field = unbound_field.bind(form=form, **options)
            is_text = isinstance(field, StringField) and not isinstance(field, HiddenField)
            if is_text and not any(isinstance(v, Length) for v in field.validators):
                longest = 100_000 if isinstance(field, TextAreaField) else 255
                message = f"Keep this to {longest:,} characters or fewer."
                field.validators = [*field.validators, Length(max=longest, message=message)]
            return field

    def __new__(cls, *args, **kwargs):
        form = super().__new__(cls)
        form._made_with = kwargs
        return form

    def __init__(self, *args, obj=None, **kwargs):
        self.edited = obj if getattr(obj, "version_id", None) else None
        self.collisions: list[merging.Collision] = []
        is_opened = not args and "formdata" not in kwargs and request.method == "GET"
        self.draft = self.recalled() if is_opened else None
        if self.draft:
            kwargs["formdata"] = MultiDict(self.draft.fields)
        super().__init__(*args, obj=obj, **kwargs)

    @classmethod
    @cache
    def is_long(cls) -> bool:
        """Whether it has a text that would hurt to lose."""
        fields = (getattr(cls, name, None) for name in dir(cls))
        return any(issubclass(getattr(field, "field_class", object), TextAreaField) for field in fields)

    @classmethod
    def recalled(cls):
        """What the reader typed here and has not saved."""
        return Drafts.find(request.path) if Drafts.find and cls.is_long() else None

    def hidden_tag(self, *fields):
        if self.edited and not self.edited_base.data:
            self.edited_version.data = str(self.edited.version_id)
            self.edited_base.data = merging.write(merging.said(self))
        return super().hidden_tag(*fields)

    def validate_on_submit(self, extra_validators=None) -> bool:
        if self.is_submitted() and self.edited:
            self._merge()
        is_right = super().validate_on_submit(extra_validators) and not self.collisions
        for collision in self.collisions:
            self[collision.name].errors = [*self[collision.name].errors, COLLIDES]
        if is_right and Drafts.forget and self.is_long():
            Drafts.forget(request.path)
        return is_right

    def _merge(self) -> None:
        """Take over what others saved since this form was opened; what collides is for the reader to say."""
        base = merging.read(self.edited_base.data)
        if base is None:
            return
        yours = {name: merging.plain(request.form.getlist(name)) for name in base}
        given_up = {name: base[name] for name in request.form.getlist("take_theirs") if name in base}
        self._take(given_up)
        if self.edited_version.data == str(self.edited.version_id):
            return
        theirs = merging.said(type(self)(**{**self._made_with, "formdata": None}))
        merged = merging.merge(self, base, theirs, yours | given_up)
        self._take(merged.taken)
        self.collisions = merged.collisions
        self.edited_version.data, self.edited_base.data = str(self.edited.version_id), merging.write(theirs)
        if merged.taken:
            names = ", ".join(self[name].label.text for name in merged.taken)
            flash(f"Somebody saved this while you wrote. Taken over from them: {names}.", "info")

    def _take(self, said: merging.Said) -> None:
        for name, values in said.items():
            self[name].process(MultiDict({name: values}))

    def populate_obj(self, obj) -> None:
        for name, field in self._fields.items():
            if name not in ("edited_version", "edited_base", "csrf_token"):
                field.populate_obj(obj, name)
        if self.edited is obj and obj is not None:
            obj.updated_at = clock.now()  # What hangs on it may have changed alone: it is a new version, too.


COLLIDES = "Somebody else changed this while you wrote. Keep yours, take theirs, or write what both mean."


class Drafts:
    """Where drafts are kept: set by their room, which stands above this one."""

    find = None
    forget = None


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


def form_page(template: str, form: Form, **context):
    """The page for a form: 200 when fresh, 422 when refused, so that a refusal never commits."""
    status = 409 if form.collisions else 422 if form.errors else 200
    return render_template(template, form=form, **context), status


__all__ = [
    "CURRENCIES",
    "BooleanField",
    "ChoicesField",
    "DayField",
    "EnumField",
    "Form",
    "Length",
    "MoneyField",
    "NumberField",
    "NumberRange",
    "Optional",
    "Regexp",
    "SelectChoice",
    "SelectField",
    "StringField",
    "TextAreaField",
    "TimeField",
    "ValidationError",
    "WholeField",
    "ZoneField",
    "form_page",
    "required",
]
