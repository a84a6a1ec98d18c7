"""Made-up data of analyses, as a look keeps them."""

from datetime import date
from math import pi, sin

SETTINGS = {"intervention_on": "2024-07-01", "confidence": 0.95, "design": "interrupted_series"}


def months(count: int, first: int = 2023) -> list[str]:
    return [date(first + at // 12, at % 12 + 1, 1).isoformat() for at in range(count)]


def noise(at: int, seed: int = 1) -> float:
    """Between -1 and 1, and the same each time."""
    return ((at * 7919 + seed * 104_729) % 1009) / 504.5 - 1


def of(value_kind="number", unit=None, **more) -> dict:
    measure = {
        "name": "No-show rate", "unit": unit, "per": 1.0, "value_kind": value_kind, "direction": "decrease",
        "frequency": "monthly", "target": None, "baseline_points": None, "rules": "nhs",
    }  # fmt: skip
    return {**SETTINGS, "measure": {**measure, **more}}


def group(rows: list, name="The clinic", is_comparison=False) -> dict:
    return {"name": name, "is_comparison": is_comparison, "rows": rows}


def data(*groups: dict, phases=()) -> dict:
    return {"groups": list(groups), "phases": list(phases)}


def _wave(at: int) -> float:
    return 0.05 * at + sin(2 * pi * at / 12)


def measured(count=36, drop=4.0, seed=1, level=20.0) -> list:
    return [
        [day, level + _wave(at) + 1.5 * noise(at, seed) - drop * (at >= 18), None, None]
        for at, day in enumerate(months(count))
    ]  # fmt: skip


def shares(count=36, size=900, drop=0.03, seed=1) -> list:
    rows = []
    for at, day in enumerate(months(count)):
        bottom = size + at * 3
        top = round(bottom * (0.12 + 0.012 * noise(at, seed) - (drop if at >= 18 else 0)))
        rows.append([day, 100 * top / bottom, top, bottom])
    return rows


def counts(count=36, level=40, drop=12, seed=1) -> list:
    return [
        [day, float(round(level + 8 * noise(at, seed) - (drop if at >= 18 else 0))), None, None]
        for at, day in enumerate(months(count))
    ]
