"""What a look says, as a finding keeps it; and what of it may leave the engagement."""

from typing import Any

from crm.methods.suppression import SMALLEST, suppress
from crm.outcomes.models_plan import Design

KEPT = ("method", "estimate", "low", "high", "p", "unit", "naive", "n", "scale")


def copied(look) -> dict[str, Any]:
    """The numbers of a look, with the version of the data that they rest on."""
    numbers = {name: look.result[name] for name in KEPT if look.result.get(name) is not None}
    return numbers | {"n": look.n, "data_version": look.data_version, "look": look.number}


def design_of(look) -> Design:
    """The design that a look names, in our words or in those of the science."""
    said = str(look.result.get("design") or "")
    return Design(said) if said in Design._value2member_map_ else Design.CASE_STUDY


def told(numbers: dict[str, Any]) -> dict[str, Any]:
    """What everybody may read: no number that rests on fewer people than may be told about."""
    n = numbers.get("n")
    if n is not None and 0 < n < SMALLEST:
        return {"hidden": f"Numbers that rest on fewer than {SMALLEST} are hidden."}
    return {
        name: numbers[name] for name in ("estimate", "low", "high", "naive", "n", "unit") if name in numbers
    }


def shown_part(numerator: float | None, denominator: float | None) -> tuple[str, str, bool]:
    """A part and its whole as they may leave the engagement, and whether both are shown.

    Whoever knows a share and the whole knows the part: so its value is hidden with it.
    """
    if numerator is None or denominator is None:
        return "", "", True
    if numerator != int(numerator) or denominator != int(denominator) or numerator > denominator:
        return f"{numerator:,g}", f"{denominator:,g}", True
    found = suppress([int(numerator), int(denominator - numerator)])
    part, whole = found.cells[0], found.total
    words = ["hidden" if one is None else f"{one:,}" for one in (part, whole)]
    return words[0], words[1], part is not None and whole is not None
