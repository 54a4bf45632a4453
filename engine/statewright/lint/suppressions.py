"""Comments in a YAML file that ignore findings, each with a reason.

`# statewright: ignore[SW103] reason` applies to its own line, or to the next line if the comment is alone on
its line. `ignore-file[…]` above the first line applies to the whole file. A comment that is invalid, has no
reason or ignores nothing is itself a finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from statewright.diagnostics import Code, Finding, Position, Severity
from statewright.language.source.text import Source
from statewright.language.source.yaml_text import LOADER
from statewright.lint.result import TextEdit

MARK = b"statewright:"

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*statewright:\s*(?P<text>.*?)\s*$")
_IGNORE = re.compile(r"(?P<kind>ignore|ignore-file)\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)")
_CODE_LIST = re.compile(r"(?<=\[)[^\]]*")
_CODES = {code.id: code for code in Code}


@dataclass(frozen=True, slots=True)
class Ignore:
    """One code that a comment ignores. `line`: the line that it applies to; None for the whole file."""

    position: Position
    code: Code
    line: int | None
    reason: str

    def covers(self, finding: Finding) -> bool:
        return finding.code is self.code and self.line in (None, finding.position.line)


@dataclass(frozen=True, slots=True)
class _Problem:
    """A comment that ignores nothing. `about`: the part of it that is wrong."""

    about: str
    message: str


def read_ignores(source: Source) -> tuple[list[Ignore], list[Finding]]:
    """The ignores in the comments of a YAML file, and findings about invalid comments."""
    ignores: list[Ignore] = []
    problems: list[Finding] = []
    for position, text in _comments(source):
        for read in _read(source, position, text):
            match read:
                case Ignore():
                    ignores.append(read)
                case _Problem():
                    problems.append(_finding(source, position, read))
    return ignores, problems


def unused_ignores(
    source: Source, ignores: Iterable[Ignore], findings: Sequence[Finding]
) -> dict[Finding, TextEdit]:
    """A finding for each ignore that covers none of the `findings`, with the edit that removes it.

    Unused ignores in one comment share an edit, which keeps the codes that are still in use.
    """
    unused: defaultdict[Position, list[Ignore]] = defaultdict(list)
    for ignore in ignores:
        if not any(map(ignore.covers, findings)):
            unused[ignore.position].append(ignore)
    return {
        _finding(source, position, _unused(ignore)): edit
        for position, some in unused.items()
        for edit in [_removal(source, position, {ignore.code.id for ignore in some})]
        for ignore in some
    }


def _finding(source: Source, position: Position, problem: _Problem) -> Finding:
    finding = source.finding(Code.UNUSED_IGNORE, position, problem.message)
    return replace(finding, about=(problem.about,))


def _comments(source: Source) -> Iterator[tuple[Position, str]]:
    found = [
        (Position(number, match.start() + 1), match["text"])
        for number, line in enumerate(source.lines, 1)
        if (match := _COMMENT.search(line))
    ]
    if found:
        scalars = _scalars(source)
        yield from ((place, text) for place, text in found if not any(a <= place < b for a, b in scalars))


def _scalars(source: Source) -> list[tuple[Position, Position]]:
    """The ranges of all scalars, in which a `#` does not start a comment."""
    try:
        tokens = [token for token in yaml.scan(source.text, LOADER) if isinstance(token, yaml.ScalarToken)]
    except yaml.YAMLError:
        return []  # not valid YAML, which is an error and cannot be ignored
    return [(_position(token.start_mark), _position(token.end_mark)) for token in tokens]


def _position(mark: yaml.Mark) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _read(source: Source, position: Position, text: str) -> Iterator[Ignore | _Problem]:
    """An ignore, or a problem, for each code in the brackets."""
    match = _IGNORE.fullmatch(text)
    if match is None:
        message = f'cannot read "statewright: {text}"; expected "statewright: ignore[CODE] reason"'
        yield _Problem(f"statewright: {text}", message)
        return
    if not match["reason"]:
        yield _Problem(text, f'"{text}" has no reason; add one after the bracket')
        return
    if match["kind"] == "ignore-file" and not _is_above_content(source, position):
        message = '"ignore-file" must come before the first line of the definition; move it up'
        yield _Problem("ignore-file", message)
        return
    line = None if match["kind"] == "ignore-file" else _target_line(source, position)
    for name in match["codes"].split(","):
        code = _CODES.get(name.strip())
        if code is None:
            message = f'unknown code "{name.strip()}"; `statewright rules` lists all codes'
            yield _Problem(name.strip(), message)
        elif code.severity is Severity.ERROR:
            yield _Problem(code.id, f'"{code.id}" is an error and cannot be ignored')
        else:
            yield Ignore(position, code, line, match["reason"])


def _target_line(source: Source, position: Position) -> int:
    if source.lines[position.line - 1][: position.column - 1].strip():
        return position.line
    below = range(position.line, len(source.lines))
    return next((index + 1 for index in below if _has_content(source.lines[index])), position.line)


def _is_above_content(source: Source, position: Position) -> bool:
    return not any(map(_has_content, source.lines[: position.line - 1])) and not (
        source.lines[position.line - 1][: position.column - 1].strip()
    )


def _has_content(line: str) -> bool:
    return not line.lstrip().startswith("#") and bool(line.strip())


def _unused(ignore: Ignore) -> _Problem:
    where = "in this file" if ignore.line is None else f"on line {ignore.line}"
    return _Problem(ignore.code.id, f'"{ignore.code.id}" is not reported {where}; remove it from the comment')


def _removal(source: Source, position: Position, unused: Collection[str]) -> TextEdit:
    """Remove the codes, the comment if no code is left, and the line if nothing else is on it."""
    line = source.lines[position.line - 1]
    codes = _CODE_LIST.search(line, position.column - 1)
    assert codes is not None, "an ignore was read there"
    kept = [name.strip() for name in codes[0].split(",") if name.strip() not in unused]
    if kept:
        place = Position(position.line, codes.start() + 1)
        return TextEdit(place, len(codes[0]), ", ".join(kept))
    before = line[: position.column - 1].rstrip()
    if before or position.line == len(source.lines):
        return TextEdit(Position(position.line, len(before) + 1), len(line) - len(before), "")
    start, end = source.starts[position.line - 1 : position.line + 1]
    return TextEdit(Position(position.line, 1), end - start, "", ends_line=True)
