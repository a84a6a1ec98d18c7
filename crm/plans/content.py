"""What a plan says, as registered: its words, hypotheses with their power, measures and ethics. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from crm.canonical import Content, Row, parse, said
from crm.plans import sizes
from crm.plans.models import PowerKind

FORMAT = "plumbline-plan/1"
PLAN = (
    "question", "population", "intervention", "comparison", "outcome", "time_frame", "design", "setting",
    "included", "excluded", "intervention_on", "starts_on", "ends_on", "allocation", "missing_data",
    "analysis", "alpha", "power", "looks", "sample_size", "data_management", "roles", "timeline", "risks",
    "dissemination", "publication_intended",
)  # fmt: skip
HYPOTHESIS = ("id", "statement", "measure_id", "is_primary", "direction", "smallest_difference")
MEASURE = (
    "id", "name", "kind", "direction", "unit", "value_kind", "per", "numerator", "denominator", "frequency",
    "source", "included", "excluded", "missing_rule", "chart", "rules", "baseline", "baseline_points",
    "target", "lowest", "ceiling", "series_of_id", "group_name", "is_comparison", "changed_on",
)  # fmt: skip
ETHICS = ("kind", "determined_by", "reference", "determined_on", "expires_on", "consent", "note")
NO_PLAN = dict.fromkeys(PLAN) | {"publication_intended": False}


class Rows(NamedTuple):
    """The rows of one plan, each a mapping of what it says; hypotheses and measures in their order."""

    plan: Row | None = None
    hypotheses: Iterable[Row] = ()
    powers: Iterable[Row] = ()
    measures: Iterable[Row] = ()
    ethics: Row | None = None
    authors: Iterable[str] = ()


def compose(engagement_id: int, title: str, rows: Rows) -> Content:
    """The content of a plan; of one that nobody has begun, all is empty."""
    plan = said(rows.plan, PLAN) if rows.plan else NO_PLAN
    levels = sizes.Levels(plan["alpha"] or 0.05, plan["power"] or 0.8)
    powers = {row["hypothesis_id"]: _power(row, levels) for row in rows.powers}
    return {
        "format": FORMAT,
        "engagement": engagement_id,
        "title": title,
        "authors": sorted(rows.authors),
        "plan": plan,
        "hypotheses": [said(row, HYPOTHESIS) | {"power": powers.get(row["id"])} for row in rows.hypotheses],
        "measures": [said(row, MEASURE) for row in rows.measures],
        "ethics": said(rows.ethics, ETHICS) if rows.ethics else None,
    }


def read(text: str) -> Content:
    """The content that a text holds; what it does not say is empty, as in a plan that nobody has begun."""
    return compose(0, "", Rows()) | parse(text)


def _power(row: Row, levels: sizes.Levels) -> Content:
    """The sample size with what it was reckoned from; a setting that no longer works says why instead."""
    kept = {"kind": PowerKind(row["kind"]).value, "settings": row["settings"]}
    try:
        found = sizes.answer(PowerKind(row["kind"]), row["settings"], levels)
    except (ValueError, KeyError) as fault:
        return kept | {"problem": str(fault)}
    words = [found.needed, found.smallest]
    return kept | {
        "says": " ".join(one for one in words if one),
        "formula": found.formula,
        "assumptions": list(found.assumptions),
    }
