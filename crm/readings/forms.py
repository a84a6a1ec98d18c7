from crm.engagements.forms import key
from crm.forms import Form, SelectChoice, SelectField, StringField, required

STRENGTHS = {
    2: "They help each other much",
    1: "They help each other",
    0: "Neither",
    -1: "They hinder each other",
    -2: "They hinder each other much",
}


def _chosen(what: str) -> SelectField:
    return SelectField(what, [required("Choose one.")], coerce=key)


def _among(rows) -> list[SelectChoice]:
    return [SelectChoice(row.id, row.statement) for row in rows]


class TieForm(Form):
    strategy_id = _chosen("One strategy")
    other_id = _chosen("The other")
    strength = SelectField(
        "Together", choices=[SelectChoice(value, words) for value, words in STRENGTHS.items()], coerce=int
    )
    note = StringField("Why")

    def __init__(self, *args, strategies, **kwargs):
        super().__init__(*args, **kwargs)
        self.strategy_id.choices = self.other_id.choices = _among(strategies)

    @property
    def pair(self) -> tuple[int, int]:
        return self.strategy_id.data, self.other_id.data


class CauseForm(Form):
    goal_id = _chosen("Reaching this goal")
    effect_id = _chosen("helps to reach this one")
    note = StringField("How", description="What has to be true for that.")

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.goal_id.choices = self.effect_id.choices = _among(goals)
