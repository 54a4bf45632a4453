"""How to plant a mistake in a correct definition: edit the text and record the line of the expected finding.

Planters use only the text and nothing of the engine, so that their expectations are independent of it. The
modules `slips`, `rewrites` and `features` define the planters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from statewright.diagnostics import Code

Change = str | Callable[[str, Random], str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with a mistake on `line`, counted from 1; `beside` is a second file, if one is needed."""

    text: str
    line: int
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Planter:
    """`plant` returns None if the text has no place for the mistake; `also` lists codes it may cause."""

    name: str
    code: Code
    plant: Callable[[str, Random], Planted | None]
    also: frozenset[Code]


def planter(code: Code, *also: Code) -> Callable[[Callable[[str, Random], Planted | None]], Planter]:
    """Turn a function into a planter that has its name."""

    def make(plant: Callable[[str, Random], Planted | None]) -> Planter:
        return Planter(plant.__name__.replace("_", " "), code, plant, frozenset(also))

    return make


def slip(
    name: str,
    code: Code,
    pattern: str,
    change: Change,
    *,
    also: Iterable[Code] = (),
    within: str = "",
    below: int = 0,
) -> Planter:
    """Change the group `here` of the pattern, or else its first group, at one of the matches.

    In the pattern, `<key>` matches a key with its colon and `@` matches a name in a group, both with or
    without the quotes of JSON; `~` matches such an optional quote. A string `change` can refer to groups.
    `within` is the top-level section to search. `below` is the distance in lines from the change down to the
    finding.
    """
    expression = re.compile(_expanded(pattern), re.MULTILINE)

    def plant(text: str, random: Random) -> Planted | None:
        start, end = section(text, within) if within else (0, len(text))
        matches = list(expression.finditer(text, start, end))
        if not matches:
            return None
        match = random.choice(matches)
        start, end = match.span("here" if "here" in expression.groupindex else 1)
        new = match.expand(change) if isinstance(change, str) else change(text[start:end], random)
        return Planted(text[:start] + new + text[end:], line_at(text, start) + below)

    return Planter(name, code, plant, frozenset(also))


def section(text: str, name: str) -> tuple[int, int]:
    """Return the start and end of a top-level section of YAML or JSON, or (0, 0) if it is missing."""
    match = re.search(rf'^(  ")?{name}"?:.*(\n(?(1)   | ).*)*', text, re.MULTILINE)
    return match.span() if match else (0, 0)


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def misspelt(word: str, random: Random) -> str:
    """Swap two letters, double one or drop one; the result differs from the word but has its first letter."""
    at = random.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    doubled = word[:at] + word[at] + word[at:]
    shortened = word[:at] + word[at + 1 :]
    return random.choice([slip for slip in (swapped, doubled, shortened) if slip != word])


def _expanded(pattern: str) -> str:
    keyed = re.sub(r"(?<!\?P)<(\w+)>", r"(?<![\\w-])~\1~: ", pattern)
    return keyed.replace("@", r"~(\w{3,})~").replace("~", r"[\"']?")
