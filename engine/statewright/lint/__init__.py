"""Every finding about definitions: what makes one meaningless, what breaks replay, what looks like a mistake.

Owns the order in which a file is judged; the rules are in the families beside, listed by one registry.
"""

from __future__ import annotations

from statewright.diagnostics import Finding, Severity, sort_findings
from statewright.language import read_definition
from statewright.lint.cross_file import Checked, Declared, check_together
from statewright.lint.registry import rule_called, rules
from statewright.lint.rule import Rule
from statewright.lint.subject import Subject
from statewright.machine.flatten import flatten

__all__ = ["Checked", "Rule", "check_definition", "check_file", "check_together", "rule_called", "rules"]


def check_file(content: bytes, file: str) -> list[Finding]:
    """Sorted, without repetitions; the same bytes give the same list."""
    return list(check_definition(content, file).findings)


def check_definition(content: bytes, file: str) -> Checked:
    """The same findings, with what `check_together` needs to compare this file with others."""
    definition, findings = read_definition(content, file)
    if definition is None:
        return Checked(file, tuple(sort_findings(findings)))
    table, breaches = flatten(definition)
    findings += breaches
    has_errors = any(finding.severity is Severity.ERROR for finding in findings)
    subject = Subject(definition, table)
    for rule in rules():
        if rule.despite_errors or not has_errors:
            findings += rule.findings(subject)
    return Checked(file, tuple(sort_findings(findings)), Declared.of(definition))
