"""What a statistic of agreement means in words, each by the published table that it is usually read by."""

from math import inf
from typing import NamedTuple


class Words(NamedTuple):
    """The words for a value, and who published them."""

    band: str
    source: str


def of_kappa(value: float) -> Words:
    """Landis and Koch (1977), Biometrics 33(1), 159-174."""
    return _read(value, _KAPPA, "Landis and Koch (1977)")


def of_alpha(value: float) -> Words:
    """Krippendorff (2004), Content Analysis, 2nd edition, 241: rely from .800, tentatively from .667."""
    if value >= 0.8:
        band = "reliable"
    elif value >= 0.667:
        band = "tentative: enough for cautious conclusions"
    else:
        band = "too low to rely on"
    return Words(band, "Krippendorff (2004)")


def of_icc(value: float) -> Words:
    """Koo and Li (2016), Journal of Chiropractic Medicine 15(2), 155-163: .5, .75 and .9."""
    if value > 0.9:
        band = "excellent reliability"
    elif value >= 0.75:
        band = "good reliability"
    else:
        band = "moderate reliability" if value >= 0.5 else "poor reliability"
    return Words(band, "Koo and Li (2016)")


def of_w(value: float) -> Words:
    """Schmidt (1997), Decision Sciences 28(3), 763-774: .1, .3, .5, .7 and .9 are where its words stand.

    A value between two of them is given the lower one.
    """
    reached = [words for floor, words in _W if value >= floor - 1e-12]
    return Words(reached[-1], "Schmidt (1997)")


def _read(value: float, table: tuple[tuple[float, str], ...], source: str) -> Words:
    return Words(next(words for top, words in table if value <= top + 1e-12), source)


_KAPPA = (
    (-1e-9, "poor agreement: worse than chance"),
    (0.2, "slight agreement"),
    (0.4, "fair agreement"),
    (0.6, "moderate agreement"),
    (0.8, "substantial agreement"),
    (inf, "almost perfect agreement"),
)
_W = (
    (-inf, "no agreement to speak of"),
    (0.1, "very weak agreement"),
    (0.3, "weak agreement"),
    (0.5, "moderate agreement"),
    (0.7, "strong agreement"),
    (0.9, "unusually strong agreement"),
)
