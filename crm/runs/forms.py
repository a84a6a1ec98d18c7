from crm.accounts.models import WEEKDAYS
from crm.forms import (
    ChoicesField,
    EnumField,
    Form,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
    WholeField,
    required,
)
from crm.runs.models import Rhythm
from reports.writers import FORMATS


class ScheduleForm(Form):
    """How often, in which format, for whom: offered are those who may see the report, and nobody else."""

    name = StringField("Name", [required("Give it a name.")])
    format = SelectField("Format")
    rhythm = EnumField("How often", Rhythm)
    weekday = SelectField(
        "Weekday",
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in WEEKDAYS.items()],
        description="For a weekly report, which speaks of the week before.",
    )
    day = WholeField(
        "Day of the month",
        default=1,
        description="For a monthly report, which speaks of the month before; 31 is the last of any. "
        "A quarterly one is made on the last day of each quarter, and speaks of the last whole one.",
    )
    hour = SelectField(
        "Hour",
        coerce=int,
        default=7,
        choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(24)],
        description="By the clock where you are.",
    )
    readers = ChoicesField(
        "Who gets it",
        coerce=int,
        description="Each gets what they may see themselves; offered is who may see it.",
    )

    def __init__(self, *args, formats, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.format.choices = [SelectChoice(name, FORMATS[name].label) for name in formats]
        self.readers.choices = [SelectChoice(user.id, f"{user.name} ({user.role.label})") for user in people]

    def validate_day(self, field):
        if self.rhythm.data is Rhythm.MONTHLY and not 1 <= (field.data or 0) <= 31:
            raise ValidationError("Enter a day from 1 to 31.")

    def validate_readers(self, field):
        if not field.data:
            raise ValidationError("Choose who gets it.")

    def populate_obj(self, schedule) -> None:
        super().populate_obj(schedule)
        if self.rhythm.data is not Rhythm.WEEKLY:
            schedule.weekday = None
        if self.rhythm.data is not Rhythm.MONTHLY:
            schedule.day = None
