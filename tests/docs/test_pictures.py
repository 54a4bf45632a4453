"""Every picture in docs/ agrees with its source. `make pictures` draws all of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.docs.examples import ROOT, documents
from tests.docs.pictures import FOLDER, PICTURES

DOCS = ROOT / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def described() -> set[str]:
    """Return every line of every label in the source of the architecture picture."""
    labels = re.findall(r'\blabel="([^"]*)"', (DOCS / "architecture.dot").read_text())
    return {line for label in labels for line in label.split("\\n")}


def test_the_architecture_picture_has_the_labels_of_its_source() -> None:
    """There are neither missing nor additional labels."""
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    assert {one.text for one in drawing.iter(f"{SVG}text")} == described()


def test_the_architecture_picture_has_the_arrows_of_its_source() -> None:
    """The titles in the drawing name its nodes and arrows."""
    text = (DOCS / "architecture.dot").read_text()
    arrows = {f"{one}->{other}" for one, other in re.findall(r"^\s*(\w+) -> (\w+)", text, re.MULTILINE)}
    drawing = ElementTree.parse(DOCS / "architecture.svg")
    titles = {str(one.text) for one in drawing.iter(f"{SVG}title")}
    assert {title for title in titles if "->" in title} == arrows != set()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_drawn_from_the_current_example(name: str) -> None:
    """The picture ends with the digest of its source for Graphviz."""
    assert (FOLDER / name).read_text().endswith(PICTURES[name].signature())


def test_every_picture_has_a_source_and_is_shown() -> None:
    """The files, the table of pictures and the images in documents agree."""
    shown = {name for path in documents() for name in re.findall(r"pictures/([\w.-]+)\)", path.read_text())}
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES) == shown
