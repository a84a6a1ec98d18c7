"""Rows of a worksheet as a query gives them, made up."""

from datetime import date
from decimal import Decimal

from crm.alignment.models import Perspective
from crm.alignment.models_sheet import Layout, Weighing
from crm.versions.content import CAUSE, COMPARISON, GOAL, RELATION, STRATEGY, TIE, Rows


def row(names: tuple[str, ...], **said) -> dict:
    return dict.fromkeys(names) | said


def goal(number: int, **said) -> dict:
    told = {"statement": f"Goal {number}", "weight": 10, "perspective": Perspective.PATIENTS}
    told |= {"position": number, "target_value": 9.5}
    return row(GOAL, id=number, **told | said)


def strategy(number: int, **said) -> dict:
    told = {"position": number, "statement": f"Strategy {number}"}
    told |= {"cost": Decimal("1250.50"), "currency": "USD"}
    return row(STRATEGY, id=number, **told | {"starts_on": date(2026, 3, 1)} | said)


def relation(goal: int, strategy: int, mark: int, note: str | None = None, by="Ada") -> dict:
    return row(RELATION, goal_id=goal, strategy_id=strategy, mark=mark, note=note, by=by)


def some(wanted: int | list[dict], make, first: int) -> list[dict]:
    return [make(first + place) for place in range(wanted)] if isinstance(wanted, int) else wanted


def rows(goals=2, strategies=2, marks=(), **more) -> Rows:
    setup = {
        "layout": Layout.QFD, "weighing": Weighing.POINTS, "review_on": None, "review_every_months": 3,
    }  # fmt: skip
    said = {
        "goals": some(goals, goal, 1),
        "strategies": some(strategies, strategy, 101),
        "relations": [relation(*one) for one in marks],
        "setup": setup,
    }
    return Rows(**said | more)


def tie(one: int, other: int, strength: int, note=None) -> dict:
    return row(TIE, strategy_id=one, other_id=other, strength=strength, note=note, by="Ada")


def cause(one: int, other: int, note=None) -> dict:
    return row(CAUSE, goal_id=one, effect_id=other, note=note)


def comparison(one: int, other: int, times: int) -> dict:
    return row(COMPARISON, goal_id=one, other_id=other, times=times, by="Ada")
