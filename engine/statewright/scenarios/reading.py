"""Parses the text of a `*.scenarios.yaml` into scenarios, or reports every finding.

The text is read like a definition: restricted YAML or JSON, with line and column of every value. Reads no
files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from statewright.analysis.requests import DEFAULT_TIME, CommandRequest
from statewright.diagnostics import Code, Finding, hint, sort_findings
from statewright.errors import DefinitionError, EvaluationError
from statewright.language.cel import Timestamp
from statewright.language.model import Definition
from statewright.language.source.document import Document, DocumentPath, load_document
from statewright.machine.messages import Actor
from statewright.scenarios.model import (
    Expectation,
    ExpectedEvent,
    GivenEvent,
    Refusal,
    Scenario,
    ScenarioFile,
)
from statewright.scenarios.shape import check_shape


def read_scenarios(content: bytes, file: str) -> ScenarioFile:
    """Parse scenarios; `check_names` checks their names against a machine. Raises DefinitionError."""
    document = load_document(content, file)
    findings = [*document.findings, *check_shape(document)]
    if not findings:
        findings = [*_repeated_names(document), *_contradictions(document), *_times(document)]
    if findings:
        raise DefinitionError(sort_findings(findings))
    return ScenarioFile(document, document.value.get("machine"), _scenarios(document))


def check_names(file: ScenarioFile, definition: Definition) -> list[Finding]:
    """A finding for each command, event, state and data field that the machine does not have."""
    document = file.document
    known = {
        "command": (Code.UNKNOWN_COMMAND, definition.commands),
        "event": (Code.UNKNOWN_EVENT, definition.events),
        "state": (Code.UNKNOWN_STATE, definition.states),
        "data field": (Code.UNKNOWN_FIELD, definition.data),
    }
    found = []
    for kind, name, path in _names(file):
        code, names = known[kind]
        if names is not None and name not in names:
            message = f'machine "{definition.machine}" has no {kind} "{name}"{hint(name, list(names))}'
            found.append(document.finding(code, path, message, key=kind == "data field"))
    return sort_findings(found)


def _names(file: ScenarioFile) -> Iterator[tuple[str, str, DocumentPath]]:
    """Every name in the file as (kind, name, path)."""
    for scenario in file.scenarios:
        for step in (*scenario.given, scenario.when):
            kind, name = ("event", step.event) if isinstance(step, GivenEvent) else ("command", step.command)
            yield kind, name, (*step.path, kind)
        then = (*scenario.path, "then")
        for number, expected in enumerate(scenario.then.events or ()):
            yield "event", expected.event, (*then, "events", number, "event")
        if scenario.then.state is not None:
            yield "state", scenario.then.state, (*then, "state")
        for field in scenario.then.data:
            yield "data field", field, (*then, "data", field)


def _repeated_names(document: Document) -> Iterator[Finding]:
    lines: dict[str, int] = {}
    for number, written in enumerate(document.value["scenarios"]):
        path = ("scenarios", number, "name")
        line = document.position(path).line
        first = lines.setdefault(written["name"], line)
        if first != line:
            message = f'scenario name "{written["name"]}" is already used on line {first}'
            yield document.finding(Code.SHAPE, path, message)


def _contradictions(document: Document) -> Iterator[Finding]:
    for number, written in enumerate(document.value["scenarios"]):
        outcomes = [key for key in ("events", "refused", "invalid") if key in written["then"]]
        for key in outcomes[1:]:
            message = f"`{key}` cannot be combined with `{outcomes[0]}`; remove one of them"
            yield document.finding(Code.SHAPE, ("scenarios", number, "then", key), message, key=True)


def _times(document: Document) -> Iterator[Finding]:
    steps = (step for scenario in _scenarios(document) for step in (*scenario.given, scenario.when))
    for step in steps:
        if isinstance(step, CommandRequest):
            try:
                Timestamp.parse(step.at)
            except EvaluationError as error:
                yield document.finding(Code.SHAPE, (*step.path, "at"), str(error))


def _scenarios(document: Document) -> tuple[Scenario, ...]:
    written = enumerate(document.value["scenarios"])
    return tuple(_scenario(one, ("scenarios", number)) for number, one in written)


def _scenario(written: Mapping[str, Any], path: DocumentPath) -> Scenario:
    given = enumerate(written.get("given", ()))
    return Scenario(
        name=written["name"],
        given=tuple(_step(part, (*path, "given", number)) for number, part in given),
        when=_request(written["when"], (*path, "when")),
        then=_expectation(written["then"]),
        path=path,
    )


def _step(written: Mapping[str, Any], path: DocumentPath) -> GivenEvent | CommandRequest:
    if "event" in written:
        return GivenEvent(written["event"], written.get("data", {}), written.get("version"), path)
    return _request(written, path)


def _request(written: Mapping[str, Any], path: DocumentPath) -> CommandRequest:
    actor = written.get("actor", {})
    return CommandRequest(
        command=written["command"],
        data=written.get("data", {}),
        actor=Actor(actor.get("id", ""), tuple(actor.get("roles", ()))),
        at=written.get("at", DEFAULT_TIME),
        expected_version=written.get("expected_version"),
        path=path,
    )


def _expectation(written: Mapping[str, Any]) -> Expectation:
    refused = written.get("refused")
    if isinstance(refused, str):
        refused = {"code": refused}
    return Expectation(
        events=_expected_events(written["events"]) if "events" in written else None,
        state=written.get("state"),
        data=written.get("data", {}),
        refused=None if refused is None else Refusal(**refused),
        invalid=written.get("invalid", False),
    )


def _expected_events(written: Iterable[str | Mapping[str, Any]]) -> tuple[ExpectedEvent, ...]:
    return tuple(ExpectedEvent(item) if isinstance(item, str) else ExpectedEvent(**item) for item in written)
