"""Which method a question asks for, of the plan's design and the data there are."""

from __future__ import annotations

from dataclasses import dataclass

from crm.analyses.models import Method
from crm.analyses.queries import OF_FUNCTION, Material, kind_of
from crm.analyses.series import Data
from crm.methods.proposal import Proposal, propose
from crm.methods.spc_phases import can_be_ratio
from crm.outcomes.models_plan import Design


@dataclass(frozen=True)
class Proposed:
    """The method, None where the design has none, with the reasons and what is still missing."""

    method: Method | None
    said: Proposal

    @property
    def fits(self) -> frozenset[Method]:
        """The methods that the design asks for: either chart is one."""
        charts = {Method.CONTROL_CHART, Method.RUN_CHART}
        if self.method is None:
            return frozenset()
        return frozenset(charts if self.method in charts else {self.method})


def proposed(material: Material) -> Proposed:
    design, rows = material.plan.design, material.groups[0][1]
    before, after = _points(material)
    said = propose(
        design.value,
        kind_of(material.measure.value_kind),
        points_before=before,
        points_after=after,
        has_groups=material.comparisons > 0,
        is_paired=design is Design.BEFORE_AFTER and material.treated > 1,
        has_denominators=bool(rows)
        and can_be_ratio([row.numerator for row in rows], [row.denominator for row in rows]),
    )
    return Proposed(_method(said, design), said)


def _points(material: Material) -> tuple[int, int]:
    try:
        data = Data(material.data, material.settings({}))
        start = data.start
    except ValueError:
        return len(material.groups[0][1]), 0
    after = sum(data.index(row[0]) >= start for row in data.rows)
    return len(data.rows) - after, after


def _method(said: Proposal, design: Design) -> Method | None:
    if said.options.get("kind") == "run":
        return Method.RUN_CHART
    if design is Design.CONTROLLED_SERIES and said.method == "time_series.interrupted":
        return Method.CONTROLLED
    return OF_FUNCTION.get(said.method or "")
