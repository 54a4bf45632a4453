"""All planters, and the mistakes that they plant in the correct definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from tests.lint.corpus.correct import WRITTEN
from tests.lint.corpus.features import mistaken
from tests.lint.corpus.planting import Planted, Planter
from tests.lint.corpus.rewrites import REWRITES
from tests.lint.corpus.slips import SLIPS

PLANTERS = (*SLIPS, *REWRITES, *mistaken())
_PER_PLANTER = 3


@dataclass(frozen=True, slots=True)
class Mistake:
    """One planted mistake; `file` is the name under which the definition is checked."""

    file: str
    planter: Planter
    planted: Planted


def mistakes(seed: int) -> Iterator[Mistake]:
    """Yield up to three mistakes per planter, in different definitions; equal seeds give equal results.

    Raises LookupError for a planter that cannot be applied to any definition.
    """
    for planter in PLANTERS:
        planted = list(islice(_mistakes_of(planter, Random(f"{seed} {planter.name}")), _PER_PLANTER))
        if not planted:
            raise LookupError(planter.name)
        yield from planted


def _mistakes_of(planter: Planter, random: Random) -> Iterator[Mistake]:
    for path in random.sample(WRITTEN, len(WRITTEN)):
        planted = planter.plant(path.read_text(), random)
        if planted is not None:
            yield Mistake(path.name, planter, planted)
