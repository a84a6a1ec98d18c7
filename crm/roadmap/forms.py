from crm.alignment import queries as alignment
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField, key
from crm.forms import (
    DayField,
    EnumField,
    Form,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    required,
)
from crm.roadmap.models import MilestoneState


class MilestoneForm(Form):
    title = StringField("Milestone", [required("Say what will be reached.")])
    strategy_id = SelectField("Strategy that it delivers", coerce=key)
    owner = OwnerField("Owner")
    planned_on = DayField("Planned for", [required("Enter the day it is planned for.")])
    state = EnumField("State", MilestoneState)
    actual_on = DayField("Done on", [Optional()], description="Only when it is done.")
    description = TextAreaField("Notes for both sides")

    MORE = ("description",)

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
        self.strategy_id.choices = [SelectChoice("", "None yet")] + [
            SelectChoice(row.id, row.statement) for row in alignment.strategies_of(engagement.id)
        ]

    def validate_actual_on(self, field):
        done = self.state.data is MilestoneState.DONE
        if done and not field.data:
            raise ValidationError("Enter the day it was done.")
        if field.data and not done:
            raise ValidationError("Only a milestone that is done has this day.")

    def validate_state(self, field):
        if field.data is MilestoneState.DONE and not self.actual_on.data:
            self.actual_on.validators = []  # Optional would pass over the missing day.
