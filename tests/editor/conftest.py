"""An editor with one file open: the real language server, and the schemas as `init` writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from statewright.cli.shared.editor_schema import editor_schema
from tests.editor.language_server import LanguageServer, running

MODELINE = "# yaml-language-server: $schema=../schemas/{schema}.schema.json\n"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file in the editor. Lines and columns count from 0."""

    server: LanguageServer
    path: Path
    text: str

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """The underlined text and the message of each mistake."""
        lines = self.text.splitlines()
        return [
            (_underlined(lines, one["range"]), one["message"]) for one in self.server.diagnostics(self.path)
        ]

    def hover_on(self, key: str) -> str:
        """The text shown when hovering over the last occurrence of the key."""
        lines = self.text.splitlines()
        line = max(number for number, content in enumerate(lines) if f"{key}:" in content)
        return self.server.hover(self.path, line=line, column=lines[line].index(f"{key}:"))

    def completion_at_the_end(self) -> dict[str, str]:
        lines = self.text.split("\n")
        return self.server.completion(self.path, line=len(lines) - 1, column=len(lines[-1]))


Editor = Callable[..., OpenFile]


@pytest.fixture(scope="session")
def language_server(
    yaml_language_server: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LanguageServer]:
    with running(yaml_language_server, tmp_path_factory.mktemp("language-server") / "log") as server:
        yield server


@pytest.fixture
def editor(language_server: LanguageServer, tmp_path: Path) -> Editor:
    """Open a new file: `editor("machine: door")` adds that text below the modeline."""
    (tmp_path / "schemas").mkdir()
    for name in ("machine", "scenarios"):
        (tmp_path / "schemas" / f"{name}.schema.json").write_text(editor_schema(name), encoding="utf-8")
    numbers = count(1)

    def opened(text: str, *, schema: str = "machine") -> OpenFile:
        path = tmp_path / "config" / f"file-{next(numbers)}.{schema}.yaml"
        content = MODELINE.format(schema=schema) + text
        language_server.open(path, content)
        return OpenFile(language_server, path, content)

    return opened


def _underlined(lines: list[str], span: Mapping[str, Mapping[str, int]]) -> str:
    """The underlined text, or its first line."""
    start, end = span["start"], span["end"]
    last = end["character"] if start["line"] == end["line"] else None
    return lines[start["line"]][start["character"] : last]
