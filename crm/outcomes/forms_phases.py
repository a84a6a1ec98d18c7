from crm.forms import DayField, Form, StringField, TextAreaField, ValidationError, required
from crm.outcomes import queries


class PhaseForm(Form):
    starts_on = DayField("First day", [required("Enter the first day of the phase.")])
    name = StringField(
        "Name", [required("Name the phase.")], description="Such as “Reminders on every ward”."
    )
    reason = TextAreaField(
        "Reason",
        [required("Say why the limits are reckoned anew.")],
        description="What changed, and who knows it?",
    )

    @classmethod
    def is_long(cls) -> bool:
        return False  # A sentence.

    def __init__(self, *args, measure_id: int, obj=None, **kwargs):
        super().__init__(*args, obj=obj, **kwargs)
        self.others = {
            one.starts_on for one in queries.phases_of(measure_id) if obj is None or one.id != obj.id
        }

    def validate_starts_on(self, field):
        if field.data in self.others:
            raise ValidationError("Another phase begins on this day.")
