"""Writes scenarios as YAML, formatted as an author would.

`reading` parses the text back into equal scenarios.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from statewright.analysis.requests import DEFAULT_TIME, CommandRequest
from statewright.machine.messages import Actor
from statewright.scenarios.model import (
    Expectation,
    ExpectedEvent,
    GivenEvent,
    Scenario,
    ScenarioFile,
)

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_SENTENCE = re.compile(rf"{_PLAIN.pattern}(?: [A-Za-z0-9_.,()-]+)+")
# Words that some YAML parsers read as a boolean or null.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def file_text(machine: str, scenarios: Iterable[Scenario], leaves: Sequence[str] = ()) -> str:
    """The text of a new scenario file."""
    return f"machine: {_flow(machine)}\nscenarios:\n{scenarios_text(scenarios, leaves)}"


def scenarios_text(scenarios: Iterable[Scenario], leaves: Sequence[str] = ()) -> str:
    """Entries for the list `scenarios`.

    `leaves`: the state in which each scenario's command arrives; a comment heads each group of equal states.
    """
    lines: list[str] = []
    for number, scenario in enumerate(scenarios):
        if leaves and (number == 0 or leaves[number] != leaves[number - 1]):
            lines.append(f"  # state {leaves[number]}")
        lines += _lines(scenario)
    return "".join(f"{line}\n" for line in lines)


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """A scenario as an entry of the list `scenarios`."""
    given = {"given": [_step(step) for step in scenario.given]} if scenario.given else {}
    return {
        "name": scenario.name,
        **given,
        "when": _step(scenario.when),
        "then": _expectation(scenario.then),
    }


def appended_text(file: ScenarioFile, scenarios: Iterable[Scenario], leaves: Sequence[str] = ()) -> str:
    """The text of the file with more scenarios at its end, indented like the first one.

    The result is only correct if `scenarios` is the last key and in block style; callers parse it to make
    sure.
    """
    indent = file.document.position(("scenarios", 0)).column - len("- ") - 1
    added = textwrap.indent(textwrap.dedent(scenarios_text(scenarios, leaves)), " " * indent)
    return file.document.source.text.rstrip() + "\n" + added


def _lines(scenario: Scenario) -> Iterator[str]:
    yield f"  - name: {_name(scenario.name)}"
    if scenario.given:
        yield "    given:"
        yield from (f"      - {_flow(_step(step))}" for step in scenario.given)
    yield f"    when: {_flow(_step(scenario.when))}"
    yield "    then:"
    for key, value in _expectation(scenario.then).items():
        yield f"      {key}: {_flow(value)}"


def _step(step: GivenEvent | CommandRequest) -> dict[str, Any]:
    if isinstance(step, GivenEvent):
        return _filled({"event": step.event, "data": step.data, "version": step.version})
    written = _filled({"command": step.command, "data": step.data, "actor": _actor(step.actor)})
    if step.at != DEFAULT_TIME:
        written["at"] = step.at
    if step.expected_version is not None:
        written["expected_version"] = step.expected_version
    return written


def _actor(actor: Actor) -> dict[str, Any]:
    return _filled({"id": actor.id, "roles": list(actor.roles)})


def _expectation(then: Expectation) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if then.events is not None:
        written["events"] = [_expected(event) for event in then.events]
    if then.refused is not None:
        code, message = then.refused.code, then.refused.message
        written["refused"] = code if message is None else {"code": code, "message": message}
    return written | _filled({"invalid": then.invalid, "state": then.state, "data": then.data})


def _expected(event: ExpectedEvent) -> str | dict[str, Any]:
    return event.event if event.data is None else {"event": event.event, "data": event.data}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without empty values."""
    return {key: value for key, value in values.items() if value}


def _flow(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_flow(key)}: {_flow(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
            return value
        case _:
            return _escaped(json.dumps(value, ensure_ascii=False))


def _name(name: str) -> str:
    """The name in YAML. A sentence without characters that are special in YAML needs no quotes."""
    return name if _SENTENCE.fullmatch(name) else _flow(name)


def _escaped(text: str) -> str:
    """The text with unprintable characters escaped."""
    return "".join(character if character.isprintable() else f"\\U{ord(character):08x}" for character in text)
