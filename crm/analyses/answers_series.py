"""Interrupted time series, by itself or less its controls, and difference in differences."""

from __future__ import annotations

from typing import Any, NamedTuple

from crm.analyses.answers_compared import groups_picture
from crm.analyses.result import ADVICE, assumed, effect, number
from crm.analyses.series import DENOMINATOR, NUMERATOR, SEASON, VALUE, Data
from crm.methods import difference, difference_trends, difference_wild, time_series, time_series_checks
from crm.methods.spc_phases import are_whole, can_be_ratio
from crm.methods.time_series_variants import variants

_OFTEN_CAUSED = "Look at what else happened then, and add a series that it struck alike as a control."


class Model(NamedTuple):
    """What an interrupted series is modelled from: an entry for each period, missing ones among `exclude`."""

    values: list
    after: list[int]
    offset: list | None
    exclude: list[int]
    family: str
    days: list[str | None]


def model_of(data: Data) -> Model:
    """Counts where there are whole ones, over their denominators where there are any; else values."""
    periods = data.stretched(data.groups[0])
    rows = [row or [None] * 4 for _, row in periods]
    known = [row for row in rows if row[0]]
    counts = data.of["value_kind"] in {"proportion", "rate", "count"}
    has_both = counts and can_be_ratio([r[NUMERATOR] for r in known], [r[DENOMINATOR] for r in known])
    is_count = data.of["value_kind"] == "count" and are_whole([r[VALUE] for r in known])
    family = "poisson" if has_both or is_count else "gaussian"
    column = NUMERATOR if has_both else VALUE
    return Model(
        [_number(row[column]) for row in rows],
        [int(place >= data.start) for place, _ in periods],
        [_number(row[DENOMINATOR]) for row in rows] if has_both else None,
        [at for at, row in enumerate(rows) if not row[0]],
        family,
        [row[0] for row in rows],
    )


def _number(value) -> float:
    return float("nan") if value is None else float(value)


def controlled_model(data: Data) -> Model:
    """The series less the mean of its controls, in the periods for which all have a value."""
    if not data.comparisons:
        raise ValueError("There is no comparison group: add one to the measure, as its series.")
    others = [{data.index(row[0]): row[VALUE] for row in group["rows"]} for group in data.comparisons]
    own = {data.index(row[0]): row for row in data.rows}
    common = [place for place in own if all(place in one for one in others)]
    if not common:
        raise ValueError("The series and its comparison groups have no period in common.")
    places = range(min(common), max(common) + 1)
    gaps = [at for at, place in enumerate(places) if place not in common]
    values = [
        own[place][VALUE] - sum(one[place] for one in others) / len(others)
        if place in common
        else float("nan")
        for place in places
    ]
    days = [own[place][0] if place in common else None for place in places]
    return Model(values, [int(place >= data.start) for place in places], None, gaps, "gaussian", days)


def choices_of(data: Data, family: str) -> dict[str, Any]:
    """How to model, of what the settings say."""
    wanted = data.settings
    return {
        "overdispersed": wanted.get("overdispersed", True),
        "harmonics": wanted.get("harmonics") or 0,
        "slope_change": bool(wanted.get("slope_change")),
        "errors": wanted.get("errors") or "plain",
    }


def interrupted(data: Data) -> dict[str, Any]:
    model = model_of(data)
    found, more = _modelled(data, model)
    naive = found.naive
    factor = 1.0
    if found.scale == "rate ratio" and model.offset:
        factor = data.scale
    return effect(
        data, design="interrupted_series", scale=_scale(found), naive=tuple(naive[:3]),
        chart=_curves(data, model, found, factor), **more,
    )  # fmt: skip


def controlled(data: Data) -> dict[str, Any]:
    model = controlled_model(data)
    found, more = _modelled(data, model)
    alone = time_series.interrupted(
        **_given(_plain_model(data)), **choices_of(data, "gaussian") | {"overdispersed": True},
        confidence=data.settings["confidence"], period=SEASON[data.frequency],
    )  # fmt: skip
    more["numbers"].append(number("The series alone, without its controls", *alone.effect[:4]))
    return effect(
        data, design="controlled_series", scale="difference", naive=tuple(found.naive[:3]),
        chart=_curves(data, model, found, 1.0), groups=groups_picture(data), **more,
    )  # fmt: skip


def _plain_model(data: Data) -> Model:
    """The series by its values, whatever they are made of."""
    model = model_of(data)
    rows = [row for _, row in data.stretched(data.groups[0])]
    values = [_number(row[VALUE] if row else None) for row in rows]
    return model._replace(values=values, offset=None, family="gaussian")


def _given(model: Model) -> dict[str, Any]:
    return {
        "values": model.values,
        "intervention": model.after,
        "offset": model.offset,
        "exclude": model.exclude,
        "family": model.family,
    }


def _scale(found) -> str:
    return "ratio" if found.scale == "rate ratio" else "difference"


