"""The form that strangers fill in: made of the questions of a survey, and kept whole when it is refused."""

from collections.abc import Sequence

from wtforms import RadioField

from crm.forms import Form, Length, SelectChoice, TextAreaField, ValidationError, required
from crm.surveys.models import QuestionKind
from crm.surveys.results import labels_of

LONGEST = 2_000
TOO_LONG = f"Keep this to {LONGEST:,} characters or fewer."


class OneOf(RadioField):
    """One of the answers, or none: whoever left it out is told so by `required` alone."""

    def process_formdata(self, valuelist):
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else text or None

    def pre_validate(self, form):
        if self.data is not None and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError("This is not one of the answers. Choose again.")


class AnswerForm(Form):
    """No draft of it is kept, and nothing merged: nobody is known here."""

    @classmethod
    def is_long(cls) -> bool:
        return False


class StartForm(AnswerForm):
    pass


def field_name(question) -> str:
    return f"q{question.id}"


def answer_form(questions: Sequence) -> AnswerForm:
    fields = {field_name(one): _field(one, at) for at, one in enumerate(questions, 1)}
    return type("Answers", (AnswerForm,), fields)()


def _field(question, at: int):
    validators = [required(f"Question {at} is required. Please answer it.")] if question.is_required else []
    if question.kind is QuestionKind.TEXT:
        return TextAreaField(question.words, [*validators, Length(max=LONGEST, message=TOO_LONG)])
    first = 0 if question.kind is QuestionKind.TEN else 1
    choices = [SelectChoice(value, label) for value, label in enumerate(labels_of(question), first)]
    return OneOf(question.words, validators, choices=choices, coerce=int)


def given_in(form: AnswerForm, questions: Sequence) -> dict[int, int | str]:
    """What was answered, by the id of the question; what was left out is not in it."""
    said = {one.id: form[field_name(one)].data for one in questions}
    return {key: value for key, value in said.items() if value is not None}
