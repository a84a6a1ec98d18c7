"""What the sample size of a hypothesis is reckoned from: one short form for each kind of comparison."""

from crm.forms import (
    BooleanField,
    Form,
    NumberField,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    WholeField,
    required,
)
from crm.methods.power import FORMULAS
from crm.plans import sizes
from crm.plans.models import PowerKind

MOST = 100_000_000


def _share(label: str) -> NumberField:
    between = NumberRange(0.01, 99.99, "Give a share between 0 and 100 %.")
    return NumberField(label, [required("Enter a share in percent."), between])


def _above(label: str, description: str = "") -> NumberField:
    return NumberField(
        label,
        [required("Enter a number."), NumberRange(1e-9, 1e12, "Give a number above 0.")],
        description=description,
    )


def _people(label: str) -> WholeField:
    return WholeField(label, [Optional(), NumberRange(2, MOST, "Give 2 or more.")])


def _points(label: str) -> WholeField:
    return WholeField(
        label, [required("Enter a whole number."), NumberRange(3, 2000, "Give from 3 to 2,000.")]
    )


def _likeness() -> NumberField:
    return NumberField(
        "Autocorrelation",
        [Optional(), NumberRange(-0.99, 0.99, "Give between -1 and 1.")],
        description="How alike neighbouring points are; empty: not at all.",
    )


def _bend() -> BooleanField:
    return BooleanField("The trend may change, too")


class PowerForm(Form):
    """Its kind of comparison answers it: what no study could be planned for is said beside the form."""

    kind: PowerKind

    def __init__(self, *args, levels=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.levels, self.answer = levels or sizes.Levels(), None

    @property
    def settings(self) -> dict:
        kept = ("edited_version", "edited_base", "csrf_token")
        return {name: field.data for name, field in self._fields.items() if name not in kept}

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.answer = sizes.answer(self.kind, self.settings, self.levels)
        except ValueError as fault:
            self.form_errors.append(str(fault))
        return self.answer is not None


class MeansForm(PowerForm):
    kind = PowerKind.MEANS
    difference = _above("Smallest difference that matters", "In the unit of the measure.")
    sd = _above("Standard deviation", "How far values lie from their mean, from earlier data.")
    available = _people("People you can get in each group")


class PairedForm(PowerForm):
    kind = PowerKind.PAIRED
    difference = _above("Smallest change that matters", "In the unit of the measure.")
    sd = _above("Standard deviation of the changes")
    available = _people("People you can get twice")


class SharesForm(PowerForm):
    kind = PowerKind.PROPORTIONS
    p1 = _share("Share now, %")
    p2 = _share("Share that would matter, %")
    formula = SelectField(
        "Formula", choices=[SelectChoice(*one) for one in FORMULAS.items()], default="fleiss",
        description="They differ by some people: the one you choose is printed.",
    )  # fmt: skip
    available = _people("People you can get in each group")


class ClustersForm(SharesForm):
    kind = PowerKind.CLUSTERS
    size = NumberField(
        "People in a ward, team or clinic",
        [required("Enter a number."), NumberRange(1, 1e6, "Give 1 or more.")],
    )
    icc = NumberField(
        "Intraclass correlation",
        [required("Enter a number."), NumberRange(0, 1, "Give from 0 to 1.")],
        description="How alike people of one ward are; often 0.01 to 0.05.",
    )


class PrecisionForm(PowerForm):
    kind = PowerKind.PRECISION
    p1 = _share("Share expected, %")
    margin = NumberField(
        "Margin, points to either side",
        [required("Enter a number."), NumberRange(0.01, 50, "Give a margin of up to 50 points.")],
    )
    population = _people("How many there are altogether")
    available = _people("Answers you can get")


class SeriesForm(PowerForm):
    kind = PowerKind.SERIES
    before = _points("Points before")
    after = _points("Points after")
    sd = _above("Standard deviation around the trend")
    autocorrelation = _likeness()
    slope_change = _bend()


class CountsForm(PowerForm):
    kind = PowerKind.COUNTS
    before = _points("Points before")
    after = _points("Points after")
    count = _above("Events expected in a period")
    dispersion = NumberField(
        "Dispersion",
        [Optional(), NumberRange(0.01, 1000, "Give a number above 0.")],
        description="1 where counts vary by chance alone; often 2 to 4.",
    )
    autocorrelation = _likeness()
    slope_change = _bend()


FORMS: dict[PowerKind, type[PowerForm]] = {
    one.kind: one
    for one in (MeansForm, PairedForm, SharesForm, ClustersForm, PrecisionForm, SeriesForm, CountsForm)
}
