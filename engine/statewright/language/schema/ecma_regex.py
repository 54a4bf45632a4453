"""Translates an ECMA-262 regular expression into an RE2 expression that matches the same strings.

JSON Schema defines `pattern` as ECMA-262 with the flag `u`. The translation covers the syntax that all
engines read alike and that RE2 can match, and rejects the rest by name. Other errors, such as unbalanced
brackets, are left to RE2. `\\B` is rejected because RE2 matches it between the bytes of a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statewright.errors import StatewrightError
from statewright.language.wording import quoted

REPEAT_MAX = 1_000  # the limit of RE2, which treats larger counts as literal text

_ESCAPE = r"\\(?:u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[A-Z][a-z]?\}|[0-9]+|.)"
_TOKEN = re.compile(
    rf"""(?P<set> \[\^?(?:\\.|[^\]\\])*\] )
      | (?P<place> [\^$] | \\b )
      | (?P<escape> {_ESCAPE} )
      | (?P<look> \(\?<?[=!] )
      | (?P<special> \(\?(?!:) )
      | (?P<open> \((?:\?:)? )
      | (?P<choice> \| )
      | (?P<repeat> (?:[*+?]|\{{[0-9]+(?:,[0-9]*)?\}})\?? )
      | (?P<stray> [\]{{}}] )
      | (?P<any> \. )
      | .""",
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(rf"({_ESCAPE}|[^\\])(?:-({_ESCAPE}|[^\\]))?", re.DOTALL)
_AMBIGUOUS = re.compile(r"\[\^?\[|\[.*(?:--|&&|~~|\|\|)", re.DOTALL)

# The characters of `\s` and of `\S`, for use in a set: https://tc39.es/ecma262/#sec-compiletocharset
_SPACES = r"\t-\r\x20\xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_OTHERS = (
    r"\x00-\x08\x0e-\x1f\x21-\x9f\xa1-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}"
    r"\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}"
)
_ANY = r"[^\n\r\x{2028}\x{2029}]"


class UnsupportedPattern(StatewrightError):
    """Engines read the pattern differently, or RE2 cannot match it. The message gives the reason."""


def to_re2(pattern: str) -> str:
    """Translate a pattern. Raises UnsupportedPattern.

    >>> to_re2(r"^\\u00e0[.\\-]$")
    '^\\\\x{e0}[.\\\\x{2d}]$'
    """
    return "".join(_translated(pattern))


def _translated(pattern: str) -> Iterator[str]:
    before = "open"
    for token in _TOKEN.finditer(pattern):
        kind, text = token.lastgroup or "literal", token[0]
        if kind == "repeat":
            _check_repeat(text, before)
        yield _translated_token(kind, text)
        before = kind


def _check_repeat(text: str, before: str) -> None:
    if before in ("open", "choice", "place", "repeat"):
        raise UnsupportedPattern(f"{quoted(text)} has nothing to repeat")
    if any(int(count) > REPEAT_MAX for count in re.findall("[0-9]+", text)):
        raise UnsupportedPattern(f"{quoted(text)} repeats more than {REPEAT_MAX:,} times")


def _translated_token(kind: str, text: str) -> str:
    match kind:
        case "set":
            return _set(text)
        case "escape" if text in (r"\s", r"\S"):
            return f"[{_escape(text)}]"
        case "escape":
            return _escape(text)
        case "any":
            return _ANY
        case "look":
            raise UnsupportedPattern(f"look-around {quoted(text)} cannot be matched in linear time")
        case "special":
            raise UnsupportedPattern("only groups of the forms (…) and (?:…) are supported")
        case "stray":
            raise UnsupportedPattern(f'other engines read a single "{text}" differently; write "\\{text}"')
        case _:
            return text


def _set(text: str) -> str:
    if text in ("[]", "[^]"):
        raise UnsupportedPattern(f'other engines read the set "{text}" differently; escape ] in a set')
    if _AMBIGUOUS.match(re.sub(r"\\.", "", text, flags=re.DOTALL)):
        raise UnsupportedPattern(f"the set {quoted(text)} is ambiguous; escape [, --, &&, ~~ and || in it")
    start = "[^" if text.startswith("[^") else "["
    members = (_members(member) for member in _MEMBER.finditer(text[len(start) : -1]))
    return f"{start}{''.join(members)}]"


def _members(member: re.Match[str]) -> str:
    """Translate a character, a class or a range within a set."""
    low, high = member[1], member[2]
    if high is None:
        return _member(low)
    if re.match(r"\\[dDsSwWpP]", low) or re.match(r"\\[dDsSwWpP]", high):
        raise UnsupportedPattern(f'the range "{member[0]}" starts or ends with a class; escape the -')
    return f"{_member(low)}-{_member(high)}"


def _member(text: str) -> str:
    if text == r"\b":
        return _code_point(8)
    if len(text) > 1:
        return _escape(text)
    return rf"\{text}" if text in "[-" else text


def _escape(text: str) -> str:
    kind = text[1]
    match kind:
        case "s" | "S":
            return _SPACES if kind == "s" else _OTHERS
        case "d" | "D" | "w" | "W" | "t" | "n" | "v" | "f" | "r":
            return text
        case "x" | "u" | "p" | "P" if len(text) > 2:
            return text if kind in "pP" else _code_point(int(text[2:].strip("{}"), 16))
        case "0" if text == r"\0":
            return _code_point(0)
        case _ if kind in "123456789":
            raise UnsupportedPattern(f"the back-reference {text} cannot be matched in linear time")
        case _ if kind.isascii() and kind.isalnum():
            raise UnsupportedPattern(f"the escape {text} is not supported")
        case _:
            return _code_point(ord(kind))


def _code_point(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise UnsupportedPattern(rf"\u{code:04x} is not a character; write the character itself")
    return rf"\x{{{code:x}}}"
