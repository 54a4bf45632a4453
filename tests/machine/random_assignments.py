"""Random machines with one expression that is checked and run: in `set`, `with`, a guard or an upcast.

The expression fits its field or contains one mistake. `python -m tests.machine.random_assignments FIRST
COUNT` tries more seeds than the test suite does.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from statewright.diagnostics import Finding
from statewright.errors import UpcastError
from statewright.language import read_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.messages import Rejected
from statewright.machine.upcasting import upcast
from tests.given import command, when
from tests.machine.random_expressions import Schema, Writer, condition

INPUTS = 40
INPUTS_IF_REFUSED = 200
TYPE_ERROR, CONSTANT = "SW303", "SW320"
# Run-time errors that `check` cannot exclude; maps have the keys k and l, records have others.
DOCUMENTED = re.compile(
    r"integer overflow|division by zero|index -?\d+ is out|no such key: \"[kl]\"|cannot convert"
    r"|has length|more than [\d,]+ (characters|steps)|must (be (at|greater|less|one|a multiple)|have at)"
)
CONSTRAINT = re.compile("must (be|have)")


@dataclass
class Case:
    """One random case. `kind`: the place of the expression. `wrong`: the mistake in it, or ""."""

    kind: str
    document: dict[str, Any]
    expression: str
    command_fields: dict[str, Schema]
    optional: list[str]
    wrong: str


@dataclass
class Result:
    """The results of many cases: seeds with details."""

    accepted: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)
    harmless: list[str] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)

    @property
    def deserved(self) -> float:
        """The share of rejected cases that can fail at run time."""
        return 1 - len(self.harmless) / max(self.refused, 1)


def random_case(random: Random) -> Case:
    """Return a machine in which `Go` is accepted from a state with any data and emits `Went`."""
    writer = Writer(random)
    kind = random.choice(["set", "set", "with", "guard", "upcast"])
    data = {name: writer.schema(2) for name in "abcd"}
    fields = {name: writer.schema(2) for name in "pqr"}
    optional = [name for name in fields if random.random() < 0.4]
    reads = "event" if kind in ("set", "upcast") else "command"
    sources = [] if kind == "upcast" else writer.sources("data", data, [])
    sources += [] if kind == "upcast" else writer.sources(reads, fields, optional)
    writer.conditions = [f"has({reads}.{name})" for name in optional] if kind != "guard" else []
    writer.conditions += [text for source in sources if (text := condition(source)) is not None]
    target = {"type": "boolean"} if kind == "guard" else data["a"]
    writer.mistakes_left = random.choice([0, 1, 1])
    text = writer.expression(target, sources, 3)
    event: dict[str, Any] = {"payload": fields, "optional": optional}
    branch: dict[str, Any] = {"emit": "Went"}
    match kind:
        case "set":
            event["set"] = {"a": text}
        case "with":
            event = {"payload": {"t": target}}
            branch["with"] = {"t": text}
        case "guard":
            branch["guard"] = text
        case "upcast":
            event = {"payload": {"t": target}, "version": 2, "upcast": {"1": {"t": text}}}
            branch["with"] = {"t": json.dumps(writer.value(target))}
    document = {
        "machine": "m",
        "initial": "open",
        "data": {name: {**schema, "default": writer.value(schema)} for name, schema in data.items()},
        "commands": {"Go": {"payload": fields, "optional": optional}},
        "events": {"Went": event},
        "states": {"open": {"accepts": {"Go": [branch]}}},
    }
    return Case(kind, document, text, fields, optional, writer.mistake)


def run(first: int, count: int) -> Result:
    """Check and run the cases of a number of seeds."""
    result = Result()
    for seed in range(first, first + count):
        random = Random(seed)
        case = random_case(random)
        _judge(result, seed, case, random)
    return result


def _judge(result: Result, seed: int, case: Case, random: Random) -> None:
    content = json.dumps(case.document).encode()
    _, findings = read_definition(content, "random.json")
    codes = {finding.code.id for finding in findings}
    unexpected = codes - {TYPE_ERROR, CONSTANT}
    assert not unexpected, f"seed {seed}: {[finding.headline() for finding in findings]} in {case.document}"
    definition, _ = read_definition(content, "random.json", published=True)
    assert definition is not None
    failure = _failure(compile_machine(definition), case, random, findings)
    where = f"seed {seed}, {case.kind} ({case.wrong or 'right'}): {case.expression}"
    if codes:
        result.refused += 1
        result.mistakes[case.wrong] += 1
        if failure is None:
            result.harmless.append(f"{where}: {findings[0].message}")
    else:
        result.accepted += 1
        if failure is not None:
            result.failed.append(f"{where}: {failure}")


def _failure(machine: Machine, case: Case, random: Random, faults: Sequence[Finding]) -> str | None:
    """Return the reason of a refusal that the type check should have prevented, if any."""
    writer = Writer(random)
    for _ in range(INPUTS_IF_REFUSED if faults else INPUTS):
        message = _refusal(machine, case, writer)
        if message is not None and (_is_expected(message, faults) or not DOCUMENTED.search(message)):
            return message
    return None


def _is_expected(message: str, faults: Sequence[Finding]) -> bool:
    """Whether a finding is the expected one, about a constant or its constraint."""
    return any(
        fault.message.removeprefix("this expression always fails: ") in message
        or (fault.code.id == CONSTANT and CONSTRAINT.search(message))
        for fault in faults
    )


def _refusal(machine: Machine, case: Case, writer: Writer) -> str | None:
    values = {
        name: writer.value(schema)
        for name, schema in case.command_fields.items()
        if name not in case.optional or writer.random.random() < 0.5
    }
    if case.kind == "upcast":
        spec = machine.event_spec("Went")
        assert spec is not None
        try:
            upcast(spec, values, event_version=1)
        except UpcastError as error:
            return str(error)
        return None
    data = {name: writer.value(schema) for name, schema in case.document["data"].items()}
    normal = machine.data_payload.conform(data)
    verdict = when(machine, replace(machine.initial, data=normal, version=1), command("Go", values))
    is_failure = isinstance(verdict, Rejected) and verdict.code in ("EXPRESSION_ERROR", "INVARIANT_VIOLATED")
    return verdict.message if is_failure else None


if __name__ == "__main__":
    found = run(int(sys.argv[1]), int(sys.argv[2]))
    print(f"{found.accepted} accepted, {len(found.failed)} of them failed")
    print(f"{found.refused} refused, {found.deserved:.1%} of them can fail; {dict(found.mistakes)}")
    print(
        "\n".join(
            [*(f"FAILED {line}" for line in found.failed), *(f"CANNOT {line}" for line in found.harmless)]
        )
    )
