"""How well strategies serve goals: Quality Function Deployment on the client's own rows."""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

STRONG, MEDIUM, WEAK, NONE = 9, 3, 1, 0
SCALE = (NONE, WEAK, MEDIUM, STRONG)
DENSE = 0.6

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """The scored worksheet: arrays in the order of goals or strategies given, positions counted from 0."""

    weights: Array
    contributions: Array
    raw_contributions: Array
    shares: Array
    goal_strengths: Array
    goal_strength_shares: Array
    coverage: float
    density: float
    is_dense: bool
    orphan_goals: tuple[int, ...]
    weak_goals: tuple[int, ...]
    single_point_goals: tuple[int, ...]
    uncovered_goals: tuple[int, ...]
    orphan_strategies: tuple[int, ...]
    over_claimed_strategies: tuple[int, ...]
    effort_shares: Array | None
    misfits: Array | None
    effort_to_move: float | None


class Hint(NamedTuple):
    letter: str
    name: str
    is_met: bool
    why: str


class Criterion(NamedTuple):
    letter: str
    name: str
    evidence: re.Pattern[str]
    advice: str


def score(weights, relations, effort=None, threshold=3) -> Alignment:
    """Score a worksheet of goals against strategies.

    `weights`: shape (goals,), not negative, any unit; normalised to sum to 1. `relations`: shape (goals,
    strategies), each 0, 1, 3 or 9; there may be no strategies yet. `effort`: shape (strategies,), not
    negative, in any one unit, or None. `threshold`: the relation (1, 3 or 9) from which a goal counts as
    covered.

    Contribution is T_s = sum over goals of w_g R_gs, with normalised weights (`contributions`) and with the
    weights as given (`raw_contributions`); its share sums to 1, or is 0 throughout when nothing contributes.
    `goal_strength_shares` is strength capped at 9, over 9. `coverage` is the weight on goals whose best
    relation reaches the threshold, `density` the non-zero cells over all cells. `misfits` is effort share
    minus contribution share, half of its absolute sum `effort_to_move`; both are None while either side is
    all zero.

    Raises ValueError for no goals, shapes that do not fit, a relation off the scale, missing or infinite
    numbers, and negative or all-zero weights.

    Source: Akao (1990), Quality Function Deployment; the 9-3-1 scale as in Hauser and Clausing (1988), The
    House of Quality, Harvard Business Review 66(3).
    """
    given = _weights(weights)
    cells = _relations(relations, len(given))
    if threshold not in SCALE[1:]:
        raise ValueError("The threshold must be 1, 3 or 9, one of the ratings above zero.")
    scaled = given / given.max()
    normalised = scaled / scaled.sum()
    contributions = normalised @ cells
    shares = _shares(contributions)
    density = float(np.count_nonzero(cells) / cells.size) if cells.size else 0.0
    effort_shares, misfits, to_move = _fit(effort, shares)
    return Alignment(
        weights=normalised,
        contributions=contributions,
        raw_contributions=given @ cells,
        shares=shares,
        density=density,
        is_dense=density > DENSE,
        orphan_strategies=_where(~cells.any(axis=0)),
        over_claimed_strategies=_where(2 * (cells == STRONG).sum(axis=0) > len(given)),
        effort_shares=effort_shares,
        misfits=misfits,
        effort_to_move=to_move,
        **_goals(cells, normalised, threshold),
    )


def smart_hints(text) -> tuple[Hint, ...]:
    """Say which of S-M-A-R-T the wording of a goal shows evidence for, and why.

    `text` is free text in English. Five hints come back, in the order of the letters. They look for words,
    not for sense: a hint is a prompt for a conversation, never a verdict. Raises nothing; no text meets no
    letter.

    Source of the letters: Doran (1981), There's a S.M.A.R.T. way to write management's goals and objectives,
    Management Review 70(11). The word lists are ours.
    """
    words = " ".join(str(text or "").split())
    undated = _DATE.sub(" ", words)
    return (
        _specific(words),
        *(_hint(criterion, words if criterion.letter != "M" else undated) for criterion in _CRITERIA),
    )


def _goals(cells: Array, weights: Array, threshold: int) -> dict:
    best, strengths = cells.max(axis=1, initial=NONE), cells.sum(axis=1)
    covered = best >= threshold
    return {
        "goal_strengths": strengths,
        "goal_strength_shares": np.minimum(strengths, STRONG) / STRONG,
        "coverage": 1.0 if covered.all() else float(weights[covered].sum()),
        "orphan_goals": _where(best == NONE),
        "weak_goals": _where(best == WEAK),
        "single_point_goals": _where((cells >= MEDIUM).sum(axis=1) == 1),
        "uncovered_goals": _where(~covered),
    }


def _weights(weights) -> Array:
    given = _numbers(weights, "goal weights")
    if given.ndim != 1:
        raise ValueError("Give one weight per goal, in a single list.")
    if not given.size:
        raise ValueError("Add at least one goal before scoring the alignment.")
    if (given < 0).any():
        raise ValueError("Goal weights cannot be negative.")
    if not given.any():
        raise ValueError("At least one goal needs a weight above zero.")
    return given


