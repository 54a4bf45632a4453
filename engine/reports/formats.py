"""The formats by name. A format that is one document must have its output for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.reports.github import github_commands
from engine.reports.gitlab import gitlab_document
from engine.reports.json_text import json_document, json_lines
from engine.reports.junit import junit_document
from engine.reports.report import Report
from engine.reports.sarif import sarif_document

PRINTERS: Mapping[str, Callable[[Report], Iterator[str]]] = {
    "json": json_document,
    "jsonl": json_lines,
    "github": github_commands,
    "gitlab": gitlab_document,
    "junit": junit_document,
    "sarif": sarif_document,
}
