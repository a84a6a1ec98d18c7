"""The same answers in pandas, scipy and statsmodels alone: what the notebook of a look runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.analyses.answers_series import model_of
from crm.analyses.models import Method
from crm.analyses.series import SEASON, Data

_PLACE = {
    "weekly": "(on - data.period_on.min()).dt.days // 7",
    "monthly": "on.dt.year * 12 + on.dt.month - 1",
    "quarterly": "(on.dt.year * 12 + on.dt.month - 1) // 3",
}
_SIDES = """\
before, after = own[~own.after], own[own.after]
"""
_GROUPS = """\
since = data[data.after] if START is not None else data
before, after = since[since.is_comparison], since[~since.is_comparison]
"""
_CHARTS = {
    "run": "centre, low, high = base.value.median(), None, None",
    "i": """\
centre = base.value.mean()
reach = 3 * base.value.diff().abs().mean() / 1.128
low, high = centre - reach, centre + reach""",
    "p": """\
centre = base.numerator.sum() / base.denominator.sum()
reach = 3 * np.sqrt(centre * (1 - centre) / part.denominator.iloc[-1])
low, high = max(centre - reach, 0), min(centre + reach, 1)""",
    "pp": """\
centre = base.numerator.sum() / base.denominator.sum()
z = (base.numerator / base.denominator - centre) / np.sqrt(centre * (1 - centre) / base.denominator)
sigma_z = z.diff().abs().mean() / 1.128
reach = 3 * np.sqrt(centre * (1 - centre) / part.denominator.iloc[-1]) * sigma_z
low, high = max(centre - reach, 0), min(centre + reach, 1)""",
    "u": """\
centre = base.numerator.sum() / base.denominator.sum()
reach = 3 * np.sqrt(centre / part.denominator.iloc[-1])
low, high = max(centre - reach, 0), centre + reach""",
    "up": """\
centre = base.numerator.sum() / base.denominator.sum()
z = (base.numerator / base.denominator - centre) / np.sqrt(centre / base.denominator)
reach = 3 * np.sqrt(centre / part.denominator.iloc[-1]) * z.diff().abs().mean() / 1.128
low, high = max(centre - reach, 0), centre + reach""",
    "c": """\
centre = base.value.mean()
low, high = max(centre - 3 * np.sqrt(centre), 0), centre + 3 * np.sqrt(centre)""",
    "g": """\
mean, centre = base.value.mean(), base.value.median()
reach = 3 * np.sqrt(mean * (mean + 1))
low, high = max(mean - reach, 0), mean + reach""",
    "t": """\