def _relations(relations, goals: int) -> Array:
    cells = _numbers(relations, "relations")
    if cells.size == 0 and cells.shape[:1] in {(0,), (goals,)}:
        return np.zeros((goals, 0))
    if cells.ndim != 2 or len(cells) != goals:
        raise ValueError(f"The relations need a row for each of the {goals} goals, a column per strategy.")
    if not np.isin(cells, SCALE).all():
        raise ValueError("Every relation must be 0, 1, 3 or 9.")
    return cells


def _fit(effort, shares: Array) -> tuple[Array | None, Array | None, float | None]:
    if effort is None:
        return None, None, None
    given = _numbers(effort, "efforts")
    if given.shape != shares.shape:
        raise ValueError(f"Give one effort for each of the {len(shares)} strategies.")
    if (given < 0).any():
        raise ValueError("Effort cannot be negative.")
    effort_shares = _shares(given)
    if not given.any() or not shares.any():
        return effort_shares, None, None
    misfits = effort_shares - shares
    return effort_shares, misfits, float(np.abs(misfits).sum() / 2)


def _numbers(values, what: str) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must be numbers, with rows of equal length.") from None
    if not np.isfinite(numbers).all():
        raise ValueError(f"Some {what} are missing or infinite: fill in every one.")
    return numbers


def _shares(amounts: Array) -> Array:
    if not amounts.any():
        return np.zeros_like(amounts)
    scaled = amounts / amounts.max()
    return scaled / scaled.sum()


def _where(mask: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.VERBOSE)


_MONTH = r"""(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?
    |oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"""
_DATE = _pattern(
    rf"""\d{{4}}-\d\d-\d\d | \d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}
    | (?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?\b{_MONTH}\b\s+\d{{1,4}}(?:,?\s+\d{{4}})?
    | \b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\b | \b(?:19|20)\d\d\b(?!\s*%) | \bq[1-4]\b
    | \b(?:within|in|over|after)\s+(?:the\s+next\s+)?\d+\s+(?:day|week|month|quarter|year)s?\b"""
)
_VERB = _pattern(
    r"""\b(?:reduc|cut|lower|decreas|shorten|halv|rais|increas|grow|doubl|tripl|improv|achiev|reach|launch|publish
    |train|recruit|retain|enrol|deliver|open|build|creat|answer|respond|reply|hold|keep|complet|introduc|eliminat
    |rais|attract|convert|book|screen|vaccinat|treat|discharg|refer|teach|certif|adopt|expand|start|stop|replac
    |earn|save|prevent|establish)(?:e|es|s|ed|d|ing|t|y|ies)?\b"""
)
_CRITERIA = (
    Criterion(
        "M",
        "Measurable",
        _pattern(
            r"""\d[\d.,]*(?:\s*(?:%|per\s?cent|percent|percentage\ points?|minutes?|hours?|days?|points?))?
            | \bfrom\s+\S+\s+to\s+\S+ | \b(?:half|halve|halving|doubl(?:e|ing)|tripl(?:e|ing)|zero)\b"""
        ),
        "Say how much: a number, a share, or from what to what.",
    ),
    Criterion(
        "A",
        "Achievable",
        _pattern(
            r"""\bfrom\s+(?:a\ baseline\ of\s+)?\d\S* | \bbaseline\b
            | \b(?:led|owned|run|funded|staffed)\s+by\b | \b(?:owner|budget|funding|resources?|team|staff
            |manager|director|lead|nurses?|coordinator|committee)\b"""
        ),
        "Name who will do it or with what, or the level it starts from.",
    ),
    Criterion(
        "R",
        "Relevant",
        _pattern(
            r"""\bso\s+(?:that|as\s+to)\b | \bin\s+order\s+to\b | \bbecause\b | \bcontribut\w+\s+to\b
            | \b(?:to|which|that)\s+supports?\b | \bin\s+support\s+of\b | \bpart\s+of\b
            | \bto\s+(?:meet|serve|help|protect|free|allow|enable)\b | \b(?:aligned|in\s+line)\s+with\b"""
        ),
        "Say why it matters: 'so that', 'because', 'to support'.",
    ),
    Criterion(
        "T",
        "Time-bound",
        _pattern(
            rf"""{_DATE.pattern} | \b(?:this|next)\s+(?:year|quarter|month)\b
            | \b(?:by|before|until|no\s+later\s+than)\s+(?:the\s+)?(?:end|start|close|next|{_MONTH}
            |spring|summer|autumn|winter|christmas|easter|year|quarter|month)\b"""
        ),
        "Say by when: a date, a month, a quarter, or 'within six months'.",
    ),
)


def _specific(words: str) -> Hint:
    verb, count = _VERB.search(words), len(words.split())
    if verb and count >= 5:
        return Hint("S", "Specific", True, f"It says what will be done: '{verb.group()}'.")
    advice = (
        "Say who or what it concerns." if verb else "Start with what will be done: reduce, train, publish."
    )
    return Hint("S", "Specific", False, advice)


def _hint(criterion: Criterion, words: str) -> Hint:
    found = criterion.evidence.search(words)
    why = f"It says '{found.group().strip(' .,')}'." if found else criterion.advice
    return Hint(criterion.letter, criterion.name, found is not None, why)
