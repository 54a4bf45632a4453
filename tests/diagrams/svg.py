"""Reads the texts and the colours of a drawing."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(svg: str) -> list[str]:
    """The lines of text in a drawing."""
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def fills_of(svg: str) -> set[str]:
    """The fill colours of a drawing."""
    return {fill for part in ElementTree.fromstring(svg).iter() if (fill := part.get("fill")) is not None}
