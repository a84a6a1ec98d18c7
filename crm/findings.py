"""What hangs loose, as a sentence with the one step that mends it."""

from dataclasses import dataclass, field

LEVELS = {"bad": 0, "warn": 1, "info": 2}


@dataclass(frozen=True)
class Finding:
    """`endpoint` and `parts` name the page that mends it; the template makes the address."""

    level: str
    label: str
    sentence: str
    button: str
    endpoint: str
    parts: dict = field(default_factory=dict)


def worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: LEVELS[finding.level])
