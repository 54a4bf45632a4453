"""Which regular expressions an author may use: those that cannot run for ever on 1,000 characters.

A repetition inside a repetition, or a choice inside one, lets the matcher try exponentially many ways. Both
are refused by reading the text, before anything is matched.
"""

from __future__ import annotations

import re
from functools import lru_cache

PATTERN_LENGTH_MAX = 200

# Groups of other forms than these mean different things to different engines.
_TOKEN = re.compile(
    r"""(?P<literal> \\. | \[\^?\]?(?:\\.|[^\]\\])*\] )
      | (?P<foreign> \(\?(?![:=!]|<[=!]) )
      | (?P<open> \((?:\?<?[:=!])? )
      | (?P<close> \) )
      | (?P<choice> \| )
      | (?P<repeat> (?:[*+?]|\{(?=[\d,])\d*,?\d*\})[?+]? )
      | .""",
    re.VERBOSE | re.DOTALL,
)
_AT_MOST_ONCE = re.compile(r"\?.?|\{(?:0|1|,1|0,1|1,1)\}")
_FIXED = re.compile(r"\{\d+\}")


def pattern_problem(pattern: str) -> str | None:
    """Why the pattern is refused; None for a good one.

    >>> pattern_problem("^[A-Z]{3}-[0-9]+$")
    >>> pattern_problem("(a+)+$")
    'a repetition or a choice stands inside a repeated group, which can take for ever'
    """
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"a pattern may have {PATTERN_LENGTH_MAX} characters, this has {len(pattern)}"
    try:
        compile_pattern(pattern)
    except re.error as error:
        return f"not a regular expression: {error.msg}"
    except (OverflowError, RecursionError):
        return "not a regular expression: it is too large"
    return _structure_problem(pattern)


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """As ECMA 262 reads it: `$` is the end of the text, not also the place before a last line feed."""
    ends = (r"\Z" if token[0] == "$" else token[0] for token in _TOKEN.finditer(pattern))
    return re.compile("".join(ends))


def _structure_problem(pattern: str) -> str | None:
    varies = [False]  # of each open group, outermost first: whether it can match in several ways
    closed: bool | None = None  # the same of the group that ended just now
    for token in _TOKEN.finditer(pattern):
        previous, closed = closed, None
        match token.lastgroup:
            case "foreign":
                return "only groups of the forms (…), (?:…), (?=…), (?!…), (?<=…), (?<!…) can be used"
            case "open":
                varies.append(False)
            case "choice":
                varies[-1] = True
            case "close":
                closed = varies.pop()
                varies[-1] |= closed
            case "repeat" if previous and not _AT_MOST_ONCE.fullmatch(token[0]):
                return "a repetition or a choice stands inside a repeated group, which can take for ever"
            case "repeat":
                varies[-1] |= previous is not None or not _FIXED.fullmatch(token[0])
    return None
