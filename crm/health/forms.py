from datetime import date, timedelta

from crm.forms import (
    DayField,
    EnumField,
    Form,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    required,
)
from crm.health.actions import LONGEST
from crm.health.models import Judged

ENDS = {0: "0: not at all", 10: "10: could not be better"}


class ScoreField(SelectField):
    """A whole number from 0 to 10, chosen by whoever gives it: none is chosen for them."""

    def __init__(self, label, validators=None, **kwargs):
        choices = [SelectChoice("", "Choose"), *(SelectChoice(n, ENDS.get(n, str(n))) for n in range(11))]
        super().__init__(label, validators, choices=choices, coerce=_score, **kwargs)


def _score(value) -> int | None:
    return None if value in (None, "") else int(value)


class SatisfactionForm(Form):
    """For a client, of themselves and today."""

    score = ScoreField("How content are you with the work?", [required("Choose a number from 0 to 10.")])
    note = TextAreaField("Why", description="What would have made it a higher number.")


class HeardForm(SatisfactionForm):
    """For the team, who write down what they were told."""

    score = ScoreField("How content is the client?", [required("Choose a number from 0 to 10.")])
    note = TextAreaField("In their words", description="The team sees it, the client does not.")
    said_by = StringField("Who said so", [required("Name who of the client said so.")])
    said_on = DayField("On", [required("Enter the day.")])

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, said_on=today, **kwargs)
        self.today = today

    def validate_said_on(self, field):
        if field.data > self.today:
            raise ValidationError("Nobody can have said it on a day that has not come.")


class OverrideForm(Form):
    level = EnumField("It stands", Judged)
    note = TextAreaField("Why", [required("Say why: it stands beside what is reckoned.")])
    expires_on = DayField(
        "Until",
        [required("Enter the day on which it ends.")],
        description=f"Counts up to and including this day, at most {LONGEST} days ahead. Then what is "
        "reckoned counts again.",
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_expires_on(self, field):
        if not self.today <= field.data <= self.today + timedelta(LONGEST):
            raise ValidationError(f"Enter a day from today to at most {LONGEST} days ahead.")
