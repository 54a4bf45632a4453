"""Turns the findings of one file into check results, using comments in the file and the configuration.

A comment takes precedence over the configuration, so that it does not count as unused if both ignore a
finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from statewright.diagnostics import Code, Finding, Severity, sort_findings
from statewright.errors import DefinitionError
from statewright.language.source.text import Source, decode
from statewright.lint.configuration import Configuration
from statewright.lint.fixes import FIXABLE, SchemaOf, safe_edits
from statewright.lint.result import CheckResult, Origin, Suppression, TextEdit
from statewright.lint.suppressions import MARK, Ignore, read_ignores, unused_ignores


def file_results(
    content: bytes,
    file: str,
    findings: Sequence[Finding],
    *,
    configuration: Configuration,
    schema_of: SchemaOf = lambda _file: None,
) -> list[CheckResult]:
    """A result for each selected finding, sorted, including findings about the file's ignore comments."""
    ignores: list[Ignore] = []
    problems: dict[Finding, TextEdit | None] = {}
    if MARK in content:
        ignores, problems = _ignores(content, file, findings)
        findings = sort_findings([*findings, *problems])
    selected = [finding for finding in findings if configuration.selects(finding.code)]
    is_fixable = any(finding.code in FIXABLE for finding in selected)
    edits = {**problems, **(safe_edits(content, file, selected, schema_of) if is_fixable else {})}
    return [
        CheckResult(
            finding,
            configuration.severity.get(finding.code, finding.severity),
            _suppression(finding, ignores, configuration),
            edits.get(finding),
        )
        for finding in selected
    ]


def _ignores(
    content: bytes, file: str, findings: Sequence[Finding]
) -> tuple[list[Ignore], dict[Finding, TextEdit | None]]:
    """The ignores in the file's comments, and the findings about them with their safe fixes."""
    try:
        source: Source = decode(content, file)
    except DefinitionError:
        return [], {}
    if source.is_json:
        return [], {}  # JSON has no comments
    ignores, unread = read_ignores(source)
    problems: dict[Finding, TextEdit | None] = dict.fromkeys(unread)
    # With an error in the file many rules do not run, so an ignore for them is not known to be unused.
    if not any(finding.severity is Severity.ERROR for finding in findings):
        problems |= unused_ignores(source, ignores, findings)
    return ignores, problems


def _suppression(
    finding: Finding, ignores: Sequence[Ignore], configuration: Configuration
) -> Suppression | None:
    if finding.code.severity is Severity.ERROR:
        return None
    ignore = next((ignore for ignore in ignores if ignore.covers(finding)), None)
    if ignore is not None and finding.code is not Code.UNUSED_IGNORE:
        return Suppression(Origin.COMMENT, ignore.reason)
    reason = configuration.reason_to_ignore(finding.code, finding.file)
    return None if reason is None else Suppression(Origin.CONFIGURATION, reason)
