"""GitLab's code quality report, a subset of the Code Climate format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statewright.diagnostics import Severity
from statewright.reports.json_text import indented_json
from statewright.reports.paths import posix_path
from statewright.reports.problem import Problem, fingerprints

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def gitlab_document(problems: Iterable[Problem]) -> Iterator[str]:
    """The problems that are not suppressed. GitLab compares fingerprints to find new problems."""
    listed = list(problems)
    entries = [
        {
            "check_name": problem.rule,
            "description": problem.message,
            "severity": _SEVERITIES[problem.severity],
            "fingerprint": fingerprint,
            "location": {"path": posix_path(problem.file), "lines": {"begin": problem.line}},
        }
        for problem, fingerprint in zip(listed, fingerprints(listed), strict=True)
        if not problem.suppressed
    ]
    yield from indented_json(entries)
