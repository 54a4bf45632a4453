"""Safe fixes: edits of a file's text that keep its data, its comments and its layout.

Every set of edits is verified by parsing the result. This module neither reads nor
writes files.
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
"""Maps a definition's file to the machine schema, relative to its folder; None if no schema is nearby."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def safe_edits(
    content: bytes, file: str, findings: Iterable[Finding], schema_of: SchemaOf
) -> dict[Finding, TextEdit]:
    """The edit for each finding that has a safe fix.

    Edits for unused ignores come from `statewright.lint.suppressions`, together with their findings.
    """
    fixable = [finding for finding in findings if finding.code in FIXABLE]
    try:
        edits = dict(_edits(content, file, fixable, schema_of))
    except DefinitionError:
        return {}  # the file has no data to preserve
    return {finding: edit for finding, edit in edits.items() if edit is not None}


def apply_edits(content: bytes, file: str, edits: Iterable[TextEdit]) -> bytes | None:
    """The content with all edits applied; None if that would change its data.

    Line endings and a byte order mark are kept.
    """
    document = load_document(content, file)
    text = document.source.text
    # Apply from the end. At one position, an insertion comes last so that no other edit removes its text.
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
    """Double quotes around the unquoted string at the position; None if it is not a string."""
    line = document.lines[position.line - 1]
    for text in _texts_at(document, position):
        if line.startswith(text, position.column - 1):
            return TextEdit(position, len(text), json.dumps(text, ensure_ascii=False))
    return None


def _texts_at(document: Document, position: Position) -> Iterator[str]:
    """The key and the value at the position, if they are strings."""
    yield from (str(path[-1]) for path, place in document.keys_at.items() if place == position)
    values = (document.at(path) for path, place in document.values_at.items() if place == position)
    yield from (value for value in values if isinstance(value, str))


def _modeline(source: Source, schema: str | None) -> TextEdit | None:
    """The line with the schema for editors; None if there is no schema."""
    if schema is None or source.is_json:
        return None
    line_break = found[0] if (found := _LINE_BREAK.search(source.text)) else "\n"
    return TextEdit(Position(1, 1), 0, f"# yaml-language-server: $schema={schema}{line_break}")
