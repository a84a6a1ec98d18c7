from crm.alignment import queries as alignment
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField, key
from crm.forms import (
    EnumField,
    Form,
    NumberField,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    WholeField,
    required,
)
from crm.outcomes import pasted
from crm.outcomes.models import ChartKind, Direction, Frequency, MeasureKind, RuleSet, ValueKind
from crm.outcomes.models import Direction, Frequency, MeasureKind
from crm.outcomes.models_plan import Design


class PlanForm(Form):
    question = TextAreaField(
        "Question",
        [required("Write the question that the study answers.")],
        description="One sentence that brings the five below together.",
    )
    population = TextAreaField("P: population", description="Whose outcome is it?")
    intervention = TextAreaField("I: intervention", description="What is done?")
    comparison = TextAreaField(
        "C: comparison", description="Against what: before, another ward, another hospital?"
    )
    outcome = TextAreaField("O: outcome", description="What should change?")
    time_frame = TextAreaField("T: time", description="From when to when, and how often is it measured?")
    design = EnumField("Design", Design)


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


class ObservationForm(Form):
    """One value, typed as such or as numerator and denominator."""

    period_on = DayField("Period", [required("Enter the first day of the period.")])
    value = NumberField("Value", [Optional()])
    numerator = NumberField("Numerator", [Optional()])
    denominator = NumberField("Denominator", [Optional()])
    provenance = StringField("Where it comes from")

    def __init__(self, *args, measure, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_percent, self.today = measure.unit == "%", clock.today(user)

    def validate_period_on(self, field):
        if field.data > self.today:
            raise ValidationError("A period in the future has no value yet.")

    def validate_denominator(self, field):
        top, bottom = self.numerator.data, field.data
        if (top is None) != (bottom is None):
            raise ValidationError("Give numerator and denominator, or neither.")
        if bottom is None:
            if self.value.data is None:
                raise ValidationError("Enter a value, or a numerator and a denominator.")
            return
        try:
            self.value.data = pasted.ratio(top, bottom, is_percent=self.is_percent)
        except ValueError as fault:
            raise ValidationError(f"{str(fault).capitalize()}.") from None

    def validate(self, *args, **kwargs):
        self.denominator.validators = []  # Optional would pass over a denominator that is missing.
        return super().validate(*args, **kwargs)

    @property
    def lines(self) -> list[pasted.Line]:
        values = self.value.data, self.numerator.data, self.denominator.data
        return [pasted.Line(1, self.period_on.data, *values)]


class PasteForm(Form):
    rows = TextAreaField(
        "Rows",
        [required("Paste at least one row.")],
        description="A row a period: “2026-03; 9.4”, or period; numerator; denominator. Tabs and commas too.",
    )
    source = StringField("Where they come from")

    @classmethod
    def is_long(cls) -> bool:
        return False  # What is pasted is still where it was copied from.

    def __init__(self, *args, measure, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_percent, self.today, self.lines = measure.unit == "%", clock.today(user), []

    def validate_rows(self, field):
        self.lines, faults = pasted.read(field.data or "", is_percent=self.is_percent, today=self.today)
        if faults:
            field.errors = list(field.errors)
            raise ValidationError(" ".join(faults[:40]))
        if not self.lines:
            raise ValidationError("There is no row of numbers in this.")
