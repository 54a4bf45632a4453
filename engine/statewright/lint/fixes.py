"""Safe fixes: edits of a file's text that leave its meaning, its comments and its form as they are.

Only what cannot change the data is fixed; every application is proved by reading the result. Nothing here
reads or writes a file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from statewright.canonical import canonical_json
from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError
from statewright.language.source.document import Document, load_document
from statewright.language.source.text import Source, decode
from statewright.lint.result import TextEdit

FIXABLE = frozenset({Code.YAML_1_1, Code.NO_MODELINE, Code.UNUSED_IGNORE})
SchemaOf = Callable[[str], str | None]
"""From a definition's file to the machine schema, as a path from its folder; None where no schema is near."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def safe_edits(
    content: bytes, file: str, findings: Iterable[Finding], schema_of: SchemaOf
) -> dict[Finding, TextEdit]:
    """The edit for each finding that has a safe one.

    Those for unused ignores come with their findings, from `statewright.lint.suppressions`.
    """
    fixable = [finding for finding in findings if finding.code in FIXABLE]
    try:
        edits = dict(_edits(content, file, fixable, schema_of))
    except DefinitionError:
        return {}  # there are no data that a fix could leave as they are
    return {finding: edit for finding, edit in edits.items() if edit is not None}


def apply_edits(content: bytes, file: str, edits: Iterable[TextEdit]) -> bytes | None:
    """The content with all of them; None where its data would not be the same.

    Line endings, a byte order mark and everything that no edit names stay as they are.
    """
    document = load_document(content, file)
    text = document.source.text
    # From the end on; of two at one place the one that only inserts comes last and stays whole.
    for edit in sorted(set(edits), key=lambda edit: (edit.position, edit.length), reverse=True):
        start = document.source.starts[edit.position.line - 1] + edit.position.column - 1
        text = text[:start] + edit.text + text[start + edit.length :]
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    fixed = mark + text.encode()
    return fixed if _has_data(fixed, document) else None


def _has_data(content: bytes, document: Document) -> bool:
    try:
        found = load_document(content, document.file)
    except DefinitionError:
        return False
    return canonical_json(found.value) == canonical_json(document.value)


def _edits(
    content: bytes, file: str, findings: Sequence[Finding], schema_of: SchemaOf
) -> Iterator[tuple[Finding, TextEdit | None]]:
    if any(finding.code is Code.YAML_1_1 for finding in findings):
        document = load_document(content, file)
    for finding in findings:
        if finding.code is Code.YAML_1_1:
            yield finding, _quotes(document, finding.position)
        elif finding.code is Code.NO_MODELINE:
            yield finding, _modeline(decode(content, file), schema_of(file))


def _quotes(document: Document, position: Position) -> TextEdit | None:
    """Double quotes around the plain text that begins there, where YAML 1.2 reads it as text."""
    line = document.lines[position.line - 1]
    for text in _texts_at(document, position):
        if line.startswith(text, position.column - 1):
            return TextEdit(position, len(text), json.dumps(text, ensure_ascii=False))
    return None


def _texts_at(document: Document, position: Position) -> Iterator[str]:
    """The key and the value that stand there, as far as they are text."""
    yield from (str(path[-1]) for path, place in document.keys_at.items() if place == position)
    values = (document.at(path) for path, place in document.values_at.items() if place == position)
    yield from (value for value in values if isinstance(value, str))


def _modeline(source: Source, schema: str | None) -> TextEdit | None:
    """The line that leads editors to the schema; None where there is none."""
    if schema is None or source.is_json:
        return None
    line_break = found[0] if (found := _LINE_BREAK.search(source.text)) else "\n"
    return TextEdit(Position(1, 1), 0, f"# yaml-language-server: $schema={schema}{line_break}")
