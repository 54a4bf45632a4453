"""A strict JSON reader that reports problems that Python's reader accepts, with their positions.

Integers must fit in 64 bits, doubles must be finite, object keys must be unique and strings must not contain
lone surrogates. Depth is limited before anything is built, so no input can reach the recursion limit. A
literal with a fraction or an exponent becomes a double that records which integer it denotes, if any.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import IO, Self

DEPTH_MAX = 64
NAME_LENGTH_MAX = 64
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1

_INTEGER_DIGITS_MAX = 22  # the digits of 2**64 in base 8, the longest notation in YAML

# Possessive, because searching for the end of an unterminated string again from every later quote would take
# quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.?)*+"?|[\[\]{}]|[^\s\[\]{},:"]++', re.DOTALL)
_INTEGER = re.compile(r"-?\d+\Z")
_NUMBER = re.compile(r"([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?)(\d+))?", re.ASCII)
_POWER_DIGITS_MAX = 18
_SURROGATE = re.compile("[\ud800-\udfff]|\\\\u[dD][89a-fA-F]")  # literal or escaped, paired or not

DocumentPath = tuple[str | int, ...]
JsonToken = re.Match[str]


class ProblemKind(Enum):
    """Problems with values and keys that Python's JSON reader accepts."""

    REPEATED_KEY = auto()
    HALF_CHARACTER = auto()
    NOT_A_NUMBER = auto()  # NaN, Infinity
    INTEGER_TOO_LARGE = auto()
    DOUBLE_TOO_LARGE = auto()


class RoundedDouble(float):
    """A whole double whose literal denotes another number. `exact`: the 64-bit integer it denotes, if any.

    For example, 4503599627370497.5 denotes no integer, and the double of 616581622363398142.0 is two more
    than the integer it denotes.
    """

    __slots__ = ("exact",)

    exact: int | None

    def __new__(cls, value: float, exact: int | None = None) -> Self:
        double = super().__new__(cls, value)
        double.exact = exact
        return double

    @property
    def keeps_digits(self) -> bool:
        """Whether the shortest form of the double denotes the same integer."""
        return self.exact is not None and Decimal(repr(self)) == self.exact


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with the value or key at `path`. `index`: its first character; `text`: its source text.

    For a duplicate key, `path` is the path of the object, `text` the key and `first` the index of its first
    use.
    """

    kind: ProblemKind
    path: DocumentPath
    index: int
    text: str
    first: int = 0


class Malformed(Exception):
    """The text is invalid at `place`, a dotted path; "" is the whole text, shown as "body"."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{place or 'body'}: {reason}")


