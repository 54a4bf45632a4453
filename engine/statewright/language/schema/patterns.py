"""Which regular expressions an author may use: those that take quadratic time at most.

A repetition inside a repetition, or a choice inside one, lets the matcher try exponentially many ways;
repetitions of the same characters in a row let it try a power of the text's length. Both are refused by
reading the text, before anything is matched.
"""

from __future__ import annotations

import re
from functools import lru_cache

from statewright.language.schema.pattern_steps import steps_max
from statewright.language.schema.pattern_syntax import (
    TEXT_LENGTH_MAX,
    TOKEN,
    Choice,
    repeats,
    structure,
    varies,
)
from statewright.language.wording import quoted

PATTERN_LENGTH_MAX = 200
STEPS_MAX = 20 * TEXT_LENGTH_MAX**2  # a fraction of a second

# Where `re` warns that a set may mean something else one day: https://docs.python.org/3/library/re.html#regular-expression-syntax
_AMBIGUOUS_SET = re.compile(r"\[\[|\[.*(?:--|&&|~~|\|\|)", re.DOTALL)


@lru_cache(maxsize=1024)
def pattern_problem(pattern: str) -> str | None:
    """Why the pattern is refused; None for a good one.

    >>> pattern_problem("^[A-Z]{3}-[0-9]+$")
    >>> pattern_problem("(a+)+$")
    'a repetition or a choice stands inside a repeated group, which can take for ever'
    """
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"a pattern may have {PATTERN_LENGTH_MAX} characters, this has {len(pattern)}"
    problem = _wording_problem(pattern)
    if problem is not None:
        return problem
    try:
        compile_pattern(pattern)
        return _cost_problem(structure(pattern))
    except re.error as error:
        return f"not a regular expression: {error.msg}"
    except (OverflowError, RecursionError):
        return "not a regular expression: it is too large"


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """As ECMA 262 reads it: `$` is the end of the text, not also the place before a last line feed."""
    ends = (r"\Z" if token[0] == "$" else token[0] for token in TOKEN.finditer(pattern))
    return re.compile("".join(ends))


def _wording_problem(pattern: str) -> str | None:
    """What means different things to different engines."""
    for token in TOKEN.finditer(pattern):
        if token.lastgroup == "foreign":
            return "only groups of the forms (…), (?:…), (?=…), (?!…), (?<=…), (?<!…) can be used"
        if token.lastgroup == "set" and _AMBIGUOUS_SET.match(re.sub(r"\\.", "", token[0], flags=re.DOTALL)):
            return f"the set {quoted(token[0])} can be read in two ways; escape [, --, &&, ~~ and || in it"
    return None


def _cost_problem(pattern: Choice) -> str | None:
    if any(repeat.most > 1 and varies(repeat.part) for repeat in repeats(pattern)):
        return "a repetition or a choice stands inside a repeated group, which can take for ever"
    if steps_max(pattern) > STEPS_MAX:
        return (
            "repetitions of the same characters in a row can take very long; "
            "begin with ^ and part them by a character that they exclude"
        )
    return None
