"""The formats by name. A format that is one document must have its output for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from statewright.lint.reports.github import github_commands
from statewright.lint.reports.gitlab import gitlab_document
from statewright.lint.reports.json_text import json_document, json_lines
from statewright.lint.reports.junit import junit_document
from statewright.lint.reports.report import CheckReport
from statewright.lint.reports.sarif import sarif_document

PRINTERS: Mapping[str, Callable[[CheckReport], Iterator[str]]] = {
    "json": json_document,
    "jsonl": json_lines,
    "github": github_commands,
    "gitlab": gitlab_document,
    "junit": junit_document,
    "sarif": sarif_document,
}
