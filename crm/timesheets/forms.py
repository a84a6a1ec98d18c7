from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from crm.accounts import queries as accounts
from crm.engagements.models import ServiceLine
from crm.fields import CURRENCIES
from crm.forms import (
    BooleanField,
    DayField,
    EnumField,
    Form,
    MoneyField,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
    required,
    strip,
)
from crm.sessions.models_time import TimeEntry, TimeKind
from crm.timesheets import queries, weeks
from crm.timesheets.actions import Typed
from crm.timesheets.models import Move
from crm.timesheets.queries import Key

CELL, WAS = "cell.", "was."


@dataclass
class Week:
    """What was typed into the cells of a week, and what is wrong with what is not understood."""

    cells: list[Typed] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str], week_on: date) -> "Week":
        found = cls()
        for name, text in form.items():
            if name.startswith(CELL):
                found._take(name.removeprefix(CELL), text, form.get(WAS + name.removeprefix(CELL)), week_on)
        return found

    def _take(self, name: str, text: str, was: str | None, week_on: date) -> None:
        try:
            row, _, day = name.rpartition(".")
            key, worked_on = Key.of(row), date.fromisoformat(day)
            seen = int(was or 0)
        except ValueError:
            return  # No cell of ours is called so.
        if not timedelta() <= worked_on - week_on < weeks.WEEK:
            return
        self.texts[name] = text.strip()[:40]
        try:
            self.cells.append(Typed(key, worked_on, weeks.minutes(text), seen))
        except ValueError as error:
            self.errors[name] = str(error)


class DurationField(Field):
    """Minutes, typed as people write hours."""

    widget = TextInput()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.flags.required = True

    def _value(self):
        return strip(self.raw_data[0]) or "" if self.raw_data else weeks.clock(self.data)

    def process_formdata(self, valuelist):
        self.data = weeks.minutes(valuelist[0]) if valuelist else None

    def pre_validate(self, form):
        if not self.data and not self.process_errors:
            raise StopValidation(weeks.HINT)


class EntryForm(Form):
    """One entry with everything that the cells of a week have no room for."""

    worked_on = DayField("Day", [required("Enter the day.")])
    kind = EnumField("Kind", TimeKind)
    service_line = EnumField(
        "Service line", ServiceLine, description="Which of the agreed budgets of hours it counts on."
    )
    minutes = DurationField("Hours", description=weeks.HINT)
    from_time = TimeField("From", [Optional()], description="Only to find what overlaps; the hours count.")
    to_time = TimeField("To", [Optional()])
    is_billable = BooleanField("Billable", default=True)
    thread = SelectField("What on the thread it served", [Optional()])
    note = TextAreaField("Note", description="For the team and whoever approves it; clients never see it.")
    reason = StringField(
        "Reason for going beyond the budget", description="Needed only then; it is kept with the time."
    )

    MORE = ("from_time", "to_time", "thread", "reason")

    def __init__(self, *args, engagement_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [SelectChoice("", "Nothing in particular")]
        self.thread.choices = choices + [SelectChoice(*one) for one in queries.thread_choices(engagement_id)]

    def validate_from_time(self, _field):
        """Asked for each of the two that is filled."""
        if self.from_time.data is None or self.to_time.data is None:
            raise ValidationError("Enter both clock times, or neither.")

    validate_to_time = validate_from_time

    def populate_obj(self, obj: TimeEntry) -> None:
        for name in ("worked_on", "kind", "service_line", "minutes", "is_billable", "note"):
            self[name].populate_obj(obj, name)
        kind, _, key = (self.thread.data or "").partition(":")
        obj.strategy_id = int(key) if kind == "strategy" else None
        obj.milestone_id = int(key) if kind == "milestone" else None
        obj.from_minute, obj.to_minute = _minute(self.from_time.data), _minute(self.to_time.data)
        if obj.from_minute is not None and obj.to_minute <= obj.from_minute:
            obj.to_minute += weeks.A_DAY


def _minute(time) -> int | None:
    return None if time is None else time.hour * 60 + time.minute


class EngagementForm(Form):
    engagement_id = SelectField("Engagement", coerce=int)

    def __init__(self, *args, engagements, **kwargs):
        super().__init__(*args, **kwargs)
        self.engagement_id.choices = [
            SelectChoice(one.id, f"{one.client}: {one.title}") for one in engagements
        ]


class StepForm(Form):
    """What an approver does with a week."""

    step = EnumField("What to do", Move)
    reason = StringField("Reason")


class LockForm(Form):
    until = DayField("Up to", [required("Enter the last day of the period.")])


class RateForm(Form):
    from_on = DayField("From", [required("Enter the day from which it counts.")])
    amount = MoneyField(
        "Rate an hour",
        [required("Enter the rate."), NumberRange(min=0, message="A rate cannot be below nothing.")],
    )
    currency = SelectField("Currency", choices=[SelectChoice(code, code) for code in CURRENCIES])


class PersonRateForm(RateForm):
    user_id = SelectField("Person", coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user_id.choices = [SelectChoice(row.id, row.name) for row in accounts.consultants()]


class EntryRateForm(Form):
    rate = MoneyField(
        "Rate an hour",
        [required("Enter the rate."), NumberRange(min=0, message="A rate cannot be below nothing.")],
    )
    currency = SelectField("Currency", choices=[SelectChoice(code, code) for code in CURRENCIES])
    reason = StringField(
        "Reason", [required("Say why this time has a rate of its own: the reason is kept with it.")]
    )
