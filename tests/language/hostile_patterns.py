"""Patterns near the limit of what is accepted. Run as a program, it tries each on texts that all but match.

A process of its own, because a search that takes for ever cannot be stopped from inside.
"""

from __future__ import annotations

import json
import random
import time

from statewright.language.schema.patterns import compile_pattern, pattern_problem

COSTLY = (
    "^a*a*b$",
    "^a{0,15}a*a*b$",
    "a*[^c]{0,8}b",
    "^(aa)?a*?(?:a)*(?=.*b)(b?)?bc$",
    "^(a|a)(a|a)(a|a)(a|a)a*a*b$",
    "a+(?=.*b)?c",
    "(?=.*b)(?=.*a)(?=.*b).*c",
    "^.*a.*c$",
)
TEXTS = ("a" * 1_000, "ab" * 500, "b" * 999 + "a", "a" * 500 + "b" * 500, "aab" * 333)

_PARTS = ("a", "b", "[ab]", ".", "(?:ab)", "[^b]", "(?=.*b)", "(a|b)", "(a*)", "(b?)", "(?:a?b)", "(aa)")
_TIMES = ("", "*", "+", "?", "{0,20}", "{3}", "{2,}", "*?")


def random_pattern(chance: random.Random) -> str:
    parts = [chance.choice(_PARTS) + chance.choice(_TIMES) for _ in range(chance.randint(1, 9))]
    return chance.choice(("^", "")) + "".join(parts) + chance.choice(("$", "c$", "c", ""))


def main() -> None:
    chance = random.Random(1)
    for pattern in (*COSTLY, *(random_pattern(chance) for _ in range(500))):
        if pattern_problem(pattern) is None:
            started = time.perf_counter()
            for text in TEXTS:
                compile_pattern(pattern).search(text)
            print(json.dumps([pattern, time.perf_counter() - started]), flush=True)


if __name__ == "__main__":
    main()
