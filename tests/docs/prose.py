"""The project's prose, passage by passage: documents, help, messages, schemas, docstrings and comments.

Of the tests, only docstrings and comments count. Code between backquotes or in fences, and addresses, are
left out.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tests.docs.examples import ROOT

SOURCES = ("engine/statewright", "handler", "deploy", "bench", "docs")
Kind = Literal["docs", "help", "messages", "schemas", "docstrings", "comments", "tests"]
_DECORATORS = ("command", "group", "option", "argument")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose of one kind: where it begins, and its text without code."""

    kind: Kind
    path: str
    line: int
    text: str

    @property
    def words(self) -> int:
        """Their number."""
        return len(re.findall(r"[A-Za-z'-]+", self.text))


def passages() -> Iterator[Passage]:
    """All prose of the project."""
    for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]:
        yield from _document(path)
    for path in sorted((ROOT / "schemas").glob("*.json")):
        yield from _schema(path)
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from _source(path)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for passage in _source(path):
            if passage.kind in ("docstrings", "comments"):
                yield replace(passage, kind="tests")


def _passage(kind: Kind, path: Path, line: int, text: str) -> Passage:
    text = re.sub(r"`+[^`]*`+", "X", text)
    text = re.sub(r"\]\([^)]*\)|https?://\S+", "", text)
    return Passage(kind, str(path.relative_to(ROOT)), line, text)


def _document(path: Path) -> Iterator[Passage]:
    """Paragraphs, and each row of a table."""
    text = re.sub(
        r"^```.*?^```$", lambda code: "\n" * code[0].count("\n"), path.read_text(), flags=re.M | re.S
    )
    for match in re.finditer(r"^\|.*$|(?:^(?!\|).*\S.*\n?)+", text, re.MULTILINE):
        yield _passage("docs", path, text.count("\n", 0, match.start()) + 1, match[0].replace("|", " . "))


def _schema(path: Path) -> Iterator[Passage]:
    """The descriptions that editors show."""
    for line, text in enumerate(path.read_text().splitlines(), 1):
        if described := re.fullmatch(r'\s*"(?:markdownDescription|description)": (".*"),?', text):
            yield _passage("schemas", path, line, json.loads(described[1]))


def _source(path: Path) -> Iterator[Passage]:
    text = path.read_text()
    nodes = list(ast.walk(ast.parse(text)))
    shown: set[ast.AST] = set()  # docstrings, help, and the parts of f-strings: no messages of their own
    for node in nodes:
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            shown.add(node.body[0].value)  # type: ignore[attr-defined]
            kind: Kind = "help" if _is_command(node) else "docstrings"
            yield _passage(kind, path, node.body[0].lineno, ast.get_docstring(node) or "")
        elif isinstance(node, ast.Call) and _called(node) in _DECORATORS:
            shown.update(ast.walk(node))
            yield from (one for keyword in node.keywords for one in _literal("help", path, keyword.value))
        elif isinstance(node, ast.JoinedStr):
            shown.update(part for part in ast.walk(node) if part is not node)
    for node in nodes:
        if node not in shown:
            yield from _literal("messages", path, node)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield _passage("comments", path, token.start[0], token.string.lstrip("# "))


def _literal(kind: Kind, path: Path, node: ast.AST) -> Iterator[Passage]:
    """A string of at least three words; a value within it is an X."""
    match node:
        case ast.Constant(value=str(text)):
            pass
        case ast.JoinedStr(values=values):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in values)
        case _:
            return
    if " " in text.strip() and len(re.findall(r"[a-z]{2,}", text)) >= 3:
        yield _passage(kind, path, node.lineno, text)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _is_command(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return any(isinstance(one, ast.Call) and _called(one) in ("command", "group") for one in decorators)
