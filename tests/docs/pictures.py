"""The pictures of machines in docs/pictures, drawn from the examples in the documents.

`python -m tests.docs.pictures` draws all of them and needs Graphviz. Each picture ends with the digest of its
source for Graphviz, so that a test without Graphviz can detect an outdated picture.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.docs.examples import BLOCK, ROOT

FOLDER = ROOT / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Picture:
    """`document` contains the example; `arguments` are those of `statewright diagram`."""

    document: str
    arguments: tuple[str, ...] = ("config/order.machine.yaml",)

    def drawn(self, form: str) -> str:
        """Return the diagram as `dot` or `svg`."""
        with tempfile.TemporaryDirectory() as folder:
            for block in BLOCK.finditer((ROOT / self.document).read_text()):
                if block["file"]:
                    path = Path(folder) / block["file"]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(block["body"])
            command = [sys.executable, "-m", "statewright.cli", "diagram", *self.arguments, "-f", form]
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        return done.stdout.decode()

    def signature(self) -> str:
        """Return the last line of the picture."""
        return f"<!-- drawn from dot {hashlib.sha256(self.drawn('dot').encode()).hexdigest()} -->\n"


PICTURES = {
    "changing.svg": Picture(
        "docs/guide/changing.md", ("next/order.machine.yaml", "--against", "config/order.machine.yaml")
    ),
    "first-machine.svg": Picture("docs/guide/first-machine.md"),
    "hierarchy.svg": Picture("docs/guide/hierarchy.md"),
    "order.svg": Picture("README.md"),
}


def main() -> None:
    """Draw all pictures."""
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(picture.drawn("svg").rstrip("\n") + "\n" + picture.signature())


if __name__ == "__main__":
    main()
