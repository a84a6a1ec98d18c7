"""The base form, and the page that shows a form. The fields of our domain are in crm.fields."""

from functools import cache

from flask import flash, render_template, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from crm import clock, merging
from crm.fields import (
    CURRENCIES,
    ChoicesField,
    DayField,
    EnumField,
    MoneyField,
    NumberField,
    WholeField,
    ZoneField,
    required,
)
from crm.words import UNWRITABLE


def strip(value):
    return value.translate(UNWRITABLE).strip() or None if isinstance(value, str) else value


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
