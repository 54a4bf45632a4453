"""Links between documents point to existing files and headings, as GitHub resolves them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.examples import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<path>[^)#:\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$|<a id=\"(?P<id>[\w-]+)\">", re.MULTILINE)


def anchors(document: Path) -> Iterator[str]:
    """Yield the anchors of headings and those written as HTML."""
    for heading in HEADING.finditer(FENCE.sub("", document.read_text())):
        words = re.sub(r"[^\w\- ]", "", heading["text"] or "").lower()
        yield heading["id"] or words.replace(" ", "-")


def broken_links(document: Path) -> Iterator[str]:
    for link in LINK.finditer(FENCE.sub("", document.read_text())):
        target = document.parent / link["path"] if link["path"] else document
        if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
            yield link[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_has_a_target(document: Path) -> None:
    """Links are relative to the document."""
    assert list(broken_links(document)) == []


def test_links_to_missing_files_and_headings_are_found(tmp_path: Path) -> None:
    """Links within the same document are checked, too."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A `page`\n[1](#a-page) [2](#other) [3](page.md#a-page) [4](page.md#other) [5](other.md)\n"
    )
    assert list(broken_links(page)) == ["](#other)", "](page.md#other)", "](other.md)"]
