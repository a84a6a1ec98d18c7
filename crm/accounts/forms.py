from flask_security import hash_password
from wtforms.validators import Email

from crm.access import Role
from crm.accounts import queries
from crm.accounts.models import WEEKDAYS, Rhythm
from crm.forms import (
    BooleanField,
    ChoicesField,
    EnumField,
    Form,
    NumberField,
    NumberRange,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
    ZoneField,
    required,
)
from reports.locales import LOCALES


class AccountForm(Form):
    name = StringField("Name", [required("Enter your name.")])
    time_zone = ZoneField(description="Days and hours are shown as the clocks there show them.")
    locale = SelectField(
        "Numbers and days in reports",
        choices=[SelectChoice(value, words) for value, words in LOCALES.items()],
        description="On pages, on paper and in sheets; CSV, JSON and Parquet are the same for everybody.",
    )


class RemindersForm(Form):
    reminders = EnumField(
        "How often",
        Rhythm,
        description="What is due or overdue, and sessions to write up. With nothing to say, no mail.",
    )
    reminder_hour = SelectField(
        "At", coerce=int, choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]
    )
    reminder_days = ChoicesField(
        "On",
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in WEEKDAYS.items()],
        description="Weekly reminders come on the first of these days.",
    )

    def validate_reminder_days(self, field):
        if self.reminders.data is not Rhythm.NEVER and not field.data:
            raise ValidationError("Choose at least one day, or no reminders.")


class UserForm(Form):
    name = StringField("Name", [required("Enter the person's name.")])
    email = StringField(
        "E-mail", [required("Enter their e-mail address."), Email("Enter a whole e-mail address.")]
    )
    role = EnumField("Role", Role, [required("Choose a role.")])
    time_zone = ZoneField()
    weekly_hours = NumberField(
        "Hours a week",
        [NumberRange(0, 168, "Enter hours between 0 and 168.")],
        default=40,
        description="What they can work: their timesheet and utilisation are measured against it.",
    )
    active = BooleanField("May sign in", default=True)
    new_password = StringField(
        "First password",
        description="At least 12 characters. Tell them in person; they change it under Account.",
    )

    def __init__(self, *args, by, user=None, **kwargs):
        super().__init__(*args, obj=user, **kwargs)
        self.user, self.by = user, by

    def validate_role(self, field):
        if self.user and self.user.id == self.by.id and field.data is not self.by.role:
            raise ValidationError("You cannot take your own role away: ask another administrator.")

    def validate_active(self, field):
        if self.user and self.user.id == self.by.id and not field.data:
            raise ValidationError("You cannot close your own sign-in: ask another administrator.")

    def validate_email(self, field):
        field.data = field.data.lower()
        other = queries.find_user(field.data)
        if other and other is not self.user:
            raise ValidationError("Somebody already signs in with this address.")

    def validate_new_password(self, field):
        if not self.user and not field.data:
            raise ValidationError("Give them a first password.")
        if field.data and not 12 <= len(field.data) <= 128:
            raise ValidationError("Use at least 12 characters, and at most 128.")

    def populate_obj(self, obj):
        super().populate_obj(obj)
        if self.new_password.data:
            obj.password = hash_password(self.new_password.data)
