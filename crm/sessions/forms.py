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
from crm.sessions.models import WITH_SESSIONS, ActionState, Mode, Recurrence, SessionState, TimeKind


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
    lasted = minutes_field("Length, minutes")
    mode = EnumField("How", Mode)
    state = EnumField("State", SessionState)
    time_zone = ZoneField("Time zone of the place")
    place = StringField("Place or link")
    user_ids = ChoicesField("Of our team", coerce=int)
    contact_ids = ChoicesField("Of the client", coerce=int)
    touches = ChoicesField("What on the thread it touched", coerce=str)
    finished = ChoicesField("Done since last time", coerce=int)
    agenda = TextAreaField("Agenda")
    grow_goal = TextAreaField("Goal", description="What do you want to have at the end of today?")
    grow_reality = TextAreaField(
        "Reality", description="What happens now, who is affected, what have you tried?"
    )
    grow_options = TextAreaField("Options", description="What could you do, and what else?")
    grow_will = TextAreaField("Will", description="What will you do by when, and how sure are you, 0 to 10?")
    summary = TextAreaField(
        "Summary to share", description="Markdown: **bold**, - a list, [a link](https://…)"
    )
    resources = TextAreaField("Resources given", description="One a line: a name, a link, or both.")
    next_time = TextAreaField("Left for next time", description="The next agenda begins with it.")
    is_shared = BooleanField("Share the summary with the client now")
    private_note = TextAreaField("Private note")
    minutes_coaching = minutes_field("Coaching, minutes")
    minutes_preparation = minutes_field("Preparation, minutes")
    minutes_travel = minutes_field("Travel, minutes")
    service_line = EnumField("Service line", ServiceLine)
    is_pro_bono = BooleanField("Pro bono: nothing of it is billed")
    budget_reason = StringField("Reason for going beyond the budget, where it does")
    promised = FieldList(FormField(ActionLine), min_entries=2, max_entries=30)

    def __init__(self, *args, engagement, user, open_actions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.finished.choices = [SelectChoice(row.id, row.title) for row in open_actions]
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

    def validate_at(self, field):
        zone = self.time_zone.data
        if (
            self.on.data
            and zone in clock.zone_names()
            and not clock.exists(datetime.combine(self.on.data, field.data), zone)
        ):
            raise ValidationError(
                f"That hour does not exist on this day in {zone.replace('_', ' ')}: the clocks go forward."
            )

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
    recurs = EnumField("Comes again", Recurrence, [Optional()], blank="Once only")
    evidence = TextAreaField("Evidence", description="What shows that it is done: a link, a number, a name.")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner.choose_from(engagements.people(engagement))

    def validate_recurs(self, field):
        if field.data and not self.due_on.data:
            raise ValidationError("What comes again needs a first day.")


class AgendaForm(Form):
    name = StringField("Name", [required("Give the agenda a name.")])
    body = TextAreaField("Agenda", [required("Write at least one point.")])
    is_shared = BooleanField("Let everybody of the practice use it")


class UnlockForm(Form):
    reason = TextAreaField("Reason", [required("Say why it is unlocked: the reason stays with it.")])
