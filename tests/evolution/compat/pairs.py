"""The corpus: pairs of versions, one file each, with the expected rules and the report of `compare`.

A file says `why`, then `old`, `new` and the rules to `expect`. The old one is version 1 and the new one 2,
unless they say otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pytest

from statewright.evolution.compat import ChangeKind, CompatReport, Consequence, compare
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

    @cached_property
    def report(self) -> CompatReport:
        """What `compare` says about the pair."""
        return compare(self.old, self.new)


def version(written: dict[str, Any], number: int) -> Machine:
    """A machine `m` from plain data."""
    text = json.dumps({"machine": "m", "version": number, **written})
    return compile_machine(load_definition(text.encode(), f"{number}.machine.json"))


def _pair(path: Path) -> PairOfVersions:
    written = load_document(path.read_bytes(), path.name).value
    old, new = version(written["old"], 1), version(written["new"], 2)
    return PairOfVersions(path.stem, old, new, sorted(written["expect"]))


PAIRS = [_pair(path) for path in sorted(FOLDER.glob("*.yaml"))]
SAFE = {kind.id for kind in ChangeKind if kind.consequence is Consequence.SAFE}
# The scope puts all tests of one pair together, so that one process compares it.
_each_of = partial(pytest.mark.parametrize, "pair", ids=lambda pair: pair.name, scope="session")
every_pair = _each_of(PAIRS)
every_breaking_pair = _each_of([pair for pair in PAIRS if not SAFE.issuperset(pair.expect)])
