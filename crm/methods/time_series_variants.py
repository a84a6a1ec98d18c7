"""The same interrupted series modelled in several ways: does the answer hang on the model?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import lazy_loader as lazy

from crm.methods.time_series import interrupted

pd = lazy.load("pandas")

#: What may differ between variants, with the values of `interrupted` where nothing is said.
CHOICES = {"overdispersed": True, "harmonics": 0, "slope_change": False, "errors": "plain"}
COLUMNS = [
    *("variant", "is_primary", "estimate", "lower", "upper", "p", "scale"),
    *("dispersion", "durbin_watson", "method", "why_not"),
]


def variants(
    values, intervention, *, primary: Mapping | None = None, offset=None, family="poisson", period=12, **given
) -> pd.DataFrame:
    """The step under the primary model and under models that differ from it in one thing each.

    `values`, `intervention`, `offset`, `family`, `period` and what else is given (`exclude`, `confidence`) as
    in `interrupted`. `primary`: the choices of the plan, any of `CHOICES`; what it leaves out is as there.

    Returns a frame, the primary analysis first: `variant` in words, `is_primary`, `estimate`, `lower`,
    `upper`, `p`, `scale`, `dispersion`, `durbin_watson`, `method`, and `why_not`: a sentence where this model
    cannot be fitted (its numbers are then missing), else empty.

    Raises ValueError for choices that are unknown, and where the primary model cannot be fitted.
    Source: Thabane and others (2013), BMC Medical Research Methodology 13, 92, for sensitivity analyses.
    """
    unknown = sorted(set(primary or {}) - set(CHOICES))
    if unknown:
        raise ValueError(f"A variant differs in {', '.join(CHOICES)}: {', '.join(unknown)} is none of them.")
    chosen = CHOICES | dict(primary or {})
    kept = {"offset": offset, "family": family, "period": period, **given}
    first = _row("as planned", interrupted(values, intervention, **kept, **chosen))
    rows = [first | {"is_primary": True}]
    for words, choices in _others(chosen, family):
        try:
            row = _row(words, interrupted(values, intervention, **kept, **choices))
        except ValueError as refusal:
            row = {"variant": words, "scale": first["scale"], "why_not": str(refusal)}
        rows.append(row | {"is_primary": False})
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(words: str, found) -> dict:
    effect = found.effect
    return {
        "variant": words,
        "estimate": effect.estimate,
        "lower": effect.lower,
        "upper": effect.upper,
        "p": effect.p,
        "scale": found.scale,
        "dispersion": found.dispersion,
        "durbin_watson": found.durbin_watson,
        "method": found.method,
        "why_not": "",
    }


def _others(chosen: Mapping, family: str) -> Iterator[tuple[str, dict]]:
    if family == "poisson" and chosen["errors"] == "plain":
        word = "without" if chosen["overdispersed"] else "with"
        yield f"{word} the dispersion of the counts", {**chosen, "overdispersed": not chosen["overdispersed"]}
    for pairs in (0, 1, 2):
        if pairs != chosen["harmonics"]:
            words = ("without a season", "a season of one wave", "a season of two waves")[pairs]
            yield words, {**chosen, "harmonics": pairs}
    word = "without" if chosen["slope_change"] else "with"
    yield f"{word} a change of trend", {**chosen, "slope_change": not chosen["slope_change"]}
    for errors, words in _ERRORS.items():
        if errors != chosen["errors"] and (family == "gaussian" or errors != "prais-winsten"):
            yield words, {**chosen, "errors": errors}


_ERRORS = {
    "plain": "errors as if points were independent",
    "hac": "Newey-West errors",
    "prais-winsten": "Prais-Winsten errors",
}
