from flask_wtf.file import FileField, FileRequired

from crm.errors import DomainError
from crm.forms import Form, ValidationError
from crm.organisations.forms_import import name_of
from crm.versions.receiving import OTHER, read_back


class SheetUploadForm(Form):
    file = FileField(
        "File",
        [FileRequired("Choose a file.")],
        description="The XLSX or the CSV that Plumbline wrote, filled in; up to 32 MB.",
    )

    def __init__(self, *args, engagement_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.engagement_id = engagement_id

    def validate_file(self, field):
        self.content, self.filename = field.data.read(), name_of(field.data.filename)
        try:
            sent = read_back(self.content, self.filename)
        except DomainError as error:
            raise ValidationError(str(error)) from None
        if sent.engagement_id not in (None, self.engagement_id):
            raise ValidationError(OTHER.format(filename=self.filename))
