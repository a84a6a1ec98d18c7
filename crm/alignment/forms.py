from crm.alignment import queries_sheet as queries
from crm.alignment.models import MARKS, Level, Objective, Perspective
from crm.alignment.models_sheet import Layout, Weighing
from crm.alignment.queries import goals_of
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField, key
from crm.forms import (
    CURRENCIES,
    ChoicesField,
    DayField,
    EnumField,
    Form,
    MoneyField,
    NumberField,
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


class GoalForm(Form):
    statement = StringField("Goal", [required("Say what the client wants to reach.")])
    why = TextAreaField("Why it matters", description="For whom, and what happens if nothing is done.")
    weight = WholeField(
        "Weight",
        [required("Give it a weight."), NumberRange(0, 100, "Give a weight between 0 and 100.")],
        description="0 to 100. Only the proportion counts: 20 weighs twice as much as 10.",
        default=10,
    )
    owner = OwnerField("Owner")
    horizon_on = DayField("To be reached by", [Optional()])
    perspective = EnumField("Perspective", Perspective, blank="Not said")
    level = EnumField("Level", Level, blank="Not said")
    parent_id = SelectField("Part of the larger goal", coerce=key)
    smart_text = TextAreaField(
        "SMART restatement",
        description="Specific, measurable, achievable, relevant, time-bound: from what to what, when, why.",
    )
    how_measured = StringField("Measured by", description="What will show that it is reached.")
    unit = StringField("Unit", description="Such as % of appointments, or posts a week.")
    start_value = NumberField("From", [Optional()])
    target_value = NumberField("To", [Optional()], description="Lower than “From” where less is better.")

    MORE = (
        "why", "perspective", "level", "parent_id", "smart_text", "how_measured", "unit", "start_value",
        "target_value",
    )  # fmt: skip

    def __init__(self, *args, engagement, obj=None, **kwargs):
        if obj is not None:
            kwargs = {"parent_id": queries.parent_of(obj), **kwargs}
        super().__init__(*args, obj=obj, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
        below = queries.below(engagement.id, obj.id) if obj is not None else frozenset()
        self.parent_id.choices = [SelectChoice("", "None")] + [
            SelectChoice(row.id, row.statement) for row in goals_of(engagement.id) if row.id not in below
        ]
        if queries.weighing(engagement.id) is not Weighing.POINTS:
            del self.weight

    def validate_start_value(self, field):
        if field.data is not None and self.target_value.data is None:
            raise ValidationError("Give both numbers: where it starts and where it shall be.")

    def validate_target_value(self, field):
        if field.data is not None and self.start_value.data is None:
            raise ValidationError("Give both numbers: where it starts and where it shall be.")
        if field.data is not None and field.data == self.start_value.data:
            raise ValidationError("Start and target are the same: nothing could be reached.")


class StrategyForm(Form):
    statement = StringField("Strategy", [required("Say what is to be done.")])
    owner = OwnerField("Owner")
    starts_on = DayField("Starts", [Optional()])
    ends_on = DayField("Ends", [Optional()])
    effort_hours = WholeField(
        "Effort in hours",
        [Optional(), NumberRange(0, 100_000, "Enter hours between 0 and 100,000.")],
        description="Rough is fine. It shows where effort and contribution do not fit.",
    )
    cost = MoneyField("Money", [Optional(), NumberRange(min=0, message="Money cannot be below nothing.")])
    currency = SelectField("Currency", choices=[SelectChoice(code, code) for code in CURRENCIES])
    resources = TextAreaField("Other resources", description="People, rooms, licences, equipment.")
    audience = StringField("Audience", description="Who it is meant to reach.")
    audience_needs = TextAreaField(
        "What they need", description="What they want to know, whom they trust, where and when they look."
    )
    objective = EnumField("Objective", Objective, blank="Not said")
    key_message = TextAreaField(
        "Key message", description="One idea in plain words, and what the reader is asked to do."
    )
    channel_ids = ChoicesField("Channels of the organisation", coerce=int)
    channels = StringField("Other channels", description="Such as the waiting room, the local paper.")
    partners = StringField("Partners", description="Who could carry it further.")

    MORE = (
        "cost", "currency", "resources", "audience", "audience_needs", "objective", "key_message",
        "channel_ids", "channels", "partners",
    )  # fmt: skip

    def __init__(self, *args, engagement, obj=None, **kwargs):
        self.choosable = {row.id: row for row in queries.channels_of(engagement)}
        if obj is not None:
            kwargs = {"channel_ids": [channel.id for channel in obj.own_channels], **kwargs}
        super().__init__(*args, obj=obj, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
        self.channel_ids.choices = [
            SelectChoice(one.id, f"{one.platform.label} {one.handle}") for one in self.choosable.values()
        ]
        if not self.currency.data:
            self.currency.data = engagement.currency or CURRENCIES[0]

    def validate_ends_on(self, field):
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError("The end must not come before the start.")

    def populate_obj(self, obj):
        super().populate_obj(obj)
        obj.own_channels = [self.choosable[one] for one in self.channel_ids.data]
        if obj.cost is None:
            obj.currency = None


class SetupForm(Form):
    layout = EnumField("Template", Layout)
    weighing = EnumField("How the goals are weighed", Weighing)
    review_on = DayField("Next review", [Optional()])
    review_every_months = WholeField(
        "Review every, months",
        [required("Say how often."), NumberRange(1, 24, "Between 1 and 24 months.")],
        default=3,
    )


class MarkForm(Form):
    goal_id = WholeField()
    strategy_id = WholeField()
    mark = SelectField(coerce=int, choices=[SelectChoice(mark, str(mark)) for mark in MARKS])
    was = WholeField(validators=[Optional()])


class NoteForm(Form):
    note = TextAreaField("Why this strategy serves this goal as it does")
