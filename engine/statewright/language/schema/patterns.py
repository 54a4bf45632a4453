"""Checks and compiles the patterns of field schemas.

Patterns run on RE2 in linear time. Published definitions may contain patterns that earlier versions accepted
but RE2 cannot match; those still run on `re`. See docs/decisions/0022-patterns-by-re2.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from statewright.language.regex import Regex, RegexError, compile_regex
from statewright.language.schema.ecma_regex import UnsupportedPattern, to_re2

PATTERN_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 1_000  # the longest string that is matched against a pattern

_PYTHON_END = re.compile(r"(\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)|\$", re.DOTALL)


class Pattern(Protocol):
    """A compiled pattern of either engine. `size`: the maximum number of instructions per character."""

    size: int

    def found_in(self, text: str) -> bool:
        """Whether any part of the text matches."""


class _PythonPattern:
    """A published pattern that RE2 rejects, matched by `re` as in earlier versions."""

    size = 16 * TEXT_LENGTH_MAX  # matching can take quadratic time for each of several alternatives

    def __init__(self, pattern: str) -> None:
        with_ends = _PYTHON_END.sub(lambda token: token[1] or r"\Z", pattern)
        self._compiled = re.compile(with_ends)

    def found_in(self, text: str) -> bool:
        return self._compiled.search(text) is not None


@lru_cache(maxsize=1024)
def pattern_problem(pattern: str, *, published: bool = False) -> str | None:
    """Why a pattern is rejected; None if it is valid. `published`: also accept patterns that `re` compiles.

    >>> pattern_problem("^[A-Z]{3}-[0-9]+$")
    >>> pattern_problem(r"^(.)\\1$")
    'the back-reference \\\\1 cannot be matched in linear time'
    >>> pattern_problem(r"^(.)\\1$", published=True)
    """
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"the pattern has {len(pattern):,} characters; the maximum is {PATTERN_LENGTH_MAX:,}"
    try:
        _compile_linear(pattern)
    except (UnsupportedPattern, RegexError) as error:
        if published and _compiles_in_python(pattern):
            return None
        return str(error) if isinstance(error, UnsupportedPattern) else f"invalid regular expression: {error}"
    return None


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern:
    """Compile a pattern for which `pattern_problem` is None."""
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
