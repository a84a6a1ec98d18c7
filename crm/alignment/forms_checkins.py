from crm import clock
from crm.alignment import queries_checkins as queries
from crm.alignment.models_sheet import CheckIn
from crm.forms import (
    DayField,
    Form,
    NumberField,
    NumberRange,
    Optional,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
)


class CheckInForm(Form):
    checked_on = DayField("Day", [required("Say for which day.")])
    value = NumberField("Value now", [Optional()])
    confidence = WholeField(
        "Confidence",
        [
            required("Say how sure you are, from 0 to 10."),
            NumberRange(0, 10, "Confidence goes from 0 to 10."),
        ],
        description="0 to 10: how sure you are that it will be reached in time, wherever it stands now.",
    )
    note = TextAreaField("Note", description="What moved it, what stands in the way.")

    def __init__(self, *args, goal, user, obj=None, **kwargs):
        self.goal, self.user, self.found = goal, user, obj
        if obj is None:
            kwargs = {"checked_on": clock.today(user), **kwargs}
        super().__init__(*args, obj=obj, **kwargs)
        if goal.start_value is None or goal.target_value is None:
            del self.value
        elif goal.unit:
            self.value.label.text = f"Value now, {goal.unit}"

    def validate_checked_on(self, field):
        if field.data > clock.today(self.user):
            raise ValidationError("This day is still to come.")
        there = queries.find_check_in(self.goal.id, field.data)
        if there is None or there is self.found:
            return
        if self.found or there.user_id != self.user.id:
            who = there.user.name if there.user else "Somebody"
            raise ValidationError(f"{who} has checked in on this day already. Choose another day.")
        self.found = there  # Saying it again on the same day corrects what one has said.

    def populate_obj(self, obj: CheckIn) -> None:
        """What is left empty when a check-in is said again stays as it was."""
        before = (obj.value, obj.note) if obj.id and self.edited is None else (None, None)
        super().populate_obj(obj)
        obj.value, obj.note = (
            now if now is not None else then for now, then in zip((obj.value, obj.note), before, strict=True)
        )
