from crm.engagements.forms import key
from crm.forms import (
    BooleanField,
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
from crm.outcomes.models import Direction
from crm.outcomes.models_plan import Consent, Design, EthicsKind
from crm.plans.models import MarkState


class QuestionForm(Form):
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


class DesignForm(Form):
    design = EnumField("Design", Design)
    setting = TextAreaField("Setting", description="Where, and what about the place may matter.")
    included = TextAreaField("Included", description="Who or what is in the study.")
    excluded = TextAreaField("Left out", description="Who or what is not, and why.")
    intervention_on = DayField(
        "The change begins", [Optional()], description="The first day on which it is in force."
    )
    starts_on = DayField("First day of the study", [Optional()])
    ends_on = DayField("Last day of the study", [Optional()])
    allocation = TextAreaField("The lot", description="How chance assigns who gets it, where it does.")

    def validate_ends_on(self, field):
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last day comes before the first.")


class AnalysisForm(Form):
    analysis = TextAreaField(
        "Analysis",
        description="Which method answers the primary hypothesis, and what would make you choose another.",
    )
    missing_data = TextAreaField(
        "Missing data", description="What is done where a value is missing, decided before any is."
    )


class SizeForm(Form):
    alpha = NumberField(
        "Significance",
        [required("Enter the significance level."), NumberRange(0.0001, 0.4999, "Give between 0 and 0.5.")],
        description="The risk of a false alarm that you accept, two-sided; usually 0.05.",
    )
    power = NumberField(
        "Power",
        [required("Enter the power."), NumberRange(0.5, 0.9999, "Give from 0.5 to below 1.")],
        description="The chance of seeing the smallest difference that matters; usually 0.8.",
    )
    looks = WholeField(
        "Looks at the data",
        [required("Enter how often you will look."), NumberRange(1, 20, "Give from 1 to 20.")],
        description="How often the data are judged, the last time included.",
    )
    sample_size = TextAreaField("Sample size in words", description="How many, and why so many.")


class RunningForm(Form):
    data_management = TextAreaField(
        "Data management", description="Where the data lie, who may see them, how long they are kept."
    )
    roles = TextAreaField("Roles", description="Who plans, collects, analyses and answers for it.")
    timeline = TextAreaField("Timeline")
    risks = TextAreaField("Risks", description="What may go wrong or mislead, and what is done about it.")
    dissemination = TextAreaField("Dissemination", description="Who will hear of it, and how.")
    publication_intended = BooleanField(
        "Publication is intended",
        description="Then no data may be collected without an ethics determination in force.",
    )


PARTS = {
    "design": ("Design", DesignForm),
    "analysis": ("Analysis", AnalysisForm),
    "size": ("Sample size and power", SizeForm),
    "running": ("Running it", RunningForm),
}


class EthicsForm(Form):
    kind = EnumField("It is", EthicsKind)
    determined_by = StringField(
        "Determined by",
        [required("Say who determined it.")],
        description="A board or office, not the team itself.",
    )
    reference = StringField("Reference")
    determined_on = DayField("On", [required("Enter the day of the determination.")])
    expires_on = DayField("Expires", [Optional()])
    consent = EnumField("Consent", Consent)
    note = TextAreaField("Note")

    def validate_expires_on(self, field):
        if field.data and self.determined_on.data and field.data < self.determined_on.data:
            raise ValidationError("It expires before it was determined.")


class HypothesisForm(Form):
    statement = TextAreaField("Hypothesis", [required("Write the hypothesis.")])
    measure_id = SelectField("Measure", coerce=key)
    direction = EnumField("Which way should it go?", Direction, blank="Either way would count")
    smallest_difference = NumberField(
        "Smallest difference that matters",
        [Optional(), NumberRange(min=1e-9, message="Give a number above 0.")],
        description="In the unit of the measure: less than this would change nothing for anybody.",
    )
    is_primary = BooleanField(
        "This is the primary one", description="What the study is planned for. Only one is."
    )

    def __init__(self, *args, measures, **kwargs):
        super().__init__(*args, **kwargs)
        self.measure_id.choices = [SelectChoice("", "None yet"), *(SelectChoice(*one) for one in measures)]
        words = {Direction.DECREASE: "It should fall", Direction.INCREASE: "It should rise"}
        blank = SelectChoice("", "Either way would count")
        self.direction.choices = [blank, *(SelectChoice(one.value, said) for one, said in words.items())]


class GroupForm(Form):
    group_name = StringField(
        "Group",
        [required("Name the group.")],
        description="A ward, clinic or hospital that is measured alike.",
    )
    is_comparison = BooleanField("It does not get what is tried", default=True)
    changed_on = DayField(
        "The change began there", [Optional()], description="Where that day differs from the plan."
    )
    source = StringField("Source")


class MarkForm(Form):
    state = EnumField("State", MarkState, blank="Open")
    place = StringField("Where it is said, or why it does not apply")

    def validate_place(self, field):
        if self.state.data and not field.data:
            raise ValidationError("Say where it stands, or why it does not apply.")
        if field.data and not self.state.data:
            raise ValidationError("Say first whether it is done or does not apply.")


class RegisterForm(Form):
    """Nothing but the confirmation."""


class AmendForm(Form):
    reason = TextAreaField(
        "Reason",
        [required("Say why the plan is changed.")],
        description="It is printed on the registration that follows.",
    )


class DeviationForm(Form):
    happened_on = DayField("When", [required("Enter the day.")])
    what = TextAreaField("What was done otherwise", [required("Say what was done otherwise.")])
    why = TextAreaField("Why", [required("Say why.")])
    effect = TextAreaField("What it does to the findings", [required("Say what it does to the findings.")])
    corrects_id = SelectField("It corrects", coerce=key)

    def __init__(self, *args, deviations, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        known = [SelectChoice(one.id, one.what[:80]) for one in deviations]
        self.corrects_id.choices = [SelectChoice("", "None of those before"), *known]

    def validate_happened_on(self, field):
        if field.data > self.today:
            raise ValidationError("What has not happened yet is no deviation.")
