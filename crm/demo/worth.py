"""What the reminders of the demo's own clinic are worth: one evaluation with its assumptions and options."""

from decimal import Decimal

from crm.demo.scene import Scene
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption, LineKind, Perspective

#: Kind, words, amount, unit, how many a year, first and last year, fewest, most, source.
LINES = (
    (LineKind.COST, "Coaching and films for three clinics", 21_000, "project", 1, 0, 0, 1, 1.2,
     "Statement of work, with the films at the offer of the studio"),
    (LineKind.COST, "Social media manager, a day a week", 46, "hours", 380, 1, 3, 340, 420,
     "Pay scale with on-costs; a day a week less leave"),
    (LineKind.CASH_RELEASED, "Reminder letters no longer posted", Decimal("0.92"), "letters", 9_400, 1, 3,
     8_200, 9_800, "Invoices of the mail room, postage and print"),
    (LineKind.TIME_FREED, "Front desk calls to fill empty slots", 34, "hours", 520, 1, 3, 300, 640,
     "Tally of two weeks in each clinic, times 24"),
    (LineKind.COST_AVOIDED, "Evening clinics to catch up on missed visits", 640, "evenings", 14, 1, 3, 6, 18,
     "Rota of the year before; one evening for every 130 visits missed"),
)  # fmt: skip
#: Name, cost in all, visits kept over three years, and whether the others are compared with it.
OPTIONS = (
    ("Letters by post", 31_900, 3_050, True),
    ("Text messages", 38_500, 4_100, False),
    ("Reminder stories and text messages", 73_400, 6_250, False),
    ("Telephone call to every patient", 91_000, 5_900, False),
)


def add_worth(scene: Scene, measure_id: int | None) -> int:
    """The evaluation of the engagement; savings in time rest on the measure."""
    year = scene.rows.as_of.year
    key = scene.add(
        Evaluation, name="Reminder stories against letters by post", perspective=Perspective.PROVIDER,
        comparator="letters by post, as before", currency=scene.story.currency, price_year=year,
        discount_rate=0.03, horizon_years=3, effect_unit="visits kept", threshold=Decimal(25),
        note="Patients' own time and fares are left out: they count from the perspective of society alone.",
    )  # fmt: skip
    for kind, words, amount, unit, quantity, first, last, low, high, source in LINES:
        tied = measure_id if kind in (LineKind.TIME_FREED, LineKind.COST_AVOIDED) else None
        scene.add(
            EvaluationLine, evaluation_id=key, kind=kind, words=words, amount=Decimal(amount), unit=unit,
            quantity=quantity, first_year=first, last_year=last, low=low, high=high, source=source,
            measure_id=tied,
        )  # fmt: skip
    for name, cost, effect, is_first in OPTIONS:
        scene.add(
            EvaluationOption, evaluation_id=key, name=name, cost=Decimal(cost), effect=effect,
            is_comparator=is_first,
        )  # fmt: skip
    return key
