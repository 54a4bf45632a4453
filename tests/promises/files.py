"""Reads the golden files, and converts results to the form in which they are compared."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
BEFORE = GOLDEN / "definitions" / "before"
TODAY = GOLDEN / "definitions" / "today"

ROWS = "SELECT stream, version, head, time, record FROM commits ORDER BY stream, version"


def golden_text(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def golden_document(name: str) -> Any:
    return json.loads(golden_text(name))


def golden_lines(name: str) -> list[Any]:
    """The JSON documents of a golden file, one per line."""
    return documents(golden_text(name))


def documents(text: str) -> list[Any]:
    return [json.loads(line) for line in text.split("\n") if line]


def sqlite_file(name: str, folder: Path) -> Path:
    """Create a database from a golden SQL file and return its path."""
    path = folder / "golden.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"BEGIN;{golden_text(name)}COMMIT;")
    return path


def stored_rows(path: Path) -> list[list[Any]]:
    """All commits in a SQLite file: their columns except the position, with the record last."""
    with closing(sqlite3.connect(path)) as connection:
        return [list(row) for row in connection.execute(ROWS)]
