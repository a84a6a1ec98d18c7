"""What hangs on an outcomes plan."""

from datetime import UTC, date, datetime

import factory

from crm.plans.models import (
    Amendment,
    Deviation,
    GuidelineKey,
    GuidelineMark,
    MarkState,
    PowerKind,
    PowerPlan,
    Registration,
)
from tests.factories_base import OnThread


class RegistrationFactory(OnThread):
    class Meta:
        model = Registration

    number = factory.Sequence(lambda place: place + 1)
    content = "{}"
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    reason = "The first was cut short"
    registered_at = datetime(2026, 1, 5, 9, tzinfo=UTC)


class AmendmentFactory(OnThread):
    class Meta:
        model = Amendment

    number = factory.Sequence(lambda place: place + 1)
    reason = "Another ward joins"
    opened_at = datetime(2026, 1, 6, 9, tzinfo=UTC)


class DeviationFactory(OnThread):
    class Meta:
        model = Deviation

    happened_on = date(2026, 2, 1)
    what = "One ward began late"
    why = "Nobody was there to train"
    effect = "A month less for that ward"


class PowerPlanFactory(OnThread):
    class Meta:
        model = PowerPlan

    kind = PowerKind.MEANS
    settings = factory.LazyFunction(lambda: {"difference": 5.0, "sd": 10.0, "available": 40})


class GuidelineMarkFactory(OnThread):
    class Meta:
        model = GuidelineMark

    guideline = GuidelineKey.SQUIRE
    item = "18"
    state = MarkState.DONE
    place = "Page 3"
