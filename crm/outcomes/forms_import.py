from flask_wtf.file import FileField

from crm.errors import DomainError
from crm.forms import Form, SelectChoice, SelectField, StringField, TextAreaField, ValidationError
from crm.organisations.forms_import import name_of
from crm.organisations.reading import Sheet, read
from crm.outcomes.forms_collect import AsksField
from crm.outcomes.models import Measure
from crm.outcomes.tables import (
    BOTTOM,
    COLUMNS,
    PERIOD,
    SIZE,
    TOP,
    VALUE,
    Combine,
    Plan,
    guess,
    is_redcap,
    values_of,
)
from crm.outcomes.values import PLAIN, is_share

PASTED = "Pasted rows"
LABELS = {
    PERIOD: "Period or date",
    VALUE: "Value, or what is counted",
    TOP: "Numerator",
    BOTTOM: "Denominator",
    SIZE: "n",
}
VALUES_SHOWN = 12


class TableForm(Form):
    """A table to paste, or a file."""

    text = TextAreaField(
        "Paste a table",
        description="With its headings, as it comes out of a sheet: tabs, semicolons or commas.",
    )
    file = FileField(
        "Or send a file",
        description="CSV with any separator, XLSX, XLS or ODS; an export of REDCap as CSV, with raw values.",
    )

    sheet: Sheet
    filename = PASTED
    content = b""

    @classmethod
    def is_long(cls) -> bool:
        return False  # What is pasted is still where it was copied from.

    def validate_text(self, field):
        if not self.file.data and not field.data:
            raise ValidationError("Paste a table, or choose a file.")
        if self.file.data and field.data:
            raise ValidationError("Paste a table or choose a file, not both.")
        if field.data:
            self._take(field.data.encode())

    def validate_file(self, field):
        if field.data and not self.text.data:
            self.filename = name_of(field.data.filename)
            self._take(field.data.read())

    def _take(self, content: bytes) -> None:
        self.content = content
        try:
            self.sheet = read(content, self.filename, header=None)
        except DomainError as error:
            raise ValidationError(str(error)) from None

    @property
    def is_pasted(self) -> bool:
        return self.filename == PASTED


class ColumnsForm(Form):
    """Which column is what, which rows are meant, and how rows make a value; made by `columns_form`."""

    combine = SelectField(
        "How rows make a value", choices=[SelectChoice(one.value, one.label) for one in Combine]
    )
    only_value = StringField("Says", description="Such as the code of one hospital.")
    and_value = StringField("Says")
    is_right = AsksField()

    sheet: Sheet

    @property
    def plan(self) -> Plan:
        chosen = {name: self[f"from_{name}"].data for name in COLUMNS}
        combine = Combine(self.combine.data)
        used = USED[combine]
        places = {name: at for name, at in chosen.items() if at is not None and name in used}
        return Plan(combine, places, tuple(self._only()))

    def _only(self):
        for column, value in ((self.only_column, self.only_value), (self.and_column, self.and_value)):
            if column.data is not None:
                yield column.data, " ".join((value.data or "").split())

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        self._need()
        for column, value in ((self.only_column, self.only_value), (self.and_column, self.and_value)):
            if column.data is not None:
                self._known(column.data, value)
        return not self.errors

    def _need(self) -> None:
        plan = self.plan
        if PERIOD not in plan.places:
            self.from_period.errors = ["Say which column holds the period."]
        has_ratio = {TOP, BOTTOM} <= plan.places.keys()
        if (TOP in plan.places) != (BOTTOM in plan.places):
            self.from_denominator.errors = ["Choose numerator and denominator, or neither."]
        elif plan.combine is not Combine.COUNT and VALUE not in plan.places and not has_ratio:
            self.from_value.errors = ["Say which column holds the value, or numerator and denominator."]

    def _known(self, column: int, value) -> None:
        there, wanted = values_of(self.sheet, column), " ".join((value.data or "").split())
        if wanted not in there:
            some = ", ".join(there[:VALUES_SHOWN])
            more = f" and {len(there) - VALUES_SHOWN} more" if len(there) > VALUES_SHOWN else ""
            heading = self.sheet.columns[column]
            value.errors = [f"No row says “{wanted}” in {heading}. It has: {some}{more}."]


USED = {
    Combine.EACH: {PERIOD, VALUE, TOP, BOTTOM, SIZE},
    Combine.SUM: {PERIOD, VALUE, TOP, BOTTOM, SIZE},
    Combine.MEAN: {PERIOD, VALUE},
    Combine.COUNT: {PERIOD},
    Combine.SHARE: {PERIOD, VALUE},
}


def columns_form(sheet: Sheet, measure: Measure) -> ColumnsForm:
    columns = [SelectChoice(place, column) for place, column in enumerate(sheet.columns)]
    choices, guessed = [SelectChoice("", "Not in it"), *columns], guess(sheet)
    fields: dict[str, object] = {"sheet": sheet}
    for name in COLUMNS:
        fields[f"from_{name}"] = SelectField(
            LABELS[name], choices=choices, coerce=_place, default=guessed.get(name)
        )
    every = [SelectChoice("", "All rows"), *columns]
    fields["only_column"] = SelectField("Only rows that in", choices=every, coerce=_place)
    fields["and_column"] = SelectField("And in", choices=every, coerce=_place)
    form = type("ColumnsForm", (ColumnsForm,), fields)()
    if not form.is_submitted():
        form.combine.data = _likely(sheet, measure).value
    return form


def _likely(sheet: Sheet, measure: Measure) -> Combine:
    if not is_redcap(sheet):
        return Combine.EACH
    if measure.value_kind in PLAIN:
        return Combine.COUNT
    return Combine.SHARE if is_share(measure) else Combine.MEAN


def _place(value) -> int | None:
    return None if value in ("", None) else int(value)
