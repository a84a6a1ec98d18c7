"""How wide words are in Inter, the letters of our paper, and how many lines they take.

The font itself tells, so the tables of a long report are laid out before they are set: typst would measure
every cell. What is said is never less than typst needs, and seldom more.
"""

import re
from functools import cache, lru_cache
from math import inf

import lazy_loader as lazy
from fontpkg_inter import ROOT as INTER

ttlib = lazy.load("fontTools.ttLib", suppress_warning=True)

#: Some pairs of letters are set further apart than their widths say: two Ws by a fortieth.
_SLACK = 1.03
_MAY_BREAK = re.compile("(?<=[ \u200b])")


@cache
def _advances() -> dict[str, float]:
    """The width of every letter that Inter has, in em: of its form for tables where that is wider."""
    with ttlib.TTFont(INTER / "files" / "Inter[opsz,wght].ttf", lazy=True) as font:
        widths, unit, names = font["hmtx"].metrics, font["head"].unitsPerEm, font.getBestCmap()
    forms = {chr(code): (name, f"{name}.tf") for code, name in names.items()}
    forms["x"] = ("x", "multiply.tf")  # Between figures it is set as the sign.
    found = {letter: max(widths[one][0] for one in of if one in widths) for letter, of in forms.items()}
    return {letter: units / unit for letter, units in found.items()} | {"\u200b": 0.0, "\n": 0.0}


@lru_cache(maxsize=20_000)
def width(text: str) -> float:
    """The text on one line, in em. Raises KeyError for a letter that Inter does not have."""
    return sum(map(_advances().__getitem__, text)) * _SLACK


@lru_cache(maxsize=20_000)
def lines(text: str, room: float) -> float:
    """On how many lines of this width, in em, the text stands. Raises as `width` does.

    It is inf where a word is too long: only typst knows where it may be broken, as in an address.
    """
    if "\n" not in text and width(text) <= room:
        return 1
    return sum(_lines(line, room) for line in text.split("\n"))


def _lines(line: str, room: float) -> float:
    """Each line takes words while there is room."""
    count, used = 1, 0.0
    for word in _MAY_BREAK.split(line):
        alone = width(word.rstrip(" "))
        if alone > room:
            return inf
        if used + alone > room:
            count, used = count + 1, 0.0
        used += width(word)
    return count
