"""How far a plan has come: what each section still lacks, and which items of a guideline it fills. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from crm.canonical import Content
from crm.outcomes.models import Direction, MeasureKind
from crm.outcomes.models_plan import Consent, Design, EthicsKind
from crm.plans.guidelines import Guideline, Item
from crm.plans.models import GuidelineKey, MarkState
from crm.words import day, number, plural

#: Days before a determination expires from which the plan says so.
SOON = 60
Said = tuple[tuple[str, str | None], ...]


class Section(NamedTuple):
    """`missing` are whole sentences; `endpoint` is where it is edited, and `parts` what its address needs."""

    key: str
    title: str
    missing: tuple[str, ...]
    said: Said
    endpoint: str
    parts: Mapping[str, str] = {}

    @property
    def is_filled(self) -> bool:
        return not self.missing


def sections(content: Content, today: date) -> tuple[Section, ...]:
    return (
        _question(content),
        _hypotheses(content),
        _design(content),
        _measures(content),
        _analysis(content),
        _size(content),
        _ethics(content, today),
        _running(content),
    )


def _lacking(plan: Content, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sentence for name, sentence in names.items() if plan[name] in (None, ""))


def _question(content: Content) -> Section:
    plan = content["plan"]
    wanted = {
        "question": "The question is not written.",
        "population": "It does not say whose outcome it is.",
        "intervention": "It does not say what is done.",
        "comparison": "It does not say against what.",
        "outcome": "It does not say what should change.",
        "time_frame": "It does not say over what time.",
    }
    said = (
        ("Question", plan["question"]), ("Population", plan["population"]),
        ("Intervention", plan["intervention"]), ("Comparison", plan["comparison"]),
        ("Outcome", plan["outcome"]), ("Time", plan["time_frame"]),
    )  # fmt: skip
    return Section("question", "Question: PICO(T)", _lacking(plan, wanted), said, "plans.question")


def _hypotheses(content: Content) -> Section:
    every = content["hypotheses"]
    lacks = []
    if not every:
        lacks.append("There is no hypothesis.")
    elif not any(one["is_primary"] for one in every):
        lacks.append("No hypothesis is the primary one.")
    if any(one["measure_id"] is None for one in every):
        lacks.append("A hypothesis has no measure.")
    if any(one["smallest_difference"] is None for one in every):
        lacks.append("A hypothesis does not say which difference is the smallest that matters.")
    return Section("hypotheses", "Hypotheses", tuple(lacks), (), "hypotheses.create")


def _design(content: Content) -> Section:
    plan = content["plan"]
    wanted = {
        "design": "No design is chosen.",
        "setting": "It does not say where.",
        "included": "It does not say who or what is included.",
        "excluded": "It does not say who or what is left out.",
        "starts_on": "The first day is not set.",
        "ends_on": "The last day is not set.",
    }
    if plan["design"] in (Design.RANDOMISED, Design.CLUSTER, Design.STEPPED_WEDGE):
        wanted["allocation"] = "It does not say how the lot is drawn."
    if plan["design"] not in (None, Design.SURVEY, Design.CASE_STUDY, Design.ECONOMIC):
        wanted["intervention_on"] = "The day on which the change begins is not set."
    said = (
        ("Design", Design(plan["design"]).label if plan["design"] else None),
        ("Setting", plan["setting"]), ("Included", plan["included"]), ("Left out", plan["excluded"]),
        ("The change begins", _day(plan["intervention_on"])),
        ("From", _day(plan["starts_on"])), ("To", _day(plan["ends_on"])),
        *((("Lot", plan["allocation"]),) if plan["allocation"] or "allocation" in wanted else ()),
    )  # fmt: skip
    return Section("design", "Design", _lacking(plan, wanted), said, "plans.section", {"part": "design"})


def _measures(content: Content) -> Section:
    every = content["measures"]
    lacks = [] if every else ["There is no measure."]
    if every and not _of_kind(content, MeasureKind.BALANCING):
        lacks.append("No balancing measure watches for what may get worse meanwhile.")
    lacks += [
        f"“{one['name']}” does not say what happens where a value is missing."
        for one in every
        if not one["missing_rule"] and not one["series_of_id"]
    ]
    return Section("measures", "Measures", tuple(lacks), (), "plans.library")


def _analysis(content: Content) -> Section:
    plan = content["plan"]
    wanted = {
        "analysis": "It does not say how the data are analysed.",
        "missing_data": "It does not say what is done about missing data.",
    }
    said = (("Analysis", plan["analysis"]), ("Missing data", plan["missing_data"]))
    return Section(
        "analysis", "Analysis", _lacking(plan, wanted), said, "plans.section", {"part": "analysis"}
    )


def _size(content: Content) -> Section:
    plan = content["plan"]
    primary = primary_of(content)
    reckoned = primary and primary["power"]
    lacks = () if reckoned or plan["sample_size"] else ("Nobody has said how many are needed, and why.",)
    said = (
        ("Significance", plan["alpha"] and f"{number(plan['alpha'], 3)}, two-sided"),
        ("Power", plan["power"] and f"{number(100 * plan['power'])} %"),
        ("Looks at the data", plan["looks"] and number(plan["looks"])),
        ("In words", plan["sample_size"]),
        *(("Reckoned", one["power"].get("says") or one["power"].get("problem"))
          for one in content["hypotheses"] if one["power"]),
    )  # fmt: skip
    return Section("size", "Sample size and power", lacks, said, "plans.section", {"part": "size"})


def _ethics(content: Content, today: date) -> Section:
    found, lacks = content["ethics"], []
    if not found:
        lacks.append("Nobody has determined whether this is research.")
    elif found["expires_on"] and date.fromisoformat(found["expires_on"]) < today:
        lacks.append(f"The determination expired on {_day(found['expires_on'])}.")
    said: Said = (("Publication intended", "Yes" if content["plan"]["publication_intended"] else "No"),)
    if found:
        said += (
            ("It is", EthicsKind(found["kind"]).label), ("Determined by", found["determined_by"]),
            ("Reference", found["reference"]), ("On", _day(found["determined_on"])),
            ("Expires", _expiry(found["expires_on"], today)), ("Consent", Consent(found["consent"]).label),
        )  # fmt: skip
    return Section("ethics", "Ethics", tuple(lacks), said, "plans.ethics")


def _expiry(text: str | None, today: date) -> str | None:
    """The day, and a word of warning where it is near."""
    if text is None:
        return "Never"
    left = (date.fromisoformat(text) - today).days
    return f"{_day(text)}: renew it in time, {plural(left, 'day')} left" if 0 <= left <= SOON else _day(text)


def _running(content: Content) -> Section:
    plan = content["plan"]
    wanted = {
        "data_management": "It does not say how the data are kept.",
        "roles": "It does not say who does what.",
        "timeline": "There is no timeline.",
        "risks": "It does not say what may go wrong.",
        "dissemination": "It does not say who will hear of it.",
    }
    said = (
        ("Data management", plan["data_management"]), ("Roles", plan["roles"]),
        ("Timeline", plan["timeline"]), ("Risks", plan["risks"]), ("Dissemination", plan["dissemination"]),
    )  # fmt: skip
    return Section(
        "running", "Running it", _lacking(plan, wanted), said, "plans.section", {"part": "running"}
    )


def _day(text: str | None) -> str | None:
    return day(date.fromisoformat(text)) if text else None


def primary_of(content: Content) -> Content | None:
    return next((one for one in content["hypotheses"] if one["is_primary"]), None)


def _of_kind(content: Content, kind: MeasureKind) -> list[Content]:
    return [one for one in content["measures"] if one["kind"] == kind]


def barriers(content: Content) -> list[str]:
    """What keeps a plan from being registered, in sentences."""
    plan, primary = content["plan"], primary_of(content)
    found = {
        "The question is not written.": plan["question"],
        "No hypothesis is the primary one.": primary,
        "The primary hypothesis has no measure.": primary is None or primary["measure_id"],
        "No design is chosen.": plan["design"],
        "It does not say how the data are analysed.": plan["analysis"],
        "It does not say what is done about missing data.": plan["missing_data"],
    }
    return [sentence for sentence, value in found.items() if not value]


def filled(content: Content, *, is_registered: bool) -> frozenset[str]:
    """The names by which items of guidelines ask for what the plan says."""
    plan, measures = content["plan"], content["measures"]
    has = {name for name, value in plan.items() if value not in (None, "", False)}
    kinds = {one["kind"] for one in measures}
    more = {
        "hypotheses": content["hypotheses"],
        "primary": primary_of(content),
        "measures": measures,
        "measure_definitions": measures and all(one["numerator"] or one["included"] for one in measures),
        "measure_sources": measures and all(one["source"] for one in measures),
        "balancing": MeasureKind.BALANCING in kinds,
        "process_measure": MeasureKind.PROCESS in kinds,
        "cost_measure": MeasureKind.COST in kinds,
        "ethics": content["ethics"],
        "ethics_consent": content["ethics"] and content["ethics"]["consent"],
        "registration": is_registered,
    }
    if any(one["power"] for one in content["hypotheses"]):
        has.add("sample_size")
    return frozenset(has | {name for name, value in more.items() if value})


class Ticked(NamedTuple):
    """An item with how it stands: filled by the plan, marked by a person, or open."""

    item: Item
    is_filled: bool
    state: MarkState | None
    place: str | None

    @property
    def is_settled(self) -> bool:
        return self.is_filled or self.state is not None


def ticked(
    one: Guideline, has: frozenset[str], marks: Mapping[tuple[GuidelineKey, str], object]
) -> list[Ticked]:
    rows = []
    for item in one.items:
        mark = marks.get((one.key, item.number))
        is_filled = bool(item.needs) and has.issuperset(item.needs)
        rows.append(Ticked(item, is_filled, mark and mark.state, mark and mark.place))
    return rows


def way(hypothesis: Content) -> str:
    """Which way a change is expected, in words."""
    if not hypothesis["direction"]:
        return "Either way would count"
    return "It should fall" if hypothesis["direction"] == Direction.DECREASE else "It should rise"
