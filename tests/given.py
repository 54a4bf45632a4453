"""Given-when-then for the core: a machine from text, a state from commands, a command to judge."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.machine.decide import decide
from statewright.machine.messages import Accepted, Actor, AggregateState, Command, Verdict

NOW = "2026-11-23T12:00:00.000000Z"
ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "config"
GOOD = (ROOT / "engine/statewright/lint/examples/good", ROOT / "tests/lint/good")
EVERYTHING = ROOT / "tests/lint/good/everything.machine.yaml"  # uses the whole language

# All definitions of the repository without findings.
SOUND_FILES = tuple(
    path for folder in (CONFIG, *GOOD) for path in sorted(folder.iterdir()) if ".machine." in path.name
)


def machine_of(text: str) -> Machine:
    """A machine from YAML text with any indentation."""
    return compile_machine(load_definition(textwrap.dedent(text).encode(), "test.machine.yaml"))


def example(name: str) -> Machine:
    """One of the machines in config/."""
    path = CONFIG / f"{name}.machine.yaml"
    return compile_machine(load_definition(path.read_bytes(), path.name))


def command(
    name: str, data: dict[str, Any] | None = None, *, roles: tuple[str, ...] = (), **fields: Any
) -> Command:
    """A command whose id is derived from its name; `fields` override envelope fields."""
    fields = {"id": f"c-{name}", "machine": "m", "aggregate_id": "a", "digest": "", **fields}
    return Command(name=name, data=data or {}, actor=Actor("someone", roles), **fields)


def when(machine: Machine, state: AggregateState, sent: Command) -> Verdict:
    """The verdict on one command."""
    return decide(machine, state, sent, now=NOW)


def given(machine: Machine, *commands: Command) -> AggregateState:
    """The state after commands that must all be accepted."""
    state = machine.initial
    for sent in commands:
        verdict = when(machine, state, sent)
        assert isinstance(verdict, Accepted), verdict
        state = verdict.state
    return state
