"""The report of a study in the order of SQUIRE 2.0, as far as plan, measures and findings can write it.

What is missing stands in brackets, with the place where it is to be written.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from crm import clock
from crm.engagements.models import Engagement
from crm.evidence import queries, queries_study
from crm.evidence.models import FindingState, rung_of
from crm.evidence.numbers import shown_part, told
from crm.methods.suppression import SMALLEST
from crm.words import day, number, plural
from reports.study import Rows, Section, Study, missing

IN_PLAN = "write it in the plan."


class Facts(NamedTuple):
    engagement: Engagement
    plan: Any
    ethics: Any
    questions: list
    measures: list
    findings: list
    drafts: int

    def of_plan(self, name: str, what: str) -> str:
        said = getattr(self.plan, name) if self.plan else None
        return said or missing(f"{what}; {IN_PLAN}")


def study_of(engagement: Engagement, as_of: date) -> Study:
    every, key = queries.findings_of(engagement.id), engagement.id
    agreed = [one for one in every if one.state is not FindingState.DRAFT]
    facts = Facts(
        engagement, queries_study.plan_of(key), queries_study.ethics_of(key),
        queries_study.hypotheses_of(key), queries_study.measures_of(key), agreed, len(every) - len(agreed),
    )  # fmt: skip
    return Study(
        title=_title(facts),
        subtitle=f"{engagement.organisation.name}. Draft as of {day(as_of)}, in the order of SQUIRE 2.0.",
        as_of=as_of,
        made_at=clock.now(),
        abstract=_abstract(facts),
        sections=[*_introduction(facts), *_methods(facts), *_results(facts), *_discussion(facts)],
        notes=_notes(facts),
    )


def _title(facts: Facts) -> str:
    design = f": {facts.plan.design.label.lower()}" if facts.plan else ""
    return f"{facts.engagement.title}{design}"


def _abstract(facts: Facts) -> list[tuple[str, str]]:
    design = f"{facts.plan.design.label}. " if facts.plan else ""
    names = ", ".join(one.name for one in facts.measures)
    measures = f"Measures: {names}." if names else missing("what was measured; add measures.")
    return [
        ("Background", facts.of_plan("question", "the question")),
        ("Methods", f"{design}{measures}"),
        ("Interventions", facts.of_plan("intervention", "what was done")),
        ("Results", _together(one.statement for one in facts.findings)
         or missing("what was found; agree on a finding.")),
        ("Conclusions", _together(one.not_shown for one in facts.findings)
         or missing("what follows and what does not.")),
    ]  # fmt: skip


def _together(texts) -> str:
    return " ".join(dict.fromkeys(text.strip() for text in texts))


def _introduction(facts: Facts) -> list[Section]:
    aims = [f"{'Primary: ' if one.is_primary else ''}{one.statement}" for one in facts.questions]
    problem = _labelled(("Population", facts.of_plan("population", "whose problem it is")),
                        ("Question", facts.of_plan("question", "the question")))  # fmt: skip
    return [
        Section("Introduction", 2, []),
        Section("Problem description", 3, problem),
        Section("Available knowledge", 3, [missing("what was known before, with its sources.")]),
        Section("Rationale", 3, [missing("why this was expected to work, and under what assumptions.")]),
        Section("Specific aims", 3, aims or [missing(f"the hypotheses; {IN_PLAN}")]),
    ]


def _labelled(*pairs: tuple[str, str]) -> list[str]:
    return [said if said.startswith("[") else f"{label}: {said}" for label, said in pairs]


def _methods(facts: Facts) -> list[Section]:
    plan = facts.plan
    study = [f"{plan.design.label}. {plan.design.claim}"] if plan else [missing(f"the design; {IN_PLAN}")]
    study += _labelled(("Compared with", facts.of_plan("comparison", "what it was compared with")))
    study += [
        f"The change began on {day(plan.intervention_on)}." if plan and plan.intervention_on
        else missing(f"when the change began; {IN_PLAN}")
    ]  # fmt: skip
    return [
        Section("Methods", 2, []),
        Section("Context", 3, [facts.of_plan("setting", "where it was done")]),
        Section("Intervention", 3, [facts.of_plan("intervention", "what was done, so that others could")]),
        Section("Study of the intervention", 3, study),
        Section("Measures", 3, [] if facts.measures else [missing("what was measured; add measures.")],
                _measures_table(facts)),
        Section("Analysis", 3, _analysis(facts)),
        Section("Ethical considerations", 3, [_ethics(facts)]),
    ]  # fmt: skip


def _analysis(facts: Facts) -> list[str]:
    return _labelled(
        ("Analysis", facts.of_plan("analysis", "how the data were analysed")),
        ("Missing data", facts.of_plan("missing_data", "what was done about missing data")),
        ("Sample size", facts.of_plan("sample_size", "why so many")),
    )


def _ethics(facts: Facts) -> str:
    one = facts.ethics
    if one is None:
        return missing("whether it is research, who says so, and under which reference.")
    reference = f", reference {one.reference}" if one.reference else ""
    return (
        f"{one.kind.label}, as determined by {one.determined_by} on {day(one.determined_on)}{reference}. "
        f"Consent: {one.consent.label}."
    )


def _measures_table(facts: Facts) -> Rows | None:
    rows = [
        (one.name, one.kind.label, one.numerator or "–", one.denominator or "–", one.unit or "–",
         one.frequency.label, one.source or missing("source")) for one in facts.measures
    ]  # fmt: skip
    columns = ("Measure", "Type", "Numerator", "Denominator", "Unit", "Measured", "Source")
    return Rows("Measures", columns, rows) if rows else None


def _results(facts: Facts) -> list[Section]:
    rows = [_result(one) for one in facts.measures]
    columns = ("Measure", "Points", "First", "Latest", "Latest: part of whole", "Target")
    table = Rows("Where each measure began and stands", columns, rows) if rows else None
    sections = [Section("Results", 2, [] if rows else [missing("what was observed.")], table)]
    for place, one in enumerate(facts.findings, 1):
        sections.append(Section(f"Finding {place}: {_about(one)}", 3, _finding(one)))
    if not facts.findings:
        sections.append(Section("Findings", 3, [missing("what was found; agree on a finding.")]))
    return sections


def _about(one) -> str:
    return one.measure or one.evaluation or one.analysis or "observation"


def _result(one) -> tuple[str, ...]:
    """First and latest value; a value that gives away a hidden part of its whole is hidden with it."""
    first = _value(one.first_value, one.first_numerator, one.first_denominator, one)
    last = _value(one.last_value, one.last_numerator, one.last_denominator, one)
    part, whole, _ = shown_part(one.last_numerator, one.last_denominator)
    return (one.name, str(one.points or 0), first, last, f"{part} of {whole}" if whole else "–",
            number(one.target, 2))  # fmt: skip


def _value(value, numerator, denominator, one) -> str:
    if value is None:
        return missing("no value")
    if not shown_part(numerator, denominator)[2]:
        return "hidden"
    return f"{number(value, 2)}{' ' + one.unit if one.unit else ''}"


def _finding(one) -> list[str]:
    rung, said = rung_of(one.design), told(one.numbers)
    is_observed = one.look_id is None and one.evaluation_id is None
    by = "Observation only: no analysis stands behind it." if is_observed else f"{one.design.label}."
    texts = [one.statement, one.not_shown, f"{by} Evidence {rung.label}."]
    if "hidden" in said:
        texts.append(said["hidden"])
    elif "estimate" in said:
        texts.append(_numbers(one.numbers))
    return texts


def _numbers(said: dict) -> str:
    interval = (
        f" (interval {number(said['low'], 3)} to {number(said['high'], 3)})" if {"low", "high"} <= set(said)
        else ""
    )  # fmt: skip
    naive = said.get("naive")
    naive = naive[0] if isinstance(naive, list) and naive else naive
    plain = f"; the plain comparison gives {number(naive, 3)}" if isinstance(naive, int | float) else ""
    n = f"; n = {said['n']:,}" if "n" in said else ""
    method = f"{said['method']}: " if "method" in said else ""
    version = f" Data version {said['data_version'][:12]}." if "data_version" in said else ""
    return f"{method}{number(said['estimate'], 3)}{interval}{plain}{n}.{version}"


def _discussion(facts: Facts) -> list[Section]:
    limits = list(dict.fromkeys(one.not_shown for one in facts.findings))
    limits += [facts.plan.design.claim] if facts.plan else []
    summary = _together(one.statement for one in facts.findings)
    return [
        Section("Discussion", 2, []),
        Section("Summary", 3, [summary or missing("the key findings; agree on a finding.")]),
        Section("Interpretation", 3, [missing("how it compares with what others found, and what it cost.")]),
        Section("Limitations", 3, limits or [missing("what limits how far this can be trusted or used.")]),
        Section("Conclusions", 3, [missing("whether it is useful, can last and spread; what comes next.")]),
        Section("Other information", 2, []),
        Section("Funding", 3, [missing("who paid, and whether they had a say in it.")]),
    ]


def _notes(facts: Facts) -> tuple[str, ...]:
    notes = [f"Counts of fewer than {SMALLEST} people are hidden, and others that would give them away."]
    if facts.drafts:
        notes.append(f"{plural(facts.drafts, 'finding')} not agreed yet: left out.")
    return (*notes, "The headings follow SQUIRE 2.0, squire-statement.org; the words are our own.")
