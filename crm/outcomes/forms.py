from crm.alignment import queries as alignment
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField, key
from crm.forms import (
    DayField,
    EnumField,
    Form,
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
from crm.outcomes.models import ChartKind, Direction, Frequency, MeasureKind, RuleSet, ValueKind


class MeasureForm(Form):
    name = StringField("Measure", [required("Name the measure.")])
    goal_id = SelectField("Goal that it gives evidence for", coerce=key)
    direction = EnumField("Which way is better?", Direction)
    unit = StringField(
        "Unit", description="Such as %, minutes or followers. With % and a denominator we divide for you."
    )
    baseline = NumberField("Baseline", [Optional()])
    target = NumberField("Target", [Optional()])
    frequency = EnumField("Measured", Frequency)
    source = StringField("Source", description="The system or report that the numbers come from.")
    owner = OwnerField("Owner")
    kind = EnumField("Type", MeasureKind)
    numerator = StringField("Numerator", description="What is counted above the line.")
    denominator = StringField("Denominator", description="Out of what.")
    baseline_points = WholeField(
        "Points that make the baseline",
        [Optional(), NumberRange(2, 500, "Give between 2 and 500 points.")],
        description="The limits of the chart are set by the first so many points; empty: by all of them.",
    )
    value_kind = EnumField("A value is", ValueKind, default=ValueKind.NUMBER)
    per = NumberField(
        "A rate is told for so many",
        [Optional(), NumberRange(1e-9, 1e12, "Give a number above 0.")],
        default=1.0,
        filters=[lambda value: 1.0 if value is None else value],
        description="1,000 for “per 1,000 bed days”; 1 for anything that is no rate.",
    )
    included = TextAreaField("Included", description="Who or what is counted.")
    excluded = TextAreaField("Left out", description="Who or what is not, and why.")
    missing_rule = TextAreaField("Missing values", description="What is done where a value is missing.")
    chart = EnumField("Chart", ChartKind, blank="The one that follows from what a value is")
    rules = EnumField("Rules of the chart", RuleSet, default=RuleSet.NHS)
    lowest = NumberField("No value lies below", [Optional()])
    ceiling = NumberField("No value lies above", [Optional()])
    starts_on = DayField("First period that is owed", [Optional()])
    ends_on = DayField("Last period that is owed", [Optional()])
    due_days = WholeField(
        "Days to enter it",
        [Optional(), NumberRange(0, 366, "Give from 0 to 366 days.")],
        default=14,
        filters=[lambda value: 14 if value is None else value],
        description="Counted from the end of the period.",
    )

    MORE = (
        "owner", "kind", "numerator", "denominator", "baseline_points", "value_kind", "per", "included",
        "excluded", "missing_rule", "chart", "rules", "lowest", "ceiling", "starts_on", "ends_on", "due_days",
    )  # fmt: skip

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
        self.goal_id.choices = [SelectChoice("", "None yet")] + [
            SelectChoice(row.id, row.statement) for row in alignment.goals_of(engagement.id)
        ]

    def validate_ceiling(self, field):
        if None not in (field.data, self.lowest.data) and field.data <= self.lowest.data:
            raise ValidationError("The highest value must lie above the lowest.")

    def validate_ends_on(self, field):
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last period comes before the first.")
