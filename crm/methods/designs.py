"""Designs of a study: what each may claim, what it must not, and how much it needs."""

from typing import NamedTuple

LADDER = {
    "A": "a comparison made by chance",
    "B": "a comparison group, not made by chance",
    "C": "a long series without a comparison group",
    "D": "before and after without a series",
    "E": "a description or a sum, which shows no effect of its own",
}
LADDER_NAME = "Plumbline's ladder, A to E by design alone"
OCEBM = "OCEBM 2011 levels of evidence, question “Does this intervention help?”"
OCEBM_LINK = "https://www.cebm.ox.ac.uk/resources/levels-of-evidence/ocebm-levels-of-evidence"


class Least(NamedTuple):
    """The least that a design needs: points before and after, and people, units or clusters in each group."""

    before: int = 0
    after: int = 0
    each_group: int = 0


class Design(NamedTuple):
    """A design. `may_say_caused` is what decides over words; sentences are whole.

    `rung` is a key of `LADDER`; `ocebm` the level of 2011, None where that scheme does not rank the design.
    `least` is what is needed to say anything, `enough` what is needed to rely on it.
    """

    name: str
    may_say_caused: bool
    claim: str
    must_not: str
    cannot_show: str
    rung: str
    ocebm: int | None
    least: Least
    enough: Least


_NOT_CAUSED = "Must not say that the work caused the change, nor that it happened because of it."

DESIGNS = {
    "randomised": Design(
        "Randomised comparison",
        True,
        "May say that the work caused the difference between the groups, within its interval.",
        "Must not speak of people or places unlike those who were randomised.",
        "It does not show that the same would happen elsewhere, or last.",
        "A", 2, Least(each_group=2), Least(each_group=30),
    ),
    "cluster": Design(
        "Cluster randomised comparison",
        True,
        "May say that the work caused the difference between the clusters, within its interval.",
        "Must not count people as if each had been randomised alone.",
        "It does not show what the work does for a single person, nor that it would happen elsewhere.",
        "A", 2, Least(each_group=2), Least(each_group=10),
    ),
    "stepped_wedge": Design(
        "Stepped wedge",
        True,
        "May say that the work caused the difference, if time is modelled and the order drawn by lot.",
        "Must not leave time out, nor speak of cause where the order was chosen.",
        "It does not show an effect apart from time where time changed each cluster differently.",
        "A", 2, Least(1, 1, 2), Least(2, 2, 6),
    ),
    "controlled_series": Design(
        "Controlled interrupted time series",
        False,
        "May say that the series changed beyond its trend and beyond the controls.",
        _NOT_CAUSED,
        "It does not rule out something else that struck this series alone at the same time.",
        "B", 3, Least(3, 3), Least(8, 8),
    ),
    "difference_in_differences": Design(
        "Difference in differences",
        False,
        "May say that one group changed more than the other, if both moved alike before.",
        _NOT_CAUSED,
        "It does not show what would have happened: that both would have moved alike is assumed.",
        "B", 3, Least(1, 1, 2), Least(4, 1, 10),
    ),
    "matched": Design(
        "Matched comparison",
        False,
        "May say that the groups differ beyond what they were matched on.",
        _NOT_CAUSED,
        "It does not rule out differences that were not measured, such as who was willing to take part.",
        "B", 3, Least(each_group=2), Least(each_group=30),
    ),
    "interrupted_series": Design(
        "Interrupted time series",
        False,
        "May say that the level or trend changed at a known time, beyond the trend before.",
        _NOT_CAUSED,
        "It does not rule out anything else that happened at the same time.",
        "C", 4, Least(3, 3), Least(8, 8),
    ),
    "control_chart": Design(
        "Control chart",
        False,
        "May say that the process changed, and when the signal came.",
        _NOT_CAUSED,
        "It does not show why the process changed.",
        "C", 4, Least(2), Least(12),
    ),
    "before_after": Design(
        "Before and after",
        False,
        "May say how far after lies from before.",
        _NOT_CAUSED,
        "It does not show that the change was more than trend, season, chance or a return to the usual.",
        "D", 4, Least(1, 1, 2), Least(1, 1, 30),
    ),
    "survey": Design(
        "Survey",
        False,
        "May say what those who answered said.",
        _NOT_CAUSED,
        "It does not show what those who did not answer think, nor why anyone thinks so.",
        "E", None, Least(each_group=5), Least(each_group=30),
    ),
    "case_study": Design(
        "Case study",
        False,
        "May say what happened in this case, and how those who were there explain it.",
        _NOT_CAUSED,
        "It does not show how often, how much, or whether it would happen elsewhere.",
        "E", None, Least(), Least(),
    ),
    "economic": Design(
        "Economic evaluation",
        False,
        "May say what the change is worth if the effect it rests on is true.",
        "Must not claim more than the design that the effect comes from.",
        "It does not show that there was an effect: that is taken from another design.",
        "E", None, Least(), Least(),
    ),
}  # fmt: skip


def known(design) -> Design:
    """The design of this name. Raises ValueError for one that is not in `DESIGNS`."""
    found = DESIGNS.get(str(design)) if design is not None else None
    if found is None:
        raise ValueError(f"There is no design called '{design}': choose one of {', '.join(DESIGNS)}.")
    return found


class Evidence(NamedTuple):
    """How much a design can carry: a rung of our ladder, a level of the OCEBM, and a sentence."""

    rung: str
    scheme: str
    ocebm: int | None
    ocebm_scheme: str
    link: str
    sentence: str


def evidence(design) -> Evidence:
    """The level of evidence of a design, by design alone: a badly run study deserves less.

    Raises ValueError for an unknown design.
    Source: our own ladder; OCEBM Levels of Evidence Working Group (2011), by number.
    """
    found = known(design)
    told = f"level {found.ocebm} of 5" if found.ocebm else "not ranked"
    return Evidence(
        found.rung,
        LADDER_NAME,
        found.ocebm,
        OCEBM,
        OCEBM_LINK,
        f"Rung {found.rung} of A to E, {LADDER[found.rung]}; {told} in the OCEBM scheme of 2011.",
    )
