"""Random pairs of versions and random histories: every difference has a verdict other than safe.

`COMPAT_FUZZ_PAIRS` asks for more pairs and `COMPAT_FUZZ_SEED` for other ones; the last line names the seeds.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from statewright.errors import DefinitionError
from statewright.evolution.compat import compare
from statewright.machine.compiled import Machine
from tests.evolution.compat.histories import divergences
from tests.evolution.compat.pairs import version
from tests.evolution.compat.rich_versions import definition, edited

pytestmark = pytest.mark.slow

PAIRS = int(os.environ.get("COMPAT_FUZZ_PAIRS", "16"))
SEED = int(os.environ.get("COMPAT_FUZZ_SEED", "0"))
HISTORIES = 20  # of each pair, of up to 40 commands


def test_every_divergence_has_a_verdict(report_line: Any) -> None:
    """After one to three edits, each different fold or answer has a verdict on an involved element."""
    diverging, missed = 0, []
    for seed in range(SEED, SEED + PAIRS):
        old, new, edits = _versions(seed)
        found = [
            one for number in range(HISTORIES) for one in divergences(old, new, Random(f"{seed}/{number}"))
        ]
        report = compare(old, new)
        diverging += bool(found)
        missed += [(seed, edits, one) for one in found if not one.is_covered(report)][:1]
    seeds = f"seeds {SEED} to {SEED + PAIRS - 1}"
    report_line(f"compat fuzz: {seeds}, {PAIRS} pairs, {diverging} diverging, {len(missed)} missed")
    assert missed == []


def _versions(seed: int) -> tuple[Machine, Machine, list[str]]:
    """The first pair from this seed that loads."""
    random = Random(seed)
    for _ in range(100):
        written = definition(random)
        new, edits = edited(written, random, random.randint(1, 3))
        try:
            return version(written, 1), version(new, 2), edits
        except DefinitionError:  # a branch that hides the next one, say
            continue
    raise AssertionError(f"seed {seed} gives no pair that loads")
