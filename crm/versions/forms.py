from dataclasses import replace

from crm.alignment.models import MARKS
from crm.forms import (
    Form,
    HiddenField,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
)
from crm.versions.changes import changes
from crm.versions.content import Content
from crm.versions.sheet import Kept

LINES = 6
WEIGHT = "weight"


class KeepForm(Form):
    name = StringField("Name", description="Such as “After the workshop”. The number comes by itself.")


class ProposeForm(Form):
    note = StringField("A word with it")


class AgreeForm(Form):
    digest = HiddenField()


class CounterForm(Form):
    """Why, and up to six things that should be otherwise; a line of fields for each is added below."""

    note = TextAreaField("What should be otherwise, and why", [required("Say why.")])

    sheet: Kept
    #: The changes that it asks for, once it is valid.
    asked: list[dict]

    def lines(self):
        return [(self[f"goal_{n}"], self[f"what_{n}"], self[f"value_{n}"]) for n in range(LINES)]

    def validate(self, extra_validators=None) -> bool:
        is_right = super().validate(extra_validators)
        wanted: dict[tuple[int, int | None], int] = {}
        for goal, what, value in self.lines():
            if (goal.data is None and value.data is None) or goal.errors or what.errors or value.errors:
                continue
            try:
                self._line(goal, what, value, wanted)
            except ValidationError as error:
                value.errors = [*value.errors, str(error)]
                is_right = False
        if is_right:
            self.asked = asked(self.sheet.content, wanted)
        return is_right

    def _line(self, goal, what, value, wanted: dict) -> None:
        if goal.data is None or value.data is None:
            raise ValidationError("Choose the goal and enter what it should be.")
        strategy = None if what.data == WEIGHT else int(what.data)
        pair = goal.data, strategy
        if strategy is None and not 0 <= value.data <= 100:
            raise ValidationError("A weight is between 0 and 100.")
        if strategy is not None and value.data not in MARKS:
            raise ValidationError("A mark is 0, 1, 3 or 9.")
        if wanted.setdefault(pair, value.data) != value.data:
            raise ValidationError("Another line says something else about the same cell.")


def asked(content: Content, wanted: dict[tuple[int, int | None], int]) -> list[dict]:
    """Weights and marks that should be otherwise, each told as the comparison of two versions tells it."""
    weights = {goal: value for (goal, strategy), value in wanted.items() if strategy is None}
    marks = {pair: value for pair, value in wanted.items() if pair[1] is not None}
    goals = [said | {"weight": weights.get(said["id"], said["weight"])} for said in content["goals"]]
    cells = {(said["goal_id"], said["strategy_id"]): said for said in content["relations"]}
    for pair, mark in marks.items():
        bare = {"goal_id": pair[0], "strategy_id": pair[1], "note": None, "by": None}
        cells[pair] = cells.get(pair, bare) | {"mark": mark}
    after = content | {"goals": goals, "relations": list(cells.values())}
    return [replace(one, who=None, why=None).as_dict() for one in changes(content, after)]


def _key(value):
    return int(value) if value not in (None, "") else None


def counter_form(sheet: Kept) -> CounterForm:
    nothing = SelectChoice("", "Choose a goal")
    goals = [nothing, *(SelectChoice(goal.id, goal.statement) for goal in sheet.goals)]
    whats = [SelectChoice(WEIGHT, "its weight")] + [
        SelectChoice(str(one.id), f"served by: {one.statement}") for one in sheet.strategies
    ]
    fields: dict[str, object] = {"sheet": sheet}
    for n in range(LINES):
        fields[f"goal_{n}"] = SelectField(f"Goal of change {n + 1}", choices=goals, coerce=_key)
        fields[f"what_{n}"] = SelectField(f"What of it, change {n + 1}", choices=whats, default=WEIGHT)
        fields[f"value_{n}"] = WholeField(f"Should be, change {n + 1}", [Optional()])
    return type("CounterForm", (CounterForm,), fields)()
