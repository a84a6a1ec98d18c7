from crm.access import Role
from crm.builder import actions, spans
from crm.builder.kept import Kept
from crm.builder.models import SHARED_BY
from crm.errors import DomainError
from crm.forms import (
    BooleanField,
    ChoicesField,
    Form,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
    required,
)
from crm.words import day

#: Reports look back.
BACK = {name: words for name, words in spans.OFFERED.items() if not name.startswith(("next", "before"))}


class ViewForm(Form):
    name = StringField("Name", [required("Give the view a name.")])
    span = SelectField("Period", description="One that is told from today goes on with the days.")
    roles = ChoicesField(
        "Shared with",
        coerce=Role,
        choices=[SelectChoice(role.value, f"{role.label}s") for role in SHARED_BY],
        description="Everybody opens it with their own eyes: they see only what they may see anyway.",
    )
    is_pinned = BooleanField("Put it first in the list")

    def __init__(self, *args, kept: Kept, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = kept
        if not kept.has_period:
            del self.span
            return
        days = dict(kept.asked)
        if "from" in days and "to" in days:
            told = f"Always {day(spans.a_day(days['from']))} to {day(spans.a_day(days['to']))}"
        else:
            told = "As the report has it by itself"
        offered = BACK if not kept.span or kept.span in BACK else {kept.span: spans.words(kept.span), **BACK}
        self.span.choices = [SelectChoice("", told), *(SelectChoice(*one) for one in offered.items())]

    def validate_roles(self, field):
        try:
            actions.refuse_words_of_clients(self.kept, field.data)
        except DomainError as error:
            raise ValidationError(str(error)) from None
