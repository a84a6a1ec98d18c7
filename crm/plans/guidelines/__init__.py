"""Reporting guidelines as data: the numbers are theirs, the words are ours, the text is on their sites."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crm.outcomes.models_plan import Design
from crm.plans.models import GuidelineKey

_HERE = Path(__file__).parent


class Item(NamedTuple):
    """`needs` names what of the plan says it: all must be filled; none of them where a person has to say."""

    number: str
    part: str
    words: str
    needs: tuple[str, ...]


class Guideline(NamedTuple):
    key: GuidelineKey
    name: str
    about: str
    link: str
    items: tuple[Item, ...]

    @property
    def numbers(self) -> dict[str, Item]:
        return {item.number: item for item in self.items}


@cache
def guideline(key: GuidelineKey) -> Guideline:
    said = tomllib.loads((_HERE / f"{key.value}.toml").read_text())
    items = tuple(
        Item(number, part, words, tuple(needs.split())) for number, part, words, needs in said["items"]
    )
    return Guideline(key, said["name"], said["about"], said["link"], items)


def guidelines() -> tuple[Guideline, ...]:
    return tuple(guideline(key) for key in GuidelineKey)


#: The guideline that a report of each design should follow.
FOLLOWED = {
    Design.RANDOMISED: GuidelineKey.CONSORT,
    Design.CLUSTER: GuidelineKey.CONSORT,
    Design.STEPPED_WEDGE: GuidelineKey.CONSORT,
    Design.CONTROLLED_SERIES: GuidelineKey.SQUIRE,
    Design.INTERRUPTED_SERIES: GuidelineKey.SQUIRE,
    Design.DIFFERENCE_IN_DIFFERENCES: GuidelineKey.STROBE,
    Design.MATCHED: GuidelineKey.STROBE,
    Design.BEFORE_AFTER: GuidelineKey.SQUIRE,
    Design.CONTROL_CHART: GuidelineKey.SQUIRE,
    Design.SURVEY: GuidelineKey.CHERRIES,
    Design.CASE_STUDY: GuidelineKey.SQUIRE,
    Design.ECONOMIC: GuidelineKey.CHEERS,
}
