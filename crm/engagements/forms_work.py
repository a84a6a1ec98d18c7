"""Forms of the statement of work: a deliverable, a change order and how it was decided."""

from crm.engagements import queries
from crm.engagements.forms import OwnerField
from crm.engagements.models import ServiceLine
from crm.forms import (
    DayField,
    Form,
    MoneyField,
    NumberRange,
    Optional,
    StringField,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
)

MORE_HOURS = NumberRange(-100_000, 100_000, "Enter hours between -100,000 and 100,000.")


class DeliverableForm(Form):
    title = StringField("Deliverable", [required("Say what will be handed over.")])
    acceptance = TextAreaField(
        "Accepted when", description="By what both sides will know that it is what was agreed."
    )
    due_on = DayField("Due", [Optional()])
    owner = OwnerField("Owner")
    evidence = StringField("Link", description="Where it lies, once it is handed over.")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(queries.people(engagement))


class ChangeForm(Form):
    title = StringField("What changes", [required("Say in a line what changes.")])
    reason = TextAreaField("Why", [required("Say why: the reason stays with the engagement.")])
    scope = TextAreaField("Added to the scope", description="It is added to the scope once it is agreed.")
    hours_coaching = WholeField("Coaching, hours more", [Optional(), MORE_HOURS])
    hours_training = WholeField("Training, hours more", [Optional(), MORE_HOURS])
    hours_events = WholeField("Events, hours more", [Optional(), MORE_HOURS])
    hours_resources = WholeField("Resources, hours more", [Optional(), MORE_HOURS])
    hours_research = WholeField("Research, hours more", [Optional(), MORE_HOURS])
    fee = MoneyField("Fee, more", [Optional()], description="Below nothing where the fee falls.")
    ends_on = DayField("New end", [Optional()])

    MORE = ("hours_training", "hours_events", "hours_resources", "hours_research")

    def __init__(self, *args, engagement, obj=None, **kwargs):
        if obj is not None:
            kwargs = {**{f"hours_{line}": more for line, more in obj.lines.items()}, **kwargs}
        super().__init__(*args, obj=obj, **kwargs)
        self.engagement = engagement
        if engagement.fee is None:
            self.fee.description = "The engagement has no fee yet: enter it there first."

    def validate_ends_on(self, field):
        if field.data and field.data < self.engagement.starts_on:
            raise ValidationError("The end must not come before the start.")

    def validate_title(self, _field):
        changes = (self.scope, self.fee, self.ends_on, *(self[f"hours_{line}"] for line in ServiceLine))
        if not any(field.data for field in changes):
            raise ValidationError("It changes nothing yet: enter scope, hours, fee or a new end.")

    def populate_obj(self, obj):
        super().populate_obj(obj)
        hours = {line.value: self[f"hours_{line}"].data for line in ServiceLine}
        obj.hours = {line: more for line, more in hours.items() if more}


class WithWhomForm(Form):
    name = StringField("With whom", [required("Name who said so for the client.")])
    on = DayField("On", [required("Enter the day.")])
