"""Words that claim a cause, found in what people write, for designs that cannot carry them."""

import re
from typing import NamedTuple

from crm.methods.designs import Design, known

_WORK = (
    r"(?:the |our |this |their |your )?(?:\w+ )?(?:coaching|programme|program|work|project|training|advice|"
    r"intervention|team|sessions?|engagement|consultants?|support)"
)
_MOVED = (
    r"(?:reduced|cut|lowered|decreased|improved|raised|increased|boosted|halved|doubled|saved|prevented|"
    r"avoided|eliminated|transformed|fixed|delivered|achieved|shortened|drove|changed)"
)


class Claim(NamedTuple):
    """A pattern of causal words, and what to write instead."""

    pattern: re.Pattern[str]
    rewording: str


class Refusal(NamedTuple):
    """Causal words in a text: where they stand (positions from 0), why not, and what to write instead."""

    phrase: str
    start: int
    end: int
    why: str
    rewording: str


def _claim(pattern: str, rewording: str) -> Claim:
    return Claim(re.compile(pattern, re.IGNORECASE), rewording)


_AFTER = "“… was lower (or higher) after … began”"
_SAME = "“… and, in the same months, …”"
_WITH = "“… changed in the period in which … took place”"

#: The longest phrase that begins at a place is taken; order decides between equals.
CLAIMS = (
    _claim(rf"\b{_MOVED} (?:\w+ ){{0,3}}?(?:by|through|with|thanks to) (?:means of )?{_WORK}\b", _AFTER),
    _claim(rf"\b{_WORK} (?:has |have |had |directly |clearly |successfully ){{0,2}}{_MOVED}\b", _AFTER),
    _claim(r"\bcaus(?:ed|es|e|ing) (?:by )?", _WITH),
    _claim(r"\bthe cause of\b", _WITH),
    _claim(r"\b(?:led|leads?|leading) to\b", "“… was followed by …”"),
    _claim(r"\b(?:resulted|results|resulting) in\b", "“… was followed by …”"),
    _claim(r"\bas an? (?:direct |clear )?(?:result|consequence) of\b", "“after …”"),
    _claim(r"\b(?:the )?results? of (?:the|our|this) (?:coaching|programme|program|work|training)\b", _AFTER),
    _claim(r"\bbecause\b(?: of)?", "“after …”, or “at the same time as …”"),
    _claim(r"\b(?:due|owing) to\b(?! (?:be|begin|start|end|finish|report|run|open|close)\b)", "“after …”"),
    _claim(r"\bthanks to\b", "“after …”"),
    _claim(r"\b(?:attributable|attributed) to\b", "“seen after …”"),
    _claim(r"\b(?:was|were|is|are) responsible for\b", _SAME),
    _claim(r"\b(?:brought|bring(?:s|ing)?) about\b", "“was followed by …”"),
    _claim(r"\b(?:driven|produced|triggered|generated|achieved) by\b", "“seen together with …”"),
    _claim(r"\b(?:prove[sdn]?|proving|proof) that\b", "“is consistent with”"),
    _claim(r"\b(?:the )?(?:impact|effects?) of (?:the|our|this)\b", "“the change seen after …”"),
    _claim(r"\bha(?:s|d|ve) (?:an?|had an?) (?:\w+ )?(?:impact|effect) on\b", _SAME),
    _claim(r"\bmade (?:\w+ ){1,4}?(?:fall|drop|rise|improve|better|worse|faster|safer)\b", _AFTER),
    _claim(r"\b(?:which|that) is why\b", _SAME),
)

_NEGATED = re.compile(
    r"\b(?:not|cannot|can't|doesn't|didn't|don't|never|no evidence|whether|if|nor)\b", re.IGNORECASE
)
_EMPHATIC = re.compile(r"\b(?:not only|no doubt|not just|not surprisingly)\b", re.IGNORECASE)
_TURN = re.compile(r"[.!?;:\n]|\b(?:but|however|yet|although|though|and)\b", re.IGNORECASE)


def refusals(text, design) -> tuple[Refusal, ...]:
    """Causal words in a text that its design cannot carry, in the order of the text.

    `text`: what somebody wrote; `design`: a key of `designs.DESIGNS`. Empty for designs that may say
    "caused". A phrase that is denied in its own clause ("does not show that the work caused it") is let
    pass. Words are matched, not meanings: what is found may be harmless, and what is not found may still
    claim a cause.

    Raises ValueError for an unknown design and for what is no text.
    Source: our own list; for keeping to such words Haber and others (2022), American Journal of Epidemiology
    191(12), 2084-2097.
    """
    found = known(design)
    if not isinstance(text, str):
        raise ValueError("Give the text to look at as text.")
    if found.may_say_caused:
        return ()
    hits = sorted(
        (hit.start(), -len(hit.group().rstrip()), order, claim)
        for order, claim in enumerate(CLAIMS)
        for hit in claim.pattern.finditer(text)
        if not _is_denied(text, hit.start())
    )
    told, reached = [], 0
    for start, length, _, claim in hits:
        if start >= reached:
            reached = start - length
            told.append(_refusal(text, start, reached, claim, found))
    return tuple(told)


def _refusal(text: str, start: int, end: int, claim: Claim, design: Design) -> Refusal:
    phrase = text[start:end]
    return Refusal(
        phrase,
        start,
        end,
        f"“{phrase}” claims a cause, and a design of this kind ({design.name.lower()}) shows none. "
        f"{design.cannot_show}",
        f"Write for instance {claim.rewording}.",
    )


def _is_denied(text: str, start: int) -> bool:
    clause = text[:start]
    turns = list(_TURN.finditer(clause))
    clause = _EMPHATIC.sub("", clause[turns[-1].end() :] if turns else clause)
    return bool(_NEGATED.search(clause))
