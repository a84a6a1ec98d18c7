"""What an analysis answers with, as a look keeps it: plain values that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np

from crm.analyses.series import PERIODS, Data
from crm.methods.designs import evidence, known
from crm.methods.statements import statement

#: What to do where what a comparison rests on does not hold.
ADVICE = {
    "normal": "With few values that lie far off, show the run chart beside it and say so.",
    "apart": "Where units or periods influence each other the interval is too narrow: use a series instead.",
    "clusters": "Where events come in clusters, use an interrupted series with its dispersion.",
    "alone": "Nothing in these numbers can test it: say it, and look in the diary for other changes.",
}


def plain(value: Any) -> Any:
    """The value as JSON holds it; a number that is none becomes None."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not isfinite(value) else value


def number(name: str, estimate, low=None, high=None, p=None) -> dict[str, Any]:
    """A line of the table of numbers."""
    return {"name": name, "estimate": estimate, "low": low, "high": high, "p": p}


def assumed(text: str, ok: bool | None = None, advice: str = ADVICE["alone"]) -> dict[str, Any]:
    """What the answer rests on; `ok` is None where the data cannot tell."""
    return {"text": text, "ok": ok, "advice": advice}


def effect(
    data: Data, *, method: str, design: str, scale: str, amount, p, n: int, of: str | None = None,
    naive=None, **more,
) -> dict[str, Any]:  # fmt: skip
    """The answer of a method that tells an effect: `amount` and `naive` are (estimate, low, high);
    `naive` may be a number alone.

    A "share" is given as fractions and told in the unit of the measure.
    """
    m = data.of
    said = statement(
        design=design,
        measure=m["name"],
        estimate=amount[0],
        lower=amount[1],
        upper=amount[2],
        n=n,
        scale=scale,
        unit=m["unit"] or "",
        direction=m["direction"],
        naive=naive,
        confidence=data.settings["confidence"],
        of=of or PERIODS[data.frequency],
    )
    factor = data.scale if scale == "share" else 1.0
    estimate, low, high = (factor * one for one in amount)
    return plain(
        {
            "method": method,
            "estimate": estimate,
            "low": low,
            "high": high,
            "p": p,
            "unit": _unit(scale, m["unit"]),
            "scale": scale,
            "design": design,
            "naive": _naive(naive),
            "beside": said.naive,
            "n": n,
            "board": said.board,
            "not_shown": said.does_not_show,
            "evidence": said.evidence.sentence,
            "is_clear": said.is_clear,
            "confidence": data.settings["confidence"],
            **more,
        }
    )


def _naive(given) -> dict[str, Any] | None:
    if given is None:
        return None
    estimate, low, high = given if isinstance(given, tuple) else (given, None, None)
    return {"estimate": estimate, "low": low, "high": high}


def _unit(scale: str, unit: str | None) -> str:
    if scale == "ratio":
        return "rate ratio"
    return "percentage points" if unit == "%" else unit or ""


def level(data: Data, *, method: str, design: str, n: int, lines, board: str, **more) -> dict[str, Any]:
    """The answer of a chart: no effect, but where the measure lies; `lines` are centre and limits."""
    estimate, low, high = lines
    return plain(
        {
            "method": method,
            "estimate": estimate,
            "low": low,
            "high": high,
            "p": None,
            "unit": data.of["unit"] or "",
            "scale": "level",
            "design": design,
            "naive": None,
            "beside": None,
            "n": n,
            "board": board,
            "not_shown": known(design).cannot_show,
            "evidence": evidence(design).sentence,
            "is_clear": None,
            "confidence": None,
            **more,
        }
    )
