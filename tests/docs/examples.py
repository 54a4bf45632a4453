"""The examples in README.md and docs/: written out into a folder and run, as a reader would.

A block that names a file behind its language (```yaml door.machine.yaml) is that file. In a `console` block
each line that begins with `$ ` is run by a shell in that folder, and what follows is what the terminal shows.
A document's blocks build on each other. `python -m tests.docs.examples` writes the real output into them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SHOWN_TIME = "2026-11-23T12:00:00.000000Z"


def documents() -> list[Path]:
    """Every document that may hold examples."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def executed(document: str, folder: Path) -> str:
    """The document with every console block as it really comes out in `folder`."""
    shutil.copytree(ROOT / "config", folder / "config")

    def replaced(match: re.Match[str]) -> str:
        body = match["body"]
        if match["language"] == "console":
            return f"```console\n{''.join(_transcript(body, folder))}```"
        if match["file"]:
            path = folder / match["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        return match[0]

    return BLOCK.sub(replaced, document)


def _transcript(body: str, folder: Path) -> Iterator[str]:
    for line in body.splitlines():
        if line.startswith("$ "):
            yield f"{line}\n"
            yield TIME.sub(SHOWN_TIME, _run(line[2:], folder))


def _run(command: str, folder: Path) -> str:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def main() -> None:
    """Rewrite every document with the real output."""
    for path in documents():
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(executed(path.read_text(), Path(folder)))


if __name__ == "__main__":
    main()
