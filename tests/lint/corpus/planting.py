"""How a mistake comes into a correct definition: an edit of its text, with the line where it must be found.

Planters know the text alone and nothing of the engine, so that what they expect cannot follow what the engine
says. The tables beside make planters of patterns and of features; the suite runs them.
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
    """`line`: where the mistake stands, from 1. `beside`: a second file that it takes, if it does."""

    text: str
    line: int
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Planter:
    """`plant` gives None where the text has no place for the mistake. `also`: what else may be found then."""

    name: str
    code: Code
    plant: Callable[[str, Random], Planted | None]
    also: frozenset[Code]


def planter(code: Code, *also: Code) -> Callable[[Callable[[str, Random], Planted | None]], Planter]:
    """Make a planter of a function, which lends it its name."""

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
    """Change the group `here` of the pattern, else its first, at one of the places where it matches.

    In the pattern `<key>` stands for a key with its colon, `@` for a name in a group, both with or without
    the quotes of JSON, and `~` for such a quote. A text as `change` may refer to groups. `within`: the
    top-level section to look in. `below`: how many lines below the change the mistake is found.
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
    """Where a top-level section of YAML or JSON begins and ends; nothing where there is none."""
    match = re.search(rf'^(  ")?{name}"?:.*(\n(?(1)   | ).*)*', text, re.MULTILINE)
    return match.span() if match else (0, 0)


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def misspelt(word: str, random: Random) -> str:
    """Two letters swapped, one doubled or one left out; never the word itself, nor another beginning."""
    at = random.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    doubled = word[:at] + word[at] + word[at:]
    shortened = word[:at] + word[at + 1 :]
    return random.choice([slip for slip in (swapped, doubled, shortened) if slip != word])


def _expanded(pattern: str) -> str:
    keyed = re.sub(r"(?<!\?P)<(\w+)>", r"(?<![\\w-])~\1~: ", pattern)
    return keyed.replace("@", r"~(\w{3,})~").replace("~", r"[\"']?")
