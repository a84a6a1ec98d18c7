from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from crm import clock
from crm.alignment.models import MARKS
from crm.errors import DomainError
from crm.fields import ChoicesField
from crm.forms import (
    DayField,
    Form,
    Optional,
    SelectChoice,
    SelectField,
    TextAreaField,
    ValidationError,
    required,
    strip,
)
from crm.judging import queries
from crm.judging.actions_mark import SCALE
from crm.pages import row_key

LONGEST_NOTE = 10_000
TOO_LONG = f"Keep a reason to {LONGEST_NOTE:,} characters or fewer."


class RoundForm(Form):
    raters = ChoicesField(
        "Who judges",
        [required("Choose at least one person who judges.")],
        coerce=int,
        description="People of the team, and of the client those who are granted this engagement.",
    )
    request = TextAreaField(
        "What you ask of them",
        description="It stands in the invitation and above their page: what it is for, how long it takes.",
    )
    closes_on = DayField(
        "Closes after",
        [Optional()],
        description="It closes by itself at the end of this day, and reminds its raters three days before.",
    )

    def __init__(self, *args, engagement, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.raters.choices = [
            SelectChoice(row.user_id, f"{row.name} (client)" if row.is_from_client else row.name)
            for row in queries.who_can_judge(engagement)
        ]

    def validate_closes_on(self, field):
        if field.data and field.data < clock.today(self.user):
            raise ValidationError("Choose today or a later day.")


class AgreeForm(Form):
    mark = SelectField("Agreed mark", coerce=int, choices=[SelectChoice(mark, str(mark)) for mark in MARKS])
    note = TextAreaField("Why, in a sentence or two")


@dataclass(frozen=True)
class Typed:
    """One cell as it was typed; `mark` is None where it was emptied, `note` None where none was sent."""

    goal_id: int
    strategy_id: int
    mark: int | None
    note: str | None
    has_note: bool

    @classmethod
    def read(cls, fields: MultiDict) -> "Typed":
        """What was sent for one cell. DomainError for what no page of ours sends."""
        try:
            goal_id, strategy_id = (row_key(fields.get(name, "")) for name in ("goal_id", "strategy_id"))
        except ValueError:
            raise DomainError(SCALE) from None
        return cls.of(goal_id, strategy_id, fields.get("mark", ""), fields.get("note"))

    @classmethod
    def of(cls, goal_id: int, strategy_id: int, mark: str, note: str | None) -> "Typed":
        if mark and mark not in map(str, MARKS):
            raise DomainError(SCALE)
        said = strip(note)
        if said and len(said) > LONGEST_NOTE:
            raise DomainError(TOO_LONG)
        return cls(goal_id, strategy_id, int(mark) if mark else None, said, note is not None)
