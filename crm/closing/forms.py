from crm.closing.models import Lasting
from crm.forms import DayField, EnumField, Form, TextAreaField, required


class ClosingForm(Form):
    closing_words = TextAreaField(
        "Final report, in your words",
        [required("Say what was reached: it opens the final report.")],
        description="What the client wanted, what was done, what it brought, what does not hold yet.",
    )
    reason = TextAreaField("Why it is closed with things open", description="Needed where something is open.")


class ReopeningForm(Form):
    reason = TextAreaField("Reason", [required("Say why it is reopened: the reason stays with it.")])


class FollowUpForm(Form):
    held_on = DayField("Held on", [required("Enter the day of the talk.")])
    lasting = EnumField("What is left of it", Lasting)
    note = TextAreaField("Notes for both sides", description="What still works, what does not, and why.")
