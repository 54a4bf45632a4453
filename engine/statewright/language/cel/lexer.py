"""Splits an expression into tokens according to the lexical grammar of the CEL specification.

Decodes literals. Rejects `uint` and `bytes` literals by name.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum, auto

from statewright.errors import ExpressionError, ExpressionFault
from statewright.language.cel.spellings import spelling_hint
from statewright.language.cel.unsupported import not_supported


class TokenKind(Enum):
    NUMBER = auto()
    STRING = auto()
    NAME = auto()
    FIELD = auto()  # a field name in backquotes, such as `content-type`
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an expression. `value`: the value of a literal, or the field name without its backquotes."""

    kind: TokenKind
    text: str
    offset: int
    value: int | float | str | None = None


def tokens(source: str, *, lenient: bool = False) -> list[Token]:
    """Return all tokens, followed by one of kind END. Raises ExpressionError at the first invalid one.

    `lenient`: accept `0X1F` and strings with the prefix `rr`, as earlier versions did.
    """
    pattern = _LENIENT_TOKEN if lenient else _TOKEN
    found: list[Token] = []
    offset = 0
    while offset < len(source):
        match = pattern.match(source, offset)
        if match is None:
            advice = spelling_hint(source[offset]) or ""
            raise syntax_error(source, offset, f"unexpected character {source[offset]!r}{advice}")
        if match.lastgroup == "quote":
            token = _string(source, match)
            offset += len(token.text)
            found.append(token)
            continue
        if match.lastgroup != "space":
            found.append(_token(source, match))
        offset = match.end()
    return [*found, Token(TokenKind.END, "", len(source))]


def syntax_error(source: str, offset: int, message: str) -> ExpressionError:
    """A syntax error, which ends parsing."""
    return ExpressionError(source, [ExpressionFault(offset, message, "syntax")])


_TOKEN = re.compile(
    r"""
    (?P<space> [ \t\n\f\r]+ | //[^\n]* )
  | (?P<double> \d+\.\d+(?:[eE][+-]?\d+)? | \d+[eE][+-]?\d+ | \.\d+(?:[eE][+-]?\d+)? )
  | (?P<uint> (?:0x[0-9a-fA-F]+|\d+)[uU] )
  | (?P<int> 0x[0-9a-fA-F]+|\d+ )
  | (?P<prefix> [rR][bB] | [bB]?[rR]? ) (?P<quote> '''|\"""|'|" )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | ` (?P<field> [A-Za-z0-9_.\-/ ]+ ) `
  | (?P<operator> && | \|\| | [=!<>]= | [-+*/%!<>?:.,()\[\]{}] )
    """,
    re.VERBOSE | re.ASCII,
)
_LENIENT_TOKEN = re.compile(
    _TOKEN.pattern.replace("0x", "0[xX]").replace("(?P<prefix>", "(?P<prefix> [rR]{2} |"),
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(
    r"\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.DOTALL
)
_ESCAPED = {
    **dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True)),
    **{character: character for character in "\\?\"'`"},
}


def _token(source: str, match: re.Match[str]) -> Token:
    text = match.group()
    match match.lastgroup:
        case "double":
            value = float(text)
            if math.isinf(value):
                raise syntax_error(source, match.start(), f"{text} is out of range for double")
            return Token(TokenKind.NUMBER, text, match.start(), value)
        case "int":
            return Token(
                TokenKind.NUMBER, text, match.start(), int(text, 16 if text[:2] in ("0x", "0X") else 10)
            )
        case "uint":
            raise syntax_error(source, match.start(), not_supported("uint literals"))
        case "name":
            kind = TokenKind.OPERATOR if text == "in" else TokenKind.NAME
            return Token(kind, text, match.start())
        case "field":
            return Token(TokenKind.FIELD, text, match.start(), match["field"])
        case _:
            return Token(TokenKind.OPERATOR, text, match.start())


def _string(source: str, opening: re.Match[str]) -> Token:
    prefix, quote, start = opening["prefix"].lower(), opening["quote"], opening.end()
    if "b" in prefix:
        raise syntax_error(source, opening.start(), not_supported("bytes literals"))
    body = r"." if "r" in prefix else r"(?:\\.|[^\\])"
    closing = re.compile(f"{body}*?{quote}", re.DOTALL).match(source, start)
    if closing is None:
        raise syntax_error(source, opening.start(), f"the string has no closing {quote}")
    inner = source[start : closing.end() - len(quote)]
    if len(quote) == 1 and ("\n" in inner or "\r" in inner):
        raise syntax_error(source, opening.start(), f"a string in {quote} cannot span lines")
    value = inner if "r" in prefix else _unescape(source, inner, start)
    return Token(TokenKind.STRING, source[opening.start() : closing.end()], opening.start(), value)


def _unescape(source: str, inner: str, start: int) -> str:
    def decode(match: re.Match[str]) -> str:
        text = match[1]
        if len(text) == 1 and text in _ESCAPED:
            return _ESCAPED[text]
        if len(text) == 1:
            raise syntax_error(source, start + match.start(), f"unknown escape {match[0]!r}")
        code_point = int(text, 8) if text.isdigit() else int(text[1:], 16)
        if code_point > 0x10FFFF or 0xD800 <= code_point <= 0xDFFF:
            raise syntax_error(source, start + match.start(), f"{match[0]} is not a Unicode character")
        return chr(code_point)

    return _ESCAPE.sub(decode, inner)
