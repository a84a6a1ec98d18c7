from flask_wtf.file import FileField
from wtforms import RadioField

from crm.alignment.importing import Plan
from crm.alignment.lists import FIELDS, What, guess, pasted, refuse_long
from crm.errors import DomainError
from crm.forms import Form, SelectChoice, SelectField, TextAreaField, ValidationError
from crm.organisations.forms_import import name_of
from crm.organisations.reading import Sheet, read

PASTED = "Pasted list"


class ListForm(Form):
    """A list to paste, or a file."""

    what = RadioField(
        "What is in it",
        choices=[SelectChoice(one.value, one.label) for one in What],
        default=What.GOALS.value,
    )
    text = TextAreaField(
        "Paste a list",
        description="One on each line; bullets and numbers are dropped. "
        "More cells stand behind a ; a | or a tab: “Fewer missed appointments; 30; Maria Delgado”.",
    )
    file = FileField(
        "Or send a file", description="CSV with any separator, XLSX, XLS or ODS, up to 500 rows."
    )

    sheet: Sheet
    filename = PASTED
    content = b""
    is_pasted = False

    def validate_text(self, field):
        if not self.file.data and not field.data:
            raise ValidationError("Paste a list, or choose a file.")
        if self.file.data and field.data:
            raise ValidationError("Paste a list or choose a file, not both.")
        if field.data and not self.file.data and not self.what.errors:
            self.content, self.is_pasted = field.data.encode(), True
            self._take(lambda: pasted(field.data, What(self.what.data)))

    def validate_file(self, field):
        if field.data and not self.text.data:
            self.content, self.filename = field.data.read(), name_of(field.data.filename)
            self._take(lambda: read(self.content, self.filename, header=None))

    def _take(self, make) -> None:
        try:
            self.sheet = refuse_long(make())
        except DomainError as error:
            raise ValidationError(str(error)) from None


class ColumnsForm(Form):
    """In which column each field stands; the fields are added for each list by `columns_form`."""

    what: What

    @property
    def plan(self) -> Plan:
        chosen = {name: self[f"from_{name}"].data for name in FIELDS[self.what]}
        return Plan(self.what, {name: place for name, place in chosen.items() if place is not None})

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        if "statement" not in self.plan.places:
            self.from_statement.errors = ["Say which column holds it."]
            return False
        return True


def columns_form(sheet: Sheet, what: What) -> ColumnsForm:
    choices = [SelectChoice("", "Not in it")] + [
        SelectChoice(place, column) for place, column in enumerate(sheet.columns)
    ]
    guessed = guess(sheet, what)
    fields: dict[str, object] = {"what": what}
    for name, field in FIELDS[what].items():
        fields[f"from_{name}"] = SelectField(
            field.label, choices=choices, coerce=_place, default=guessed.get(name)
        )
    return type("ColumnsForm", (ColumnsForm,), fields)()


def _place(value) -> int | None:
    return None if value in ("", None) else int(value)
