"""The same definition in other words: nothing, or a change that is proved safe."""

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


@pytest.mark.parametrize("name", REWRITINGS)
def test_the_same_in_other_words_is_no_break(name: str) -> None:
    """Neither shown nor not shown."""
    found = compare(original(), machine_of(rewritten(name))).verdicts
    assert [one for one in found if one.kind.consequence is not Consequence.SAFE] == []
