from wtforms import Field

from crm.engagements.models import ServiceLine
from crm.errors import DomainError
from crm.forms import EnumField, Form, SelectChoice, SelectField, StringField, ValidationError
from crm.organisations.forms_import import UploadForm
from crm.sessions.models_time import TimeKind
from crm.timesheets import plans
from crm.timesheets.plans import File, Plan


class TimeUploadForm(UploadForm):
    """A file that one of the three trackers wrote."""

    def validate_file(self, field):
        super().validate_file(field)
        try:
            File(self.sheet, f"“{self.filename}”")
        except DomainError as error:
            raise ValidationError(str(error)) from None


class PlanForm(Form):
    """What is taken for what; a field for each project and each task is added by `plan_form`."""

    order = SelectField(
        "Days such as 03/04/2026",
        choices=[SelectChoice("day", "Day first: 3 April"), SelectChoice("month", "Month first: 4 March")],
    )
    line = EnumField("Service line", ServiceLine, description="Which budget of hours all of it counts on.")
    reason = StringField(
        "Reason for going beyond the budget", description="Needed only where rows are refused for it."
    )

    file: File

    def projects(self) -> list[Field]:
        return [self[f"project_{n}"] for n in range(len(self.file.projects))]

    def kinds(self) -> list[Field]:
        return [self[f"kind_{n}"] for n in range(len(self.file.labels))]

    @property
    def plan(self) -> Plan:
        chosen = zip(self.file.projects, self.projects(), strict=True)
        kinds = zip(self.file.labels, self.kinds(), strict=True)
        return Plan(
            self.file.tracker,
            self.order.data,
            {place: field.data for place, field in chosen if field.data},
            {label: field.data for label, field in kinds},
            self.line.data,
            self.reason.data,
        )


def plan_form(file: File, by) -> PlanForm:
    """The form with what is guessed."""
    known = plans.candidates(file, by)
    choices = [SelectChoice("", "Leave these rows out: refuse them")] + [
        SelectChoice(one.id, f"{one.client}: {one.title}") for one in known
    ]
    guessed = plans.guess(file, by)
    fields: dict[str, object] = {"file": file}
    for n, place in enumerate(file.projects):
        label = " · ".join(filter(None, place))
        fields[f"project_{n}"] = SelectField(
            label, choices=choices, coerce=_key, default=guessed.engagements.get(place)
        )
    for n, label in enumerate(file.labels):
        fields[f"kind_{n}"] = EnumField(label, TimeKind, default=guessed.kinds[label])
    made = type("PlanForm", (PlanForm,), fields)
    return made(order=file.order, line=ServiceLine.COACHING)


def _key(value):
    return int(value) if value else None
