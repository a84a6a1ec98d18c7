"""Before set against after, or one group against another, without a model of time."""

from __future__ import annotations

from typing import Any

from crm.analyses.result import ADVICE, assumed, effect, number
from crm.analyses.series import SEASON, Data, Side
from crm.methods import comparison

_CHECKS = (("normal", "normal"), ("influence", "apart"), ("cluster", "clusters"))


def paired(data: Data) -> dict[str, Any]:
    """Pairs are groups measured before and after, or else the same period of the year before."""
    before, after, words = pairs_of(data)
    found = comparison.paired(after, before, confidence=data.settings["confidence"])
    return _told(data, found, "difference", "before_after", len(after), "pairs", words)


def pairs_of(data: Data) -> tuple[list[float], list[float], str]:
    """Values before and after of each pair, and what a pair is."""
    if len(data.treated) > 1:
        cut = [data.cut(group) for group in data.treated]
        return [one.mean for one, _ in cut], [one.mean for _, one in cut], "Each group is one pair of means."
    before, after = data.cut()
    earlier = {data.index(row[0]): row[1] for row in before.rows}
    year = SEASON[data.frequency]
    found = [
        (earlier[place - year], row[1])
        for row in after.rows
        if (place := data.index(row[0])) - year in earlier
    ]
    if len(found) < 2:
        raise ValueError(
            "No two periods have a value both after the change and a year earlier: there are no pairs."
        )
    return (
        [one for one, _ in found],
        [one for _, one in found],
        "Each period is paired with that a year earlier.",
    )


def sides_of(data: Data) -> tuple[Side, Side, str, str]:
    """The two sides to compare: second minus first. Their names, as words, and the design that they make."""
    if data.settings.get("sides") != "groups":
        before, after = data.cut()
        return before, after, "after against before", "before_after"
    if not data.comparisons:
        raise ValueError(
            "There is no comparison group: add one to the measure, or compare before with after."
        )
    sides = [
        Side([row for group in groups for row in _after(data, group)])
        for groups in (data.comparisons, data.treated)
    ]
    if not all(side.rows for side in sides):
        raise ValueError("One of the groups has no value to compare.")
    return *sides, "the group against the comparison group", data.settings["design"]


def _after(data: Data, group) -> list:
    """Its rows since the change, or all of them where no day of a change is named."""
    if not data.settings.get("intervention_on"):
        return group["rows"]
    return [row for row in group["rows"] if data.index(row[0]) >= data.start]


def independent(data: Data) -> dict[str, Any]:
    before, after, words, design = sides_of(data)
    values = values_of(data, before, after)
    found = comparison.independent(values[1], values[0], confidence=data.settings["confidence"])
    n = len(values[0]) + len(values[1])
    return _told(data, found, "difference", design, n, None, f"It sets {words}.")


def values_of(data: Data, before: Side, after: Side) -> tuple[list[float], list[float]]:
    """One value a period; one a cluster where clusters were randomised, for each counts once."""
    if data.settings.get("sides") != "groups" or data.settings["design"] != "cluster":
        return before.values, after.values
    return tuple(
        [Side(rows).mean for group in groups if (rows := _after(data, group))]
        for groups in (data.comparisons, data.treated)
    )


def _sums(side: Side) -> tuple[int, float]:
    if not side.has_both:
        raise ValueError("Some periods have no numerator and denominator: compare the means instead.")
    top, bottom = side.sums
    if top != int(top):
        raise ValueError("The numerators are not whole numbers: compare the means instead.")
    return int(top), bottom


def proportions(data: Data) -> dict[str, Any]:
    before, after, words, design = sides_of(data)
    (x2, n2), (x1, n1) = _sums(before), _sums(after)
    found = comparison.proportions(x1, n1, x2, n2, confidence=data.settings["confidence"])
    shares = number("Share after", x1 / n1 * data.scale), number("Share before", x2 / n2 * data.scale)
    return _told(data, found, "share", design, int(n1 + n2), "cases", f"It sets {words}.", shares)


def rates(data: Data) -> dict[str, Any]:
    before, after, words, design = sides_of(data)
    (x2, t2), (x1, t1) = rates_of(before), rates_of(after)
    found = comparison.rates(x1, t1, x2, t2, confidence=data.settings["confidence"])
    if found.lower <= 0:
        raise ValueError("There is no event on one side: the interval of the ratio has no end.")
    each = number("Rate after", x1 / t1 * data.of["per"]), number("Rate before", x2 / t2 * data.of["per"])
    return _told(data, found, "ratio", design, x1 + x2, "events", f"It sets {words}.", each)


def rates_of(side: Side) -> tuple[int, float]:
    """Events and time at risk: periods count as equal where there is no denominator."""
    if side.has_both:
        return _sums(side)
    events = sum(side.values)
    if events != int(events):
        raise ValueError("Counts must be whole numbers: compare the means instead.")
    return int(events), float(len(side.rows))


def _told(data: Data, found, scale: str, design: str, n: int, of, words: str, rows=()) -> dict[str, Any]:
    amount = found.estimate, found.lower, found.upper
    factor = data.scale if scale == "share" else 1.0
    line = number(found.measure.capitalize(), *(factor * one for one in amount), found.p)
    return effect(
        data, method=f"{found.method.capitalize()}. {words}", design=design, scale=scale, amount=amount,
        p=found.p, n=n, of=of, numbers=[line, *rows],
        assumptions=[*(_assumed(text) for text in found.assumptions), *_rests_on(design)],
        chart=_picture(data),
    )  # fmt: skip


def _assumed(text: str) -> dict:
    kind = next((kind for word, kind in _CHECKS if word in text), "alone")
    return assumed(text, None, ADVICE[kind])


def _rests_on(design: str) -> list[dict]:
    if design != "before_after":
        return []
    advice = "Look at the run chart, or model the trend by an interrupted series."
    return [assumed("There was no trend and no season before the change.", None, advice)]


def _picture(data: Data) -> dict[str, Any]:
    if data.settings.get("sides") == "groups":
        return groups_picture(data)
    fitted = [side.mean for side in data.cut() for _ in side.rows]
    return {
        "kind": "series",
        "days": [row[0] for row in data.rows],
        "observed": [row[1] for row in data.rows],
        "fitted": fitted,
        "counterfactual": None,
        "start": data.settings["intervention_on"],
    }


def groups_picture(data: Data) -> dict[str, Any]:
    """The mean of each side in each period."""
    rows = []
    for name, groups in (("treated", data.treated), ("control", data.comparisons)):
        found: dict[int, list] = {}
        for group in groups:
            for row in group["rows"]:
                found.setdefault(data.index(row[0]), []).append(row)
        rows += [
            [name, min(row[0] for row in one), sum(row[1] for row in one) / len(one)]
            for _, one in sorted(found.items())
        ]
    return {"kind": "groups", "rows": rows, "start": data.settings.get("intervention_on")}
