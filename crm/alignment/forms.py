from crm.alignment.models import MARKS, Perspective
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField
from crm.forms import (
    DayField,
    EnumField,
    Form,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    WholeField,
    required,
)


class GoalForm(Form):
    statement = StringField("Goal", [required("Say what the client wants to reach.")])
    weight = WholeField(
        "Weight",
        [required("Give it a weight."), NumberRange(0, 100, "Give a weight between 0 and 100.")],
        description="0 to 100. Only the proportion counts: 20 weighs twice as much as 10.",
        default=10,
    )
    owner = OwnerField("Owner")
    horizon_on = DayField("To be reached by", [Optional()])
    perspective = EnumField("Perspective", Perspective, blank="Not said")
    smart_text = TextAreaField(
        "SMART restatement",
        description="Specific, measurable, achievable, relevant, time-bound: from what to what, when, why.",
    )

    MORE = ("perspective", "smart_text")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))


class StrategyForm(Form):
    statement = StringField("Strategy", [required("Say what is to be done.")])
    owner = OwnerField("Owner")
    effort_hours = WholeField(
        "Effort in hours",
        [Optional(), NumberRange(0, 100_000, "Enter hours between 0 and 100,000.")],
        description="Rough is fine. It shows where effort and contribution do not fit.",
    )
    audience = StringField("Audience")
    channels = StringField("Channels")

    MORE = ("audience", "channels")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))


class MarkForm(Form):
    goal_id = WholeField()
    strategy_id = WholeField()
    mark = SelectField(coerce=int, choices=[SelectChoice(mark, str(mark)) for mark in MARKS])
    was = WholeField(validators=[Optional()])


class NoteForm(Form):
    note = TextAreaField("Why this strategy serves this goal as it does")
