"""Neutral rewritings give no verdict, or one that is proved safe."""

from __future__ import annotations

from functools import cache

import pytest

from statewright.evolution.compat import Consequence, compare
from statewright.machine.compiled import Machine
from tests.evolution.compat.neutral_rewritings import ORIGINAL, REWRITINGS, rewritten
from tests.given import machine_of


@cache
def original() -> Machine:
    return machine_of(ORIGINAL)


@pytest.mark.slow
@pytest.mark.parametrize("name", REWRITINGS)
def test_a_neutral_rewriting_breaks_nothing(name: str) -> None:
    """There is neither a shown break nor an undecided one."""
    found = compare(original(), machine_of(rewritten(name))).verdicts
    assert [one for one in found if one.kind.consequence is not Consequence.SAFE] == []
