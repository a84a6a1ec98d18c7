"""Data that carry no answer: every method says so in a sentence and gives no number."""

from math import inf, nan

import numpy as np
import pytest

from crm.methods.comparison import independent, paired, proportion, proportions, rates
from crm.methods.cost_effectiveness import icers, nmb, place
from crm.methods.difference import did
from crm.methods.difference_trends import parallel_trends
from crm.methods.difference_wild import wild_bootstrap
from crm.methods.economics import npv, roi, time_freed, tornado
from crm.methods.multiplicity import holm, looks
from crm.methods.power import clusters, curve, margin, means, precision, smallest_effect
from crm.methods.power import proportions as size_of_proportions
from crm.methods.power_curves import curve_of_means, curve_of_proportions, curve_of_steps
from crm.methods.power_series import smallest_step
from crm.methods.spc import chart
from crm.methods.survey import five_point, net_promoter, net_promoter_of, response_rates
from crm.methods.time_series import interrupted
from crm.methods.time_series_variants import variants

pytestmark = pytest.mark.no_database
GAPS, SAME = [nan] * 24, [7.0] * 24
HALF, TREATED, POST = [0] * 12 + [1] * 12, [0, 1] * 12, [0, 0, 1, 1] * 6
NOISE = [5, 9, 7, 8, 6, 9, 4, 8, 7, 6, 9, 5, 4, 3, 5, 2, 4, 6, 3, 4, 2, 5, 3, 4]
#: Before all events, after none: the two sides are parted perfectly.
PARTED = [9, 8, 7, 9, 8, 9, 7, 8, 9, 8, 7, 9] + [0] * 12
KINDS_WITHOUT = ("run", "i", "mr", "c", "g", "t")
KINDS_WITH = ("p", "pp", "u", "up")


def series(values=NOISE, after=HALF, **given):
    return interrupted, (values, after), given


def grown(outcome=NOISE, treated=TREATED, post=POST, **given):
    return did, (outcome, treated, post), given


