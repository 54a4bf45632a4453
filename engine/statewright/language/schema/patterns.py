"""Which patterns an author may use, and the engine that matches them.

Patterns run on RE2, in linear time. A published definition may hold patterns that earlier versions accepted
and RE2 cannot match; those keep running on `re`. See docs/decisions/0022-patterns-by-re2.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from statewright.language.regex import Regex, RegexError, compile_regex
from statewright.language.schema.ecma_regex import UnsupportedPattern, to_re2

PATTERN_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 1_000  # characters that a pattern is tried on

_PYTHON_END = re.compile(r"(\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)|\$", re.DOTALL)


class Pattern(Protocol):
    """A compiled pattern, whichever engine runs it. `size`: the instructions that a character may cost."""

    size: int

    def found_in(self, text: str) -> bool:
        """Does any part of the text match?"""


class _PythonPattern:
    """A pattern that RE2 refuses, matched as the versions that accepted and published it did."""

    size = 16 * TEXT_LENGTH_MAX  # quadratic, for each of some alternatives

    def __init__(self, pattern: str) -> None:
        with_ends = _PYTHON_END.sub(lambda token: token[1] or r"\Z", pattern)
        self._compiled = re.compile(with_ends)

    def found_in(self, text: str) -> bool:
        return self._compiled.search(text) is not None


@lru_cache(maxsize=1024)
def pattern_problem(pattern: str, *, published: bool = False) -> str | None:
    """Why the pattern is refused; None for a good one. `published`: what `re` compiles is good as well.

    >>> pattern_problem("^[A-Z]{3}-[0-9]+$")
    >>> pattern_problem(r"^(.)\\1$")
    'the back-reference \\\\1 cannot be matched in linear time'
    >>> pattern_problem(r"^(.)\\1$", published=True)
    """
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"the pattern has {len(pattern)} characters; the maximum is {PATTERN_LENGTH_MAX}"
    try:
        _compile_linear(pattern)
    except (UnsupportedPattern, RegexError) as error:
        if published and _compiles_in_python(pattern):
            return None
        return str(error) if isinstance(error, UnsupportedPattern) else f"invalid regular expression: {error}"
    return None


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern:
    """`pattern`: has no problem."""
    try:
        return _compile_linear(pattern)
    except (UnsupportedPattern, RegexError):
        return _PythonPattern(pattern)


def _compile_linear(pattern: str) -> Regex:
    return compile_regex(to_re2(pattern))


def _compiles_in_python(pattern: str) -> bool:
    try:
        _PythonPattern(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
