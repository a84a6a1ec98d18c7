from crm.access import Permission, can
from crm.accounts import queries as accounts
from crm.engagements.forms import key
from crm.forms import (
    BooleanField,
    ChoicesField,
    DayField,
    Form,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    required,
)
from crm.outlines.plan import Part

PARTS = [SelectChoice(part.value, part.label) for part in Part]


class PartsField(ChoicesField):
    """Which parts of an engagement."""

    def __init__(self, label, **kwargs):
        super().__init__(label, coerce=Part, choices=PARTS, **kwargs)


class OutlineForm(Form):
    name = StringField("Name", [required("Give the template a name.")])
    description = TextAreaField("When to use it")
    is_shared = BooleanField("Let everybody of the practice use it")


class KeepForm(OutlineForm):
    parts = PartsField("What it keeps")

    def validate_parts(self, field):
        if not field.data:
            raise ValidationError("Choose what it keeps.")


class CloneForm(Form):
    organisation_id = SelectField("Client", coerce=int)
    title = StringField("Title", [required("Give the engagement a title.")])
    starts_on = DayField("Starts", [required("Enter the day it starts.")])
    lead_id = SelectField("Lead", coerce=key)
    parts = PartsField(
        "What comes along", description="People, sessions, marks, values and the fee stay with the first."
    )

    def __init__(self, *args, user, clients, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = [SelectChoice(row.id, row.name) for row in clients]
        if can(user, Permission.ENGAGEMENT_ASSIGN):
            self.lead_id.choices = [SelectChoice("", "Nobody yet")] + [
                SelectChoice(row.id, row.name) for row in accounts.consultants()
            ]
        else:
            del self.lead_id