def _modelled(data: Data, model: Model) -> tuple[time_series.Interrupted, dict[str, Any]]:
    season, level = SEASON[data.frequency], data.settings["confidence"]
    choices = choices_of(data, model.family)
    found = time_series.interrupted(**_given(model), **choices, period=season, confidence=level)
    given = _given(model)
    table = variants(given.pop("values"), given.pop("intervention"), primary=choices, period=season,
                     confidence=level, **given)  # fmt: skip
    looked = _checks(found, season)
    return found, {
        "method": found.method,
        "amount": tuple(found.effect[:3]),
        "p": found.effect.p,
        "n": found.n,
        "numbers": _numbers(found),
        "assumptions": [
            *(assumed(text, None, _advice(text)) for text in found.assumptions),
            *(assumed(text, False, "Say so beside the answer.") for text in found.cautions),
            *(assumed(one["sentence"], one["passed"], one["advice"]) for one in looked),
        ],
        "checks": looked,
        "sensitivity": table.astype(object).where(table.notna(), None).to_dict("records"),
        "dispersion": found.dispersion,
        "before": found.before,
        "after": found.after,
    }


def _advice(text: str) -> str:
    if "season" in text:
        return "Look at the diagnostics; where there is a season, add one or two waves in the settings."
    if "point before" in text:
        return (
            "Look at the diagnostics; where neighbours are alike, choose Newey-West errors in the settings."
        )
    return _OFTEN_CAUSED


def _checks(found, season: int) -> list[dict]:
    try:
        return [one._asdict() for one in time_series_checks.checks(found, period=season).checks]
    except ValueError:
        return []


def _numbers(found: time_series.Interrupted) -> list[dict]:
    told = [
        number("Step at the change", *found.effect[:4]),
        number("Trend before, a period", *found.trend[:4]),
    ]
    if found.slope:
        told.append(number("Change of the trend", *found.slope[:4]))
        told.append(number("Step and slope at the last period", *found.at_end[:4]))
    return [*told, number("Plain comparison, after with before", *found.naive[:4])]


def _curves(data: Data, model: Model, found, factor: float) -> dict[str, Any]:
    """Observed, fitted and expected in the unit of the measure; the expected only since the change."""
    sizes = model.offset or [1.0] * len(model.values)
    told = []
    for at, day in enumerate(model.days):
        if day is None:
            continue
        without = found.counterfactual[at] / sizes[at] * factor if model.after[at] else None
        told.append(
            [day, model.values[at] / sizes[at] * factor, found.fitted[at] / sizes[at] * factor, without]
        )
    days, observed, fitted, expected = (list(column) for column in zip(*told, strict=True))
    return {
        "kind": "series", "days": days, "observed": observed, "fitted": fitted, "counterfactual": expected,
        "start": data.settings["intervention_on"],
    }  # fmt: skip


def observations_of(data: Data) -> list[tuple[str, float, int, int, int]]:
    """A row for each value of each group: group, value, whether treated, whether after, period."""
    rows = []
    for is_treated, groups in ((1, data.treated), (0, data.comparisons)):
        for group in groups:
            for row in group["rows"]:
                place = data.index(row[0])
                rows.append((group["name"], row[VALUE], is_treated, int(place >= data.start), place))
    return rows


def difference_in_differences(data: Data) -> dict[str, Any]:
    if not data.comparisons:
        raise ValueError("There is no comparison group: add one to the measure, as its series.")
    names, values, treated, after, places = zip(*observations_of(data), strict=True)
    cluster = names if min(len(data.treated), len(data.comparisons)) > 1 else None
    level = data.settings["confidence"]
    found = difference.did(values, treated, after, cluster=cluster, confidence=level)
    trends = _trends(values, treated, places, data, cluster)
    means = found.means
    return effect(
        data, method=f"{found.method.capitalize()}.", design="difference_in_differences", scale="difference",
        amount=(found.estimate, found.lower, found.upper), p=found.p, n=len(values), of="values",
        naive=found.naive,
        numbers=[
            number("Difference in differences", found.estimate, found.lower, found.upper, found.p),
            number("Change of the treated alone", found.naive),
            number("Change of the comparison", found.control_change),
            *(number(name.replace("_", " ").capitalize(), mean) for name, mean in means._asdict().items()),
        ],
        assumptions=[
            *(assumed(text, None, ADVICE["apart"]) for text in found.assumptions[1:]),
            assumed(trends["words"], trends["holds"], trends["advice"]),
            *(assumed(text, False, _wild(names, values, treated, after)) for text in found.cautions),
        ],
        trends=trends, clusters=found.clusters, chart=groups_picture(data),
    )  # fmt: skip


def _trends(values, treated, places, data: Data, cluster) -> dict[str, Any]:
    try:
        found = difference_trends.parallel_trends(
            values, treated, places, first_after=data.start, cluster=cluster,
            confidence=data.settings["confidence"],
        )  # fmt: skip
    except ValueError as reason:
        advice = (
            "Say that parallel trends are assumed and were not looked at, or collect more periods before."
        )
        return {"words": f"Parallel trends could not be tested: {reason}", "holds": None, "advice": advice}
    placebos = [[one.start, one.estimate] for one in found.placebos.itertuples()]
    return {
        "words": found.words, "holds": found.holds, "advice": found.advice, "method": found.method,
        "drift": found.drift, "low": found.lower, "high": found.upper, "p": found.p, "placebos": placebos,
    }  # fmt: skip


def _wild(names, values, treated, after) -> str:
    try:
        found = difference_wild.wild_bootstrap(values, treated, after, cluster=names)
    except ValueError as reason:
        return str(reason)
    return f"Report the wild cluster bootstrap beside it: p {found.p:.3g} ({found.method})."
