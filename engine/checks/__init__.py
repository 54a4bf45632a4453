"""Every finding about one file: what makes it meaningless, what breaks replay, what looks like a mistake."""

from __future__ import annotations

from engine.checks.graph import dead_ends, unreachable_states
from engine.checks.names import case_clashes, house_style, shadowed_states
from engine.core.flatten import flatten
from engine.definition import read_definition
from engine.diagnostics import Finding, Severity, sort_findings

__all__ = ["check_file"]


def check_file(content: bytes, file: str) -> list[Finding]:
    """Sorted, without repetitions; the same bytes give the same list."""
    definition, findings = read_definition(content, file)
    if definition is None:
        return sort_findings(findings)
    table, breaches = flatten(definition)
    findings += [*breaches, *shadowed_states(definition), *case_clashes(definition), *house_style(definition)]
    if not any(finding.severity is Severity.ERROR for finding in findings):
        # What a mistake hides would look like a hole in the graph.
        findings += [*unreachable_states(definition, table), *dead_ends(definition, table)]
    return sort_findings(findings)
