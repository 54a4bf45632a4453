"""What reports say about rules: taken from the registry, in the order of the codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from statewright.diagnostics import Code, Severity
from statewright.lint import rules

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def rule_descriptors(codes: Iterable[Code]) -> list[dict[str, Any]]:
    """SARIF's reportingDescriptor of each rule that has one of the codes."""
    wanted = set(codes)
    return [
        {
            "id": rule.code.id,
            "name": rule.slug,
            "shortDescription": {"text": rule.slug.replace("-", " ")},
            "fullDescription": {"text": rule.why},
            "help": {"text": rule.fix or rule.why},
            "defaultConfiguration": {"level": LEVELS[rule.severity]},
        }
        for rule in rules()
        if rule.code in wanted
    ]
