"""Rules about the text of the file, where its letters matter and not what they came to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statewright.diagnostics import Code, Position
from statewright.lint.context import LintContext
from statewright.lint.rule import Diagnostic, rule

_PLAIN = re.compile(r"[^\s,\[\]{}'\"]+")
# https://yaml.org/type: what YAML 1.1 tools make of plain text that means something else here.
_TRAPS = (
    (re.compile(r"(?i:yes|no|on|off)"), "a boolean"),
    (re.compile(r"[-+]?[1-9][0-9]*(:[0-5]?[0-9])+(\.[0-9]*)?"), "a number in base 60"),
    (re.compile(r"[-+]?[0-9]+(_[0-9]*)+(\.[0-9_]*)?"), "a number"),
    (re.compile(r"[-+]?0[0-7]+"), "an octal number"),
    (re.compile(r"0o[0-7]+"), "text"),
    (re.compile(r"[-+]?0b[01]+"), "a binary number"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a date"),
)


@rule(
    Code.YAML_1_1,
    why="Here YAML 1.2 is read, where `on`, `no` and `12:30` are strings and 012 is twelve. Tools for YAML "
    "1.1 take them for true, false, 750 and ten, so templates and formatters change what they mean.",
    fix="Put the value in quotes, where it is text.",
)
def yaml_1_1(context: LintContext) -> Iterator[Diagnostic]:
    document = context.definition.document
    if document.source.is_json:
        return
    for path in document.keys_at:
        key = str(path[-1])
        meaning = _meaning(key)
        if meaning and _stands_plain(document.lines, document.key_position(path), key):
            yield Diagnostic(path, _message(key, meaning), key=True)
    for path, position in document.values_at.items():
        value = document.at(path)
        if isinstance(value, str | int | float) and (written := _plain(document.lines, position)) is not None:
            meaning = _meaning(written) if not isinstance(value, str) or value == written else None
            if meaning:
                yield Diagnostic(path, _message(written, meaning))


def _meaning(written: str) -> str | None:
    return next((meaning for pattern, meaning in _TRAPS if pattern.fullmatch(written)), None)


def _plain(lines: tuple[str, ...], position: Position) -> str | None:
    """The word that stands there without quotes."""
    line = lines[position.line - 1] if position.line <= len(lines) else ""
    found = _PLAIN.match(line, position.column - 1)
    return found[0] if found else None


def _stands_plain(lines: tuple[str, ...], position: Position, text: str) -> bool:
    return lines[position.line - 1].startswith(text, position.column - 1)


def _message(written: str, meaning: str) -> str:
    return f"`{written}` without quotes is {meaning} to tools for YAML 1.1"
