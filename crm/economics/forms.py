from types import SimpleNamespace

from crm.economics import queries
from crm.economics.models import Evaluation, LineKind, Perspective
from crm.engagements.forms import key
from crm.forms import (
    CURRENCIES,
    BooleanField,
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


class PercentField(NumberField):
    """Typed in per cent, kept as a fraction."""

    def process_data(self, value):
        self.data = None if value is None else round(100 * value, 10)

    def populate_obj(self, obj, name):
        setattr(obj, name, round(self.data / 100, 12))


class EvaluationForm(Form):
    name = StringField("Name", [required("Name the evaluation.")])
    comparator = StringField(
        "Compared with", [required("Say what it is compared with.")],
        description="What would be done without this work, such as “reminders by post, as before”.",
    )  # fmt: skip
    perspective = EnumField("Whose money and time count", Perspective)
    currency = SelectField("Currency", choices=[SelectChoice(code) for code in CURRENCIES])
    price_year = WholeField(
        "Price year",
        [
            required("Enter the year of the prices."),
            NumberRange(1990, 2100, "1990 to 2100."),
        ],
        description="The year whose prices all amounts are in.",
    )
    discount_rate = PercentField(
        "Discount rate, % a year",
        [required("Enter a rate; 0 where nothing is discounted."),
         NumberRange(0, 99.9, "Enter a rate from 0 to 99.9.")],
        default=0.035,
        description="What later money is worth less by. 3.5 and 3 are usual.",
    )  # fmt: skip
    horizon_years = WholeField(
        "Horizon, years",
        [required("Enter the number of years."), NumberRange(1, 60, "Enter 1 to 60 years.")], default=3,
        description="Over how many years costs and benefits are counted; year 0 is the start.",
    )  # fmt: skip
    effect_unit = StringField(
        "Unit of effect", description="Where options are compared: an appointment kept, a year in health."
    )
    threshold = MoneyField(
        "Worth of a unit of effect", [Optional(), NumberRange(0, message="Not less than nothing.")],
        description="What whoever pays would give for one more: your threshold, not ours.",
    )  # fmt: skip
    note = TextAreaField("Notes", description="What else a reader has to know.")

    def __init__(self, *args, evaluation: Evaluation | None = None, **kwargs):
        super().__init__(*args, obj=evaluation, **kwargs)
        self.evaluation = evaluation

    def validate_horizon_years(self, field):
        last = queries.last_year_of(self.evaluation.id) if self.evaluation else 0
        if field.data is not None and field.data < last:
            raise ValidationError(f"There are assumptions until year {last}: shorten those first.")

    def validate_currency(self, field):
        one = self.evaluation
        if one and field.data != one.currency and queries.has_amounts(one.id):
            raise ValidationError(f"The amounts are in {one.currency}: start another evaluation for this.")


class OfEvaluation(Form):
    """Amounts have the decimals of the evaluation's currency."""

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        super().__init__(*args, **kwargs)
        self.evaluation, self.currency = evaluation, SimpleNamespace(data=evaluation.currency)


class LineForm(OfEvaluation):
    kind = EnumField("What it is", LineKind)
    words = StringField("In words", [required("Say what it is.")])
    amount = MoneyField(
        "Amount for each", [required("Enter an amount."), NumberRange(0, message="Not less than nothing.")],
        description="For time freed: the hourly rate with on-costs.",
    )  # fmt: skip
    quantity = NumberField(
        "How many a year", [required("Enter how many."), NumberRange(0, message="Not less than none.")],
        default=1, description="For time freed: hours a year.",
    )  # fmt: skip
    unit = StringField("Of what", description="Such as hour, letter, appointment.")
    first_year = WholeField(
        "From year", [required("Enter a year; 0 is the start."), NumberRange(0, 60, "0 to 60.")], default=0
    )
    last_year = WholeField(
        "To year", [required("Enter a year; 0 is the start."), NumberRange(0, 60, "0 to 60.")], default=0
    )
    low = NumberField(
        "At least, a year", [Optional(), NumberRange(0, message="Not less than none.")],
        description="The fewest that are likely.",
    )  # fmt: skip
    high = NumberField("At most, a year", [Optional()], description="The most that are likely.")
    source = TextAreaField("Source", description="Where the figure comes from.")
    measure_id = SelectField("Measure that it rests on", coerce=key)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.measure_id.choices = [SelectChoice("", "None")] + [
            SelectChoice(row.id, row.name) for row in queries.measure_choices(self.evaluation.engagement_id)
        ]

    def validate_last_year(self, field):
        first, last, years = self.first_year.data, field.data, self.evaluation.horizon_years
        if last is not None and last > years:
            raise ValidationError(f"The horizon is {years} years: enter at most {years}.")
        if None not in (first, last) and last < first:
            raise ValidationError("It ends before it begins.")

    def validate_low(self, field):
        if None not in (field.data, self.quantity.data) and field.data > self.quantity.data:
            raise ValidationError("This is above what is assumed.")

    def validate_high(self, field):
        if None not in (field.data, self.quantity.data) and field.data < self.quantity.data:
            raise ValidationError("This is below what is assumed.")

    def validate(self, *args, **kwargs):
        is_right = super().validate(*args, **kwargs)
        ends = (self.low, self.high)
        missing = [end for end in ends if end.data is None]
        if len(missing) == 1 and not any(end.errors for end in ends):
            missing[0].errors = ["Give both ends of the range, or neither."]
            return False
        return is_right


class OptionForm(OfEvaluation):
    name = StringField("Option", [required("Name the option.")])
    cost = MoneyField(
        "Cost in all", [required("Enter what it costs."), NumberRange(0, message="Not less than nothing.")]
    )
    effect = NumberField("Effect", [required("Enter its effect.")], description="More is better.")
    is_comparator = BooleanField("The others are compared with this one")
