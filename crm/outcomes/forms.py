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

    MORE = ("owner", "kind", "numerator", "denominator", "baseline_points")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
        self.goal_id.choices = [SelectChoice("", "None yet")] + [
            SelectChoice(row.id, row.statement) for row in alignment.goals_of(engagement.id)
        ]
