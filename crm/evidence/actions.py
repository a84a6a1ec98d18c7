"""Tell a finding, agree on it, let everybody read it, and take that back."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.analyses.models import Look
from crm.economics.models import Evaluation
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.evidence import queries
from crm.evidence.models import (
    BenchmarkConsent,
    Finding,
    FindingState,
    SharedFinding,
    rung_of,
)
from crm.evidence.naming import given_away, names_of, size_of
from crm.evidence.numbers import copied, design_of, told
from crm.extensions import db
from crm.methods.statements import refusals
from crm.organisations.models import Organisation, searchable
from crm.outcomes.models_plan import Design

NOT_AGREED = "Agree on the finding first: what is shared is what was agreed."
STILL_NAMED = "The text still says who you are: {words}."


class Basis(NamedTuple):
    """What a finding rests on: a look, an evaluation, or neither."""

    look: Look | None = None
    evaluation: Evaluation | None = None

    @property
    def design(self) -> Design:
        if self.look:
            return design_of(self.look)
        return Design.ECONOMIC if self.evaluation else Design.CASE_STUDY


def tell(finding: Finding, engagement: Engagement, basis: Basis) -> None:
    """A finding as a draft, with the numbers of what it rests on."""
    finding.engagement_id, finding.organisation_id = engagement.id, engagement.organisation_id
    finding.look_id = basis.look.id if basis.look else None
    finding.evaluation_id = basis.evaluation.id if basis.evaluation else None
    finding.design, finding.state = basis.design, FindingState.DRAFT
    finding.numbers = copied(basis.look) if basis.look else {}
    _claims_no_cause(finding.statement, finding.design)
    db.session.add(finding)


def _claims_no_cause(statement: str, design: Design) -> None:
    if found := refusals(statement, design.value):
        raise DomainError(f"{found[0].why} {found[0].rewording}")


def agree(finding: Finding, *, by) -> None:
    if finding.state is not FindingState.DRAFT:
        raise DomainError("This finding is agreed already.")
    _claims_no_cause(finding.statement, finding.design)
    finding.state, finding.agreed_at, finding.agreed_by_id = FindingState.AGREED, clock.now(), by.id


def reopen(finding: Finding) -> None:
    """A draft again: what was agreed is agreed no longer."""
    if finding.state is FindingState.SHARED:
        raise DomainError("This finding is in the library: take it out first.")
    if finding.state is FindingState.DRAFT:
        raise DomainError("This finding is a draft already.")
    finding.state, finding.agreed_at, finding.agreed_by_id = FindingState.DRAFT, None, None


def as_shared(finding: Finding, statement: str, not_shown: str, on: date) -> SharedFinding:
    """The finding as everybody would read it, in words that were chosen for it. Nothing is kept yet."""
    client = finding.engagement.organisation
    return SharedFinding(
        statement=statement, not_shown=not_shown, design=finding.design, rung=rung_of(finding.design),
        organisation_kind=client.kind, size=size_of(client), numbers=told(finding.numbers),
        measure_kind=queries.measure_kind(finding.measure_id), shared_on=queries.month_of(on),
        search_words=searchable(f"{statement} {not_shown}"),
    )  # fmt: skip


def share(finding: Finding, shared: SharedFinding) -> None:
    """Let everybody read it in these words, unless they say whose it is or claim a cause."""
    if finding.state is not FindingState.AGREED:
        raise DomainError(NOT_AGREED)
    text = f"{shared.statement}\n{shared.not_shown}"
    if found := given_away(text, names_of(finding.engagement)):
        raise DomainError(STILL_NAMED.format(words=", ".join(f"“{name.word}”" for name in found)))
    _claims_no_cause(shared.statement, finding.design)
    db.session.add(shared)
    db.session.flush()
    finding.shared_id, finding.state = shared.id, FindingState.SHARED


def withdraw(finding: Finding) -> None:
    """Take it out of the library at once."""
    if finding.state is not FindingState.SHARED:
        raise DomainError("This finding is not in the library.")
    shared = db.session.get(SharedFinding, finding.shared_id)
    finding.shared_id, finding.state = None, FindingState.AGREED
    db.session.flush()
    db.session.delete(shared)


def join_benchmark(organisation: Organisation, *, by, on: date) -> None:
    if _consent_of(organisation):
        raise DomainError(f"{organisation.name} takes part already.")
    db.session.add(BenchmarkConsent(organisation_id=organisation.id, given_on=on, user_id=by.id))


def leave_benchmark(organisation: Organisation) -> None:
    if not (consent := _consent_of(organisation)):
        raise DomainError(f"{organisation.name} does not take part.")
    db.session.delete(consent)


def _consent_of(organisation: Organisation) -> BenchmarkConsent | None:
    criterion = BenchmarkConsent.organisation_id == organisation.id
    return db.session.scalar(sa.select(BenchmarkConsent).where(criterion))
