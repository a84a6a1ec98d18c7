"""Tests that statsmodels computes. This file takes a second to load, so others load it when first used."""

from typing import NamedTuple

from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.stattools import acf, pacf

from crm.methods.quantities import Array


class Correlations(NamedTuple):
    """Autocorrelations of residuals, an entry for each lag from 1 on."""

    acf: Array
    pacf: Array
    ljung_box: Array
    p: Array


def correlations(residuals: Array, lags: int) -> Correlations:
    """Autocorrelations, partial ones by Yule and Walker, and Ljung and Box's statistic up to each lag."""
    table = acorr_ljungbox(residuals, lags=lags)
    return Correlations(
        acf(residuals, nlags=lags, fft=False)[1:],
        pacf(residuals, nlags=lags, method="ywm")[1:],
        table["lb_stat"].to_numpy(),
        table["lb_pvalue"].to_numpy(),
    )


def by_holm(p: Array, alpha: float) -> tuple[tuple[bool, ...], tuple[float, ...]]:
    """Which of a family of p-values stand, and each adjusted."""
    stands, adjusted, _, _ = multipletests(p, alpha=alpha, method="holm")
    return tuple(stands.tolist()), tuple(adjusted.tolist())
