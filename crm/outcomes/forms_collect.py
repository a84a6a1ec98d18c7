"""Forms by which values come in. What is unlikely, or corrects what stands there, is asked about once."""

from collections.abc import Sequence
from datetime import date

from crm import clock
from crm.forms import (
    BooleanField,
    DayField,
    Form,
    NumberField,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    required,
)
from crm.outcomes import pasted, periods
from crm.outcomes.actions_collect import differs
from crm.outcomes.doubts import Doubt, doubts
from crm.outcomes.models import ValueKind
from crm.outcomes.values import PLAIN, Given, Line, is_share, line
from crm.words import day, number

SHOWN = 12
APPROVED = "This period is approved: have it opened again first, with a reason."


class AsksField(BooleanField):
    """A tick by which somebody says that what looks unlikely is right; it is shown once it is asked for."""

    def __init__(self, **kwargs):
        super().__init__("It is right", **kwargs)

    def ask(self, found: Sequence[Doubt]) -> None:
        if not found or self.data:
            return
        said = [f"{number(one.value, 4)} for {day(one.period_on)} {one.why}." for one in found[:SHOWN]]
        if len(found) > SHOWN:
            said.append(f"So are {len(found) - SHOWN} more.")
        self.errors = [f"{' '.join(said)} Is that right? Tick it, or mend it."]

    @property
    def is_asked(self) -> bool:
        return bool(self.errors or self.data)


class ObservationForm(Form):
    """One value, typed as such or as numerator and denominator."""

    period_on = DayField("Period", [required("Enter the first day of the period.")])
    value = NumberField("Value", [Optional()])
    numerator = NumberField("Numerator", [Optional()])
    denominator = NumberField("Denominator", [Optional()])
    n = NumberField("n", [Optional()], description="Of how many people or cases it is made.")
    provenance = StringField("Where it comes from")
    reason = StringField("Why it is corrected", description="What it said before is kept with this.")
    is_right = AsksField()

    def __init__(self, *args, measure, user, known: Sequence = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.measure, self.today, self.known = measure, clock.today(user), known
        self.line: Line | None = None
        if measure.value_kind in PLAIN:
            del self.numerator, self.denominator
        else:
            self.numerator.description = measure.numerator or ""
            self.denominator.description = measure.denominator or ""
        if measure.value_kind in (ValueKind.COUNT, ValueKind.CASES_BETWEEN):
            del self.n

    @property
    def scale(self) -> str:
        """What a value is made of, in a sentence."""
        if self.measure.value_kind in PLAIN:
            return f"A value, in {self.measure.unit}." if self.measure.unit else "A value."
        if is_share(self.measure):
            return "A value, or numerator and denominator: we divide for you."
        per = f" for {number(self.measure.per)}" if self.measure.per != 1 else ""
        return f"A value{per}, or numerator and denominator."

    @property
    def standing(self):
        """What is known of the period already, or None."""
        first = periods.first_day(self.measure.frequency, self.period_on.data)
        here = (one for one in self.known if self._first(one) == first)
        return next(here, None)

    def show(self, first: date) -> None:
        """Fill in what is known of the period that begins then."""
        self.period_on.data = first
        if (there := self.standing) is None:
            return
        names = ["numerator", "denominator"] if there.denominator else ["value"]
        for name in (*names, "n", "provenance"):
            if name in self:
                self[name].data = getattr(there, name)

    def _first(self, one):
        return periods.first_day(self.measure.frequency, one.period_on)

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.line = line(self.measure, self.period_on.data, self._given(), self.today)
        except ValueError as fault:
            said = str(fault)
            self._at_fault(said).errors = [f"{said[:1].upper()}{said[1:]}."]
            return False
        self._ask()
        return not self.errors

    def _given(self) -> Given:
        names = ("value", "numerator", "denominator", "n")
        return Given(**{name: self[name].data for name in names if name in self})

    def _at_fault(self, said: str):
        if "period" in said:
            return self.period_on
        if said.startswith("n "):
            return self.n
        given = self._given()
        return self.value if given.numerator is given.denominator is None else self.denominator

    def _ask(self) -> None:
        there = self.standing
        if there is not None and differs(there, self.line):
            if there.approved_at:
                self.period_on.errors = [APPROVED]
            elif not self.reason.data:
                said = f"{number(there.value, 4)} stands there already. Say why it is corrected."
                self.reason.errors = [said]
        self.is_right.ask(doubts(self.known, [self.line]))


class PasteForm(Form):
    rows = TextAreaField(
        "Rows",
        [required("Paste at least one row.")],
        description="A row a period: “2026-03; 9.4”, or period; numerator; denominator. Tabs and commas too.",
    )
    source = StringField("Where they come from", description="What it corrects is kept with this.")
    is_right = AsksField()

    @classmethod
    def is_long(cls) -> bool:
        return False  # What is pasted is still where it was copied from.

    def __init__(self, *args, measure, user, known: Sequence = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.measure, self.today, self.known = measure, clock.today(user), known
        self.lines: list[Line] = []

    def validate_rows(self, field):
        self.lines, faults = pasted.read(field.data or "", self.measure, today=self.today)
        faults += self._settled()
        if faults:
            field.errors = list(field.errors)
            raise ValidationError(" ".join(faults[:40]))
        if not self.lines:
            raise ValidationError("There is no row of numbers in this.")

    def _settled(self) -> list[str]:
        approved = {one.period_on: one for one in self.known if one.approved_at}
        return [
            f"Line {one.number}: {APPROVED}"
            for one in self.lines
            if one.period_on in approved and differs(approved[one.period_on], one)
        ]

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        self.is_right.ask(doubts(self.known, self.lines))
        return not self.errors


class ReopenForm(Form):
    month = SelectField("Month")
    reason = StringField("Why it is opened again", [required("Say why it is opened again.")])

    def __init__(self, *args, months, **kwargs):
        super().__init__(*args, **kwargs)
        approved = [one.first for one in months if one.approved]
        self.month.choices = [SelectChoice(f"{first:%Y-%m}", f"{first:%B %Y}") for first in approved]


class CountsForm(Form):
    channel = SelectField("Channel", coerce=int)
    is_right = AsksField()

    def __init__(self, *args, channels, **kwargs):
        super().__init__(*args, **kwargs)
        self.channel.choices = [
            SelectChoice(one.id, f"{one.platform.label} {one.handle}") for one in channels
        ]
