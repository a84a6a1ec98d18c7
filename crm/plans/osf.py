"""A plan in the answers of the OSF Preregistration, version 3: q2 to q23. Pure.

The keys and the words of the choices are those of the schema that OSF publishes; the answers are the plan's.
"""

from typing import Any

from crm.canonical import Content
from crm.outcomes.models_plan import RANDOMISED, Design, EthicsKind
from crm.plans.progress import way
from crm.words import number

SCHEMA, VERSION = "OSF Preregistration", 3
REQUIRED = ("q2", "q3", "q4", "q6.question", "q8", "q10.question", "q11", "q15.question", "q17.question")
EXPERIMENT = (
    "Experiment - A researcher randomly assigns treatments to study subjects, this includes field or lab "
    "experiments. This is also known as an intervention experiment and includes randomized controlled trials."
)
OBSERVATIONAL = (
    "Observational Study - Data is collected from study subjects that are not randomly assigned to a "
    "treatment. This includes surveys, “natural experiments,” and regression discontinuity designs."
)
OTHER = "Other"
NOT_BLIND = "No blinding is involved in this study."
BEFORE_DATA, BEFORE_ANALYSIS = (
    "Registration prior to creation of data",
    "Registration prior to analysis of the data",
)


def _none(why: str) -> str:
    return f"not applicable: {why}"


def preregistration(content: Content, *, has_data: bool) -> dict[str, Any]:
    """The whole file: name and version of the schema, title, authors, and an answer to every question."""
    return {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "title": content["title"],
        "authors": content["authors"],
        "registration_responses": responses(content, has_data=has_data),
    }


def responses(content: Content, *, has_data: bool) -> dict[str, Any]:
    plan = content["plan"]
    design = Design(plan["design"]) if plan["design"] else None
    is_random = design in RANDOMISED
    return {
        "q2": _hypotheses(content),
        "q3": _study_type(design),
        "q4": [NOT_BLIND],
        "q5": _none("who gets what is known to all who take part."),
        "q6.question": _design(plan, design),
        "q7": plan["allocation"]
        or _none("nothing is assigned by lot." if not is_random else "not decided yet."),
        "q8": BEFORE_ANALYSIS if has_data else BEFORE_DATA,
        "q9": "Values of earlier periods are known to the team; the question was not analysed with them."
        if has_data
        else _none("no data exist yet."),
        "q10.question": _collection(content),
        "q11": _size(content),
        "q12": _rationale(content),
        "q13": _stopping(plan),
        "q14.question": plan["intervention"]
        if is_random
        else _none("nothing is assigned by the researcher."),
        "q15.question": _measured(content),
        "q16.question": _none("no measures are combined into an index."),
        "q17.question": plan["analysis"] or _none("the analysis is not written yet."),
        "q18": _none(
            "values are analysed as they were measured, unless the statistical model says otherwise."
        ),
        "q19": f"Significance {number(plan['alpha'] or 0.05, 3)}, two-sided; intervals stand beside p.",
        "q20": plan["excluded"] or _none("nothing that was collected is left out."),
        "q21": plan["missing_data"] or _none("no rule is set yet."),
        "q22": "Any analysis that is not named above is reported as exploratory.",
        "q23": _other(content),
    }


def _hypotheses(content: Content) -> str:
    lines = [
        f"{place}. {one['statement']} ({'primary' if one['is_primary'] else 'secondary'}). {way(one)}."
        + _least(one)
        for place, one in enumerate(content["hypotheses"], 1)
    ]
    return "\n".join(lines) or _none("the study tests no hypothesis.")


def _least(one: Content) -> str:
    least = one["smallest_difference"]
    return f" Smallest difference that matters: {least:g}." if least else ""


def _study_type(design: Design | None) -> str:
    if design in RANDOMISED:
        return EXPERIMENT
    return OTHER if design in (Design.CASE_STUDY, Design.ECONOMIC, None) else OBSERVATIONAL


def _design(plan: Content, design: Design | None) -> str:
    said = [
        f"{design.label}. {design.claim}" if design else None,
        plan["question"],
        plan["comparison"] and f"Comparison: {plan['comparison']}",
        plan["setting"] and f"Setting: {plan['setting']}",
        plan["intervention_on"] and f"The change begins on {plan['intervention_on']}.",
    ]
    return "\n".join(one for one in said if one) or _none("no design is chosen yet.")


def _collection(content: Content) -> str:
    plan = content["plan"]
    said = [
        plan["population"] and f"Population: {plan['population']}",
        plan["included"] and f"Included: {plan['included']}",
        plan["excluded"] and f"Left out: {plan['excluded']}",
        plan["starts_on"] and f"From {plan['starts_on']} to {plan['ends_on'] or 'a day not set'}.",
        *(
            f"{one['name']}: {one['frequency']}, from {one['source']}."
            for one in content["measures"]
            if one["source"]
        ),
        plan["timeline"] and f"Timeline: {plan['timeline']}",
    ]
    return "\n".join(one for one in said if one) or _none("the procedure is not written yet.")


def _says(content: Content) -> list[str]:
    return [
        f"{one['statement']}: {one['power']['says']} ({one['power']['formula']}.)"
        for one in content["hypotheses"]
        if one["power"] and one["power"].get("says")
    ]


def _size(content: Content) -> str:
    said = [content["plan"]["sample_size"], *_says(content)]
    return "\n".join(one for one in said if one) or _none("all periods that the schedule names are used.")


def _rationale(content: Content) -> str:
    assumed = [
        sentence
        for one in content["hypotheses"]
        if one["power"]
        for sentence in one["power"].get("assumptions", ())
    ]
    return "\n".join(dict.fromkeys(assumed)) or _none("the size follows from the time that there is.")


def _stopping(plan: Content) -> str:
    looks = plan["looks"] or 1
    often = "once, at the end" if looks == 1 else f"{looks} times, the last time included"
    ends = plan["ends_on"] or "the last day of the schedule"
    return f"The data are judged {often}; collection ends on {ends}."


def _measured(content: Content) -> str:
    return "\n".join(map(definition, content["measures"])) or _none("no measure is defined yet.")


def definition(one: Content) -> str:
    """A measure in a line."""
    parts = [
        f"{one['name']} ({one['kind']}{', ' + one['group_name'] if one['group_name'] else ''})",
        one["numerator"] and f"numerator: {one['numerator']}",
        one["denominator"] and f"denominator: {one['denominator']}",
        one["unit"] and f"unit: {one['unit']}",
        one["included"] and f"included: {one['included']}",
        one["excluded"] and f"left out: {one['excluded']}",
        one["missing_rule"] and f"missing values: {one['missing_rule']}",
        f"{one['frequency']}, {'lower' if one['direction'] == 'decrease' else 'higher'} is better",
    ]
    return "; ".join(part for part in parts if part) + "."


def _other(content: Content) -> str:
    ethics, plan = content["ethics"], content["plan"]
    said = [
        ethics
        and f"Ethics: {EthicsKind(ethics['kind']).label}, determined by {ethics['determined_by']} on "
        f"{ethics['determined_on']}{', reference ' + ethics['reference'] if ethics['reference'] else ''}.",
        plan["data_management"] and f"Data management: {plan['data_management']}",
        plan["dissemination"] and f"Dissemination: {plan['dissemination']}",
    ]
    return "\n".join(one for one in said if one) or _none("nothing more.")
