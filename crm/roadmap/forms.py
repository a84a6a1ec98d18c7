from crm.alignment import queries as alignment
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField, key
from crm.forms import (
    BooleanField,
    ChoicesField,
    DayField,
    EnumField,
    Form,
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
from crm.roadmap import queries
from crm.roadmap.models import MilestoneState


class MilestoneForm(Form):
    title = StringField("Milestone", [required("Say what will be reached.")])
    strategy_id = SelectField("Strategy that it delivers", coerce=key)
    owner = OwnerField("Owner")
    planned_on = DayField("Planned for", [required("Enter the day it is planned for.")])
    takes_days = WholeField(
        "Takes, days",
        [Optional(), NumberRange(0, 1000, "Enter days between 0 and 1,000.")],
        description="Days of work before that day. The critical path is reckoned from it.",
    )
    phase = StringField(
        "Phase", description="A part of the way, such as “Pilot”. Milestones stand together by it."
    )
    needs = ChoicesField("Waits for", coerce=int)
    state = EnumField("State", MilestoneState)
    actual_on = DayField("Done on", [Optional()], description="Only when it is done.")
    description = TextAreaField("Notes for both sides")

    MORE = ("takes_days", "phase", "needs", "description")

    def __init__(self, *args, engagement, obj=None, **kwargs):
        if obj is not None:
            kwargs = {"needs": [need.needs_id for need in queries.needs_of(obj)], **kwargs}
        super().__init__(*args, obj=obj, **kwargs)
        self.needs.choices = [
            SelectChoice(key, title)
            for key, title in queries.titles(engagement.id).items()
            if obj is None or key != obj.id
        ]
        self.owner.choose_from(engagements.people(engagement))
        self.strategy_id.choices = [SelectChoice("", "None yet")] + [
            SelectChoice(row.id, row.statement) for row in alignment.strategies_of(engagement.id)
        ]

    def populate_obj(self, obj):
        super().populate_obj(obj)
        obj.takes_days = obj.takes_days or 0

    def validate_actual_on(self, field):
        done = self.state.data is MilestoneState.DONE
        if done and not field.data:
            raise ValidationError("Enter the day it was done.")
        if field.data and not done:
            raise ValidationError("Only a milestone that is done has this day.")

    def validate_state(self, field):
        if field.data is MilestoneState.DONE and not self.actual_on.data:
            self.actual_on.validators = []  # Optional would pass over the missing day.


class MoveForm(Form):
    planned_on = DayField("Planned for", [required("Enter the day it is planned for.")])
    along = BooleanField("Move what waits for it along")
