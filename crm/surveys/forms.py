from crm.engagements.forms import key
from crm.forms import (
    BooleanField,
    DayField,
    EnumField,
    Form,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
)
from crm.surveys import queries
from crm.surveys.models import QuestionKind, Told, WaveState
from crm.surveys.questionnaires import PRIVACY, READY

FITTING = {
    QuestionKind.AGREEMENT: {Told.MEAN, Told.TOP_TWO},
    QuestionKind.TEN: {Told.MEAN, Told.PROMOTERS},
    QuestionKind.CHOICE: set(),
    QuestionKind.TEXT: set(),
}


class SurveyForm(Form):
    title = StringField("Title", [required("Name the survey: people see it above the questions.")])
    audience = StringField("Who is asked", description="Such as: patients of the heart clinic.")
    introduction = TextAreaField(
        "Introduction", description="What it is for and how long it takes, in a sentence or two."
    )
    privacy = TextAreaField(
        "What becomes of the answers",
        [required("Say what becomes of the answers: whoever begins agrees to it.")],
        default=PRIVACY,
    )


class NewSurveyForm(Form):
    questionnaire = SelectField(
        "Begin with",
        choices=[
            SelectChoice("", "No questions yet"),
            *(SelectChoice(name, f"{one.title} ({one.audience})") for name, one in READY.items()),
        ],
    )
    waves = SelectField(
        "Waves",
        choices=[
            SelectChoice("one", "One: ask once"),
            SelectChoice("two", "Two: before and after, to be compared"),
        ],
    )
    title = StringField("Title", description="Left empty, it is that of the questionnaire.")
    audience = StringField("Who is asked", description="Such as: patients of the heart clinic.")
    introduction = TextAreaField(
        "Introduction", description="What it is for and how long it takes, in a sentence or two."
    )

    def validate_questionnaire(self, field):
        ready = READY.get(field.data or "")
        if not self.title.data and ready:
            self.title.data = ready.title
        if not self.title.data:
            raise ValidationError("Choose a questionnaire, or give the survey a title.")


class QuestionForm(Form):
    words = TextAreaField("Question", [required("Write the question, or the sentence to agree with.")])
    kind = EnumField("Answered by", QuestionKind)
    is_required = BooleanField("Required", description="Who leaves it out is asked for it.")
    choices = TextAreaField("Answers to choose from", description="For one of several: a line each.")
    low = StringField("Words at 0", description="For 0 to 10, such as: not at all likely.")
    high = StringField("Words at 10", description="Such as: very likely.")
    measure_id = SelectField("Goes into the measure", coerce=key)
    told_as = EnumField("As", Told, blank="Nothing")

    MORE = ("measure_id", "told_as")

    def __init__(self, *args, engagement_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.measure_id.choices = [SelectChoice("", "None")] + [
            SelectChoice(row.id, row.name) for row in queries.measures_of(engagement_id)
        ]

    def validate_choices(self, field):
        if self.kind.data is not QuestionKind.CHOICE:
            return
        answers = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if not 2 <= len(answers) <= 20:
            raise ValidationError("Write between 2 and 20 answers, a line each.")
        if len(set(answers)) < len(answers):
            raise ValidationError("Two of these answers are the same.")

    def validate_told_as(self, field):
        if bool(field.data) != bool(self.measure_id.data):
            raise ValidationError("Choose both the measure and what goes into it, or neither.")
        if field.data and field.data not in FITTING[self.kind.data]:
            raise ValidationError("This kind of question has no such number.")


class WaveForm(Form):
    name = StringField("Wave", [required("Name the wave, such as Before.")])
    invited = WholeField(
        "People invited",
        [Optional(), NumberRange(1, 10_000_000, "Give a number of people, 1 or more.")],
        description="How many are given the link: without it there is no view rate.",
    )
    opens_on = DayField("Opens on", [Optional()], description="Left empty: as soon as you open it.")
    closes_on = DayField(
        "Closes after", [Optional()], description="It closes by itself at the end of this day, for good."
    )

    def __init__(self, *args, survey_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey_id = survey_id
        if self.edited and self.edited.state is WaveState.CLOSED:
            del self.name, self.opens_on, self.closes_on

    def validate_name(self, field):
        if not queries.is_free_name(field.data, self.survey_id, self.edited.id if self.edited else None):
            raise ValidationError("Another wave of this survey has this name.")

    def validate_closes_on(self, field):
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError("It cannot close before it opens.")
