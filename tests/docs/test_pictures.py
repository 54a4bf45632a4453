"""Every picture in docs/ shows the text that it was drawn from. `make pictures` draws all of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.docs.examples import ROOT, documents
from tests.docs.pictures import FOLDER, PICTURES

DOCS = ROOT / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def described() -> set[str]:
    """Every line of every label in the text of the architecture."""
    labels = re.findall(r'\blabel="([^"]*)"', (DOCS / "architecture.dot").read_text())
    return {line for label in labels for line in label.split("\\n")}


def test_every_label_of_the_text_is_drawn_and_no_other() -> None:
    """In the picture of the architecture."""
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    assert {one.text for one in drawing.iter(f"{SVG}text")} == described()


def test_every_arrow_of_the_text_is_drawn_and_no_other() -> None:
    """The drawing's titles name its nodes and arrows."""
    text = (DOCS / "architecture.dot").read_text()
    arrows = {f"{one}->{other}" for one, other in re.findall(r"^\s*(\w+) -> (\w+)", text, re.MULTILINE)}
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    titles = {str(one.text) for one in drawing.iter(f"{SVG}title")}
    assert {title for title in titles if "->" in title} == arrows != set()


@pytest.mark.parametrize("name", PICTURES)
def test_a_machine_is_drawn_as_its_document_shows_it(name: str) -> None:
    """The picture ends in the digest of its text for Graphviz."""
    assert (FOLDER / name).read_text().endswith(PICTURES[name].signature())


def test_every_picture_is_drawn_here_and_shown_somewhere() -> None:
    """Files, the table of pictures and the images in documents agree."""
    shown = {name for path in documents() for name in re.findall(r"pictures/([\w.-]+)\)", path.read_text())}
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES) == shown
