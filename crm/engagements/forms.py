from wtforms.validators import DataRequired

from crm.access import Permission, can
from crm.accounts import queries as accounts
from crm.engagements import queries
from crm.engagements.models import PATH, FeeBasis, ServiceLine, Stage
from crm.forms import (
    CURRENCIES,
    ChoicesField,
    DayField,
    EnumField,
    Form,
    MoneyField,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
)


def hours_field(label: str) -> WholeField:
    range_ = NumberRange(min=0, max=100_000, message="Enter hours between 0 and 100,000.")
    return WholeField(label, [Optional(), range_])


def key(value):
    return int(value) if value else None


class OwnerField(SelectField):
    """Somebody of the team or of the client."""

    def process_formdata(self, valuelist):
        """A form that leaves the field out names nobody."""
        super().process_formdata(valuelist or [""])

    def choose_from(self, people) -> None:
        self.choices = [SelectChoice("", "Nobody yet")] + [SelectChoice(*person) for person in people]


class EngagementForm(Form):
    title = StringField("Title", [required("Give the engagement a title.")])
    stage = EnumField("Stage", Stage)
    starts_on = DayField("Starts", [required("Enter the day it starts.")])
    ends_on = DayField("Ends", [Optional()])
    lead_id = SelectField("Lead", coerce=key)
    scope = TextAreaField("Scope", description="What is agreed, in a few sentences.")
    out_of_scope = TextAreaField("Out of scope", description="What somebody might expect, and is not agreed.")
    assumptions = TextAreaField("Assumptions", description="What has to hold for plan and hours to hold.")
    client_duties = TextAreaField(
        "What the client does", description="People, data, decisions and rooms that the client provides."
    )
    hours_coaching = hours_field("Hours of coaching")
    hours_training = hours_field("Hours of training")
    hours_events = hours_field("Hours of events")
    hours_resources = hours_field("Hours of resources")
    hours_research = hours_field("Hours of research")
    fee_basis = EnumField("Fee basis", FeeBasis, [Optional()], blank="Not agreed yet")
    fee = MoneyField("Fee", [Optional(), NumberRange(min=0, message="A fee cannot be below nothing.")])
    currency = SelectField("Currency", choices=[SelectChoice(code, code) for code in CURRENCIES])

    MORE = (
        "out_of_scope", "assumptions", "client_duties",
        "hours_training", "hours_events", "hours_resources", "hours_research", "fee_basis", "fee", "currency",
    )  # fmt: skip

    def __init__(self, *args, user, engagement=None, **kwargs):
        if engagement:
            hours = {f"hours_{b.service_line}": b.hours for b in queries.budgets(engagement)}
            kwargs = {**hours, **kwargs}
        super().__init__(*args, obj=engagement, **kwargs)
        if engagement or not can(user, Permission.ENGAGEMENT_ASSIGN):
            del self.lead_id
        else:
            self.lead_id.choices = [SelectChoice("", "Nobody yet")] + [
                SelectChoice(row.id, row.name) for row in accounts.consultants()
            ]
        if engagement:
            del self.stage
        else:
            self.stage.choices = [SelectChoice(stage.value, stage.label) for stage in PATH[:-2]]

    def validate_fee(self, field):
        if field.data and self.fee_basis.data is FeeBasis.PRO_BONO:
            raise ValidationError("Work pro bono has no fee. Empty it, or choose another basis.")

    def validate_ends_on(self, field):
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError("The end must not come before the start.")

    def populate_obj(self, obj):
        super().populate_obj(obj)
        if obj.fee is None:
            obj.currency = None

    @property
    def hours(self) -> dict[ServiceLine, int | None]:
        return {line: self[f"hours_{line}"].data for line in ServiceLine}


class TeamForm(Form):
    lead_id = SelectField("Lead", [DataRequired("Choose a lead.")], coerce=key)
    member_ids = ChoicesField("Team", coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = [SelectChoice(row.id, row.name) for row in accounts.consultants()]
        self.member_ids.choices = people
        self.lead_id.choices = [SelectChoice("", "Nobody yet"), *people]


class GrantForm(Form):
    user_ids = ChoicesField(
        "May see it",
        coerce=int,
        description="They see shared sessions, the roadmap and the report; no fee, no private note.",
    )
    sponsor_ids = ChoicesField("Sponsor", coerce=int, description="A sponsor also signs for the client.")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        people = [
            SelectChoice(row.user_id, f"{row.name} ({row.job_title})" if row.job_title else row.name)
            for row in queries.client_people(engagement)
        ]
        self.user_ids.choices = self.sponsor_ids.choices = people
