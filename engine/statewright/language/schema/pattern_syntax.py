"""The structure of a regular expression: what repeats, what is a choice, what follows what.

Reads texts that the compiler of `re` accepts and gives no meaning to them; `patterns` and `pattern_steps`
judge what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

TEXT_LENGTH_MAX = 1_000  # characters that a pattern is tried on

TOKEN = re.compile(
    r"""(?P<set> \[\^?\]?(?:\\.|[^\]\\])*\]? )
      | (?P<mark> [\^$] | \\[AZbB] )
      | (?P<code> \\(?:x..|u.{4}|U.{8}|N\{[^}]*\}|0[0-7]{0,2}|[1-3][0-7]{2}) )
      | (?P<echo> \\[1-9]\d? )
      | (?P<escape> \\. )
      | (?P<foreign> \(\?(?![:=!]|<[=!]) )
      | (?P<open> \((?:\?<?[:=!])? )
      | (?P<close> \) )
      | (?P<choice> \| )
      | (?P<repeat> (?:[*+?]|\{(?=[\d,])(?P<least>\d*),?(?P<most>\d*)\})[?+]? )
      | .""",
    re.VERBOSE | re.DOTALL,
)
_CODE_POINT = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0.|10)[0-9a-fA-F]{4}))")

# Every class of characters that a pattern can name has members here; so has every range whose ends lie in
# Latin-1. Beyond it the pattern's own characters are added: ranges that overlap share an end of one of them.
_SAMPLE = "".join(map(chr, range(256))) + "λ٣\u2003€\U0001f600"


@dataclass(frozen=True, slots=True)
class Characters:
    """One character; `members`: those of a sample that it can be. Two that overlap share a member."""

    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, such as the end of the text, which takes no character."""

    text: str

    @property
    def is_start(self) -> bool:
        return self.text in ("^", r"\A")

    @property
    def is_end(self) -> bool:
        return self.text in ("$", r"\Z")


@dataclass(frozen=True, slots=True)
class Look:
    """A lookahead or lookbehind: it takes no character, and once it has matched it is not tried again."""

    inside: Choice


@dataclass(frozen=True, slots=True)
class Choice:
    """A group or the whole: sequences of parts, often a single one."""

    branches: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` is at least the length of the longest text where it is not bounded."""

    part: Part
    least: int
    most: int


Part = Characters | Mark | Look | Choice | Repeat


def structure(pattern: str) -> Choice:
    """`pattern`: compiles, and has no group of a foreign form."""
    points = (chr(int("".join(found.groups("")), 16)) for found in _CODE_POINT.finditer(pattern))
    return _choice(TOKEN.finditer(pattern), _SAMPLE + pattern + "".join(points))


def varies(part: Part) -> bool:
    """Whether it can match in several ways: by another choice or another number of repetitions."""
    match part:
        case Repeat():
            return part.least != part.most or varies(part.part)
        case Choice():
            return len(part.branches) > 1 or any(varies(inner) for inner in part.branches[0])
        case Look():
            return varies(part.inside)
        case _:
            return False


def repeats(part: Part) -> Iterator[Repeat]:
    """The repetitions in the part, itself included."""
    match part:
        case Repeat():
            yield part
            yield from repeats(part.part)
        case Choice():
            for branch in part.branches:
                for inner in branch:
                    yield from repeats(inner)
        case Look():
            yield from repeats(part.inside)


def _choice(tokens: Iterator[re.Match[str]], sample: str) -> Choice:
    """The group that ends with the next closing bracket, or the whole."""
    branches: list[list[Part]] = [[]]
    for token in tokens:
        parts = branches[-1]
        match token.lastgroup:
            case "choice":
                branches.append([])
            case "close":
                break
            case "open":
                inside = _choice(tokens, sample)
                parts.append(inside if token[0] in ("(", "(?:") else Look(inside))
            case "repeat":
                parts[-1] = Repeat(parts[-1], *_bounds(token))
            case "mark":
                parts.append(Mark(token[0]))
            case "echo":  # any text, but only one: what the group has matched
                parts.append(Repeat(Characters(frozenset(sample)), 0, 0))
            case _:
                parts.append(Characters(_members(token[0], sample)))
    return Choice(tuple(map(tuple, branches)))


def _bounds(token: re.Match[str]) -> tuple[int, int]:
    match token[0][0]:
        case "*":
            return 0, TEXT_LENGTH_MAX
        case "+":
            return 1, TEXT_LENGTH_MAX
        case "?":
            return 0, 1
    least = int(token["least"] or 0)
    if "," not in token[0]:
        return least, least
    return least, int(token["most"]) if token["most"] else max(least, TEXT_LENGTH_MAX)


@lru_cache(maxsize=1024)
def _members(text: str, sample: str) -> frozenset[str]:
    is_itself = len(text) == 1 and text != "."
    return frozenset(text) if is_itself else frozenset(re.findall(text, sample))
