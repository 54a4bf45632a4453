"""Random patterns that the language accepts, and texts that match some of them."""

from __future__ import annotations

from random import Random

PIECES = (
    *("a", "b", "é", "€", "😀", " ", "-", "_", "0", "/", "."),
    *(
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        r"\t",
        r"\n",
        r"\r",
        r"\v",
        r"\f",
        r"\0",
        r"\.",
        r"\/",
        r"\$",
    ),
    *(r"\x61", r"\u00e9", r"\u{1F600}", r"\p{L}", r"\P{Lu}", r"\p{Nd}"),
    *(
        "[ab]",
        "[^a]",
        "[a-c]",
        r"[\w.-]",
        r"[^\s]",
        r"[\S]",
        r"[^\S]",
        r"[\D]",
        r"[\b]",
        r"[\]\[\\^-]",
        r"[\u0061-\u{ff}]",
    ),
    *("[+*?.|()$]", "[^^]", r"[\p{L}\s]", "[-a]", r"[a\-z]"),
)
TIMES = ("", "", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "+?", "??", "{1,2}?")
CHARACTERS = "ab0Z_-. /\t\n\r\v\f\0\b\x1c\x85\xa0é€٣ⅷ\u1680\u180e\u2003\u2028\u2029\ufeff😀$^][\\"


def random_pattern(random: Random) -> str:
    start, end = random.choice(("", "^", r"\b")), random.choice(("", "$", r"\b"))
    return start + _alternatives(random, depth=2) + end


def random_text(random: Random) -> str:
    return "".join(random.choices(CHARACTERS, k=random.randrange(5)))


def _alternatives(random: Random, *, depth: int) -> str:
    return "|".join(_sequence(random, depth=depth) for _ in range(random.choice((1, 1, 1, 2))))


def _sequence(random: Random, *, depth: int) -> str:
    return "".join(_part(random, depth=depth) + random.choice(TIMES) for _ in range(random.randint(1, 3)))


def _part(random: Random, *, depth: int) -> str:
    if depth and random.random() < 0.3:
        return random.choice(("(", "(?:")) + _alternatives(random, depth=depth - 1) + ")"
    return random.choice(PIECES)