def wild(outcome=NOISE, treated=TREATED, post=POST):
    return wild_bootstrap, (outcome, treated, post), {"cluster": np.arange(24) // 2 * 2 + np.array(treated)}


def trends(outcome=NOISE, treated=TREATED, first_after=8):
    return parallel_trends, (outcome, treated, np.arange(24) // 2), {"first_after": first_after}


FEW = {
    "paired": (paired, ([1], [2]), {}),
    "independent": (independent, ([1], [2]), {}),
    "proportion": (proportion, (0, 0), {}),
    "proportions": (proportions, (0, 0, 1, 2), {}),
    "rates": (rates, (0, 5, 0, 5), {}),
    "interrupted": series([4, 5, 4], [0, 0, 1]),
    "interrupted without points": series([], []),
    "interrupted without a before": series(after=[1] * 24),
    "interrupted without an after": series(after=[0] * 24),
    "variants without a before": (variants, (NOISE, [1] * 24), {}),
    "did without a before": grown(post=[1] * 24),
    "did without controls": grown(treated=[1] * 24),
    "wild without a before": wild(post=[1] * 24),
    "trends without a before": trends(first_after=0),
    "trends without an after": trends(first_after=99),
    "five_point": (five_point, ([],), {}),
    "net_promoter": (net_promoter, (0, 0, 0), {}),
    "net_promoter_of": (net_promoter_of, ([],), {}),
    "npv": (npv, ([], 0.03), {}),
    "roi": (roi, ({}, 5), {}),
    "tornado": (tornado, (lambda x: x, {"x": 1}, {}), {}),
    "icers": (icers, ([1], [1], ["a"]), {}),
    "holm": (holm, ([],), {}),
    "looks": (looks, (0,), {}),
    "smallest_effect": (smallest_effect, (1,), {}),
    "smallest_step": (smallest_step, (2, 12), {"sd": 1}),
    "curve": (curve, ([],), {"effect_size": 1}),
    "curve_of_means": (curve_of_means, ([1], 1), {}),
    "curve_of_proportions": (curve_of_proportions, ([0.1], 1), {"p1": 0.5}),
    "curve_of_steps": (curve_of_steps, ([1], 12, 2), {"sd": 1}),
    "margin": (margin, (0,), {"p": 0.5}),
    "clusters": (clusters, (0, 5, 0.1), {}),
    **{f"chart {kind}": (chart, (kind, [1]), {}) for kind in KINDS_WITHOUT},
    **{f"chart {kind}": (chart, (kind, [1], [5]), {}) for kind in KINDS_WITH},
    **{f"chart {kind}": (chart, (kind, [[1, 2]]), {}) for kind in ("xbar", "s")},
}
CONSTANT = {
    "paired": (paired, (SAME, [6.0] * 24), {}),
    "independent": (independent, (SAME, SAME), {}),
    "interrupted counts": series(SAME),
    "interrupted values": series(SAME, family="gaussian"),
    "interrupted by prais-winsten": series(SAME, family="gaussian", errors="prais-winsten"),
    "interrupted on a line": series(np.arange(24.0) + 5 * np.array(HALF), family="gaussian"),
    "did": grown(SAME),
    "wild": wild(SAME),
    "trends": trends(SAME),
    "means": (means, (0,), {}),
    "size_of_proportions": (size_of_proportions, (0.3, 0.3), {}),
    "precision": (precision, (1,), {"sd": 0}),
    "smallest_step": (smallest_step, (12, 12), {"sd": 0}),
    **{f"chart {kind}": (chart, (kind, SAME), {}) for kind in KINDS_WITHOUT},
    **{f"chart {kind}": (chart, (kind, SAME, [9] * 24), {}) for kind in KINDS_WITH},
    **{f"chart {kind}": (chart, (kind, [[7.0, 7.0]] * 24), {}) for kind in ("xbar", "s")},
}
MISSING = {
    "paired": (paired, (GAPS, GAPS), {}),
    "independent": (independent, (GAPS, GAPS), {}),
    "proportion": (proportion, (nan, nan), {}),
    "proportions": (proportions, (1, 2, nan, 2), {}),
    "rates": (rates, (nan, 1, 2, 3), {}),
    "interrupted counts": series(GAPS),
    "interrupted values": series(GAPS, family="gaussian"),
    "interrupted offset": series(offset=GAPS),
    "variants": (variants, (GAPS, HALF), {}),
    "did": grown(GAPS),
    "wild": wild(GAPS),
    "trends": trends(GAPS),
    "five_point": (five_point, (GAPS,), {}),
    "net_promoter_of": (net_promoter_of, (GAPS,), {}),
    "response_rates": (response_rates, (nan, 1, 1, 1), {}),
    "npv": (npv, (GAPS, 0.03), {}),
    "roi": (roi, ({"cash_released": nan}, 5), {}),
    "time_freed": (time_freed, (nan, 5), {}),
    "icers": (icers, (GAPS[:2], GAPS[:2], ["a", "b"]), {}),
    "place": (place, (nan, nan), {}),
    "nmb": (nmb, (nan, 1, 1), {}),
    "holm": (holm, (GAPS,), {}),
    "means": (means, (nan,), {}),
    "size_of_proportions": (size_of_proportions, (nan, 0.5), {}),
    "smallest_effect": (smallest_effect, (nan,), {}),
    "smallest_step": (smallest_step, (12, 12), {"count": nan}),
    "curve_of_steps": (curve_of_steps, (GAPS, 12, 12), {"sd": 1}),
    "infinite": (independent, ([inf, 1], [1, 2]), {}),
    **{f"chart {kind}": (chart, (kind, GAPS), {}) for kind in KINDS_WITHOUT},
    **{f"chart {kind}": (chart, (kind, GAPS, GAPS), {}) for kind in KINDS_WITH},
    **{f"chart {kind}": (chart, (kind, [GAPS, GAPS]), {}) for kind in ("xbar", "s")},
}
SEPARATED = {
    "interrupted": series(PARTED),
    "interrupted the other way": series(PARTED[::-1]),
    "interrupted with a slope": series([*PARTED[:12], 9, *[0] * 11], slope_change=True),
    "variants": (variants, (PARTED, HALF), {}),
    "rates": (rates, (9, 100, 0, 100), {}),
    "did": grown([float(t and p) for t, p in zip(TREATED, POST, strict=True)]),
    "size_of_proportions": (size_of_proportions, (1, 0), {}),
}
CASES = [
    pytest.param(*case, id=f"{kind}: {name}")
    for kind, cases in (("few", FEW), ("constant", CONSTANT), ("missing", MISSING), ("separated", SEPARATED))
    for name, case in cases.items()
]


@pytest.mark.parametrize(("method", "values", "given"), CASES)
def test_there_is_a_sentence_and_no_number(method, values, given):
    with pytest.raises(ValueError, match=r"^[A-Z].+[.]$") as refused:
        method(*values, **given)
    sentence = str(refused.value)
    assert len(sentence.split()) >= 4
    assert not any(word in sentence for word in ("array", "NaN", "nan", "ufunc", "shape", "matrix", "scipy"))


def test_two_shares_parted_perfectly_have_an_exact_answer():
    """All of 9 against none of 9: Fisher's p is 2 / 48,620; Newcombe's interval stays within 0 to 1."""
    one = proportions(9, 9, 0, 9)
    assert one.p == pytest.approx(2 / 48_620)
    assert (one.estimate, one.upper) == (1, 1)
    short = 1 - 9 / (9 + 1.959963984540054**2)
    assert one.lower == pytest.approx(1 - 2**0.5 * short)


def test_answers_that_are_all_alike_claim_no_certainty():
    assert net_promoter(20, 0, 20).se is None
    assert five_point([5] * 20).lower < 1
