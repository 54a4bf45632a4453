"""SARIF 2.1.0 (OASIS) documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statewright import __version__
from statewright.diagnostics import Severity
from statewright.reports.json_text import indented_json
from statewright.reports.paths import file_uri
from statewright.reports.problem import Problem, fingerprints

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class SarifRule:
    """A rule that results refer to.

    `why`: the reason for the rule. `remedy`: how to fix a violation; if empty, `why` is used.
    """

    id: str
    name: str
    severity: Severity
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class SarifResult:
    """A problem as a SARIF result.

    `more`: additional SARIF properties, such as `fixes` and `suppressions`.
    """

    problem: Problem
    more: Mapping[str, Any] = field(default_factory=dict)


def sarif_document(
    results: Sequence[SarifResult],
    *,
    rules: Sequence[SarifRule],
    files: Sequence[str],
    fingerprint_version: int,
) -> Iterator[str]:
    """The lines of a SARIF document.

    `rules`: at least those of the results. `files`: all that were read. `fingerprint_version`: to be raised
    when a command changes the identity of its problems; viewers compare fingerprints of one version only.
    """
    used = {result.problem.rule for result in results}
    descriptors = [_descriptor(rule) for rule in rules if rule.id in used]
    places = {descriptor["id"]: place for place, descriptor in enumerate(descriptors)}
    names = fingerprints(result.problem for result in results)
    run = {
        "tool": {"driver": {"name": "statewright", "version": __version__, "rules": descriptors}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": file_uri(file)}} for file in files],
        "results": [
            {
                **_result(result),
                "ruleIndex": places[result.problem.rule],
                "partialFingerprints": {f"statewright/v{fingerprint_version}": fingerprint},
            }
            for result, fingerprint in zip(results, names, strict=True)
        ],
    }
    yield from indented_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _descriptor(rule: SarifRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy or rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(result: SarifResult) -> dict[str, Any]:
    problem = result.problem
    region = {"startLine": problem.line, "startColumn": problem.column}
    location = {"artifactLocation": {"uri": file_uri(problem.file)}, "region": region}
    return {
        "ruleId": problem.rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": "\n".join((problem.message, *problem.details))},
        "locations": [{"physicalLocation": location}],
        **result.more,
    }
