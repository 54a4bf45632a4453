"""Regular expressions in linear time. This is the only module that imports RE2.

RE2 never backtracks, so the cost of a search is bounded by the size of the compiled program times the length
of the text. RE2 is imported on first use because most definitions have no patterns. See
docs/decisions/0022-patterns-by-re2.md.
"""

from __future__ import annotations

from functools import lru_cache

from statewright.errors import StatewrightError

MEMORY_BYTES_MAX = 2**20  # of a compiled expression; limits its program to about 43,000 instructions


class RegexError(StatewrightError):
    """RE2 cannot compile the expression. The message comes from RE2."""


class Regex:
    """A compiled expression in RE2 syntax. `size`: the number of instructions of its program."""

    __slots__ = ("_compiled", "size")

    def __init__(self, source: str) -> None:
        import re2

        options = re2.Options()
        options.max_mem = MEMORY_BYTES_MAX
        options.never_capture = True
        options.log_errors = False
        try:
            self._compiled = re2.compile(source.encode("utf-8", "surrogatepass"), options)
        except re2.error as error:
            raise RegexError(error.args[0].decode("utf-8", "replace")) from None
        self.size: int = self._compiled.programsize

    def found_in(self, text: str) -> bool:
        """Whether any part of the text matches."""
        return self._compiled.search(text.encode("utf-8", "surrogatepass")) is not None


@lru_cache(maxsize=1024)
def compile_regex(source: str) -> Regex:
    """Compile an expression, or return it from the cache. Raises RegexError."""
    return Regex(source)
