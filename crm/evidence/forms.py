from crm.economics import queries as economics
from crm.engagements.forms import key
from crm.evidence.naming import Name, given_away
from crm.forms import (
    BooleanField,
    Form,
    SelectChoice,
    SelectField,
    TextAreaField,
    ValidationError,
    required,
)
from crm.methods.statements import refusals
from crm.outcomes.models_plan import Design


def refuse_causes(text: str, design: Design) -> None:
    """Name each word that claims more than the design shows, and offer another."""
    if found := refusals(text, design.value):
        raise ValidationError(" ".join(f"{one.why} {one.rewording}" for one in found))


class FindingForm(Form):
    statement = TextAreaField(
        "What was found", [required("Write what was found.")],
        description="One sentence that a board understands, with its number and its interval.",
    )  # fmt: skip
    not_shown = TextAreaField(
        "What it does not show", [required("Every finding says what it does not show.")],
        description="What else could explain it, whom it does not speak of, how long it lasted.",
    )  # fmt: skip
    measure_id = SelectField("Measure that it speaks of", coerce=key)

    def __init__(self, *args, engagement_id: int, design: Design, **kwargs):
        super().__init__(*args, **kwargs)
        self.design = design
        self.measure_id.choices = [SelectChoice("", "None")] + [
            SelectChoice(row.id, row.name) for row in economics.measure_choices(engagement_id)
        ]

    def validate_statement(self, field):
        refuse_causes(field.data, self.design)


class ShareForm(Form):
    statement = TextAreaField(
        "What was found, in words that name nobody", [required("Write what was found.")]
    )
    not_shown = TextAreaField(
        "What it does not show, in words that name nobody", [required("Say what it does not show.")]
    )
    is_confirmed = BooleanField("I have read it as others will: nothing in it tells who we are")

    def __init__(self, *args, names: list[Name], design: Design, **kwargs):
        super().__init__(*args, **kwargs)
        self.names, self.design = names, design

    @classmethod
    def is_long(cls) -> bool:
        return False  # What is proposed is made anew from the finding.

    def validate_statement(self, field):
        self._refuse_names(field)
        refuse_causes(field.data, self.design)

    def validate_not_shown(self, field):
        self._refuse_names(field)

    def _refuse_names(self, field):
        if found := given_away(field.data, self.names):
            words = ", ".join(f"“{name.word}” (say “{name.instead}”)" for name in found)
            raise ValidationError(f"This tells who you are: {words}.")
