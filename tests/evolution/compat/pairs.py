"""The corpus: pairs of versions with the verdicts that are expected, one file each.

A file says `why`, then `old`, `new` and the rules to `expect`. The old one is version 1 and the new one 2,
unless they say otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statewright.language import load_definition
from statewright.language.source.document import load_document
from statewright.machine.compiled import Machine, compile_machine

FOLDER = Path(__file__).parent / "pairs"


@dataclass(frozen=True)
class PairOfVersions:
    """`expect`: the ids of all rules that apply, sorted."""

    name: str
    old: Machine
    new: Machine
    expect: list[str]


def pairs() -> list[PairOfVersions]:
    """The whole corpus."""
    return [_pair(path) for path in sorted(FOLDER.glob("*.yaml"))]


def version(written: dict[str, Any], number: int) -> Machine:
    """A machine `m` from plain data."""
    text = json.dumps({"machine": "m", "version": number, **written})
    return compile_machine(load_definition(text.encode(), f"{number}.machine.json"))


def _pair(path: Path) -> PairOfVersions:
    written = load_document(path.read_bytes(), path.name).value
    old, new = version(written["old"], 1), version(written["new"], 2)
    return PairOfVersions(path.stem, old, new, sorted(written["expect"]))