@dataclass(slots=True)
class Scan:
    """The positions of all values and keys of a text, and its problems in text order.

    Expects text that `json` accepts and that is not nested deeper than DEPTH_MAX.
    """

    text: str
    values_at: dict[DocumentPath, int] = field(default_factory=dict)
    keys_at: dict[DocumentPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        remaining = tokens(self.text)
        self._value(next(remaining), remaining, ())

    def _value(self, token: JsonToken, remaining: Iterator[JsonToken], path: DocumentPath) -> None:
        self.values_at[path] = token.start()
        match token[0][0]:
            case "{":
                self._object(remaining, path)
            case "[":
                for index, item in enumerate(iter(lambda: _item(remaining), None)):
                    self._value(item, remaining, (*path, index))
            case '"':
                self._string(token, path)
            case _:
                self._scalar(token, path)

    def _object(self, remaining: Iterator[JsonToken], path: DocumentPath) -> None:
        seen: dict[str, int] = {}
        while (token := next(remaining))[0] != "}":
            key: str = json.loads(token[0])
            if key in seen:
                self.problems.append(Problem(ProblemKind.REPEATED_KEY, path, token.start(), key, seen[key]))
            seen.setdefault(key, token.start())
            inside = (*path, key)
            self.keys_at[inside] = token.start()
            self._string(token, inside)
            self._value(next(remaining), remaining, inside)

    def _string(self, token: JsonToken, path: DocumentPath) -> None:
        if has_lone_surrogate(json.loads(token[0])):
            self._report(ProblemKind.HALF_CHARACTER, token, path)

    def _scalar(self, token: JsonToken, path: DocumentPath) -> None:
        text = token[0]
        if text in ("true", "false", "null"):
            return
        if text.lstrip("-") in ("NaN", "Infinity"):
            self._report(ProblemKind.NOT_A_NUMBER, token, path)
        elif _INTEGER.match(text):
            if integer(text) is None:
                self._report(ProblemKind.INTEGER_TOO_LARGE, token, path)
        elif double(text) is None:
            self._report(ProblemKind.DOUBLE_TOO_LARGE, token, path)

    def _report(self, kind: ProblemKind, token: JsonToken, path: DocumentPath) -> None:
        self.problems.append(Problem(kind, path, token.start(), token[0]))


def read_json(text: str, *, place: str = "", quotable: Collection[str] | None = None) -> object:
    """Parse JSON text. Raises Malformed with the first problem; reasons never quote values.

    `place`: the path of the text if it is part of a document. `quotable`: the keys that a reason may quote,
    or None for all; others are shown as `*`, because keys of a map can be data.
    """
    if _deeper_than(text, DEPTH_MAX):
        raise Malformed(place, f"nested deeper than {DEPTH_MAX} levels")
    try:
        if not _SURROGATE.search(text):
            return _DECODER.decode(text)
        value: object = json.loads(text)
    except _Unfit:
        pass
    except json.JSONDecodeError as error:
        raise Malformed(place, f"is not valid JSON at character {error.pos}: {error.msg}") from None
    problems = Scan(text).problems
    if problems:
        raise _malformed(problems[0], place, quotable)
    return value


def bounded_lines(stream: IO[bytes], *, bytes_max: int) -> Iterator[bytes]:
    """Yield the lines of a stream, truncated to `bytes_max`. Skips a byte order mark."""
    mark = codecs.BOM_UTF8
    while line := stream.readline(bytes_max):
        rest = line
        while len(rest) == bytes_max and not rest.endswith(b"\n"):
            rest = stream.readline(bytes_max)
        yield line.removeprefix(mark)
        mark = b""


def tokens(text: str) -> Iterator[JsonToken]:
    """Yield strings, brackets and other scalars, without separators."""
    return _TOKEN.finditer(text)


def integer(text: str, base: int = 10) -> int | None:
    """The value of an integer literal; None if it does not fit in 64 bits, without converting long texts."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    digits = digits.lstrip("0") or "0"
    if len(digits) > _INTEGER_DIGITS_MAX:
        return None
    value = int(sign + digits, base)
    return value if INTEGER_MIN <= value <= INTEGER_MAX else None


def double(text: str) -> float | None:
    """The value of a literal with a fraction or an exponent; None if it overflows."""
    value = float(text)
    if not math.isfinite(value):
        return None
    if not value.is_integer():
        return value
    denoted = _integer_denoted(text)
    if denoted == value:
        return value
    fits = denoted is not None and INTEGER_MIN <= denoted <= INTEGER_MAX
    return RoundedDouble(value, denoted if fits else None)


def whole(value: object) -> int | None:
    """The integer that a number denotes in any notation; None for a fraction or beyond 64 bits."""
    match value:
        case bool():
            return None
        case RoundedDouble():
            return value.exact
        case float() if value.is_integer():
            value = int(value)
    return value if isinstance(value, int) and INTEGER_MIN <= value <= INTEGER_MAX else None


def has_lone_surrogate(text: str) -> bool:
    """Whether the text contains half of a surrogate pair, which UTF-8 cannot encode."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def printable(name: str) -> str:
    """An untrusted name for use in a reason: printable ASCII of limited length."""
    return name.encode("unicode_escape").decode("ascii")[:NAME_LENGTH_MAX]


class _Unfit(Exception):
    """A value is invalid. `Scan` then finds its position."""


def _integer_denoted(text: str) -> int | None:
    """The integer that a literal denotes; None for a fraction. Its double must be finite and whole."""
    match = _NUMBER.fullmatch(text)
    assert match is not None
    sign, before, fraction, power_sign, power = match.groups(default="")
    digits = (before + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return 0
    power = power.lstrip("0") or "0"
    if len(power) > _POWER_DIGITS_MAX:  # it is negative, because the double is finite
        return None
    exponent = int(power_sign + power) - len(fraction) + len(digits) - len(significant)
    return None if exponent < 0 else int(sign + significant) * 10**exponent


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _Unfit
    return fields


def _fitting(parse: Callable[[str], int | float | None]) -> Callable[[str], int | float]:
    def parsed(text: str) -> int | float:
        value = parse(text)
        if value is None:
            raise _Unfit
        return value

    return parsed


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_fitting(integer),
    parse_float=_fitting(double),
    parse_constant=_fitting(lambda _name: None),
)


def _item(remaining: Iterator[JsonToken]) -> JsonToken | None:
    """The next item of an array, or None at its end."""
    token = next(remaining)
    return None if token[0] == "]" else token


def _deeper_than(text: str, depth_max: int) -> bool:
    if text.count("[") + text.count("{") <= depth_max:
        return False
    depth = 0
    for token in tokens(text):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth > depth_max:
            return True
    return False


def _malformed(problem: Problem, place: str, quotable: Collection[str] | None) -> Malformed:
    for step in problem.path:
        if isinstance(step, int):
            place += f"[{step}]"
        else:
            shown = (printable(step) or '""') if _may_quote(step, quotable) else "*"
            place = f"{place}.{shown}" if place else shown
    return Malformed(place, _reason(problem, quotable))


def _reason(problem: Problem, quotable: Collection[str] | None) -> str:
    match problem.kind:
        case ProblemKind.REPEATED_KEY if _may_quote(problem.text, quotable):
            return f'key "{printable(problem.text)}" appears twice'
        case ProblemKind.REPEATED_KEY:
            return "repeats a key"
        case ProblemKind.HALF_CHARACTER:
            return "contains half of a surrogate pair"
        case ProblemKind.NOT_A_NUMBER:
            return "NaN and Infinity are not JSON"
        case ProblemKind.INTEGER_TOO_LARGE:
            return "is an integer that does not fit in 64 bits"
        case ProblemKind.DOUBLE_TOO_LARGE:
            return "is a number too large for a double"


def _may_quote(name: str, quotable: Collection[str] | None) -> bool:
    return quotable is None or name in quotable
