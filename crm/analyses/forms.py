from datetime import date

from crm import clock
from crm.analyses import queries
from crm.analyses.models import Analysis, Method
from crm.engagements.forms import key
from crm.forms import (
    BooleanField,
    DayField,
    EnumField,
    Form,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
    required,
)
from crm.outcomes.models import ChartKind, RuleSet

SIDES = (("time", "After against before"), ("groups", "A group against the comparison groups"))
ERRORS = (
    ("plain", "As if points were independent"),
    ("hac", "Newey-West: neighbours may be alike"),
    ("prais-winsten", "Prais-Winsten, for measured values"),
)
WAVES = (("0", "None"), ("1", "One wave a year"), ("2", "Two waves a year"))
DAYS = ("from_on", "to_on", "intervention_on")


def _choices(pairs, blank: str | None = None) -> list[SelectChoice]:
    first = [SelectChoice("", blank)] if blank is not None else []
    return first + [SelectChoice(value, label) for value, label in pairs]


class QuestionForm(Form):
    title = StringField("Question", [required("Write the question.")])
    hypothesis_id = SelectField("Question of the plan that it answers", coerce=key)
    measure_id = SelectField("Measure", coerce=key, validators=[required("Choose the measure.")])
    method = EnumField("Method", Method, blank="As proposed for the design and the data")

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        asked = queries.hypotheses(engagement.id)
        self.hypothesis_id.choices = [SelectChoice("", "None: it explores")] + [
            SelectChoice(one.hypothesis_id, one.statement) for one in asked
        ]
        self.measure_id.choices = [
            SelectChoice(one.id, one.name) for one in queries.measures_of(engagement.id)
        ]


class SettingsForm(Form):
    title = StringField("Question", [required("Write the question.")])
    method = EnumField("Method", Method, description="Another than the plan's makes it exploratory.")
    intervention_on = DayField(
        "The change began on",
        [Optional()],
        description="Empty: as the plan says. Its period counts as after.",
    )
    from_on = DayField("Use periods from", [Optional()])
    to_on = DayField("Use periods up to", [Optional()])
    sides = SelectField("Compare", choices=_choices(SIDES, "As the design has it"))
    slope_change = BooleanField("Let the trend change too")
    harmonics = SelectField("Season", choices=_choices(WAVES))
    neighbours = SelectField("Errors", choices=_choices(ERRORS))
    overdispersed = BooleanField("Widen the errors of counts by their dispersion")
    chart = EnumField("Control chart", ChartKind, blank="As fits the values")
    rules = EnumField("Rules of the chart", RuleSet, blank="As the measure says")

    def __init__(self, *args, obj: Analysis, **kwargs):
        super().__init__(*args, obj=obj, **{**_said(obj.settings), **kwargs})

    def validate_to_on(self, field):
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError("The last period lies before the first.")

    def fill(self, analysis: Analysis) -> None:
        """Take over what was chosen: only what differs from what would be taken anyway is kept."""
        analysis.title, analysis.method, analysis.updated_at = self.title.data, self.method.data, clock.now()
        days = {name: self[name].data.isoformat() for name in DAYS if self[name].data}
        chosen = {name: self[name].data for name in ("sides", "chart", "rules") if self[name].data}
        analysis.settings = {
            **days,
            **{name: str(value) for name, value in chosen.items()},
            "slope_change": self.slope_change.data,
            "harmonics": int(self.harmonics.data),
            "errors": self.neighbours.data,
            "overdispersed": self.overdispersed.data,
        }


def _said(settings: dict) -> dict:
    """What the settings hold, as the fields of the form have it."""
    return {
        **{name: date.fromisoformat(settings[name]) for name in DAYS if settings.get(name)},
        "sides": settings.get("sides", ""),
        "harmonics": str(settings.get("harmonics", 0)),
        "neighbours": settings.get("errors", "plain"),
        "overdispersed": settings.get("overdispersed", True),
        "slope_change": settings.get("slope_change", False),
        "chart": ChartKind(settings["chart"]) if settings.get("chart") else None,
        "rules": RuleSet(settings["rules"]) if settings.get("rules") else None,
    }