turned = base.value ** (1 / 3.6)
reach = 3 * turned.diff().abs().mean() / 1.128
lines = turned.mean() + np.array([0, -reach, reach])
centre, low, high = np.maximum(lines, 0) ** 3.6""",
}
_RATIOS = {"p", "pp", "u", "up"}


def cells(method: Method, settings: Mapping[str, Any], data: Data, result: Mapping[str, Any]) -> list[str]:
    """The code that follows the data: it ends in `answer`, a dict of numbers."""
    if method in (Method.CONTROL_CHART, Method.RUN_CHART):
        return [_chart(data, result)]
    return [_WRITERS[method](settings, data)]


def opening(data: Data) -> str:
    """The code that reads the data, with a number for each period and whether it lies after the change."""
    start = data.settings.get("intervention_on")
    place = _PLACE[data.frequency]
    return "\n".join(
        [
            "data = pd.read_csv(io.StringIO(TEXT), parse_dates=['period_on'],",
            "                   float_precision='round_trip')",
            "on = data.period_on",
            f"data['place'] = {place}",
            f"START = {start!r}",
            "if START is not None:",
            "    on = pd.Series([pd.Timestamp(START)])",
            f"    FIRST = int(({place}).iloc[0])",
            "    data['after'] = data.place >= FIRST",
            f"CONFIDENCE, SCALE, SEASON = {data.settings['confidence']!r}, {data.scale!r}, "
            f"{SEASON[data.frequency]}",
            "own = data[data.series == 0].reset_index(drop=True)",
        ]
    )


def _chart(data: Data, result: Mapping[str, Any]) -> str:
    if result["estimate"] is None:
        return "# The last phase has too few points for a chart.\nanswer = {'estimate': None}"
    kind, cuts, freeze = result["kind"], result["cuts"], None if result["cuts"] else result["freeze"]
    scale = "SCALE" if kind in _RATIOS else "1"
    return (
        f"edges = {[0, *cuts]}  # where a phase begins\n"
        "part = own.iloc[edges[-1]:]\n"
        f"base = part.iloc[:{freeze}]  # the points that set the limits\n"
        f"{_CHARTS[kind]}\n"
        f"answer = {{name: None if value is None else value * {scale}\n"
        "          for name, value in (('estimate', centre), ('low', low), ('high', high))}"
    )


def _paired(settings, data: Data) -> str:
    if len(data.treated) > 1:
        made = (
            "means = data[~data.is_comparison].groupby(['series', 'after']).value.mean().unstack()\n"
            "after, before = means[True], means[False]"
        )
    else:
        made = (
            "earlier = own[~own.after].assign(place=lambda one: one.place + SEASON)\n"
            "pairs = own[own.after].merge(earlier, on='place', suffixes=('_after', '_before'))\n"
            "after, before = pairs.value_after, pairs.value_before"
        )
    return (
        f"{made}\ntest = scipy.stats.ttest_rel(after, before)\n"
        "interval = test.confidence_interval(CONFIDENCE)\n"
        "answer = {'estimate': (after - before).mean(), 'low': interval.low, 'high': interval.high,\n"
        "          'p': test.pvalue}"
    )


def _sides(settings) -> str:
    return _GROUPS if settings.get("sides") == "groups" else _SIDES


def _independent(settings, data: Data) -> str:
    values = "one, other = after.value, before.value"
    if settings.get("sides") == "groups" and settings["design"] == "cluster":
        values = "one, other = (side.groupby('series').value.mean() for side in (after, before))"
    return (
        f"{_sides(settings)}{values}\n"
        "test = scipy.stats.ttest_ind(one, other, equal_var=False)\n"
        "interval = test.confidence_interval(CONFIDENCE)\n"
        "answer = {'estimate': one.mean() - other.mean(), 'low': interval.low, 'high': interval.high,\n"
        "          'p': test.pvalue}"
    )


def _proportions(settings, data: Data) -> str:
    return (
        "from statsmodels.stats.proportion import confint_proportions_2indep\n\n"
        f"{_sides(settings)}"
        "x1, n1 = after.numerator.sum(), after.denominator.sum()\n"
        "x2, n2 = before.numerator.sum(), before.denominator.sum()\n"
        "low, high = confint_proportions_2indep(x1, n1, x2, n2, method='newcomb', compare='diff',\n"
        "                                       alpha=1 - CONFIDENCE)\n"
        "table = np.array([[x1, n1 - x1], [x2, n2 - x2]]).round().astype(int)\n"
        "expected = scipy.stats.contingency.expected_freq(table)\n"
        "if expected.min() < 5:\n"
        "    p = scipy.stats.fisher_exact(table).pvalue\n"
        "else:\n"
        "    p = scipy.stats.chi2_contingency(table, correction=False).pvalue\n"
        "answer = {'estimate': (x1 / n1 - x2 / n2) * SCALE, 'low': low * SCALE, 'high': high * SCALE, 'p': p}"
    )


def _rates(settings, data: Data) -> str:
    return (
        f"{_sides(settings)}"
        "def events_and_time(side):\n"
        "    if side.numerator.notna().all() and side.denominator.notna().all():\n"
        "        return side.numerator.sum(), side.denominator.sum()\n"
        "    return side.value.sum(), len(side)\n\n"
        "(x1, t1), (x2, t2) = events_and_time(after), events_and_time(before)\n"
        "tail = (1 - CONFIDENCE) / 2\n"
        "low = scipy.stats.beta.ppf(tail, x1, x2 + 1)\n"
        "high = scipy.stats.beta.ppf(1 - tail, x1 + 1, x2)\n"
        "events = scipy.stats.binom(x1 + x2, t1 / (t1 + t2))\n"
        "answer = {'estimate': x1 / t1 / (x2 / t2), 'low': low / (1 - low) * t2 / t1,\n"
        "          'high': high / (1 - high) * t2 / t1,\n"
        "          'p': min(1.0, 2 * min(events.cdf(x1), events.sf(x1 - 1)))}"
    )


def _interrupted(settings, data: Data) -> str:
    from_counts = "y, offset = full.value, None"
    model = model_of(data)
    if model.offset:
        from_counts = "y, offset = full.numerator, np.log(full.denominator)"
    return _series_code(settings, model.family, from_counts, "full = own.set_index('place')")


def _controlled(settings, data: Data) -> str:
    made = (
        "others = data[data.is_comparison].pivot(index='place', columns='series', values='value')\n"
        "others = others.dropna().mean(axis=1)\n"
        "full = own.set_index('place')\n"
        "full = full[full.index.isin(others.index)]"
    )
    return _series_code(
        settings, "gaussian", "y, offset = full.value - others.reindex(full.index), None", made
    )


def _series_code(settings, family: str, values: str, made: str) -> str:
    waves = settings.get("harmonics") or 0
    slope = "X['slope'] = X.trend * X.step\n" if settings.get("slope_change") else ""
    season = (
        f"for k in range(1, {waves + 1}):\n"
        "    angle = 2 * np.pi * k * at / SEASON\n"
        "    X[f'sin{k}'], X[f'cos{k}'] = np.sin(angle), np.cos(angle)\n"
        if waves
        else ""
    )
    return (
        "import statsmodels.api as sm\n\n"
        f"{made}\n"
        "full = full.reindex(range(full.index.min(), full.index.max() + 1))  # gaps are empty rows\n"
        f"{values}\n"
        "at = full.index - full.index.min()\n"
        "X = pd.DataFrame({'level': 1.0, 'trend': full.index - (FIRST - 1.0),\n"
        "                  'step': (full.index >= FIRST).astype(float)}, index=full.index)\n"
        f"{slope}{season}"
        "known = y.notna()\n"
        "y, X = y[known].astype(float), X[known]\n"
        "offset = None if offset is None else offset[known]\n"
        f"{_poisson(settings) if family == 'poisson' else _gaussian(settings)}"
    )


def _poisson(settings) -> str:
    fit = "fit = model.fit(maxiter=200)\nse = fit.bse['step']\n"
    if settings.get("errors") == "hac":
        fit = (
            "lags = int(4 * (len(y) / 100) ** (2 / 9))\n"
            "fit = model.fit(maxiter=200, cov_type='HAC',\n"
            "                cov_kwds={'maxlags': lags, 'use_correction': True})\n"
            "se = fit.bse['step']\n"
        )
    elif settings.get("overdispersed", True):
        fit += "se *= np.sqrt(max(fit.pearson_chi2 / fit.df_resid, 1))  # widened by the dispersion\n"
    return (
        "family = sm.families.Poisson()\n"
        "model = sm.GLM(y, X, family=family, offset=offset)\n"
        f"{fit}"
        "z = scipy.stats.norm.ppf((1 + CONFIDENCE) / 2)\n"
        "step = fit.params['step']\n"
        "plain = sm.GLM(y, X[['level', 'step']], family=family, offset=offset).fit()\n"
        "answer = {'estimate': np.exp(step), 'low': np.exp(step - z * se), 'high': np.exp(step + z * se),\n"
        "          'p': 2 * scipy.stats.norm.sf(abs(step / se)), 'naive': np.exp(plain.params['step'])}"
    )


def _gaussian(settings) -> str:
    fits = {
        "plain": "fit = sm.OLS(y, X).fit()\n",
        "hac": (
            "lags = int(4 * (len(y) / 100) ** (2 / 9))\n"
            "fit = sm.OLS(y, X).fit(cov_type='HAC', cov_kwds={'maxlags': lags, 'use_correction': True},\n"
            "                       use_t=True)\n"
        ),
        "prais-winsten": (
            "def freed(numbers, rho):\n"
            "    first = np.sqrt(1 - rho**2) * numbers[:1]\n"
            "    return np.concatenate((first, numbers[1:] - rho * numbers[:-1]))\n\n"
            "rho = 0.0\n"
            "for _ in range(200):\n"
            "    turned = sm.OLS(freed(y.to_numpy(), rho), freed(X.to_numpy(), rho)).fit()\n"
            "    left = y.to_numpy() - X.to_numpy() @ turned.params\n"
            "    before, rho = rho, (left[1:] @ left[:-1]) / (left[:-1] @ left[:-1])\n"
            "    if abs(rho - before) < 1e-10:\n"
            "        break\n"
            "freed_X = pd.DataFrame(freed(X.to_numpy(), rho), columns=X.columns)\n"
            "fit = sm.OLS(freed(y.to_numpy(), rho), freed_X).fit()\n"
        ),
    }
    return (
        f"{fits[settings.get('errors') or 'plain']}"
        "low, high = fit.conf_int(1 - CONFIDENCE).loc['step']\n"
        "plain = sm.OLS(y, X[['level', 'step']]).fit()\n"
        "answer = {'estimate': fit.params['step'], 'low': low, 'high': high, 'p': fit.pvalues['step'],\n"
        "          'naive': plain.params['step']}"
    )


def _difference(settings, data: Data) -> str:
    made = (
        "import statsmodels.api as sm\n\n"
        "treated, after = (~data.is_comparison).astype(float), data.after.astype(float)\n"
        "X = pd.DataFrame({'level': 1.0, 'treated': treated, 'after': after, 'both': treated * after})\n"
    )
    if min(len(data.treated), len(data.comparisons)) > 1:
        fitted = (
            "fit = sm.OLS(data.value, X).fit(cov_type='cluster', use_t=True,\n"
            "                                cov_kwds={'groups': data.series, 'df_correction': True})\n"
            "low, high = fit.conf_int(1 - CONFIDENCE).loc['both']\n"
            "estimate, p = fit.params['both'], fit.pvalues['both']\n"
        )
    else:
        fitted = (
            "fit = sm.OLS(data.value, X).fit(cov_type='HC2')\n"
            "estimate, se = fit.params['both'], fit.bse['both']\n"
            "cells = data.groupby(['is_comparison', 'after']).value.agg(['var', 'size'])\n"
            "parts = cells['var'] / cells['size']\n"
            "df = parts.sum() ** 2 / (parts**2 / (cells['size'] - 1)).sum()  # Welch and Satterthwaite\n"
            "reach = scipy.stats.t.ppf((1 + CONFIDENCE) / 2, df) * se\n"
            "low, high = estimate - reach, estimate + reach\n"
            "p = 2 * scipy.stats.t.sf(abs(estimate / se), df)\n"
        )
    naive = "data[~data.is_comparison].groupby('after').value.mean()"
    return (
        f"{made}{fitted}means = {naive}\n"
        "answer = {'estimate': estimate, 'low': low, 'high': high, 'p': p,\n"
        "          'naive': means[True] - means[False]}"
    )


_WRITERS = {
    Method.PAIRED: _paired,
    Method.INDEPENDENT: _independent,
    Method.PROPORTIONS: _proportions,
    Method.RATES: _rates,
    Method.INTERRUPTED: _interrupted,
    Method.CONTROLLED: _controlled,
    Method.DIFFERENCE: _difference,
}
