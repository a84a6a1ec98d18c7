from datetime import datetime

from wtforms import FieldList, FormField
from wtforms import Form as PlainForm

from crm import clock
from crm.access import Permission, holds
from crm.alignment import queries as alignment
from crm.engagements import queries as engagements
from crm.engagements.forms import OwnerField
from crm.engagements.models import ServiceLine
from crm.forms import (
    BooleanField,
    ChoicesField,
    DayField,
    EnumField,
    Form,
    Length,
    NumberRange,
    Optional,
    SelectChoice,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
    WholeField,
    ZoneField,
    required,
    strip,
)
from crm.sessions import queries
from crm.sessions.models import WITH_SESSIONS, ActionState, Mode, SessionState, TimeKind


def minutes_field(label: str) -> WholeField:
    return WholeField(label, [Optional(), NumberRange(0, 1440, "Enter minutes between 0 and 1,440.")])


class ActionLine(PlainForm):
    """One action; an empty line is no action."""

    title = StringField("Action", [Optional(), Length(max=255)], filters=[strip])
    owner = OwnerField("Who")
    due_on = DayField("By", [Optional()])


class SessionForm(Form):
    on = DayField("Day", [required("Enter the day.")])
    at = TimeField("Time", [required("Enter the time, such as 10:00.")])
    mode = EnumField("How", Mode)
    state = EnumField("State", SessionState)
    time_zone = ZoneField("Time zone of the place")
    place = StringField("Place or link")
    user_ids = ChoicesField("Of our team", coerce=int)
    contact_ids = ChoicesField("Of the client", coerce=int)
    touches = ChoicesField("What on the thread it touched", coerce=str)
    agenda = TextAreaField("Agenda")
    summary = TextAreaField("Summary to share")
    is_shared = BooleanField("Share the summary with the client now")
    private_note = TextAreaField("Private note")
    minutes_coaching = minutes_field("Coaching, minutes")
    minutes_preparation = minutes_field("Preparation, minutes")
    minutes_travel = minutes_field("Travel, minutes")
    service_line = EnumField("Service line", ServiceLine)
    budget_reason = StringField("Reason for going beyond the budget, where it does")
    promised = FieldList(FormField(ActionLine), min_entries=2, max_entries=30)

    def __init__(self, *args, engagement, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not holds(user, Permission.PRIVATE_NOTE):
            del self.private_note
        people = engagements.people(engagement)
        self.user_ids.choices = [
            SelectChoice(int(key[5:]), name) for key, name in people if key.startswith("user:")
        ]
        self.contact_ids.choices = [
            SelectChoice(int(key[8:]), name) for key, name in people if key.startswith("contact:")
        ]
        self.touches.choices = list(_thread(engagement))
        for line in self.promised:
            line.form.owner.choose_from(people)

    def validate_is_shared(self, field):
        if field.data and self.state.data is SessionState.HELD and not self.summary.data:
            raise ValidationError("Write the summary first: there is nothing to share yet.")

    def validate_promised(self, field):
        for line in field:
            if not line.form.title.data and (line.form.owner.data or line.form.due_on.data):
                raise ValidationError("Say what the action is, or empty its line.")

    @property
    def starts_at(self) -> datetime:
        return clock.to_utc(datetime.combine(self.on.data, self.at.data), self.time_zone.data)

    @property
    def minutes(self) -> dict[TimeKind, int | None]:
        return {kind: self[f"minutes_{kind}"].data for kind in WITH_SESSIONS}

    @property
    def new_actions(self) -> list[dict]:
        return [line.form.data for line in self.promised if line.form.title.data]


def _thread(engagement):
    for row in alignment.goals_of(engagement.id):
        yield SelectChoice(f"goal:{row.id}", f"Goal: {row.statement}")
    for row in alignment.strategies_of(engagement.id):
        yield SelectChoice(f"strategy:{row.id}", f"Strategy: {row.statement}")
    for row in queries.touchable(engagement):
        yield SelectChoice(f"milestone:{row.id}", f"Milestone: {row.title}")


class ActionForm(Form):
    title = StringField("Action", [required("Say what is to be done.")])
    owner = OwnerField("Who")
    due_on = DayField("By", [Optional()])
    state = EnumField("State", ActionState)
    evidence = TextAreaField("Evidence", description="What shows that it is done: a link, a number, a name.")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))
