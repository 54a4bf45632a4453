"""The picture of the architecture is the one that its text describes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

DOCS = Path(__file__).parent.parent.parent / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def described() -> set[str]:
    """Every line of every label in the text."""
    labels = re.findall(r'\blabel="([^"]*)"', (DOCS / "architecture.dot").read_text())
    return {line for label in labels for line in label.split("\\n")}


def test_every_label_of_the_text_is_drawn_and_no_other() -> None:
    """Whoever changes the text draws the picture anew (make picture)."""
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    assert {one.text for one in drawing.iter(f"{SVG}text")} == described()


def test_every_arrow_of_the_text_is_drawn_and_no_other() -> None:
    """The drawing's titles name its nodes and arrows."""
    text = (DOCS / "architecture.dot").read_text()
    arrows = {f"{one}->{other}" for one, other in re.findall(r"^\s*(\w+) -> (\w+)", text, re.MULTILINE)}
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    titles = {str(one.text) for one in drawing.iter(f"{SVG}title")}
    assert {title for title in titles if "->" in title} == arrows != set()
