"""Findings as coloured lines with an excerpt of the source, and a summary of all findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from statewright.cli.shared.input_files import STDIN_NAME
from statewright.cli.shared.output import Colour
from statewright.diagnostics import Finding, Severity
from statewright.lint.result import CheckResult, Origin
from statewright.wording import plural

_COLOURS = {Severity.ERROR: Colour.RED, Severity.WARNING: Colour.ORANGE, Severity.INFO: Colour.BLUE}
_SUPPRESSED = {
    Origin.COMMENT: "ignored by comments",
    Origin.CONFIGURATION: "ignored by the configuration",
    Origin.BASELINE: "in the baseline",
}


def result_lines(results: Iterable[CheckResult]) -> Iterator[str]:
    """The lines of the results that count."""
    for result in results:
        if result.counts:
            yield from finding_lines(result.finding, result.severity)


def finding_lines(finding: Finding, severity: Severity) -> Iterator[str]:
    yield click.style(finding.headline(), fg=_COLOURS[severity])
    yield from finding.excerpt()


def findings_summary(results: Sequence[CheckResult]) -> str:
    """The number of findings by severity; "" without any results."""
    counting = [result for result in results if result.counts]
    parts = [_found(counting) if counting else "no findings"] if results else []
    origins = Counter(result.suppression.origin for result in results if result.suppression is not None)
    parts += [f"{origins[origin]:,} {words}" for origin, words in _SUPPRESSED.items() if origins[origin]]
    if fixable := sum(map(_is_fixable, counting)):
        parts.append(f"{fixable:,} can be fixed with --fix")
    return "; ".join(parts)


def _is_fixable(result: CheckResult) -> bool:
    """Whether `--fix` can apply a fix: it cannot rewrite standard input."""
    return result.edit is not None and result.finding.file != STDIN_NAME


def _found(results: Sequence[CheckResult]) -> str:
    files = len({result.finding.file for result in results})
    severities = Counter(result.severity for result in results)
    kinds = ", ".join(
        plural(severities[kind], kind.value) if kind is not Severity.INFO else f"{severities[kind]:,} info"
        for kind in Severity
        if severities[kind]
    )
    return f"{plural(len(results), 'finding')} in {plural(files, 'file')}: {kinds}"
