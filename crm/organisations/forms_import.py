import re

from flask_wtf.file import FileField, FileRequired

from crm.errors import DomainError
from crm.forms import BooleanField, EnumField, Form, SelectChoice, SelectField, ValidationError, strip
from crm.organisations import mapping
from crm.organisations.delimited import SEPARATORS
from crm.organisations.forms import COUNTRIES
from crm.organisations.models import Kind
from crm.organisations.models_import import ImportUpload
from crm.organisations.reading import Sheet, read

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows, western Europe",
    "cp1250": "Windows, central Europe",
    "cp1251": "Windows, Cyrillic",
    "cp932": "Japanese (Shift JIS)",
    "big5": "Chinese, traditional (Big5)",
    "gb18030": "Chinese, simplified (GB 18030)",
}
NAMED = {name: separator for separator, name in SEPARATORS.items()}
ADDRESS_PARTS = ("address", "address_2", "address_3")
SAMPLE_LENGTH = 30


def name_of(path: str) -> str:
    """What a file is called, to be shown and for nothing else: no folders, nothing that no column holds."""
    return strip(re.split(r"[/\\]", path)[-1]) or "file"


class UploadForm(Form):
    file = FileField(
        "File",
        [FileRequired("Choose a file.")],
        description="CSV with any separator, XLSX, XLS or ODS: up to 32 MB and 200,000 rows.",
    )

    def validate_file(self, field):
        self.content, self.filename = field.data.read(), name_of(field.data.filename)
        try:
            self.sheet = read(self.content, self.filename, header=None)
        except DomainError as error:
            raise ValidationError(str(error)) from None


class ReadingForm(Form):
    """How the file is read, to be changed when the rows look wrong."""

    separator = SelectField("Between the cells")
    encoding = SelectField("Characters")
    has_header = BooleanField("The first line has the headings")

    def __init__(self, upload: ImportUpload, **kwargs):
        shown = {"separator": SEPARATORS.get(upload.separator), "encoding": upload.encoding}
        super().__init__(has_header=upload.has_header, **shown, **kwargs)
        self.upload = upload
        if upload.separator is None:  # a workbook, which knows both itself
            del self.separator, self.encoding
            return
        encodings = {upload.encoding: upload.encoding} | ENCODINGS
        self.separator.choices = [SelectChoice(name, name.capitalize()) for name in NAMED]
        self.encoding.choices = [SelectChoice(value, label) for value, label in encodings.items()]

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        choice = {"header": self.has_header.data}
        if self.separator:
            choice |= {"separator": NAMED[self.separator.data], "encoding": self.encoding.data}
        try:
            self.sheet = read(self.upload.content, self.upload.filename, **choice)
        except DomainError as error:
            self.form_errors.append(str(error))
        return not self.form_errors


class MappingForm(Form):
    """Which column holds which field; the fields are added for each file by `mapping_form`."""

    match = SelectField(
        "Rows are told apart by",
        description="A row that is in Plumbline already is updated; a blank cell erases nothing.",
    )
    country = SelectField("Country of all rows", choices=COUNTRIES, default="")
    kind = EnumField("Kind of all rows", Kind, blank="As it is; new ones are hospitals")

    def column_fields(self) -> list:
        return [field for field in self if field.short_name.startswith("column_")]

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.plan = mapping.make_plan(self.columns, self.sources(), self.constants(), self.match.data)
        except DomainError as error:
            self.form_errors.append(str(error))
        return not self.form_errors

    def sources(self) -> dict[str, list[str]]:
        chosen = {field.short_name.removeprefix("column_"): field.data for field in self.column_fields()}
        address = [chosen.pop(part) for part in ADDRESS_PARTS]
        sources = {name: [column] for name, column in chosen.items() if column}
        return sources | {"address": [column for column in address if column]}

    def constants(self) -> dict[str, str]:
        constants = {"country": self.country.data, "kind": self.kind.data}
        return {name: value for name, value in constants.items() if value and not self.sources().get(name)}


def mapping_form(sheet: Sheet) -> MappingForm:
    """The form for the columns of this file, with a guess in every field."""
    guess = mapping.guess_mapping(sheet.columns)
    choices = [SelectChoice("", "Not in this file"), *(SelectChoice(*pair) for pair in _samples(sheet))]
    fields = {
        f"column_{name}": SelectField(label, choices=choices, default=column)
        for name, label, column in _wanted(guess)
    }
    form = type("FileMappingForm", (MappingForm,), fields)(
        match=mapping.guess_match(guess), **mapping.guess_constants(sheet.columns)
    )
    form.columns = sheet.columns
    keys = (mapping.BY_NAME, *mapping.SCHEMES)
    form.match.choices = [SelectChoice(key, mapping.label(key)) for key in keys]
    return form


def _wanted(guess: dict[str, list[str]]):
    for name in mapping.FIELDS:
        columns = guess.get(name, [])
        yield name, mapping.label(name), columns[0] if columns else ""
        if name == "address":
            for at, part in enumerate(ADDRESS_PARTS[1:], 1):
                yield part, f"Address, part {at + 1}", columns[at] if at < len(columns) else ""


def _samples(sheet: Sheet):
    """Each column with what its first filled cell holds."""
    for at, column in enumerate(sheet.columns):
        cells = (cells[at].strip() for cells in sheet.rows[:20] if at < len(cells))
        sample = next((cell for cell in cells if cell), "")
        shown = sample if len(sample) <= SAMPLE_LENGTH else sample[:SAMPLE_LENGTH] + "…"
        yield column, f"{column}: {shown}" if shown else column
