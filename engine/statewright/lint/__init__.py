"""Checks definitions and returns findings: errors, problems with replay, and likely mistakes.

This module checks one file; the rules are in `rules`.
"""

from __future__ import annotations

from statewright.diagnostics import Finding, sort_findings
from statewright.language import read_definition
from statewright.lint.context import LintContext
from statewright.lint.cross_file import CheckedFile, DeclaredMachine, cross_file_findings
from statewright.lint.damage import damage_of
from statewright.lint.registry import find_rule, rules
from statewright.lint.rule import Rule
from statewright.machine.flatten import flatten

__all__ = [
    "CheckedFile",
    "Rule",
    "check_definition",
    "check_file",
    "cross_file_findings",
    "find_rule",
    "rules",
]


def check_file(content: bytes, file: str) -> list[Finding]:
    """All findings in a file, sorted and without duplicates."""
    return list(check_definition(content, file).findings)


def check_definition(content: bytes, file: str) -> CheckedFile:
    """Like `check_file`, with the data that `cross_file_findings` needs to compare this file with others."""
    definition, findings = read_definition(content, file)
    if definition is None:
        return CheckedFile(file, tuple(sort_findings(findings)))
    table, breaches = flatten(definition)
    findings += breaches
    damage = damage_of(definition.document, findings)
    context = LintContext(definition, table, damage)
    for rule in rules():
        if damage.permits(rule.needs):
            findings += rule.findings(context)
    return CheckedFile(file, tuple(sort_findings(findings)), DeclaredMachine.of(definition))
