from crm.engagements.models import Stage
from crm.forms import EnumField, Form, SelectChoice, TextAreaField
from crm.stages.queries import targets


class StageForm(Form):
    stage = EnumField("Move to", Stage)
    reason = TextAreaField(
        "Reason",
        description="Needed when it goes on hold, is lost or cancelled, or moves on before all is there.",
    )

    def __init__(self, *args, engagement, **kwargs):
        super().__init__(*args, **kwargs)
        self.stage.choices = [SelectChoice(one.value, one.label) for one in targets(engagement.stage)]
